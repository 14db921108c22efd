#include "transaction/pending.h"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "base/digest.h"
#include "transaction/moment.h"

namespace drawbridge::transaction {
namespace {

constexpr int kMostAside = 1000;

std::string origin_path(const Paths& paths) { return paths.state + "/pending.json"; }

/// The file's bytes, or nullopt if there is none.
Result<std::optional<std::string>> read_if_there(doors::Files& files, const std::string& path) {
  auto bytes = files.read(path);
  if (bytes) return std::optional<std::string>(std::move(*bytes));
  if (bytes.error().code == Errc::not_found) return std::optional<std::string>();
  return fail(bytes.error());
}

std::string text_member(const boost::json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
}

/// A damaged origin is treated as none: it only adds a check and a name.
std::optional<PendingOrigin> parse_origin(const std::string& text) {
  boost::json::error_code broken;
  const auto value = boost::json::parse(text, broken);
  if (broken || !value.is_object()) return std::nullopt;
  const auto& object = value.as_object();
  PendingOrigin origin{text_member(object, "base_digest"), text_member(object, "author"), text_member(object, "when")};
  if (origin.base_digest.empty()) return std::nullopt;
  return origin;
}

Result<void> write_origin(doors::Files& files, const Paths& paths, const PendingOrigin& origin) {
  const boost::json::object object{{"base_digest", origin.base_digest}, {"author", origin.author}, {"when", origin.when}};
  return files.write(origin_path(paths), boost::json::serialize(object) + "\n");
}

Result<void> remove_pending(doors::Files& files, const Paths& paths) {
  TRY_VOID(files.remove(paths.pending));
  return files.remove(origin_path(paths));
}

}  // namespace

const std::string& PendingState::effective() const {
  static const std::string kNothing;
  if (pending) return *pending;
  return running ? *running : kNothing;
}
std::string PendingState::running_digest() const { return sha256_hex(running.value_or("")); }
std::string PendingState::effective_digest() const { return sha256_hex(effective()); }
bool PendingState::base_changed() const { return pending && origin && origin->base_digest != running_digest(); }

Result<PendingState> read_pending(doors::Files& files, const Paths& paths) {
  PendingState state;
  state.running = TRY(read_if_there(files, paths.interfaces));
  state.pending = TRY(read_if_there(files, paths.pending));
  if (!state.pending) return state;
  const auto origin = TRY(read_if_there(files, origin_path(paths)));
  if (origin) state.origin = parse_origin(*origin);
  return state;
}

Result<void> check_digest(const Paths& paths, const PendingState& state, const std::string& expected) {
  if (expected.empty() || expected == state.effective_digest()) return {};
  const auto who = state.origin && !state.origin->author.empty() ? " by " + state.origin->author : std::string();
  return fail(Errc::conflict, fmt::format("{} was changed{} since it was read", state.pending ? paths.pending : paths.interfaces, who), {},
              "nothing was done; look at `drawbridge network diff`, and do it again on top of that");
}

Result<PendingState> write_pending(doors::Files& files, doors::Clock& clock, const Paths& paths, std::string_view bytes,
                                   const std::string& expected_digest, const std::string& author) {
  const auto lock = TRY(files.lock(paths.edit_lock, kEditPatience));
  const auto state = TRY(read_pending(files, paths));
  TRY_VOID(check_digest(paths, state, expected_digest));
  if (state.running && *state.running == bytes) {
    TRY_VOID(remove_pending(files, paths));
    return read_pending(files, paths);
  }
  // The origin first: without the pending file it means nothing, and the other way round a kill between the two would leave an
  // edit whose base is not known.
  const bool goes_on = state.pending && state.origin;
  const PendingOrigin origin{goes_on ? state.origin->base_digest : state.running_digest(), author, format_moment(clock.wall_time())};
  TRY_VOID(write_origin(files, paths, origin));
  const auto written = files.write(paths.pending, bytes);
  if (!written) {
    if (!state.pending) TRY_VOID(files.remove(origin_path(paths)));
    return fail(written.error());
  }
  return read_pending(files, paths);
}

Result<bool> revert_pending(doors::Files& files, const Paths& paths, const std::string& expected_digest) {
  const auto lock = TRY(files.lock(paths.edit_lock, kEditPatience));
  const auto state = TRY(read_pending(files, paths));
  TRY_VOID(check_digest(paths, state, expected_digest));
  TRY_VOID(remove_pending(files, paths));
  return state.pending.has_value();
}

Result<std::string> keep_aside(doors::Files& files, const Paths& paths, std::string_view bytes, const PendingOrigin& origin) {
  for (int number = 0; number < kMostAside; ++number) {
    auto path = number == 0 ? paths.pending : fmt::format("{}.{}", paths.pending, number);
    const auto there = TRY(read_if_there(files, path));
    if (there && *there == bytes) return path;
    if (there) continue;
    if (number == 0) TRY_VOID(write_origin(files, paths, origin));
    TRY_VOID(files.write(path, bytes));
    return path;
  }
  return fail(Errc::conflict, fmt::format("there are {} files named {}.N", kMostAside, paths.pending), {}, "remove those you don't need");
}

Result<void> settle_pending(doors::Files& files, const Paths& paths, std::string_view applied, bool made_from_pending) {
  const auto state = TRY(read_pending(files, paths));
  if (!state.pending) return files.remove(origin_path(paths));
  if (*state.pending == applied) return remove_pending(files, paths);
  if (!state.origin || !made_from_pending) return {};
  auto origin = *state.origin;
  origin.base_digest = sha256_hex(applied);
  return write_origin(files, paths, origin);
}

}  // namespace drawbridge::transaction
