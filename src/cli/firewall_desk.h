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
#include "firewall/lockout.h"
#include "firewall/resolve.h"
#include "guest/guest.h"
#include "network/snapshot.h"
#include "store/firewall_files.h"

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

/// The line as it stands in its file, from 1; empty: there is none.
std::string line_of_file(Context& context, const std::string& path, std::uint32_t line);

/// Notes, if the firewall is stopped, or something else than the files is in force.
void tell_if_stopped(Context& context);

/// The addresses of the node and their devices.
std::vector<firewall::LocalAddress> own_addresses(const network::Snapshot& snapshot);
/// By the device that has the address; "vmbr0", if nobody knows.
firewall::Session with_device(const doors::Session& session, std::span<const firewall::LocalAddress> own);

/// What is held back, in the loader's terms. What can't be read is an error.
Result<store::HeldFiles> held_files(doors::Files& files, const transaction::Paths& paths);

/// Where no service does so: rules that are in force become those of the files, unless the firewall is stopped.
Result<void> follow_files_by_hand(Context& context);

/// The clock's, as "enable: TIME" counts.
std::uint64_t unix_time(doors::Clock& clock);

}  // namespace drawbridge::cli
