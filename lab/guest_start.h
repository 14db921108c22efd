// Lets a scenario's guests start, inside a world.
#pragma once

#include "base/result.h"
#include "lab/scenario.h"

namespace drawbridge::lab {

/// Guests without a configuration file are plugged in by the lab. For those with one, and for a firewall, Drawbridge's service is started,
/// their devices appear as a hypervisor makes them, and the guests boot once the service has wired them. Error timed_out if a device is not
/// wired, with what the service said.
Result<void> start_guests(const Scenario& scenario);

/// Returns when the kernel has the rules that the firewall's files ask for, if there are such files and nobody has stopped it.
/// Error timed_out, with what the service said.
Result<void> await_rules();

/// Where the service of a world writes.
inline constexpr const char* kServiceLog = "/run/drawbridge-lab/service.log";

}  // namespace drawbridge::lab
