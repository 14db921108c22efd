// Where the frames of a link go: down through VLANs, bonds and bridges to the cards. Pure.
#pragma once

#include <set>
#include <string>

#include "network/snapshot.h"

namespace drawbridge::network {

/// What lies below a link.
struct Uplinks {
  std::set<std::string> ways;   ///< "enp5s0", "enp5s0 VLAN 5", "enp5s0 VLAN 7.5" (outer tag first): cards that are up, with the tags there
  std::set<std::string> links;  ///< every link on the ways, the first one included
  bool operator==(const Uplinks&) const = default;
};

/// Follows a link as the kernel would send a frame of it: a VLAN over its raw device, a bond over its slaves, a bridge over its ports that
/// carry the VLAN (guests' ports are no way out), VXLANs and tunnels over the device that they are bound to. A link that is down
/// leads nowhere. A link of any other kind, and a card, is an end.
Uplinks uplinks_of(const Snapshot& snapshot, const std::string& link);

}  // namespace drawbridge::network
