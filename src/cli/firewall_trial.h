// Changes of the firewall's files that are undone unless they are confirmed.
#pragma once

#include <chrono>
#include <optional>

#include "cli/context.h"
#include "transaction/file_trial.h"

namespace drawbridge::cli {

/// Where trials of the firewall's files are kept. Everything must outlive it.
transaction::TrialDoors trial_doors(doors::Files& files, doors::Clock& clock, const transaction::Paths& paths, const std::string& root,
                                    const std::string& node);
/// The same for the node that --node names. Errors: those of node_name.
Result<transaction::TrialDoors> trial_doors(Context& context);

/// How long the edit's confirmation is waited for; nullopt: it needs none. `turns_on`: it turns the node's filtering on.
std::optional<std::chrono::seconds> confirmation_window(Context& context, bool turns_on);

/// How the edit ended.
struct TrialTold {
  std::string outcome;  ///< "confirmed", "rolled-back", "awaiting"
  std::string reason;
  Exit exit = Exit::done;
};
/// After mark and files have been written and the lock was let go: waits for the confirmation, in a process of its own that outlives the
/// terminal; with --no-wait only that process does. Prints progress and warnings.
TrialTold watch_trial(Context& context, const transaction::TrialDoors& doors, const transaction::FileTrial& trial);

/// {"kind","author","remaining_seconds","files"} of the open trial, or null; paths of files that are held back.
struct TrialState {
  std::optional<transaction::FileTrial> open;
  std::vector<transaction::TriedFile> held;
  std::chrono::seconds remaining{};
};
Result<TrialState> read_trial_state(Context& context);
/// Notes about it; nothing, if all is as the files say.
void tell_trial(Context& context, const TrialState& state);

}  // namespace drawbridge::cli
