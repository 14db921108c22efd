#include "transaction/commit.h"

#include <fmt/format.h>

#include "base/digest.h"
#include "transaction/ending.h"
#include "transaction/generations.h"
#include "transaction/pending.h"
#include "transaction/way_back.h"

namespace drawbridge::transaction {
namespace {

Result<void> prepare_generations(const Work& work, const Journal& journal) {
  if (!journal.generation_is_new) return {};
  if (journal.baseline != 0) {
    const Generation found{journal.baseline, journal.when, "", "what was there before the first change", ""};
    TRY_VOID(write_generation(work.doors.files, work.paths, found, journal.running_before.value_or("")));
  }
  const Generation made{journal.generation, journal.when, journal.author, summarise(journal.plan), ""};
  return write_generation(work.doors.files, work.paths, made, journal.bytes);
}

Result<void> replace_interfaces(const Work& work, const Journal& journal, Outcome& outcome) {
  auto& files = work.doors.files;
  const auto current = TRY(read_if_there(files, work.paths.interfaces));
  if (current == journal.bytes) return {};
  if (!journal.from_pending) {
    outcome.warnings.push_back({{work.paths.interfaces, 0, 0},
                                Severity::warning,
                                "edited-meanwhile",
                                "was edited again while the change was awaiting its confirmation; that edit is not applied",
                                "apply it with `drawbridge network apply`",
                                {}});
    return {};
  }
  if (current && current != journal.running_before) {
    const PendingOrigin origin{sha256_hex(journal.bytes), "", journal.when};
    const auto kept = TRY(keep_aside(files, work.paths, *current, origin));
    outcome.warnings.push_back({{work.paths.interfaces, 0, 0},
                                Severity::warning,
                                "edited-meanwhile",
                                "was edited by hand while a pending change was being applied; that edit is kept as " + kept,
                                "bring the two together and apply again",
                                {}});
  }
  return files.write(work.paths.interfaces, journal.bytes);
}

}  // namespace

Result<void> complete_commit(const Work& work, const Journal& journal, Outcome& outcome) {
  if (!journal.partial) {
    const auto lock = TRY(work.doors.files.lock(work.paths.edit_lock, kEditPatience));
    TRY_VOID(replace_interfaces(work, journal, outcome));
    TRY_VOID(settle_pending(work.doors.files, work.paths, journal.bytes, journal.from_pending));
    TRY_VOID(prune_generations(work.doors.files, work.paths));
  }
  outcome.ending = Ending::confirmed;
  outcome.reason = journal.reason;
  outcome.generation = journal.generation;
  return end_transaction(work, journal, outcome);
}

Result<Outcome> commit(const Work& work, Journal journal, const std::string& reason) {
  work.say("commit", "making the change permanent");
  Outcome outcome;
  outcome.plan = journal.plan;
  const auto back = [&](const Error& error) {
    return go_back(work, journal, "the change could not be made permanent: " + error.what, error);
  };

  if (auto prepared = prepare_generations(work, journal); !prepared) return back(prepared.error());
  const auto before_commit = journal;
  journal.stage = Stage::committing;
  journal.reason = reason;
  if (auto noted = write_journal(work.doors.files, work.paths, journal); !noted) {
    journal = before_commit;
    return back(noted.error());
  }
  const auto completed = complete_commit(work, journal, outcome);
  if (completed) return outcome;
  const auto current = read_if_there(work.doors.files, work.paths.interfaces);
  const bool still_old =
      journal.from_pending && !journal.partial && current && *current == journal.running_before && *current != journal.bytes;
  if (still_old) return back(completed.error());
  auto error = completed.error();
  error.what = "the change is confirmed, but tidying up did not end: " + error.what;
  error.hint = "`drawbridge network recover` finishes it";
  return fail(error);
}

}  // namespace drawbridge::transaction
