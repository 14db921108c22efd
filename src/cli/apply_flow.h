// One change of the system, from the request to the exit code: in a process of its own that survives the terminal, with its
// progress told and its question asked here.
#pragma once

#include "cli/apply_request.h"
#include "cli/context.h"

namespace drawbridge::cli {

struct Watch {
  bool ask_to_keep = false;  ///< a person is asked whether the change stays
  bool wait = true;          ///< false: return once the change is verified and awaits its confirmation
  bool silent = false;       ///< a good end is not told
};

/// Runs the transaction; where there is nothing to do, without another process. Prints progress, outcome, warnings; gives the exit
/// code of the contract.
Exit run_transaction(Context& context, const Prepared& prepared, const Watch& watch);

/// Where the service knows that a command before this one, with the same file and the same kernel, found nothing to do and nothing
/// to say, and the history still ends with this file: done. nullopt: look for yourself.
std::optional<Exit> find_settled(Context& context, const Source& source);

}  // namespace drawbridge::cli
