// What frames may look like at guests' ports, before connections are looked at; and which connections are kept apart.
#include <algorithm>

#include "firewall/build_parts.h"

namespace drawbridge::firewall {
namespace {

using rules::Accept;
using rules::ConnectionState;
using rules::Drop;
using rules::Field;
using rules::Jump;
using rules::NameField;
using rules::NumberSet;
using rules::Return;

const NumberSet kIp = numbers({rules::kEtherIpv4, rules::kEtherIpv6});
const NumberSet kTags = numbers({rules::kEtherVlan, rules::kEtherQinq});
const NumberSet kLlc = NumberSet::range(0, 0x5ff);

rules::Condition own(Field field) { return in_table(field, "mac", NameField::in_port); }
rules::Condition allowed4(Field field) { return in_table(field, "ipv4-allowed", NameField::in_port); }
rules::Condition allowed6(Field field) { return in_table(field, "ipv6-allowed", NameField::in_port); }

rules::Names port_patterns() {
  rules::Names names;
  for (const char* kind : {"tap", "veth", "ve"})
    for (char digit = '1'; digit <= '9'; ++digit) names.push_back(std::string(kind) + digit + "*");
  return names;
}

std::vector<rules::Rule> arp_list(bool mac, bool filter) {
  std::vector<rules::Condition> own_mac;
  if (mac) own_mac.push_back(own(Field::arp_source_mac));
  auto speaks = own_mac;
  if (filter) speaks.push_back(allowed4(Field::arp_source_ip));
  std::vector<rules::Rule> list{built_in(speaks, Accept{}, "ARP of the card's own addresses")};
  if (filter) {
    auto probes = own_mac;
    probes.push_back(is(Field::arp_operation, 1));
    probes.push_back(is(Field::arp_source_ip, 0));
    probes.push_back(allowed4(Field::arp_target_ip));
    list.push_back(built_in(probes, Accept{}, "ARP probe for the card's own address"));
  }
  list.push_back(built_in({}, Drop{}, "ARP that speaks for others"));
  return list;
}

std::vector<rules::Rule> ipv4_list() {
  auto dhcp = udp(Family::ipv4, 68, 67);
  dhcp.push_back(is(Field::ipv4_source, 0));
  return {built_in({allowed4(Field::ipv4_source)}, Return{}, "address of the card"),
          built_in(dhcp, Return{}, "DHCP before there is an address"), built_in({}, Drop{}, "ipfilter: not an address of the card")};
}

std::vector<rules::Rule> ipv6_list() {
  const auto nobody = is(Field::ipv6_source, 0);
  return {built_in({is(Field::icmpv6_type, 136), allowed6(Field::ipv6_source), allowed6(Field::nd_target)}, Return{},
                   "advertises its own address"),
          built_in({is(Field::icmpv6_type, 136)}, Drop{}, "advertises another's address"),
          built_in({allowed6(Field::ipv6_source)}, Return{}, "address of the card"),
          built_in(
              {nobody, is(Field::icmpv6_type, 135), is(Field::ipv6_destination, network("ff02::1:ff00:0/104")), allowed6(Field::nd_target)},
              Return{}, "duplicate address detection"),
          built_in({nobody, is(Field::icmpv6_type, numbers({131, 143})), is(Field::hop_limit, 1)}, Return{}, "multicast listener report"),
          built_in({}, Drop{}, "ipfilter: not an address of the card")};
}

NumberSet numbers_of(const std::vector<MacAddress>& addresses) {
  std::vector<rules::Interval> numbers;
  for (const MacAddress& mac : addresses) numbers.push_back({rules::number_of(mac), rules::number_of(mac)});
  return NumberSet(std::move(numbers));
}

std::uint16_t zone_of(std::string_view bridge, std::uint16_t vlan) {
  // FNV-1a, folded: the same zone for the same place whatever else there is, so that connections outlive changes.
  std::uint32_t hash = 2166136261U;
  const auto mix = [&hash](unsigned byte) { hash = (hash ^ byte) * 16777619U; };
  for (const char c : bridge) mix(static_cast<unsigned char>(c));
  mix(vlan >> 8U);
  mix(vlan & 0xffU);
  return static_cast<std::uint16_t>(1 + (hash ^ hash >> 16U) % 65535U);
}

}  // namespace

void Builder::add_gate_stages() {
  rules::Names bridges = facts_.guest_bridges;
  for (const auto& card : facts_.cards)
    for (auto& bridge : bridges_of(card.nic))
      if (!bridge.empty()) bridges.push_back(std::move(bridge));
  std::ranges::sort(bridges);
  const auto same = std::ranges::unique(bridges);
  bridges.erase(same.begin(), same.end());
  constexpr std::string_view kWhy = "a guest's port without rules";
  std::vector<rules::Rule> out{built_in({}, rules::Dispatch{NameField::in_port, "gate-out"}, "by port")};
  std::vector<rules::Rule> in{built_in({}, rules::Dispatch{NameField::out_port, "gate-in"}, "by port")};
  if (!bridges.empty()) {
    out.push_back(built_in({on(NameField::in_port, port_patterns()), on(NameField::in_bridge, bridges)}, Drop{}, kWhy));
    in.push_back(built_in({on(NameField::out_port, port_patterns()), on(NameField::out_bridge, bridges)}, Drop{}, kWhy));
  }
  stage(rules::Stage::frame_gate, "frame-gate", std::move(out));
  stage(rules::Stage::frame_gate_in, "frame-gate-in", std::move(in));
}

std::string Builder::gate_out(const GuestOptions& options, bool is_trunk, bool is_filtered) {
  const bool layer2 = policy_.datacenter.options.ebtables;
  const bool mac = options.macfilter;
  const bool listed = options.layer2_protocols.has_value();
  const bool open = options.policy_out == Verdict::accept;
  std::string name = std::string("gate-out/") + (is_trunk ? "trunk" : "access") + (mac ? "-mac" : "") + (is_filtered ? "-filter" : "") +
                     (options.radv ? "-radv" : "") + (listed ? "-listed" : "") + (open ? "" : "-closed") + (layer2 ? "" : "-ip-only");
  if (program_.lists.contains(name)) return name;
  std::vector<rules::Rule> list;
  if (mac) {
    std::vector<rules::Condition> conditions{rules::Test{Field::ether_source, rules::PortTable{"mac"}, true}};
    if (!layer2) conditions.push_back(is(Field::ether_type, kIp));
    list.push_back(built_in(std::move(conditions), Drop{}, "macfilter: not the card's MAC address"));
  }
  if (!is_trunk) list.push_back(built_in({is(Field::vlan_id, NumberSet::range(0, 4095))}, Drop{}, "a VLAN tag at a card without trunks"));
  // IP first: nearly all frames are that.
  if (is_filtered) {
    list.push_back(built_in({is(Field::ether_type, rules::kEtherIpv4)}, Jump{shared("gate-out/ipv4", ipv4_list())}, "ipfilter"));
    list.push_back(built_in({is(Field::ether_type, rules::kEtherIpv6)}, Jump{shared("gate-out/ipv6", ipv6_list())}, "ipfilter"));
  }
  if (!options.radv) list.push_back(built_in({is(Field::icmpv6_type, numbers({134, 137}))}, Drop{}, "radv: 0"));
  if (mac)
    list.push_back(built_in(udp(Family::ipv4, 68, 67),
                            Jump{shared("gate-out/dhcp", {built_in({own(Field::dhcp_client_mac)}, Return{}, "DHCP for the card itself"),
                                                          built_in({}, Drop{}, "macfilter: DHCP for another's MAC address")})},
                            "DHCP"));
  list.push_back(built_in({is(Field::ether_type, kIp)}, Accept{}, "a frame of the card's own"));
  list.push_back(built_in({is(Field::ether_type, kTags)}, Drop{}, "two VLAN tags: nobody could look behind them"));
  if (layer2) {
    list.push_back(built_in(
        {is(Field::ether_type, rules::kEtherArp)},
        Jump{shared(std::string("gate-out/arp") + (mac ? "-mac" : "") + (is_filtered ? "-filter" : ""), arp_list(mac, is_filtered))},
        "ARP"));
    if (listed) list.push_back(built_in({in_table(Field::ether_type, "layer2", NameField::in_port)}, Accept{}, "layer2_protocols"));
    if (listed) list.push_back(built_in({}, Drop{}, "layer2_protocols"));
    if (!listed && !is_trunk) list.push_back(built_in({is(Field::ether_type, kLlc)}, Drop{}, "LLC frames, which may carry IP unseen"));
    if (!listed) list.push_back(built_in({}, open ? rules::Action(Accept{}) : Drop{}, "policy_out, for frames that aren't IP"));
  } else {
    list.push_back(built_in({}, Accept{}, "ebtables: 0"));
  }
  return shared(name, std::move(list));
}

std::string Builder::gate_in(const GuestOptions& options, bool is_trunk) {
  const bool layer2 = policy_.datacenter.options.ebtables;
  const bool listed = options.layer2_protocols.has_value();
  const bool open = options.policy_in == Verdict::accept;
  std::vector<rules::Rule> list;
  if (!is_trunk) list.push_back(built_in({is(Field::vlan_id, NumberSet::range(0, 4095))}, Drop{}, "a VLAN tag at a card without trunks"));
  if (options.ips)
    list.push_back(built_in({in_state({ConnectionState::established, ConnectionState::related})}, accept_in(options), "ips"));
  list.push_back(built_in({is(Field::ether_type, kIp)}, Accept{}, "IP: the rules are asked"));
  list.push_back(built_in({is(Field::ether_type, rules::kEtherArp)}, Accept{}, "ARP"));
  list.push_back(built_in({is(Field::ether_type, kTags)}, Drop{}, "two VLAN tags: nobody could look behind them"));
  if (layer2 && listed)
    list.push_back(built_in({in_table(Field::ether_type, "layer2", NameField::out_port)}, Accept{}, "layer2_protocols"));
  if (layer2 && !is_trunk) list.push_back(built_in({is(Field::ether_type, kLlc)}, Drop{}, "LLC frames, which may carry IP unseen"));
  const bool passes = open || !layer2;
  list.push_back(built_in({}, passes ? rules::Action(Accept{}) : rules::Action(Drop{}), "policy_in, for frames that aren't IP"));
  return shared(std::string("gate-in/") + (is_trunk ? "trunk" : "access") + (listed ? "-listed" : "") + (open ? "" : "-closed") +
                    (layer2 ? "" : "-ip-only") + queue_suffix(options),
                std::move(list));
}

/// Of a port whose frames belong to a VLAN before they have its tag; all others are in their bridge's zone.
void Builder::add_zone(const NodeFacts::Card& card) {
  if (!card.nic.bridge.empty() && card.nic.tag)
    program_.port_tables["zone-port"][card.port] = NumberSet::of(zone_of(card.nic.bridge, *card.nic.tag));
}

void Builder::add_zone_stage() {
  auto& bridges = program_.port_tables["zone-bridge"];
  bridges.clear();
  auto& own = program_.port_tables["bridge-address"];
  own.clear();
  for (const auto& [bridge, addresses] : facts_.bridge_addresses) own[bridge] = numbers_of(addresses);
  // The packet's type would not do: before the bridge has looked, it speaks of the port's own address.
  std::vector<rules::Rule> list{built_in({rules::Test{Field::ether_destination, rules::PortTable{"bridge-address", NameField::in_bridge}}},
                                         Accept{}, "frames for the host itself stay in the common zone")};
  std::map<std::pair<std::string, std::uint16_t>, std::uint16_t> tagged;
  for (const auto& card : facts_.cards) {
    if (card.nic.bridge.empty()) continue;
    bridges[card.nic.bridge] = NumberSet::of(zone_of(card.nic.bridge, 0));
    if (!card.nic.tag) continue;
    tagged[{card.nic.bridge, *card.nic.tag}] = zone_of(card.nic.bridge, *card.nic.tag);
    bridges[bridges_of(card.nic).back()] = NumberSet::of(zone_of(card.nic.bridge, *card.nic.tag));
  }
  for (const auto& [place, zone] : tagged)
    list.push_back(built_in({on(NameField::in_bridge, {place.first}), is(Field::vlan_id, place.second)}, rules::SetZone{zone},
                            "a zone for each VLAN"));
  list.push_back(built_in({is(Field::vlan_id, NumberSet::range(1, 4094))}, Accept{}, "VLANs of no guest"));
  if (!tagged.empty()) list.push_back(built_in({}, rules::SetZone{rules::PortTable{"zone-port"}}, "a zone for each VLAN"));
  list.push_back(built_in({}, rules::SetZone{rules::PortTable{"zone-bridge", NameField::in_bridge}}, "a zone for each bridge"));
  stage(rules::Stage::zones, "zones", std::move(list));
}

}  // namespace drawbridge::firewall
