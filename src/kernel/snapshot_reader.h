// A whole Snapshot by a few dumps over one socket.
#pragma once

#include "base/result.h"
#include "kernel/socket.h"
#include "network/snapshot.h"

namespace drawbridge::kernel {

/// Everything that a Snapshot holds. Repeated, a bounded number of times, while the kernel reports that it changed during a dump
/// or a dump speaks of a link that an earlier one has not seen.
/// Errors: those of the socket; unavailable if the kernel never stood still.
Result<network::Snapshot> read_snapshot(Socket& socket);

}  // namespace drawbridge::kernel
