// A guest's card and the node's network in, the port that it should be out. Pure; the planner of network/ makes the steps from it.
//
// | the card's bridge               | what becomes of the card                                                             |
// |---------------------------------|--------------------------------------------------------------------------------------|
// | plain                           | a port of it                                                                         |
// | plain, and the card has a tag N | a port of the helper bridge <bridge>vN, with <port>.N of each uplink; see tag_bridge.h   |
// | VLAN-aware                      | a port of it, with VLANs: tag, trunks, or what "bridge-guest-untagged" says          |
// | not there (yet)                 | waits for it                                                                         |
// | Open vSwitch                    | a later version's work                                                               |
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "base/diagnostic.h"
#include "guest/nic.h"
#include "guest/node_network.h"
#include "network/desired.h"

namespace drawbridge::guest {

/// The port, and what has to be made below it.
struct Wiring {
  std::string device;        ///< the guest's device on the host, whether it is there or not
  std::string bridge;        ///< whose port it is: the card's bridge or a helper of it; empty: of none, its cable is pulled
  network::Desired desired;  ///< the device, the helper bridge and its VLANs
  Diagnostics warnings;
};
/// The bridge is not there. Not a failure: it may come any moment.
struct Waiting {
  std::string device;
  std::string bridge;
  Diagnostic why;
};
/// This version can't wire it.
struct Unsupported {
  Diagnostic why;
};
/// The card has no port on the host: QEMU's own network.
struct NoPort {};

using Port = std::variant<Wiring, Waiting, Unsupported, NoPort>;

/// `where`: the card's line in the guest's configuration, which every part of the result names as its cause.
/// Errors: invalid_input for what can't be, whatever comes: trunks on a bridge that isn't VLAN-aware, a tag on one without uplink, an
/// MTU above the bridge's, a bridge that is none; conflict for VLAN N of an uplink that somebody else uses. All have a hint.
/// `device`: what the host calls the card, if it isn't device_name's (another hypervisor made it); empty: it is.
Result<Port> port_of(const Nic& nic, Vmid vmid, const SourceLocation& where, const NodeNetwork& node, std::string_view device = {});

}  // namespace drawbridge::guest
