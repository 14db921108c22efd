// Before a firewall file is written: would whoever asks still get in?
#pragma once

#include <span>

#include "base/result.h"
#include "cli/context.h"
#include "cli/firewall_editing.h"

namespace drawbridge::cli {

/// The session that asks (SSH_CONNECTION), begun anew, goes through the rules as they are and as they would be. Error conflict, with the
/// cure, if it gets in now and would not then; nothing with --force, or if nobody asks from afar.
Result<void> check_lockout(Context& context, std::span<const FirewallWrite> writes);

}  // namespace drawbridge::cli
