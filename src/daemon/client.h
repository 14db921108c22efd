// The side of the command: offers itself to the service, and waits for its end there.
#pragma once

#include <optional>
#include <string>

#include "daemon/handoff.h"

namespace drawbridge::daemon {

/// Hands the command to the service that listens at `path` and gives its exit status; until then SIGINT, SIGTERM, SIGHUP and
/// SIGQUIT are passed on to it. nullopt: nobody listens, or the service is of another version or busy elsewhere: the command has
/// not begun and should be run here.
/// Error unavailable: the service ended while the command ran; what it had begun is finished by the transaction's guard.
Result<std::optional<int>> offer(const std::string& path, const Handoff& handoff);

/// Somebody listens at `path`.
bool is_served(const std::string& path);

}  // namespace drawbridge::daemon
