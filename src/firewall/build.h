// Policy and node in, rule program out: what every level says, in the order of evaluation (docs/firewall-order.md), and all that is
// nobody's rule. Where a choice was left, docs/decisions/0024 has it. Pure; nothing is added that the policy doesn't say, and what it
// doesn't say stays closed.
#pragma once

#include <set>

#include "firewall/policy.h"
#include "rules/program.h"

namespace drawbridge::firewall {

/// Everything. Empty if the datacenter's switch is off. Sound (check_program) for any policy.
rules::Program build_program(const Policy& policy, const NodeFacts& facts);

/// The program after a change of these guests' files or cards alone; the rest is shared with `program`, moved if it is moved in. Means what
/// build_program's means with the new policy, and has at most lists and sets more that nobody uses any more (prune() takes them out).
/// `cards_changed`: which cards there are, or what they are; else only files.
rules::Program rebuild_guests(rules::Program program, const Policy& policy, const NodeFacts& facts, const std::set<guest::Vmid>& guests,
                              bool cards_changed);

/// Without shared lists and sets that nobody uses.
rules::Program prune(rules::Program program);

}  // namespace drawbridge::firewall
