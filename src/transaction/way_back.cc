#include "transaction/way_back.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/digest.h"
#include "base/text.h"
#include "transaction/ending.h"
#include "transaction/execute.h"
#include "transaction/generations.h"
#include "transaction/pending.h"

namespace drawbridge::transaction {
namespace {

std::string hook_key(const network::RunHook& hook) {
  return fmt::format("{} {} {}", hook.link, network::hook_phase_name(hook.phase), hook.command);
}

/// Hooks have no state to read: what the way back runs is the opposite of hooks whose begin is in the journal.
bool a_hook_was_started(const Journal& journal, const std::string& link) {
  return std::ranges::any_of(journal.hooks_started, [&](std::size_t index) {
    if (index >= journal.plan.operations.size()) return false;
    const auto* hook = std::get_if<network::RunHook>(&journal.plan.operations[index].operation);
    return hook != nullptr && hook->link == link;
  });
}

/// True if the plan makes or deletes the link: then the way back has to make it again.
bool is_remade(const network::Plan& plan, const std::string& name) {
  return std::ranges::any_of(plan.operations, [&](const network::PlannedOperation& planned) {
    const auto* made = std::get_if<network::CreateLink>(&planned.operation);
    const auto* deleted = std::get_if<network::DeleteLink>(&planned.operation);
    return (made != nullptr && made->name == name) || (deleted != nullptr && deleted->name == name);
  });
}

/// A card that was pulled out, or the port of a guest that has stopped, cannot be brought back, and must not keep the transaction
/// open for ever.
std::vector<std::string> forget_vanished_links(network::Snapshot& before, const network::Plan& plan, const network::Snapshot& now) {
  std::vector<std::string> vanished;
  for (const auto& [name, link] : before.links) {
    if (!now.links.contains(name) && !is_remade(plan, name)) vanished.push_back(name);
  }
  const auto gone = [&](const std::string& link) { return std::ranges::find(vanished, link) != vanished.end(); };
  for (const auto& name : vanished) before.links.erase(name);
  std::erase_if(before.addresses, [&](const auto& address) { return gone(address.link); });
  std::erase_if(before.routes,
                [&](const auto& route) { return std::ranges::any_of(route.nexthops, [&](const auto& hop) { return gone(hop.link); }); });
  std::erase_if(before.bridge_vlans, [&](const auto& vlan) { return gone(vlan.link); });
  std::erase_if(before.qdiscs, [&](const auto& qdisc) { return gone(qdisc.link); });
  std::erase_if(before.fdb, [&](const auto& entry) { return gone(entry.link); });
  std::erase_if(before.port_fdb, [&](const auto& entry) { return gone(entry.link); });
  std::erase_if(before.dhcp_clients, [&](const auto& client) { return gone(client.link); });
  return vanished;
}

/// One attempt: read, plan, execute. The error of the execution, if there was one, is only a reason if the comparison fails.
Result<std::optional<Error>> restore_once(const Work& work, Journal& journal, Outcome& outcome) {
  const auto now = TRY(work.doors.kernel.snapshot());
  const auto inverse = network::make_inverse(journal.before, journal.plan, now);
  // Noted when it has ended: after a crash in the middle it runs once more, since half an undoing is worse than two.
  const HookNotes notes{[&](std::size_t, const network::RunHook& hook) -> Result<bool> {
                          return a_hook_was_started(journal, hook.link) && !journal.hooks_undone.contains(hook_key(hook));
                        },
                        [&](const network::RunHook& hook) {
                          journal.hooks_undone.insert(hook_key(hook));
                          // A full disk must not stop the way back.
                          if (auto noted = write_journal(work.doors.files, work.paths, journal); !noted)
                            work.say("rollback", noted.error().what);
                        }};
  auto executed = run_operations(work, "rollback", inverse.operations, notes);
  outcome.warnings.insert(outcome.warnings.end(), executed.warnings.begin(), executed.warnings.end());
  return executed.error;
}

Result<void> restore_kernel(const Work& work, Journal& journal, Outcome& outcome) {
  std::chrono::nanoseconds pause = std::chrono::milliseconds(50);
  std::string obstacle;
  for (int attempt = 0; attempt < kWayBackAttempts; ++attempt) {
    if (attempt > 0) work.doors.clock.sleep(pause *= 2);
    const auto refused = TRY(restore_once(work, journal, outcome));
    const auto now = TRY(work.doors.kernel.snapshot());
    auto before = journal.before;
    const auto vanished = forget_vanished_links(before, journal.plan, now);
    const auto is = network::comparable(now, journal.plan);
    const auto should_be = network::comparable(before, journal.plan);
    if (is == should_be) {
      for (const auto& name : vanished) {
        outcome.warnings.push_back({{}, Severity::warning, "link-vanished", name + " is no longer there and was not restored", "", {}});
      }
      return {};
    }
    obstacle = join(differences(is, should_be), "; ");
    if (refused) obstacle += "; " + refused->what;
  }
  return fail(Errc::unavailable, "the way back did not reach the state before: " + obstacle, {},
              "the journal is kept; `drawbridge network recover` tries again");
}

Result<void> restore_hand_edited(const Work& work, const Journal& journal, Outcome& outcome) {
  auto& files = work.doors.files;
  const auto last = TRY(find_latest_generation(files, work.paths, journal.generation_is_new ? journal.generation : 0));
  if (!last || last->digest == sha256_hex(journal.bytes)) return {};
  const auto bytes = read_generation(files, work.paths, last->number);
  if (!bytes) {
    // Damaged: the edit stays where it is, since there is nothing better to put in its place.
    outcome.warnings.push_back(to_diagnostic(bytes.error(), "generation-damaged"));
    return {};
  }
  const PendingOrigin origin{last->digest, journal.author, journal.when};
  const auto kept = TRY(keep_aside(files, work.paths, journal.bytes, origin));
  TRY_VOID(files.write(work.paths.interfaces, *bytes));
  outcome.warnings.push_back({{work.paths.interfaces, 0, 0},
                              Severity::warning,
                              "edit-kept-aside",
                              fmt::format("holds generation {} again; your edit of it is kept as {}", last->number, kept),
                              "correct it there and apply again",
                              {}});
  return {};
}

/// `interfaces` as it was, except that an edit by hand which just failed makes way for the last file that worked.
Result<void> restore_files(const Work& work, const Journal& journal, Outcome& outcome) {
  auto& files = work.doors.files;
  if (journal.partial) return {};
  const auto lock = TRY(files.lock(work.paths.edit_lock, kEditPatience));
  const auto current = TRY(read_if_there(files, work.paths.interfaces));
  if (current != journal.bytes) return {};
  if (!journal.from_pending) return restore_hand_edited(work, journal, outcome);
  if (journal.running_before == journal.bytes) return {};
  return journal.running_before ? files.write(work.paths.interfaces, *journal.running_before) : files.remove(work.paths.interfaces);
}

Result<void> discard_generations(const Work& work, const Journal& journal) {
  if (!journal.generation_is_new) return {};
  TRY_VOID(remove_generation(work.doors.files, work.paths, journal.generation));
  if (journal.baseline != 0) TRY_VOID(remove_generation(work.doors.files, work.paths, journal.baseline));
  return {};
}

}  // namespace

Result<Outcome> go_back(const Work& work, Journal journal, const std::string& reason, const std::optional<Error>& cause) {
  work.say("rollback", reason);
  const bool was_committing = journal.stage == Stage::committing;
  journal.stage = Stage::rolling_back;
  journal.reason = reason;
  if (auto noted = write_journal(work.doors.files, work.paths, journal); !noted) {
    // Without the note a crash now would complete the change; in any earlier stage it would lead back all the same.
    if (was_committing) return fail(noted.error());
    work.say("rollback", "could not note the way back: " + noted.error().what);
  }
  Outcome outcome;
  outcome.ending = Ending::rolled_back;
  outcome.reason = reason;
  outcome.error = cause;
  outcome.plan = journal.plan;
  // Another boot's kernel starts empty: the old files build the old state.
  if (journal.boot_id == work.doors.clock.boot_id()) TRY_VOID(restore_kernel(work, journal, outcome));
  TRY_VOID(restore_files(work, journal, outcome));
  TRY_VOID(discard_generations(work, journal));
  TRY_VOID(end_transaction(work, journal, outcome));
  work.say("rollback", "everything is as it was before");
  return outcome;
}

}  // namespace drawbridge::transaction
