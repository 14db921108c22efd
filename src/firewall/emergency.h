// The rules for when the files can't be read and there are none from before.
#pragma once

#include <span>

#include "firewall/policy.h"
#include "rules/program.h"

namespace drawbridge::firewall {

/// Administrators of the local networks and the cluster reach the node; guests' cards with a firewall are closed both ways.
rules::Program emergency_program(const NodeFacts& facts, std::span<const Prefix> local_networks);

}  // namespace drawbridge::firewall
