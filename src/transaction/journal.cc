#include "transaction/journal.h"

#include <array>

#include "network/plan_serial.h"
#include "network/snapshot_json.h"
#include "transaction/stored_json.h"

namespace drawbridge::transaction {
namespace {

constexpr std::array<std::pair<Stage, std::string_view>, 4> kStages{{{Stage::executing, "executing"},
                                                                     {Stage::awaiting, "awaiting"},
                                                                     {Stage::committing, "committing"},
                                                                     {Stage::rolling_back, "rolling-back"}}};
constexpr std::array<std::pair<Ending, std::string_view>, 3> kEndings{
    {{Ending::nothing_to_do, "nothing-to-do"}, {Ending::confirmed, "confirmed"}, {Ending::rolled_back, "rolled-back"}}};

template <class Table>
auto from_word(const Table& table, const std::string& word, std::string_view name) {
  for (const auto& [value, spelling] : table) {
    if (spelling == word) return value;
  }
  throw Damaged{std::string(name)};
}
template <class Table, class T>
std::string to_word(const Table& table, T value) {
  for (const auto& [candidate, spelling] : table) {
    if (candidate == value) return std::string(spelling);
  }
  return {};
}

json::object session_object(const doors::Session& session) {
  return {{"peer", format_ip(session.peer)},
          {"peer_port", session.peer_port},
          {"local", format_ip(session.local)},
          {"local_port", session.local_port}};
}

template <class T>
T or_damaged(Result<T> result, std::string_view name) {
  if (!result) throw Damaged{fmt::format("{} ({})", name, result.error().what)};
  return std::move(*result);
}

doors::Session session_from(const json::value& value) {
  if (!value.is_object()) throw Damaged{"session"};
  const auto& object = value.as_object();
  return {or_damaged(parse_ip(text(object, "peer")), "session"), number<std::uint16_t>(object, "peer_port"),
          or_damaged(parse_ip(text(object, "local")), "session"), number<std::uint16_t>(object, "local_port")};
}

Journal journal_from(const json::object& object) {
  if (number<int>(object, "version") != 1) throw Damaged{"version"};
  Journal journal;
  journal.id = text(object, "id");
  journal.stage = from_word(kStages, text(object, "stage"), "stage");
  journal.boot_id = text(object, "boot_id");
  if (const auto* deadline = object.if_contains("deadline_boottime_ns"); deadline != nullptr && !deadline->is_null()) {
    journal.deadline = std::chrono::nanoseconds(number<std::int64_t>(object, "deadline_boottime_ns"));
  }
  journal.author = text(object, "author");
  if (object.contains("task")) journal.task = text(object, "task");  // younger than the format
  journal.when = text(object, "when");
  journal.reason = text(object, "reason");
  if (const auto* session = object.if_contains("session")) journal.session = session_from(*session);
  journal.from_pending = flag(object, "from_pending");
  journal.partial = flag(object, "partial");
  journal.generation = number<std::uint64_t>(object, "generation");
  journal.generation_is_new = flag(object, "generation_is_new");
  journal.baseline = number<std::uint64_t>(object, "baseline");
  for (const auto& index : list(object, "hooks_started")) journal.hooks_started.insert(index.to_number<std::size_t>());
  for (const auto& key : list(object, "hooks_undone")) journal.hooks_undone.insert(bytes_from(key));
  if (object.contains("interfaces_before")) journal.running_before = text(object, "interfaces_before");
  journal.bytes = text(object, "interfaces_after");
  journal.plan = or_damaged(network::plan_from_json(json::serialize(member(object, "plan")), "plan"), "plan");
  journal.before =
      or_damaged(network::snapshot_from_json(json::serialize(member(object, "kernel_before")), "kernel_before"), "kernel_before");
  return journal;
}

std::string ended_path(const Paths& paths) { return transaction_folder(paths) + "/ended.json"; }

}  // namespace

std::string stage_name(Stage stage) { return to_word(kStages, stage); }

std::string transaction_folder(const Paths& paths) { return paths.state + "/transaction"; }
std::string journal_path(const Paths& paths) { return transaction_folder(paths) + "/journal.json"; }

std::string format_journal(const Journal& journal) {
  json::object object{{"version", 1},
                      {"stage", stage_name(journal.stage)},
                      {"author", bytes_value(journal.author)},
                      {"when", journal.when},
                      {"reason", bytes_value(journal.reason)},
                      {"id", journal.id},
                      {"boot_id", journal.boot_id},
                      {"deadline_boottime_ns", nullptr},
                      {"from_pending", journal.from_pending},
                      {"partial", journal.partial},
                      {"generation", journal.generation},
                      {"generation_is_new", journal.generation_is_new},
                      {"baseline", journal.baseline}};
  if (!journal.task.empty()) object["task"] = bytes_value(journal.task);
  if (journal.deadline) object["deadline_boottime_ns"] = journal.deadline->count();
  if (journal.session) object["session"] = session_object(*journal.session);
  json::array started;
  for (const auto index : journal.hooks_started) started.emplace_back(index);
  object["hooks_started"] = std::move(started);
  json::array undone;
  for (const auto& key : journal.hooks_undone) undone.push_back(bytes_value(key));
  object["hooks_undone"] = std::move(undone);
  if (journal.running_before) object["interfaces_before"] = bytes_value(*journal.running_before);
  object["interfaces_after"] = bytes_value(journal.bytes);
  object["plan"] = json::parse(network::plan_to_json(journal.plan));
  object["kernel_before"] = json::parse(network::snapshot_to_json(journal.before));
  return json::serialize(object) + "\n";
}

Result<Journal> parse_journal(std::string_view bytes) { return parse_object(bytes, journal_from); }

Result<std::optional<Journal>> read_journal(doors::Files& files, const Paths& paths) {
  const auto bytes = files.read(journal_path(paths));
  if (!bytes && bytes.error().code == Errc::not_found) return std::optional<Journal>();
  if (!bytes) return fail(bytes.error());
  auto journal = parse_journal(*bytes);
  if (journal) return std::optional<Journal>(std::move(*journal));
  return fail(Errc::unavailable, "the journal of an open change " + journal.error().what, {journal_path(paths), 0, 0},
              "the way back is not known: look at the network yourself, then move this file away");
}

Result<void> write_journal(doors::Files& files, const Paths& paths, const Journal& journal) {
  // It holds hooks and addresses: not for everybody's eyes.
  return files.write(journal_path(paths), format_journal(journal), 0600);
}

Result<void> remove_journal(doors::Files& files, const Paths& paths) { return files.remove(journal_path(paths)); }

Result<void> write_ended(doors::Files& files, const Paths& paths, const Ended& ended) {
  const json::object object{{"ending", to_word(kEndings, ended.ending)},
                            {"reason", bytes_value(ended.reason)},
                            {"when", ended.when},
                            {"generation", ended.generation},
                            {"id", ended.id}};
  return files.write(ended_path(paths), json::serialize(object) + "\n");
}

std::optional<Ended> read_ended(doors::Files& files, const Paths& paths) {
  const auto bytes = files.read(ended_path(paths));
  if (!bytes) return std::nullopt;
  auto ended = parse_object(*bytes, [](const json::object& object) {
    return Ended{text(object, "id"), from_word(kEndings, text(object, "ending"), "ending"), text(object, "reason"), text(object, "when"),
                 number<std::uint64_t>(object, "generation")};
  });
  if (!ended) return std::nullopt;
  return std::move(*ended);
}

}  // namespace drawbridge::transaction
