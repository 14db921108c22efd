#include "transaction/await.h"

#include <fmt/format.h>

#include <algorithm>

#include "transaction/finish.h"
#include "transaction/journal.h"
#include "transaction/way_back.h"

namespace drawbridge::transaction {
namespace {

Outcome ended_by_another(const Work& work, const Journal& journal) {
  Outcome outcome;
  outcome.plan = journal.plan;
  const auto ended = read_ended(work.doors.files, work.paths);
  if (ended && ended->id == journal.id) {
    outcome.ending = ended->ending;
    outcome.reason = ended->reason;
    outcome.generation = ended->generation;
    return outcome;
  }
  // The note could not be written (disk full): the history tells.
  const auto all = history(work.doors.files, work.paths);
  const bool made = all && !all->empty() && all->back().number == journal.generation;
  outcome.ending = made ? Ending::confirmed : Ending::rolled_back;
  outcome.generation = made ? journal.generation : 0;
  outcome.reason = "ended by another process";
  return outcome;
}

/// Takes the lock again and ends it, unless somebody was faster.
Result<Outcome> end_it(const Work& work, const Journal& journal, Wish wish, const std::string& reason) {
  const auto lock = TRY(work.doors.files.lock(transaction_lock(work.paths), kLockPatience));
  const auto now = TRY(read_journal(work.doors.files, work.paths));
  if (!now || now->id != journal.id) return ended_by_another(work, journal);
  return finish(work, *now, wish, reason);
}

bool probe_passes(const Work& work, const Request& request, const Reachable& before) {
  if (!request.probe_confirms || before.nothing()) return false;
  const auto passed = probe_after(work, request, before);
  if (!passed) work.say("probe", passed.error().what);
  return passed.has_value();
}

}  // namespace

Result<Outcome> await_confirmation(const Work& work, Journal journal, const Request& request, const Reachable& before,
                                   std::unique_ptr<doors::FileLock> lock) {
  journal.stage = Stage::awaiting;
  journal.deadline = work.doors.clock.boot_time() + *request.confirm_within;
  if (auto noted = write_journal(work.doors.files, work.paths, journal); !noted) {
    return go_back(work, journal, "the deadline could not be noted: " + noted.error().what, noted.error());
  }
  lock.reset();
  work.say("await", fmt::format("confirm within {} s", std::chrono::ceil<std::chrono::seconds>(*request.confirm_within).count()));
  while (!deadline_passed(work, journal)) {
    if (probe_passes(work, request, before)) return end_it(work, journal, Wish::confirm, "what answered before still answers");
    const auto slice = work.doors.clock.boot_time() + std::chrono::nanoseconds(kAwaitSlice);
    TRY(work.doors.files.wait_for_change(transaction_folder(work.paths), std::min(slice, *journal.deadline)));
    const auto now = TRY(read_journal(work.doors.files, work.paths));
    if (!now || now->id != journal.id) return ended_by_another(work, journal);
    const auto left = std::chrono::ceil<std::chrono::seconds>(*journal.deadline - work.doors.clock.boot_time());
    work.say("await", fmt::format("{} s left to confirm", std::max<long>(left.count(), 0)));
  }
  return end_it(work, journal, Wish::recover, {});
}

}  // namespace drawbridge::transaction
