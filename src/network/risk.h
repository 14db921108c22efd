// What a plan does to those who depend on the node's addresses: first of all to the person who asks for it.
#pragma once

#include <string>
#include <vector>

#include "base/address.h"
#include "base/diagnostic.h"
#include "network/plan.h"
#include "network/snapshot.h"

namespace drawbridge::network {

/// The two ends of the connection over which somebody asks.
struct SessionEnds {
  IpAddress local;
  IpAddress peer;
  bool operator==(const SessionEnds&) const = default;
};

/// What the kernel will hold after the plan, as the model sees it. Operations that the model refuses are passed over.
Snapshot outcome_of(const Snapshot& before, const Plan& plan);

/// Whether the plan takes away what carries the session: its address ("session-address"), the way to its peer ("session-route",
/// looked up in the VRF of its address; "session-vrf" if that changes), the links below, through VLANs, bonds and bridges down to
/// the cards ("session-link"); else whether it interrupts one of them ("session-pause"). Warnings, at the lines that ask for it; empty
/// if nothing of it changes, or if the session's address is none of this node (console, NAT).
Diagnostics session_risk(const Plan& plan, const Snapshot& before, const Snapshot& after, const SessionEnds& session);

/// Bridges with guests that have an uplink before and none after ("guests-cut-off"). Warnings.
Diagnostics guest_risk(const Plan& plan, const Snapshot& before, const Snapshot& after);

/// Addresses and default gateways that the node gains, loses or moves, one line each: "loses 100.64.0.102/22 on vmbr0",
/// "default gateway 100.64.0.1 on vmbr0 → none". Link-local and learned addresses are left out.
std::vector<std::string> reach_summary(const Snapshot& before, const Snapshot& after);

}  // namespace drawbridge::network
