// What the firewall verbs start from: the files of the node, and what is known of the node besides.
#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "cli/context.h"
#include "firewall/corosync.h"
#include "firewall/local_network.h"
#include "firewall/resolve.h"

namespace drawbridge::cli {

/// The node's place in its networks. Of another node than this one only what files say is known.
struct NodeSurroundings {
  firewall::LocalNetworkFacts facts;
  firewall::Corosync corosync;
  std::vector<firewall::NodeFacts::Link> links;
  std::vector<std::pair<std::string, std::string>> altnames;
  std::map<std::string, std::vector<MacAddress>> bridge_addresses;  ///< as NodeFacts has them
};
NodeSurroundings look_at_node(Context& context, const std::string& node);

/// What rules are resolved with.
std::shared_ptr<const firewall::Surroundings> firewall_surroundings(Context& context, const NodeSurroundings& node);

/// Guests with firewall files that are not known to be another node's.
Result<std::vector<guest::Vmid>> firewalled_guests(Context& context, const std::string& node);

struct FirewallInputs {
  firewall::Documents documents;
  std::shared_ptr<const firewall::Surroundings> surroundings;
};
/// Everything the policy of the node is made of. Errors: those of reading.
Result<FirewallInputs> read_firewall_inputs(Context& context, const std::string& node);

}  // namespace drawbridge::cli
