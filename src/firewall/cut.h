// Which established connections a policy no longer allows. Rules let packets of known connections pass unasked, so a rule that goes would
// leave the connections alive that it let in.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "firewall/policy.h"
#include "rules/connection.h"
#include "rules/program.h"

namespace drawbridge::firewall {

struct Cut {
  std::size_t connection = 0;  ///< index
  std::string by;              ///< "100.fw:7" with its folders, or why, where nobody wrote the rule: "policy_in of the guest"
  bool operator==(const Cut&) const = default;
};

/// Those that `after` would not accept as new, in the direction in which they began. Where it isn't known by which devices one came, it is
/// cut only if no way that `before` allowed (nullptr: any way) is allowed now: nobody's allowed connection is cut by a guess. Those that
/// another has announced (FTP's data) stay. Of so many connections only those are tried that differ in something that rules look at.
std::vector<Cut> forbidden_connections(const rules::Program* before, const rules::Program& after, const NodeFacts& facts,
                                       std::span<const rules::Connection> connections);

}  // namespace drawbridge::firewall
