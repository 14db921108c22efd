// A model of the kernel small enough to be pure: what one operation does to a Snapshot, and what it refuses. The planner uses
// it to look ahead (an address that goes takes its routes with it), the fake kernel of the tests is made of it, and the
// contract suite (doors/kernel_contract.h) holds it against the real kernel.
#pragma once

#include "base/result.h"
#include "network/operation.h"
#include "network/snapshot.h"

namespace drawbridge::network {

/// Applies `operation`, side effects included (routes lost with their address, addresses lost with their link). On error
/// `snapshot` is unchanged; `os_errno` is what the kernel would answer. RunHook and unknown attributes change nothing.
Result<void> apply_to_model(Snapshot& snapshot, const Operation& operation);

}  // namespace drawbridge::network
