// What is wrong with links that are configured as asked: cables, switches, bonds that carry less than their file promises. A plan
// can't mend any of it, so it is told to people instead (`network status`).
#pragma once

#include "base/diagnostic.h"
#include "network/snapshot.h"

namespace drawbridge::network {

/// Findings about what the kernel holds, all of them warnings, without places, in the order of the links' names. Each cause is told once,
/// at the link nearest to it. Codes:
/// - bond-partners-differ: links of an 802.3ad bond that hear LACP, and ended in different aggregators: only one of these carries traffic
/// - bond-no-partner: nobody speaks LACP at the other end
/// - bond-slave-down: a link of a bond does not work, another one does
/// - bond-dead: no link of a bond works, or it has none
/// - vlan-parent-down: a raw device of VLANs is down, or has no carrier
/// - bridge-port-no-carrier, bridge-port-blocked: a port of a bridge other than a guest's carries nothing
/// - link-no-carrier: an interface with addresses has no carrier
Diagnostics find_live(const Snapshot& snapshot);

}  // namespace drawbridge::network
