// No port is wired while the rules that there should be are not in force: what the service sees to, for ports that are wired by hand.
#pragma once

#include "base/result.h"
#include "cli/context.h"

namespace drawbridge::cli {

/// Waits for the service, if one runs, to put rules into force. Nothing to wait for: the firewall is off or stopped. Error unavailable:
/// there are still none.
Result<void> wait_for_rules(Context& context);

}  // namespace drawbridge::cli
