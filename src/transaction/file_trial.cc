#include "transaction/file_trial.h"

#include <algorithm>
#include <ranges>

#include "base/digest.h"
#include "transaction/ending.h"
#include "transaction/moment.h"
#include "transaction/stored_json.h"
#include "transaction/work.h"

namespace drawbridge::transaction {
namespace {

constexpr unsigned kPrivate = 0600;  // rules are not for everybody's eyes
constexpr unsigned kFileMode = 0640;

std::string trial_path(const std::string& folder) { return folder + "/trial.json"; }
std::string ended_path(const std::string& folder) { return folder + "/trial-ended.json"; }
std::string held_path(const std::string& folder) { return folder + "/held.json"; }

json::array files_json(const std::vector<TriedFile>& files) {
  json::array list;
  for (const auto& file : files)
    list.push_back(json::object{{"path", bytes_value(file.path)},
                                {"before", file.before ? bytes_value(*file.before) : json::value()},
                                {"after_digest", file.after_digest},
                                {"between_digest", file.between_digest}});
  return list;
}

std::vector<TriedFile> files_from(const json::object& object) {
  std::vector<TriedFile> files;
  for (const auto& value : list(object, "files")) {
    if (!value.is_object()) throw Damaged{"files"};
    const auto& one = value.as_object();
    TriedFile file{text(one, "path"), std::nullopt, text(one, "after_digest"), ""};
    if (one.contains("between_digest")) file.between_digest = text(one, "between_digest");
    if (!member(one, "before").is_null()) file.before = text(one, "before");
    files.push_back(std::move(file));
  }
  return files;
}

FileTrial trial_from(const json::object& object) {
  if (number<int>(object, "version") != 1) throw Damaged{"version"};
  const std::string kind = text(object, "kind");
  if (kind != "command" && kind != "saved") throw Damaged{"kind"};
  return {text(object, "id"),      kind == "command" ? TrialKind::command : TrialKind::saved,
          text(object, "author"),  text(object, "when"),
          text(object, "boot_id"), std::chrono::nanoseconds(number<std::int64_t>(object, "deadline_boottime_ns")),
          files_from(object)};
}

std::string digest_of(const std::optional<std::string>& bytes) { return bytes ? sha256_hex(*bytes) : std::string(); }

/// Tells everybody how it ended; the mark goes last.
Result<TrialEnd> close(const TrialDoors& doors, const FileTrial& trial, TrialEnd end) {
  json::array overtaken;
  for (const auto& path : end.overtaken) overtaken.push_back(bytes_value(path));
  const json::object ended{{"id", trial.id},
                           {"confirmed", end.ending == Ending::confirmed},
                           {"reason", bytes_value(end.reason)},
                           {"when", format_moment(doors.clock.wall_time())},
                           {"overtaken", std::move(overtaken)}};
  // Only information: a full disk must not keep the trial open.
  std::ignore = doors.files.write(ended_path(doors.folder), json::serialize(ended) + "\n", kPrivate);
  TRY_VOID(doors.files.remove(trial_path(doors.folder)));
  return end;
}

/// What a trial that is gone has come to.
TrialEnd ended_by_another(const TrialDoors& doors, const FileTrial& trial) {
  const auto bytes = doors.files.read(ended_path(doors.folder));
  const auto end = bytes ? parse_object(*bytes,
                                        [&](const json::object& object) {
                                          if (text(object, "id") != trial.id) throw Damaged{"id"};
                                          const auto ending = flag(object, "confirmed") ? Ending::confirmed : Ending::rolled_back;
                                          TrialEnd found{ending, text(object, "reason"), {}};
                                          for (const auto& path : list(object, "overtaken")) found.overtaken.push_back(bytes_from(path));
                                          return found;
                                        })
                         : Result<TrialEnd>(fail(bytes.error()));
  if (end) return *end;
  // Nothing was noted (the disk was full): the files tell.
  const bool went_back =
      std::ranges::any_of(trial.files, [&](const TriedFile& file) { return doors.files.read(file.path).value_or("") == file.before; });
  return {went_back ? Ending::rolled_back : Ending::confirmed, "ended by another process", {}};
}

/// The bytes of before, unless somebody has edited the file since.
Result<bool> put_one_back(doors::Files& files, const TriedFile& file) {
  const auto now = TRY(read_if_there(files, file.path));
  if (now == file.before) return true;
  const auto digest = digest_of(now);
  if (digest != file.after_digest && (!now || digest != file.between_digest)) return false;
  if (file.before)
    TRY_VOID(files.write(file.path, *file.before, kFileMode));
  else
    TRY_VOID(files.remove(file.path));
  return true;
}

Result<void> write_held(const TrialDoors& doors, const std::vector<TriedFile>& files) {
  if (files.empty()) return doors.files.remove(held_path(doors.folder));
  const json::object document{{"version", 1}, {"files", files_json(files)}};
  return doors.files.write(held_path(doors.folder), json::serialize(document) + "\n", kPrivate);
}

Result<void> hold(const TrialDoors& doors, const FileTrial& trial) {
  auto held = TRY(read_held(doors.files, doors.folder));
  for (const auto& file : trial.files) {
    std::erase_if(held, [&](const TriedFile& other) { return other.path == file.path; });
    held.push_back(file);
  }
  return write_held(doors, held);
}

Result<TrialEnd> undo(const TrialDoors& doors, const FileTrial& trial, const std::string& reason) {
  TrialEnd end{Ending::rolled_back, reason, {}};
  if (trial.kind == TrialKind::saved) {
    TRY_VOID(hold(doors, trial));
    return close(doors, trial, std::move(end));
  }
  if (doors.is_missing && doors.is_missing())
    return fail(Errc::unavailable, "the firewall's files are not there: is the cluster's file system mounted?", {},
                "they go back when they are there again");
  end.overtaken = TRY(put_back(doors.files, trial.files));
  return close(doors, trial, std::move(end));
}

std::string lateness(doors::Clock& clock, const FileTrial& trial) {
  return trial.boot_id == clock.boot_id() ? "nobody confirmed it in time" : "the machine has restarted before it was confirmed";
}

}  // namespace

FileTrial make_trial(doors::Clock& clock, TrialKind kind, std::string author, std::chrono::nanoseconds within,
                     std::vector<TriedFile> files) {
  const auto now = clock.boot_time();
  const auto boot = clock.boot_id();
  return {boot + "-" + std::to_string(now.count()),
          kind,
          std::move(author),
          format_moment(clock.wall_time()),
          boot,
          now + within,
          std::move(files)};
}

std::string format_trial(const FileTrial& trial) {
  const json::object object{{"version", 1},
                            {"author", bytes_value(trial.author)},
                            {"when", trial.when},
                            {"kind", trial.kind == TrialKind::command ? "command" : "saved"},
                            {"id", trial.id},
                            {"boot_id", trial.boot_id},
                            {"deadline_boottime_ns", trial.deadline.count()},
                            {"files", files_json(trial.files)}};
  return json::serialize(object) + "\n";
}

Result<void> begin_trial(const TrialDoors& doors, const FileTrial& trial) {
  if (const auto open = TRY(read_trial(doors.files, doors.folder)))
    return fail(Errc::conflict, "another change waits for its confirmation, by " + open->author, {},
                "\"drawbridge firewall confirm\" keeps it, \"drawbridge firewall rollback\" undoes it");
  return doors.files.write(trial_path(doors.folder), format_trial(trial), kPrivate);
}

Result<std::optional<FileTrial>> read_trial(doors::Files& files, const std::string& folder) {
  auto read = read_if_there(files, trial_path(folder));
  // The mark goes when its trial ends: gone while it was read is gone, and no reason to leave a way back undone.
  if (!read && read.error().code == Errc::conflict) read = read_if_there(files, trial_path(folder));
  const auto bytes = TRY(std::move(read));
  if (!bytes) return std::optional<FileTrial>();
  auto trial = parse_object(*bytes, trial_from);
  if (trial) return std::optional<FileTrial>(std::move(*trial));
  return fail(Errc::unavailable, "the mark of an open trial " + trial.error().what, {trial_path(folder), 0, 0},
              "the way back is not known: look at the firewall's files yourself, then move this file away");
}

bool is_over(doors::Clock& clock, const FileTrial& trial) {
  return trial.boot_id != clock.boot_id() || clock.boot_time() >= trial.deadline;
}

Result<TrialEnd> confirm_trial(const TrialDoors& doors, const std::string& only) {
  const auto lock = TRY(doors.files.lock(doors.lock, kLockPatience));
  const auto trial = TRY(read_trial(doors.files, doors.folder));
  if (!only.empty() && !trial) return fail(Errc::not_found, "no change waits for a confirmation");
  if (!only.empty() && trial->id != only)
    return fail(Errc::conflict, "another change waits for its confirmation, by " + trial->author, {}, "look at it before you keep it");
  if (trial && is_over(doors.clock, *trial)) {
    const std::string reason = lateness(doors.clock, *trial);
    TRY(undo(doors, *trial, reason));
    return fail(Errc::timed_out, "too late: " + reason + ", and it has been undone");
  }
  const bool held = !TRY(read_held(doors.files, doors.folder)).empty();
  if (!trial && !held) return fail(Errc::not_found, "no change waits for a confirmation");
  TRY_VOID(write_held(doors, {}));
  TrialEnd end{Ending::confirmed, "", {}};
  return trial ? close(doors, *trial, std::move(end)) : Result<TrialEnd>(std::move(end));
}

Result<TrialEnd> undo_trial(const TrialDoors& doors, const std::string& reason) {
  const auto lock = TRY(doors.files.lock(doors.lock, kLockPatience));
  return undo_trial_locked(doors, reason);
}

Result<std::vector<std::string>> put_back(doors::Files& files, const std::vector<TriedFile>& tried) {
  std::vector<std::string> overtaken;
  for (const auto& file : tried | std::views::reverse)
    if (!TRY(put_one_back(files, file))) overtaken.push_back(file.path);
  return overtaken;
}

Result<TrialEnd> undo_trial_locked(const TrialDoors& doors, const std::string& reason) {
  const auto trial = TRY(read_trial(doors.files, doors.folder));
  if (!trial) return fail(Errc::not_found, "no change waits for a confirmation");
  return undo(doors, *trial, reason);
}

Result<TrialEnd> recover_trial(const TrialDoors& doors) {
  const auto lock = TRY(doors.files.lock(doors.lock, kLockPatience));
  const auto trial = TRY(read_trial(doors.files, doors.folder));
  if (!trial || !is_over(doors.clock, *trial)) return TrialEnd();
  return undo(doors, *trial, lateness(doors.clock, *trial));
}

Result<TrialEnd> await_trial(const TrialDoors& doors, const FileTrial& trial, const Tell& tell) {
  for (;;) {
    const auto now = TRY(read_trial(doors.files, doors.folder));
    if (!now || now->id != trial.id) return ended_by_another(doors, trial);
    if (is_over(doors.clock, trial)) {
      const auto end = TRY(recover_trial(doors));
      return end.ending == Ending::nothing_to_do ? ended_by_another(doors, trial) : end;
    }
    const auto left = std::chrono::ceil<std::chrono::seconds>(trial.deadline - doors.clock.boot_time());
    if (tell) tell(Progress{"await", std::to_string(left.count()) + " s left to confirm", 0, 0});
    const auto slice = doors.clock.boot_time() + std::chrono::nanoseconds(kAwaitSlice);
    TRY(doors.files.wait_for_change(doors.folder, std::min(slice, trial.deadline)));
  }
}

Result<void> drop_trial(const TrialDoors& doors, const FileTrial& trial, const std::string& reason) {
  TRY(close(doors, trial, {Ending::confirmed, reason, {}}));
  return {};
}

Result<bool> release_overtaken(const TrialDoors& doors) {
  const auto lock = TRY(doors.files.lock(doors.lock, kLockPatience));
  auto held = TRY(read_held(doors.files, doors.folder));
  if (held.empty() || (doors.is_missing && doors.is_missing())) return false;
  std::vector<TriedFile> still;
  for (auto& file : held) {
    auto now = TRY(read_if_there(doors.files, file.path));
    if (now && now->empty()) now.reset();  // an empty file says what none says
    if (digest_of(now) == file.after_digest) still.push_back(std::move(file));
  }
  if (still.size() == held.size()) return false;
  TRY_VOID(write_held(doors, still));
  return true;
}

Result<std::vector<TriedFile>> read_held(doors::Files& files, const std::string& folder) {
  const auto bytes = TRY(read_if_there(files, held_path(folder)));
  if (!bytes) return std::vector<TriedFile>();
  auto held = parse_object(*bytes, files_from);
  if (held) return held;
  return fail(Errc::unavailable, "the list of files that are held back " + held.error().what, {held_path(folder), 0, 0},
              "move this file away: then the firewall's files are in force as they stand");
}

}  // namespace drawbridge::transaction
