// Which networks are the administrators', if the alias local_network does not say so: those of the addresses that the node's own
// name has, and of its address in the cluster.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/address.h"

namespace drawbridge::firewall {

/// What is known of the node's network.
struct LocalNetworkFacts {
  std::vector<InterfaceAddress> addresses;   ///< of its devices
  std::vector<Prefix> routes;                ///< destinations of its routes
  std::vector<IpAddress> host_addresses;     ///< what its host name resolves to
  std::optional<IpAddress> cluster_address;  ///< where the other nodes reach it
  bool operator==(const LocalNetworkFacts&) const = default;
};

/// For each address that names the node the most specific network of its devices that holds it, of the cluster's address or else of
/// its routes. Loopback is none, and what is wider than /8 (IPv6: /32) is not believed. Sorted; may be empty.
std::vector<Prefix> detect_local_networks(const LocalNetworkFacts& facts);

/// What a text as /etc/hosts says of a name, in its order.
std::vector<IpAddress> addresses_in_hosts(std::string_view hosts, std::string_view name);

}  // namespace drawbridge::firewall
