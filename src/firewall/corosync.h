// What the firewall needs of corosync.conf(5): which links the nodes have, with which addresses and ports.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "firewall/policy.h"

namespace drawbridge::firewall {

struct Corosync {
  struct Node {
    std::string name;
    std::map<std::uint8_t, std::string> addresses;  ///< ringN_addr by N: an address, or a name to be resolved
    bool operator==(const Node&) const = default;
  };
  std::string transport = "knet";
  std::string ip_version = "ipv6-4";
  std::map<std::uint8_t, std::uint16_t> ports;  ///< mcastport of the links that set it
  std::vector<Node> nodes;
  bool operator==(const Corosync&) const = default;
};

/// Lines that say nothing here are passed over, as corosync passes over keys it doesn't know.
Corosync read_corosync(std::string_view text);

/// All addresses of a name; none if it has none.
using Resolve = std::function<std::vector<IpAddress>(const std::string& name)>;

/// The links that the node has, with all other nodes on them. Empty if it is not in the cluster. The port of link n is its mcastport,
/// or 5405 + n.
std::vector<NodeFacts::Link> cluster_links(const Corosync& corosync, std::string_view node, const Resolve& resolve);

}  // namespace drawbridge::firewall
