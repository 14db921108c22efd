// Policy and node in, rule program out: what every level says, in the order of evaluation (docs/firewall-order.md), and all that is
// nobody's rule. Where a choice was left, docs/decisions/0024 has it. Pure; nothing is added that the policy doesn't say, and what it
// doesn't say stays closed.
#pragma once

#include "firewall/policy.h"
#include "rules/program.h"

namespace drawbridge::firewall {

/// Everything. Empty if the datacenter's switch is off. Sound (check_program) for any policy.
rules::Program build_program(const Policy& policy, const NodeFacts& facts);

/// The program after a change of this guest's file or cards alone; the rest is shared with `program`, moved if it is moved in. Equal to
/// build_program's with the new policy.
rules::Program rebuild_guest(rules::Program program, const Policy& policy, const NodeFacts& facts, guest::Vmid vmid);

}  // namespace drawbridge::firewall
