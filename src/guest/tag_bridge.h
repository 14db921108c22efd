// Helper bridges: a card with tag N on a bridge that isn't VLAN-aware is plugged into the bridge <bridge>vN, which a VLAN device
// <port>.N of each uplink joins to the outside. The same names and settings as Proxmox VE gives them, so the guests of both may
// share one; but the last guest that leaves takes the helper with it.
#pragma once

#include <set>
#include <string>

#include "guest/node_network.h"
#include "guest/port.h"

namespace drawbridge::guest {

/// "vmbr0v20", shortened where that is no name for a device.
std::string helper_name(std::string_view bridge, std::uint16_t tag);

/// Adds helper bridge and VLAN devices to `desired`; gives the helper's name.
/// Errors: as port_of.
Result<std::string> add_helper(const network::Link& bridge, std::uint16_t tag, const SourceLocation& where, const NodeNetwork& node,
                               network::Desired& desired);

/// True for a bridge by that name whose uplinks are VLAN N of other links, that has no addresses and stands in no file.
bool is_helper(const network::Link& bridge, const NodeNetwork& node);

/// The helper as if a file had asked for it: the `previous` of a plan that deletes it, with its VLAN devices.
void add_previous_helper(const network::Link& helper, const NodeNetwork& node, network::Desired& previous);

/// Helpers without any guest, except those that `needed` names.
std::vector<std::string> unused_helpers(const NodeNetwork& node, const std::set<std::string, std::less<>>& needed);

}  // namespace drawbridge::guest
