// The VLANs of a guest's port on a VLAN-aware bridge.
#pragma once

#include <vector>

#include "base/diagnostic.h"
#include "guest/nic.h"
#include "guest/node_network.h"

namespace drawbridge::guest {

/// What the port `device` of the bridge is a member of. Tagged VLANs are limited to the bridge's bridge-vids, with a warning about
/// those that are left out; a tag outside of them stays, with a warning that no uplink carries it.
std::vector<network::BridgeVlan> port_vlans(const Nic& nic, const std::string& device, const network::Link& bridge,
                                            const SourceLocation& where, const NodeNetwork& node, Diagnostics& warnings);

}  // namespace drawbridge::guest
