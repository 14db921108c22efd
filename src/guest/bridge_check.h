// Whether the node's network has what a card asks for: its bridge, VLANs, MTU.
#pragma once

#include "guest/nic.h"
#include "network/interface.h"

namespace drawbridge::guest {

/// Errors are what can't work as both files stand; warnings, what doesn't work yet (a bridge that may still come) or surprises.
/// `where` is the card's text.
Diagnostics check_bridge(const Nic& nic, const network::Model& node, const SourceLocation& where);

/// The MTU that a bridge will have: its own `mtu`, else the least of its ports', else 1500.
std::uint32_t bridge_mtu(const network::Interface& bridge, const network::Model& node);

}  // namespace drawbridge::guest
