#include "transaction/finish.h"

#include "transaction/commit.h"
#include "transaction/pending.h"
#include "transaction/way_back.h"

namespace drawbridge::transaction {
namespace {

constexpr auto kNotConfirmed = "it was not confirmed in time";

/// While its process waits the transaction is as it should be; in any other stage the process that held the lock has died.
Result<Outcome> finish_awaiting(const Work& work, const Journal& journal, Wish wish, const std::string& reason) {
  if (deadline_passed(work, journal)) return go_back(work, journal, kNotConfirmed);
  switch (wish) {
    case Wish::confirm: return commit(work, journal, reason);
    case Wish::roll_back: return go_back(work, journal, reason);
    case Wish::recover: break;
  }
  Outcome outcome;
  outcome.plan = journal.plan;
  outcome.reason = "a change is awaiting its confirmation";
  return outcome;
}

Result<Outcome> finish_commit(const Work& work, const Journal& journal) {
  work.say("commit", "completing a change that was confirmed");
  Outcome outcome;
  outcome.plan = journal.plan;
  TRY_VOID(complete_commit(work, journal, outcome));
  return outcome;
}

}  // namespace

bool deadline_passed(const Work& work, const Journal& journal) {
  if (journal.boot_id != work.doors.clock.boot_id()) return true;
  return journal.deadline && work.doors.clock.boot_time() >= *journal.deadline;
}

Result<Outcome> finish(const Work& work, const Journal& journal, Wish wish, const std::string& reason) {
  const bool other_boot = journal.boot_id != work.doors.clock.boot_id();
  switch (journal.stage) {
    case Stage::committing: return finish_commit(work, journal);
    case Stage::rolling_back: return go_back(work, journal, journal.reason);
    case Stage::executing:
    case Stage::awaiting: break;
  }
  if (other_boot) return go_back(work, journal, "the machine was restarted before the change was confirmed");
  if (journal.stage == Stage::executing) return go_back(work, journal, "the process that applied it was ended");
  return finish_awaiting(work, journal, wish, reason);
}

namespace {

Result<std::unique_ptr<doors::FileLock>> lock_transaction(const Work& work) {
  return work.doors.files.lock(transaction_lock(work.paths), kLockPatience);
}

Result<Outcome> finish_if_open(const Work& work, Wish wish, const std::string& reason, const std::string& only = {}) {
  const auto lock = TRY(lock_transaction(work));
  const auto journal = TRY(read_journal(work.doors.files, work.paths));
  if (journal && !only.empty() && journal->id != only)
    return fail(Errc::conflict, "another change is open, by " + journal->author, {}, "look at it before you keep it");
  if (journal) return finish(work, *journal, wish, reason);
  if (wish != Wish::recover) return fail(Errc::not_found, "no change is open", {}, "see `drawbridge network history` for what was applied");
  Outcome outcome;
  outcome.reason = "no change is open";
  return outcome;
}

}  // namespace

Result<Outcome> confirm(Doors doors, const Paths& paths, const Tell& tell, const std::string& only) {
  const Work work{doors, paths, tell};
  auto outcome = TRY(finish_if_open(work, Wish::confirm, "confirmed", only));
  if (outcome.ending != Ending::rolled_back) return outcome;
  return fail(Errc::timed_out, "too late, the change was rolled back: " + outcome.reason, {}, "apply it again");
}

Result<Outcome> roll_back(Doors doors, const Paths& paths, const std::string& reason, const Tell& tell) {
  return finish_if_open(Work{doors, paths, tell}, Wish::roll_back, reason);
}

Result<Outcome> recover(Doors doors, const Paths& paths, const Tell& tell) {
  return finish_if_open(Work{doors, paths, tell}, Wish::recover, {});
}

Result<Outcome> recover_and_wait(Doors doors, const Paths& paths, const Tell& tell) {
  for (;;) {
    auto outcome = recover(doors, paths, tell);
    const bool busy = !outcome && outcome.error().code == Errc::conflict;
    if (!busy && (!outcome || outcome->ending != Ending::nothing_to_do)) return outcome;
    const auto journal = TRY(read_journal(doors.files, paths));
    if (!journal) return Outcome{};
    const auto slice = doors.clock.boot_time() + std::chrono::nanoseconds(kAwaitSlice);
    TRY(doors.files.wait_for_change(transaction_folder(paths), std::min(slice, journal->deadline.value_or(slice))));
  }
}

Result<Status> status(Doors doors, const Paths& paths) {
  Status status;
  const auto held = [&](const std::string& path) {
    const auto lock = doors.files.lock(path, std::chrono::milliseconds(0));
    return !lock && lock.error().code == Errc::conflict;
  };
  const auto journal = TRY(read_journal(doors.files, paths));
  if (!journal) return status;
  status.stage = journal->stage;
  status.author = journal->author;
  status.id = journal->id;
  status.task = journal->task;
  status.plan = journal->plan;
  status.holder_alive = held(transaction_lock(paths)) || held(waiter_lock(paths));
  if (journal->boot_id != doors.clock.boot_id()) {
    status.remaining = std::chrono::nanoseconds(-1);
  } else if (journal->deadline) {
    status.remaining = *journal->deadline - doors.clock.boot_time();
  }
  return status;
}

Paths paths_below(const std::string& root) {
  const std::string base = root == "/" ? "" : root;
  return {base + "/etc/network/interfaces", base + "/etc/network/interfaces.new", base + "/var/lib/drawbridge", base + "/run/drawbridge",
          base + "/etc/network/.pve-interfaces.lock"};
}

}  // namespace drawbridge::transaction
