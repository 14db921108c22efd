// differences() of way_back.h: two kernel states compared in words.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "transaction/way_back.h"

namespace drawbridge::transaction {
namespace {

std::string text_of(const network::AttributeValue& value) {
  if (const auto* number = std::get_if<std::uint64_t>(&value)) return std::to_string(*number);
  return std::get<std::string>(value);
}
std::string text_of(std::uint32_t value) { return std::to_string(value); }

template <class Map>
void compare_maps(std::vector<std::string>& found, const std::string& link, const Map& is, const Map& should_be) {
  for (const auto& [name, value] : should_be) {
    const auto at = is.find(name);
    if (at == is.end()) {
      found.push_back(fmt::format("{}: {} is missing", link, name));
    } else if (at->second != value) {
      found.push_back(fmt::format("{}: {} is {} instead of {}", link, name, text_of(at->second), text_of(value)));
    }
  }
  for (const auto& [name, value] : is) {
    if (!should_be.contains(name)) found.push_back(fmt::format("{}: {} is {} and should not be there", link, name, text_of(value)));
  }
}

void compare_links(std::vector<std::string>& found, const network::Link& is, const network::Link& should_be) {
  const auto& name = should_be.name;
  const auto before = found.size();
  if (is.kind != should_be.kind) found.push_back(fmt::format("{}: is a {} instead of a {}", name, is.kind, should_be.kind));
  if (is.up != should_be.up)
    found.push_back(fmt::format("{}: is {} instead of {}", name, is.up ? "up" : "down", should_be.up ? "up" : "down"));
  if (is.mtu != should_be.mtu) found.push_back(fmt::format("{}: mtu is {} instead of {}", name, is.mtu, should_be.mtu));
  if (is.mac != should_be.mac) {
    found.push_back(fmt::format("{}: address is {} instead of {}", name, format_mac(is.mac), format_mac(should_be.mac)));
  }
  if (is.master != should_be.master) {
    found.push_back(fmt::format("{}: master is '{}' instead of '{}'", name, is.master, should_be.master));
  }
  if (is.alias != should_be.alias) found.push_back(fmt::format("{}: alias is '{}' instead of '{}'", name, is.alias, should_be.alias));
  compare_maps(found, name, is.data, should_be.data);
  compare_maps(found, name, is.port, should_be.port);
  compare_maps(found, name, is.sysctl, should_be.sysctl);
  compare_maps(found, name, is.ethtool, should_be.ethtool);
  if (is.parent != should_be.parent) found.push_back(fmt::format("{}: stands on '{}' instead of '{}'", name, is.parent, should_be.parent));
  if (is.rate != should_be.rate) found.push_back(name + ": its rate limit differs");
  if (found.size() == before && is != should_be) found.push_back(name + ": differs");
}

std::string text_of(const network::Address& address) {
  return fmt::format("address {} on {}", format_interface_address(address.address), address.link);
}
std::string text_of(const network::Route& route) {
  std::string text = fmt::format("route {} metric {}", format_prefix(route.destination), route.metric);
  for (const auto& hop : route.nexthops) text += fmt::format(" via {} on {}", hop.gateway ? format_ip(*hop.gateway) : "link", hop.link);
  return text;
}
std::string text_of(const network::BridgeVlan& vlan) { return fmt::format("VLAN {}-{} on {}", vlan.first, vlan.last, vlan.link); }
std::string text_of(const network::Rule& rule) { return fmt::format("rule {}", rule.priority); }
std::string text_of(const network::Qdisc& qdisc) { return fmt::format("qdisc {} on {}", qdisc.kind, qdisc.link); }

std::string text_of(const network::FdbEntry& entry) {
  return fmt::format("destination {} of {}", format_ip(entry.destination), entry.link);
}
std::string text_of(const network::PortFdbEntry& entry) { return fmt::format("station {} behind {}", format_mac(entry.mac), entry.link); }
std::string text_of(const network::DhcpClient& client) {
  return fmt::format("DHCP client for {} on {}", client.family == Family::ipv4 ? "IPv4" : "IPv6", client.link);
}

template <class T>
void compare_lists(std::vector<std::string>& found, const std::vector<T>& is, const std::vector<T>& should_be) {
  for (const auto& item : should_be) {
    if (std::ranges::find(is, item) == is.end()) found.push_back(text_of(item) + " is missing or differs");
  }
  for (const auto& item : is) {
    if (std::ranges::find(should_be, item) == should_be.end()) found.push_back(text_of(item) + " should not be there");
  }
}

}  // namespace

std::vector<std::string> differences(const network::Snapshot& is, const network::Snapshot& should_be, std::size_t most) {
  std::vector<std::string> found;
  for (const auto& [name, link] : should_be.links) {
    const auto at = is.links.find(name);
    if (at == is.links.end()) {
      found.push_back(name + " is missing");
    } else {
      compare_links(found, at->second, link);
    }
  }
  for (const auto& [name, link] : is.links) {
    if (!should_be.links.contains(name)) found.push_back(name + " should not be there");
  }
  compare_lists(found, is.addresses, should_be.addresses);
  compare_lists(found, is.routes, should_be.routes);
  compare_lists(found, is.bridge_vlans, should_be.bridge_vlans);
  compare_lists(found, is.rules, should_be.rules);
  compare_lists(found, is.qdiscs, should_be.qdiscs);
  compare_lists(found, is.fdb, should_be.fdb);
  compare_lists(found, is.dhcp_clients, should_be.dhcp_clients);
  compare_lists(found, is.port_fdb, should_be.port_fdb);
  if (found.empty() && is != should_be) found.emplace_back("the order of addresses, routes or rules");
  if (found.size() > most) {
    const auto more = found.size() - most;
    found.resize(most);
    found.push_back(fmt::format("{} more", more));
  }
  return found;
}

}  // namespace drawbridge::transaction
