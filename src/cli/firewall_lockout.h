// Before a firewall file is written: who would not get in any more?
#pragma once

#include <span>

#include "base/result.h"
#include "cli/context.h"
#include "cli/firewall_editing.h"

namespace drawbridge::cli {

struct LockoutLook {
  bool turns_on = false;         ///< the node's own traffic is filtered from now on
  Diagnostics warnings;          ///< others who are cut off, with the cure
  std::optional<Error> refusal;  ///< why it is not to be written
};

/// The session that asks (SSH_CONNECTION), those of others that are there, and those that administrators of the local networks could
/// begin go through the rules as they are and as they would be. Refused, with the cure, if the one that asks would be cut off, or if
/// turning the firewall on leaves no administrator a way in; with --force these are warnings. Errors: those of reading.
Result<LockoutLook> look_for_lockout(Context& context, std::span<const FirewallWrite> writes);

/// Files of this root are in force on this machine, or would be if the service ran.
bool is_live(Context& context);

}  // namespace drawbridge::cli
