// What the stanzas of bridges say about the guests that are plugged into them. From the active file only: what is pending does not
// touch a running guest.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "guest/nic.h"
#include "network/interface.h"

namespace drawbridge::guest {

/// Where untagged frames of a guest belong on a VLAN-aware bridge, if its card names no tag ("bridge-guest-untagged").
enum class Untagged : std::uint8_t {
  unsaid,  ///< as access, but a port that already carries all VLANs keeps them, with a warning
  access,  ///< to the bridge's PVID, and it has no other VLAN
  trunk,   ///< to the bridge's PVID, and a card without trunks has all VLANs of the bridge, tagged
  none,    ///< nowhere: they are dropped
};

struct BridgePolicy {
  SourceLocation where;         ///< the stanza
  bool is_openvswitch = false;  ///< an OVS bridge
  bool learns = true;           ///< false: "bridge-disable-mac-learning 1"; guests' ports know their guest's MAC only
  bool isolates = false;        ///< "bridge-guest-isolation yes": guests reach no other guest on the bridge
  Untagged untagged = Untagged::unsaid;
  std::vector<VlanRange> vids;     ///< "bridge-vids", sorted and without overlaps; empty: 2-4094
  std::vector<std::string> ports;  ///< "bridge-ports", as the links are called
};

/// By bridge. A name without an entry is in no file.
struct BridgePolicies {
  std::map<std::string, BridgePolicy, std::less<>> bridges;
  std::set<std::string, std::less<>> described;  ///< all links that the file speaks of
  Diagnostics diagnostics;                       ///< values that are none; they count as absent

  /// The usual policy for a bridge that no file speaks of.
  const BridgePolicy& of(std::string_view bridge) const;
};

/// `desired` is resolve(model)'s: it knows the ports of each bridge.
BridgePolicies bridge_policies(const network::Model& model, const network::Desired& desired);

}  // namespace drawbridge::guest
