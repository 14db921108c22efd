#include "transaction/generations.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "base/digest.h"
#include "base/text.h"
#include "transaction/journal.h"

namespace drawbridge::transaction {
namespace {

std::string folder_of_all(const Paths& paths) { return paths.state + "/generations"; }
std::string folder_of(const Paths& paths, std::uint64_t number) { return fmt::format("{}/{}", folder_of_all(paths), number); }

std::string text_member(const boost::json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
}

std::optional<Generation> read_meta(doors::Files& files, const Paths& paths, std::uint64_t number) {
  const auto text = files.read(folder_of(paths, number) + "/meta.json");
  if (!text) return std::nullopt;
  boost::json::error_code broken;
  const auto value = boost::json::parse(*text, broken);
  if (broken || !value.is_object()) return std::nullopt;
  const auto& object = value.as_object();
  return Generation{number, text_member(object, "when"), text_member(object, "author"), text_member(object, "summary"),
                    text_member(object, "digest")};
}

/// Numbers that are not part of the history yet.
struct Prepared {
  std::uint64_t from = 0;  ///< 0: none
};
Result<Prepared> find_prepared(doors::Files& files, const Paths& paths) {
  const auto journal = TRY(read_journal(files, paths));
  if (!journal || journal->stage == Stage::committing || !journal->generation_is_new) return Prepared{};
  return Prepared{journal->baseline != 0 ? journal->baseline : journal->generation};
}

Result<std::vector<std::uint64_t>> numbers(doors::Files& files, const Paths& paths) {
  std::vector<std::uint64_t> found;
  for (const auto& name : TRY(files.list(folder_of_all(paths)))) {
    if (const auto number = parse_number<std::uint64_t>(name)) found.push_back(*number);
  }
  std::ranges::sort(found);
  return found;
}

}  // namespace

Result<std::vector<Generation>> history(doors::Files& files, const Paths& paths) {
  const auto prepared = TRY(find_prepared(files, paths));
  std::vector<Generation> all;
  for (const auto number : TRY(numbers(files, paths))) {
    if (prepared.from != 0 && number >= prepared.from) continue;
    if (auto generation = read_meta(files, paths, number)) all.push_back(std::move(*generation));
  }
  return all;
}

Result<std::optional<Generation>> latest_generation(doors::Files& files, const Paths& paths) {
  return find_latest_generation(files, paths, TRY(find_prepared(files, paths)).from);
}

Result<std::string> read_generation(doors::Files& files, const Paths& paths, std::uint64_t number) {
  const auto meta = read_meta(files, paths, number);
  if (!meta) return fail(Errc::not_found, fmt::format("there is no generation {}", number), {}, "see `drawbridge network history`");
  auto bytes = TRY(files.read(folder_of(paths, number) + "/interfaces"));
  if (sha256_hex(bytes) != meta->digest) {
    return fail(Errc::unavailable, fmt::format("the file of generation {} is not the one that was applied", number), {},
                "somebody edited " + folder_of(paths, number) + "/interfaces; choose another generation");
  }
  return bytes;
}

Result<std::optional<Generation>> find_latest_generation(doors::Files& files, const Paths& paths, std::uint64_t below) {
  auto found = TRY(numbers(files, paths));
  std::ranges::reverse(found);
  for (const auto number : found) {
    if (below != 0 && number >= below) continue;
    if (auto generation = read_meta(files, paths, number)) return generation;
  }
  return std::nullopt;
}

Result<void> write_generation(doors::Files& files, const Paths& paths, Generation generation, std::string_view bytes) {
  const auto folder = folder_of(paths, generation.number);
  const boost::json::object meta{{"number", generation.number},
                                 {"when", generation.when},
                                 {"author", generation.author},
                                 {"summary", generation.summary},
                                 {"digest", sha256_hex(bytes)}};
  TRY_VOID(files.write(folder + "/interfaces", bytes));
  return files.write(folder + "/meta.json", boost::json::serialize(meta) + "\n");
}

Result<void> remove_generation(doors::Files& files, const Paths& paths, std::uint64_t number) {
  const auto folder = folder_of(paths, number);
  // The meta file first: without it the rest no longer counts.
  TRY_VOID(files.remove(folder + "/meta.json"));
  TRY_VOID(files.remove(folder + "/interfaces"));
  return files.remove(folder);
}

Result<void> prune_generations(doors::Files& files, const Paths& paths) {
  const auto found = TRY(numbers(files, paths));
  for (std::size_t i = 0; i + kMostGenerations < found.size(); ++i) TRY_VOID(remove_generation(files, paths, found[i]));
  return {};
}

std::string summarise(const network::Plan& plan) {
  std::vector<std::string> objects;
  for (const auto& planned : plan.operations) {
    const auto object = network::operation_object(planned.operation);
    if (std::ranges::find(objects, object) == objects.end()) objects.push_back(object);
  }
  constexpr std::size_t kMostNamed = 8;
  const auto more = objects.size() > kMostNamed ? fmt::format(" and {} more", objects.size() - kMostNamed) : std::string();
  if (objects.size() > kMostNamed) objects.resize(kMostNamed);
  if (plan.empty()) return "no operation";
  const auto count = plan.operations.size();
  return fmt::format("{} operation{} on {}{}", count, count == 1 ? "" : "s", join(objects, ", "), more);
}

}  // namespace drawbridge::transaction
