// The one order in which a Snapshot keeps its lists, whoever fills them.
#pragma once

#include "network/snapshot.h"

namespace drawbridge::network {

/// Addresses by link and address, routes by destination, table and metric, rules by family and priority, the rest by all members.
/// Equals keep their order, so two dumps of the same kernel compare equal.
void sort_snapshot(Snapshot& snapshot);

}  // namespace drawbridge::network
