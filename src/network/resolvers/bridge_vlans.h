// The VLANs of a VLAN-aware bridge's ports.
#pragma once

#include "network/resolvers/option_table.h"

namespace drawbridge::network {

/// What the lines of one bridge say about the VLANs of its ports, read once for all of them.
class PortVlans {
 public:
  explicit PortVlans(const Interface& bridge);

  /// A port without any line of its own: untagged member of its PVID (1), tagged member of the bridge's bridge-vids. `own` is the
  /// port's stanza, or nullptr. Wrong values are reported and count as absent.
  Asked<std::vector<BridgeVlan>> vlans_of(const LowerLink& port, const Interface* own, Resolving& resolving) const;

 private:
  const Interface& bridge_;
  PortValues access_;
  PortValues pvid_;
  PortValues port_pvids_;
  PortValues port_vids_;
  PortValues untagged_;
};

}  // namespace drawbridge::network
