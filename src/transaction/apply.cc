#include <fmt/format.h>

#include <algorithm>

#include "base/digest.h"
#include "transaction/await.h"
#include "transaction/commit.h"
#include "transaction/ending.h"
#include "transaction/execute.h"
#include "transaction/finish.h"
#include "transaction/generations.h"
#include "transaction/moment.h"
#include "transaction/pending.h"
#include "transaction/verify.h"
#include "transaction/way_back.h"

namespace drawbridge::transaction {
namespace {

/// Ends what a crash left, or refuses if another transaction may still be confirmed.
Result<Diagnostics> clear_the_way(const Work& work) {
  const auto journal = TRY(read_journal(work.doors.files, work.paths));
  if (!journal) return Diagnostics{};
  if (journal->stage == Stage::awaiting && !deadline_passed(work, *journal)) {
    const auto left = std::chrono::ceil<std::chrono::seconds>(*journal->deadline - work.doors.clock.boot_time());
    return fail(Errc::conflict, fmt::format("a change by {} is awaiting its confirmation for another {} s", journal->author, left.count()),
                {}, "`drawbridge network confirm` keeps it, `drawbridge network rollback` undoes it");
  }
  const auto outcome = TRY(finish(work, *journal, Wish::recover, {}));
  if (outcome.ending == Ending::confirmed) {
    return fail(Errc::conflict, fmt::format("an interrupted change by {} was just completed, so the files have changed", journal->author),
                {}, "look at `drawbridge network diff` and apply again");
  }
  return Diagnostics{{{},
                      Severity::warning,
                      "interrupted-change",
                      fmt::format("an interrupted change by {} was rolled back first: {}", journal->author, outcome.reason),
                      "",
                      {}}};
}

/// The files are still those that the request was made from.
Result<PendingState> check_source(const Work& work, const Request& request) {
  auto state = TRY(read_pending(work.doors.files, work.paths));
  const auto& source = request.from_pending ? state.pending : state.running;
  const auto& path = request.from_pending ? work.paths.pending : work.paths.interfaces;
  if (!request.partial && source.value_or("") != request.bytes) {
    return fail(Errc::conflict, path + " was changed since it was read", {}, "look at the new plan and apply again");
  }
  if (request.from_pending && !request.partial && !request.ignore_changed_base && state.base_changed()) {
    return fail(Errc::conflict, fmt::format("{} was edited by hand since the pending change was begun", work.paths.interfaces), {},
                "applying would undo that edit: take it over into the pending file, or revert the pending file");
  }
  return state;
}

/// What the journal says of the files; the kernel's part is still empty.
Result<Journal> begin(const Work& work, const Request& request, const PendingState& files) {
  auto& clock = work.doors.clock;
  Journal journal;
  journal.boot_id = clock.boot_id();
  journal.id = fmt::format("{}/{}", journal.boot_id, clock.boot_time().count());
  journal.author = request.author;
  journal.task = request.task;
  journal.when = format_moment(clock.wall_time());
  journal.session = request.session;
  journal.from_pending = request.from_pending;
  journal.partial = request.partial;
  journal.bytes = request.bytes;
  journal.running_before = files.running;
  const auto latest = TRY(find_latest_generation(work.doors.files, work.paths));
  journal.generation_is_new = !request.partial && !(latest && latest->digest == sha256_hex(request.bytes));
  journal.generation = latest ? latest->number : 0;
  if (!journal.generation_is_new) return journal;
  // An empty history begins with what was there before, so that the first change can be undone later too.
  if (!latest && request.from_pending && files.running) journal.baseline = ++journal.generation;
  ++journal.generation;
  return journal;
}

/// `now`: the kernel's state.
Result<Journal> make_journal(const Work& work, const Request& request, const PendingState& files, const network::Snapshot& now) {
  auto journal = TRY(begin(work, request, files));
  journal.plan = network::make_plan(now, request.desired, request.previous);
  if (!journal.plan.empty()) journal.before = network::needed_for_way_back(now, journal.plan);
  return journal;
}

/// A write can fail after the file has its name (the folder could not be synced): then nothing has begun, and none must be found.
Result<void> begin_journal(const Work& work, const Journal& journal) {
  auto noted = write_journal(work.doors.files, work.paths, journal);
  if (!noted) std::ignore = remove_journal(work.doors.files, work.paths);
  return noted;
}

/// Every operation, then the proof. The error leads back.
struct Attempt {
  std::optional<std::size_t> failed;
  std::optional<Error> error;
  Diagnostics warnings;
  std::chrono::nanoseconds execution{};
};
Attempt attempt(const Work& work, const Request& request, Journal& journal) {
  const auto began = work.doors.clock.boot_time();
  const auto before_hook = [&](std::size_t index, const network::RunHook&) -> Result<bool> {
    journal.hooks_started.insert(index);
    TRY_VOID(write_journal(work.doors.files, work.paths, journal));
    return true;
  };
  const auto executed = run_operations(work, "execute", journal.plan.operations, {before_hook, {}});
  Attempt result{executed.failed, executed.error, executed.warnings, work.doors.clock.boot_time() - began};
  if (result.error) return result;
  work.say("verify", "reading the kernel again");
  if (auto proof = verify(work, request.desired, request.previous); !proof) result.error = proof.error();
  return result;
}

Result<Outcome> carry_out(const Work& work, const Request& request, Journal& journal, const Reachable& reachable,
                          std::unique_ptr<doors::FileLock> lock) {
  const auto tried = attempt(work, request, journal);
  const auto finish_up = [&](Result<Outcome> ended) {
    if (!ended) return ended;
    ended->failed = tried.failed;
    ended->execution = tried.execution;
    if (!tried.error) ended->facts_verified = count_facts(request.desired);
    ended->warnings.insert(ended->warnings.begin(), tried.warnings.begin(), tried.warnings.end());
    return ended;
  };
  if (tried.error) return finish_up(go_back(work, journal, tried.error->what, tried.error));
  if (request.confirm_within) return finish_up(await_confirmation(work, journal, request, reachable, std::move(lock)));
  if (const auto passed = probe_after(work, request, reachable); !passed) {
    return finish_up(go_back(work, journal, passed.error().what, passed.error()));
  }
  return finish_up(commit(work, journal, "the kernel holds what the files ask for"));
}

bool changes_file(const Journal& journal) { return journal.from_pending && journal.running_before != journal.bytes; }

/// Kernel and files are as they should be.
Result<Outcome> note_agreement(const Work& work, const Journal& journal) {
  Outcome outcome;
  if (journal.partial) return outcome;
  const auto lock = TRY(work.doors.files.lock(work.paths.edit_lock, kEditPatience));
  TRY_VOID(settle_pending(work.doors.files, work.paths, journal.bytes, journal.from_pending));
  outcome.reason = "the kernel holds what the files ask for already";
  outcome.generation = journal.generation;
  return outcome;
}

/// No operation: only the files may have to be made to agree.
Result<Outcome> agree_on_files(const Work& work, const Request& request, const Journal& journal) {
  Outcome outcome;
  if (journal.generation_is_new || changes_file(journal)) {
    TRY_VOID(begin_journal(work, journal));
    outcome = TRY(commit(work, journal, "the kernel holds what the files ask for already"));
    // Noting a first generation of what is there anyway changes nothing for anybody.
    if (!changes_file(journal) && journal.generation == 1 && outcome.ending == Ending::confirmed) outcome.ending = Ending::nothing_to_do;
  } else {
    outcome = TRY(note_agreement(work, journal));
  }
  outcome.plan = journal.plan;
  outcome.facts_verified = count_facts(request.desired);
  return outcome;
}

}  // namespace

Result<Outcome> apply(Doors doors, const Paths& paths, const Request& request, const Tell& tell) {
  const Work work{doors, paths, tell};
  work.say("lock", "taking the transaction lock");
  auto lock = TRY(doors.files.lock(transaction_lock(paths), kLockPatience));
  auto warnings = TRY(clear_the_way(work));
  const auto files = TRY(check_source(work, request));
  const auto now = TRY(doors.kernel.snapshot());
  auto journal = TRY(make_journal(work, request, files, now));
  warnings.insert(warnings.end(), journal.plan.warnings.begin(), journal.plan.warnings.end());
  const auto with_warnings = [&](Result<Outcome> ended) {
    if (ended) ended->warnings.insert(ended->warnings.begin(), warnings.begin(), warnings.end());
    return ended;
  };
  if (journal.plan.empty()) return with_warnings(agree_on_files(work, request, journal));

  // Not being able to say that we wait is no reason not to apply.
  const auto waiting = doors.files.lock(waiter_lock(paths), std::chrono::milliseconds(200));
  const bool must_probe = !request.takes_down && (!request.confirm_within || request.probe_confirms);
  const auto reachable = must_probe ? probe_before(work, request, now) : Reachable{};
  work.say("journal", "noting the state before the change");
  TRY_VOID(begin_journal(work, journal));
  return with_warnings(carry_out(work, request, journal, reachable, std::move(lock)));
}

Result<std::optional<Outcome>> agree(Doors doors, const Paths& paths, const Request& request, const network::Plan& plan) {
  if (!plan.empty()) return std::nullopt;
  const Tell nobody;
  const Work work{doors, paths, nobody};
  const auto lock = TRY(doors.files.lock(transaction_lock(paths), kLockPatience));
  if (TRY(read_journal(doors.files, paths))) return std::nullopt;
  const auto files = TRY(check_source(work, request));
  const auto journal = TRY(begin(work, request, files));
  if (journal.generation_is_new || changes_file(journal)) return std::nullopt;
  auto outcome = TRY(note_agreement(work, journal));
  outcome.warnings = plan.warnings;
  outcome.plan = plan;
  outcome.facts_verified = count_facts(request.desired);
  return outcome;
}

}  // namespace drawbridge::transaction
