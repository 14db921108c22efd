// What a VM is to its node's network, without the VM: a tap device in the node, and a process that carries frames between it and the
// guest's card. Here the card is another tap, in the guest's namespace.
#pragma once

#include <sys/types.h>

#include <optional>

#include "base/result.h"
#include "lab/scenario.h"

namespace drawbridge::lab {

/// Starts the process that makes the devices of all VMs' cards, each with its card's queues and MAC, and carries their frames, and comes
/// back when they are there. A card whose link is down has no carrier, and nothing is carried. The devices go when the process does, with
/// the world. No VMs, no process. Errors: no /dev/net/tun, those of making devices.
Result<void> start_guest_wires(const Scenario& scenario);

}  // namespace drawbridge::lab
