// A part of a desired state: what `ifup NAME` is about. Pure.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "network/desired.h"
#include "network/snapshot.h"

namespace drawbridge::cli {

/// The links of `all` that are named, everything that they stand on (ports, slaves, raw devices, the device that a tunnel is bound to,
/// the VRF that they belong to), and the routes through all of these. A link that belongs into a bridge or bond that is not among
/// them joins it if `now` has it; with `alone` it doesn't, and stays where it is.
network::Desired restrict_to(const network::Desired& all, const std::set<std::string>& names, const network::Snapshot& now, bool alone);

/// Links that are up and stand on `name`: VLANs and tunnels over it, the bridge or bond that it is a port of. Sorted.
std::vector<std::string> uppers_of(const network::Snapshot& now, const std::string& name);

}  // namespace drawbridge::cli
