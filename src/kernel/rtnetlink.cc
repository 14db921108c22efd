#include "kernel/rtnetlink.h"

#include <linux/netlink.h>

#include "kernel/batch.h"
#include "kernel/snapshot_reader.h"

namespace drawbridge::kernel {

Result<Rtnetlink> Rtnetlink::open() { return Rtnetlink(TRY(Socket::open(NETLINK_ROUTE))); }

Result<network::Snapshot> Rtnetlink::snapshot() { return read_snapshot(socket_); }

doors::Execution Rtnetlink::execute(std::span<const network::Operation> operations) { return Batch(socket_, operations).run(); }

}  // namespace drawbridge::kernel
