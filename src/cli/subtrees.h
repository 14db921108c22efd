// The parts of the command tree, one file each.
#pragma once

#include <vector>

#include "cli/command_spec.h"

namespace drawbridge::cli {

/// `drawbridge network …`.
CommandSpec network_tree();
/// `drawbridge guest …`.
CommandSpec guest_tree();
/// `drawbridge cluster …`.
CommandSpec cluster_tree();
/// `drawbridge firewall …`.
CommandSpec firewall_tree();
/// user, group, token, role, acl.
std::vector<CommandSpec> access_trees();
/// ifup, ifdown, ifreload, ifquery.
std::vector<CommandSpec> ifupdown_trees();

}  // namespace drawbridge::cli
