#include "scene.h"

#include <algorithm>
#include <memory>

#include "firewall/resolve.h"

namespace drawbridge::packets {
namespace {

std::shared_ptr<const firewall::Surroundings> surroundings() {
  auto made = std::make_shared<firewall::Surroundings>();
  made->tables = firewall::read_name_tables(
      "icmp 1 ICMP\nigmp 2 IGMP\ntcp 6 TCP\nudp 17 UDP\ndccp 33 DCCP\ngre 47 GRE\nesp 50 ESP\nipv6-icmp 58 IPv6-ICMP\nsctp 132 SCTP\n"
      "udplite 136 UDPLite\n",
      "ssh 22/tcp\ndomain 53/tcp\ndomain 53/udp\nhttp 80/tcp www\nhttps 443/tcp\n",
      "IPv4 0800 ip ip4\nARP 0806 ether-arp\nIPv6 86DD ip6\n802_1Q 8100 8021q\nPPP_DISC 8863\n");
  made->local_networks = {*parse_prefix("10.0.0.0/24"), *parse_prefix("fd00::/64")};
  return made;
}

firewall::Level level_of(std::string_view name) {
  if (name == "cluster.fw") return firewall::Level::datacenter;
  if (name == "host.fw") return firewall::Level::node;
  return name[0] >= '0' && name[0] <= '9' ? firewall::Level::guest : firewall::Level::vnet;
}

}  // namespace

firewall::NodeFacts facts_of_scene() {
  firewall::NodeFacts facts;
  facts.name = "node";
  for (const Bridge& bridge : kBridges) {
    facts.own_addresses.push_back(*parse_ip(bridge.ip));
    facts.own_addresses.push_back(*parse_ip(bridge.ip6));
    facts.guest_bridges.emplace_back(bridge.name);
    facts.bridge_addresses[std::string(bridge.name)] = {*parse_mac(bridge.mac)};
  }
  for (const Port& port : kPorts) {
    if (port.vmid == 0) continue;
    firewall::NodeFacts::Card card{.vmid = port.vmid, .nic = {}, .port = std::string(port.name), .container = port.container};
    card.nic.slot = port.slot;
    card.nic.bridge = port.bridge;
    card.nic.mac = *parse_mac(port.mac);
    card.nic.firewall = port.firewall;
    if (port.trunk) card.nic.trunks = {{2, 4094}};
    if (port.container) {
      card.nic.kind = guest::Kind::lxc;
      card.nic.addresses.ip = *parse_interface_address(std::string(port.ip) + "/24");
      card.nic.addresses.ip6 = *parse_interface_address(std::string(port.ip6) + "/64");
    }
    facts.cards.push_back(std::move(card));
  }
  facts.cluster_links = {{.number = 0, .own = *parse_ip("10.0.0.1"), .port = 5405, .peers = {{"other", *parse_ip("10.0.0.9")}}}};
  return facts;
}

Meant policy_of(const Files& files) {
  firewall::Documents documents{.datacenter = firewall::parse_document({}, "cluster.fw", firewall::Level::datacenter),
                                .node = firewall::parse_document({}, "host.fw", firewall::Level::node),
                                .guests = {},
                                .vnets = {}};
  for (const File& file : files) {
    const auto level = level_of(file.name);
    auto document = firewall::parse_document(file.text, file.name, level);
    const std::string stem = file.name.substr(0, file.name.find('.'));
    switch (level) {
      case firewall::Level::datacenter: documents.datacenter = std::move(document); break;
      case firewall::Level::node: documents.node = std::move(document); break;
      case firewall::Level::guest: documents.guests.emplace(std::stoul(stem), std::move(document)); break;
      default: documents.vnets.emplace(stem, std::move(document));
    }
  }
  auto resolved = firewall::resolve(documents, surroundings());
  Meant meant{.policy = std::move(resolved.value), .complaints = {}};
  for (const Diagnostic& one : resolved.diagnostics)
    if (one.severity == Severity::error) meant.complaints += format_diagnostic(one);
  return meant;
}

std::string format_files(const Files& files) {
  std::string text;
  for (const File& file : files) text += "--- " + file.name + "\n" + file.text;
  return text;
}

}  // namespace drawbridge::packets
