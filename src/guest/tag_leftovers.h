// Which helper bridges and VLAN devices nobody needs any more. What bears our mark (tag_bridge.h) goes even if it is not whole: somebody
// was killed while he made it. What another program made goes only as a whole, as that program would have made it; and a VLAN device
// that was there before its helper stays.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "guest/node_network.h"
#include "network/desired.h"

namespace drawbridge::guest {

/// True for a bridge by such a name that is marked or has VLAN N of another link, that has no addresses and stands in no file.
bool is_helper(const network::Link& bridge, const NodeNetwork& node);

/// The helper as if a file had asked for it: the `previous` of a plan that deletes it, with the VLAN devices that go with it.
void add_previous_helper(const network::Link& helper, const NodeNetwork& node, network::Desired& previous);

/// The same for any name that unused_helpers gave.
void add_previous(const network::Link& leftover, const NodeNetwork& node, network::Desired& previous);

/// Helpers without any guest, except those that `needed` names, and marked VLAN devices without a helper.
std::vector<std::string> unused_helpers(const NodeNetwork& node, const std::set<std::string, std::less<>>& needed);

}  // namespace drawbridge::guest
