// Lets a scenario's guests start, inside a world.
#pragma once

#include "base/result.h"
#include "lab/scenario.h"

namespace drawbridge::lab {

/// Guests without a configuration file are plugged in by the lab. For those with one Drawbridge's service is started, their devices appear
/// as a hypervisor makes them, and the guests boot once the service has wired them.
/// Error timed_out if a device is not wired, with what the service said.
Result<void> start_guests(const Scenario& scenario);

/// Where the service of a world writes.
inline constexpr const char* kServiceLog = "/run/drawbridge-lab/service.log";

}  // namespace drawbridge::lab
