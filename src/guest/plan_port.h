// From a port as it should be to the operations that make it so, by the planner of network/ on the part of the snapshot that matters:
// one port costs the same among ten others and among a thousand.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "guest/port.h"
#include "network/plan.h"

namespace drawbridge::guest {

/// Plugs, changes or moves the port. A new helper bridge is complete before the port leaves its old bridge, and the helper that it
/// leaves as the last one goes. Empty: it is as it should be. A device that isn't there gives an empty plan: nothing is made for
/// a guest before it is there.
network::Plan plan_port(const Wiring& wiring, const NodeNetwork& node);

/// Takes the port out of its bridge, wherever that is; if it was the last one of a helper bridge, that goes with it. Empty for a
/// device that isn't there or is no port. `where` becomes the reason of the operations.
network::Plan plan_unplug(std::string_view device, const SourceLocation& where, const NodeNetwork& node);

/// Deletes the helpers (of unused_helpers) with their VLAN devices.
network::Plan plan_collect(const std::vector<std::string>& helpers, const NodeNetwork& node);

}  // namespace drawbridge::guest
