// Helper bridges: a card with tag N on a bridge that isn't VLAN-aware is plugged into the bridge <bridge>vN, which a VLAN device
// <port>.N of each uplink joins to the outside. The same names and settings as Proxmox VE gives them, so the guests of both may
// share one. What is made here carries a mark, as its alias: "drawbridge: vmbr0v44"; see tag_leftovers.h.
#pragma once

#include <string>

#include "guest/node_network.h"
#include "guest/port.h"

namespace drawbridge::guest {

/// "vmbr0v20", shortened where that is no name for a device.
std::string helper_name(std::string_view bridge, std::uint16_t tag);

/// "eno1.20", likewise.
std::string vlan_name(std::string_view device, std::uint16_t tag);

/// True for what was made for guests here and has kept its name and its mark since. A helper's parts that somebody else made never have it.
bool is_marked(const network::Link& link);

/// N of a bridge that is called "…vN", or would be if that were a name; 0: it isn't.
std::uint16_t helper_tag(const network::Link& bridge);

/// Adds helper bridge and VLAN devices to `desired`; gives the helper's name.
/// Errors: as port_of.
Result<std::string> add_helper(const network::Link& bridge, std::uint16_t tag, const SourceLocation& where, const NodeNetwork& node,
                               network::Desired& desired);

}  // namespace drawbridge::guest
