#include "cli/running_options.h"

#include <algorithm>
#include <array>
#include <span>

#include "base/text.h"

namespace drawbridge::cli {
namespace {

using network::Link;
using network::Snapshot;
using Lines = std::vector<std::pair<std::string, std::string>>;

/// How a number of the kernel is written in the file.
enum class Writing : std::uint8_t { plain, hundredths, yes_no, on_off };

struct Row {
  std::string_view attribute;  ///< in Link::data or Link::port
  std::string_view option;
  Writing writing = Writing::plain;
  std::string_view usual = {};  ///< left out if it is this
};

constexpr std::array kBridge{Row{"stp_state", "bridge-stp", Writing::on_off},
                             Row{"forward_delay", "bridge-fd", Writing::hundredths},
                             Row{"hello_time", "bridge-hello", Writing::hundredths, "2"},
                             Row{"max_age", "bridge-maxage", Writing::hundredths, "20"},
                             Row{"ageing_time", "bridge-ageing", Writing::hundredths, "300"},
                             Row{"priority", "bridge-bridgeprio", Writing::plain, "32768"},
                             Row{"mcast_snooping", "bridge-mcsnoop", Writing::yes_no, "yes"},
                             Row{"mcast_querier", "bridge-mcquerier", Writing::yes_no, "no"},
                             Row{"vlan_filtering", "bridge-vlan-aware", Writing::yes_no, "no"},
                             Row{"vlan_protocol", "bridge-vlan-protocol", Writing::plain, "802.1Q"}};
constexpr std::array kBridgePort{Row{"cost", "bridge-pathcosts", Writing::plain, "2"},
                                 Row{"learning", "bridge-learning", Writing::on_off, "on"},
                                 Row{"flood", "bridge-unicast-flood", Writing::on_off, "on"},
                                 Row{"mcast_flood", "bridge-multicast-flood", Writing::on_off, "on"},
                                 Row{"bcast_flood", "bridge-broadcast-flood", Writing::on_off, "on"},
                                 Row{"neigh_suppress", "bridge-arp-nd-suppress", Writing::on_off, "off"}};
constexpr std::array kBond{Row{"mode", "bond-mode"},
                           Row{"miimon", "bond-miimon"},
                           Row{"updelay", "bond-updelay", Writing::plain, "0"},
                           Row{"downdelay", "bond-downdelay", Writing::plain, "0"},
                           Row{"primary", "bond-primary"},
                           Row{"primary_reselect", "bond-primary-reselect", Writing::plain, "always"},
                           Row{"xmit_hash_policy", "bond-xmit-hash-policy", Writing::plain, "layer2"},
                           Row{"ad_lacp_rate", "bond-lacp-rate", Writing::plain, "slow"},
                           Row{"min_links", "bond-min-links", Writing::plain, "0"},
                           Row{"ad_actor_sys_prio", "bond-ad-actor-sys-prio", Writing::plain, "65535"},
                           Row{"arp_interval", "bond-arp-interval", Writing::plain, "0"},
                           Row{"arp_ip_target", "bond-arp-ip-target"}};
constexpr std::array kVlan{Row{"id", "vlan-id"}, Row{"protocol", "vlan-protocol", Writing::plain, "802.1Q"},
                           Row{"bridge_binding", "vlan-bridge-binding", Writing::on_off, "off"}};
constexpr std::array kVxlan{Row{"id", "vxlan-id"},
                            Row{"local", "vxlan-local-tunnelip"},
                            Row{"local6", "vxlan-local-tunnelip"},
                            Row{"group", "vxlan-mcastgrp"},
                            Row{"group6", "vxlan-mcastgrp6"},
                            Row{"link", "vxlan-physdev"},
                            Row{"port", "vxlan-port", Writing::plain, "4789"},
                            Row{"learning", "vxlan-learning", Writing::on_off, "on"},
                            Row{"ageing", "vxlan-ageing", Writing::plain, "300"},
                            Row{"ttl", "vxlan-ttl", Writing::plain, "0"},
                            Row{"tos", "vxlan-tos", Writing::plain, "0"}};
constexpr std::array kVrf{Row{"table", "vrf-table"}};
constexpr std::array kTunnel{Row{"local", "tunnel-local"}, Row{"remote", "tunnel-endpoint"}, Row{"ttl", "tunnel-ttl", Writing::plain, "0"},
                             Row{"tos", "tunnel-tos", Writing::plain, "0"}, Row{"link", "tunnel-dev"}};
constexpr std::array<std::string_view, 9> kTunnels{"gre", "gretap", "ipip", "sit", "vti", "vti6", "ip6gre", "ip6gretap", "ip6tnl"};
constexpr std::array kEthtool{Row{"speed", "link-speed"}, Row{"duplex", "link-duplex"}, Row{"autoneg", "link-autoneg", Writing::on_off}};

std::string hundredths_text(std::uint64_t value) {
  const std::string rest = std::to_string(value % 100);
  return std::to_string(value / 100) + (value % 100 == 0 ? "" : "." + std::string(2 - rest.size(), '0') + rest);
}

std::string value_text(const network::AttributeValue& value, Writing writing) {
  const auto* number = std::get_if<std::uint64_t>(&value);
  if (number == nullptr) return std::get<std::string>(value);
  switch (writing) {
    case Writing::hundredths: return hundredths_text(*number);
    case Writing::yes_no: return *number == 0 ? "no" : "yes";
    case Writing::on_off: return *number == 0 ? "off" : "on";
    case Writing::plain: break;
  }
  return std::to_string(*number);
}

void add_rows(const network::Attributes& attributes, std::span<const Row> rows, Lines& lines) {
  for (const Row& row : rows) {
    const auto found = attributes.find(row.attribute);
    if (found == attributes.end()) continue;
    std::string text = value_text(found->second, row.writing);
    if (!text.empty() && text != row.usual) lines.emplace_back(row.option, std::move(text));
  }
}

std::string ports_text(const Snapshot& kernel, const Link& link) {
  std::vector<std::string> ports;
  for (const auto& [name, port] : kernel.links) {
    if (port.master == link.name) ports.push_back(name);
  }
  return ports.empty() ? "none" : join(ports, " ");
}

std::string range_text(std::uint16_t first, std::uint16_t last) {
  return first == last ? std::to_string(first) : std::to_string(first) + "-" + std::to_string(last);
}

/// Tagged and untagged VLANs of a bridge port, as its own stanza would say it.
void add_vlans(const Snapshot& kernel, const Link& link, Lines& lines) {
  std::vector<std::string> tagged;
  std::string pvid;
  bool any = false;
  for (const network::BridgeVlan& vlan : kernel.bridge_vlans) {
    if (vlan.link != link.name || vlan.self) continue;
    any = true;
    if (vlan.pvid) {
      pvid = std::to_string(vlan.first);
    } else {
      tagged.push_back(range_text(vlan.first, vlan.last));
    }
  }
  if (!any) return;
  if (!tagged.empty()) lines.emplace_back("bridge-vids", join(tagged, " "));
  if (pvid.empty()) {
    lines.emplace_back("bridge-allow-untagged", "no");
  } else if (pvid != "1") {
    lines.emplace_back("bridge-pvid", pvid);
  }
}

void add_kind(const Snapshot& kernel, const Link& link, Lines& lines) {
  if (link.kind == "bridge") {
    lines.emplace_back("bridge-ports", ports_text(kernel, link));
    add_rows(link.data, kBridge, lines);
  } else if (link.kind == "bond") {
    lines.emplace_back("bond-slaves", ports_text(kernel, link));
    add_rows(link.data, kBond, lines);
  } else if (link.kind == "vlan") {
    if (!link.parent.empty()) lines.emplace_back("vlan-raw-device", link.parent);
    add_rows(link.data, kVlan, lines);
  } else if (link.kind == "vxlan") {
    add_rows(link.data, kVxlan, lines);
    for (const network::FdbEntry& entry : kernel.fdb) {
      if (entry.link == link.name && entry.mac.is_zero()) lines.emplace_back("vxlan-remoteip", format_ip(entry.destination));
    }
  } else if (link.kind == "vrf") {
    add_rows(link.data, kVrf, lines);
  } else if (link.kind == "dummy" || link.kind == "veth") {
    lines.emplace_back("link-type", link.kind);
    if (link.kind == "veth" && !link.parent.empty()) lines.emplace_back("veth-peer-name", link.parent);
  } else if (std::ranges::find(kTunnels, link.kind) != kTunnels.end()) {
    lines.emplace_back("tunnel-mode", link.kind);
    add_rows(link.data, kTunnel, lines);
  }
}

void add_addresses(const Snapshot& kernel, const Link& link, Lines& lines) {
  for (const network::Address& address : kernel.addresses) {
    if (address.link == link.name && !address.address.address.is_link_local()) {
      lines.emplace_back("address", format_interface_address(address.address));
    }
  }
  const bool in_vrf = !link.master.empty() && kernel.find_link(link.master) != nullptr && kernel.find_link(link.master)->kind == "vrf";
  for (const network::Route& route : kernel.routes) {
    if (!route.destination.is_default() || (route.table != network::Route{}.table && !in_vrf)) continue;
    for (const network::Nexthop& hop : route.nexthops) {
      if (hop.link == link.name && hop.gateway) lines.emplace_back("gateway", format_ip(*hop.gateway));
    }
  }
  if (in_vrf) lines.emplace_back("vrf", link.master);
}

}  // namespace

std::optional<Lines> running_options(const Snapshot& kernel, const std::string& name) {
  const Link* link = kernel.find_link(name);
  if (link == nullptr) return std::nullopt;
  Lines lines;
  add_addresses(kernel, *link, lines);
  add_kind(kernel, *link, lines);
  if (const Link* master = link->master.empty() ? nullptr : kernel.find_link(link->master); master != nullptr && master->kind == "bridge") {
    add_rows(link->port, kBridgePort, lines);
    add_vlans(kernel, *link, lines);
  }
  add_rows(link->ethtool, kEthtool, lines);
  lines.emplace_back("mtu", std::to_string(link->mtu));
  if (!link->mac.is_zero()) lines.emplace_back("hwaddress", format_mac(link->mac));
  if (!link->alias.empty()) lines.emplace_back("alias", link->alias);
  return lines;
}

}  // namespace drawbridge::cli
