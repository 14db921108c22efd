// Settings of network drivers (Link::ethtool), by the ioctls of linux/ethtool.h. Netlink has a family for them as well, but its dumps
// speak of every link, VLANs and bridges included, where only the few links with a driver have anything to tell.
#pragma once

#include "base/result.h"
#include "network/snapshot.h"

namespace drawbridge::kernel {

/// True for links whose driver is asked: no kind, or one end of a cable; never the loopback and never the ports of guests.
bool has_driver_settings(const network::Link& link);

/// What the driver tells. `control` is any datagram socket in the link's network namespace. Offloads that can't be changed are told
/// as well; speed and duplex only without autonegotiation, because with it they are what the other end agreed to.
network::Attributes read_ethtool(int control, const std::string& link);

/// Changes the settings: rings, then offloads in one step, then FEC, then speed with duplex and autonegotiation.
/// Errors: unsupported for a name that is not known or only read; the system's error for what the driver refuses, or the name of
/// an offload that the driver leaves as it was.
Result<void> write_ethtool(int control, const std::string& link, const network::Attributes& settings);

}  // namespace drawbridge::kernel
