// The policy of a node and the node it is for: what a rule program is built from.
#pragma once

#include "base/result.h"
#include "cli/context.h"
#include "firewall/name_tables.h"
#include "firewall/policy.h"

namespace drawbridge::cli {

struct FirewallWorld {
  firewall::Policy policy;  ///< as it is now: of a trial that is over the datacenter's switch is off
  firewall::NodeFacts facts;
  firewall::NameTables tables;
  Diagnostics diagnostics;  ///< of the firewall's files: what they say is not in force
};

/// Why it is off, if it is.
std::string why_off(const FirewallWorld& world);

/// Of the node that --node names. Reads files, and the kernel's addresses where the node is this one. Errors: those of reading.
Result<FirewallWorld> read_firewall_world(Context& context);

}  // namespace drawbridge::cli
