// What the firewall verbs start from: the files of the node, and what is known of the node besides.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "cli/context.h"
#include "firewall/corosync.h"
#include "firewall/local_network.h"
#include "firewall/resolve.h"
#include "guest/guest.h"
#include "network/snapshot.h"

namespace drawbridge::cli {

/// The node's place in its networks.
struct NodeSurroundings {
  firewall::LocalNetworkFacts facts;
  firewall::Corosync corosync;
  std::vector<firewall::NodeFacts::Link> links;
  std::vector<std::pair<std::string, std::string>> altnames;
  std::map<std::string, std::vector<MacAddress>> bridge_addresses;  ///< as NodeFacts has them
  bool operator==(const NodeSurroundings&) const = default;
};
/// From files (corosync.conf, hosts) and, where it is known, the kernel's state. Names are looked up in the hosts file alone: asking
/// others could take long while nobody answers, and differently each time.
NodeSurroundings look_at_node(doors::Files& files, const std::string& root, const std::string& node, const network::Snapshot* kernel);
/// The same with the kernel's state, unless the node is another than this.
NodeSurroundings look_at_node(Context& context, const std::string& node);

/// What the program must know of the node. `bridges`: those of the interfaces file.
firewall::NodeFacts facts_of_node(const std::string& node, const NodeSurroundings& place, std::span<const guest::Guest> guests,
                                  std::set<std::string> bridges);

/// What rules are resolved with.
std::shared_ptr<const firewall::Surroundings> firewall_surroundings(doors::Files& files, const std::string& root,
                                                                    const NodeSurroundings& node);

/// Guests with firewall files that are not known to be another node's.
Result<std::vector<guest::Vmid>> firewalled_guests(doors::Files& files, const std::string& root, const std::string& node);

struct FirewallInputs {
  firewall::Documents documents;
  std::shared_ptr<const firewall::Surroundings> surroundings;
};
/// Everything the policy of the node is made of. Errors: those of reading.
Result<FirewallInputs> read_firewall_inputs(Context& context, const std::string& node);

/// A note, if the firewall is stopped.
void tell_if_stopped(Context& context);

}  // namespace drawbridge::cli
