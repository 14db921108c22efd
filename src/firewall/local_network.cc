#include "firewall/local_network.h"

#include <algorithm>

#include "base/text.h"
#include "firewall/words.h"

namespace drawbridge::firewall {
namespace {

bool is_believable(const Prefix& network) { return network.length >= (network.address.is_v4() ? 8 : 32) && !network.address.is_loopback(); }

/// The most specific of those that hold the address.
std::optional<Prefix> nearest_network(std::span<const Prefix> networks, const IpAddress& address) {
  std::optional<Prefix> best;
  for (const Prefix& network : networks)
    if (contains(network, address) && is_believable(network) && (!best || network.length > best->length)) best = network;
  return best;
}

}  // namespace

std::vector<Prefix> detect_local_networks(const LocalNetworkFacts& facts) {
  std::vector<Prefix> networks;
  for (const InterfaceAddress& address : facts.addresses) networks.push_back(network_of(address));
  std::vector<Prefix> found;
  const auto take = [&](const std::optional<Prefix>& network) {
    if (network) found.push_back(*network);
    return network.has_value();
  };
  for (const IpAddress& address : facts.host_addresses)
    if (!address.is_loopback()) take(nearest_network(networks, address));
  if (facts.cluster_address && !take(nearest_network(networks, *facts.cluster_address)))
    take(nearest_network(facts.routes, *facts.cluster_address));
  std::ranges::sort(found);
  found.erase(std::ranges::unique(found).begin(), found.end());
  return found;
}

std::vector<IpAddress> addresses_in_hosts(std::string_view hosts, std::string_view name) {
  std::vector<IpAddress> found;
  for (const std::string_view line : split(hosts, '\n')) {
    const auto words = split_words(line.substr(0, line.find('#')));
    if (words.size() < 2 || std::none_of(words.begin() + 1, words.end(), [&](std::string_view word) { return equal_words(word, name); }))
      continue;
    const auto address = parse_ip(words.front());
    if (address && std::ranges::find(found, *address) == found.end()) found.push_back(*address);
  }
  return found;
}

}  // namespace drawbridge::firewall
