#include "nftables/field_key.h"

#include <array>
#include <vector>

namespace drawbridge::nftables {
namespace {

using rules::Field;
using rules::NumberSet;

std::vector<Need> make_needs(Field field) {
  const Need ipv4{Field::ether_type, NumberSet::of(rules::kEtherIpv4)};
  const Need ipv6{Field::ether_type, NumberSet::of(rules::kEtherIpv6)};
  const Need ip{Field::ether_type, unite(ipv4.values, ipv6.values)};
  const Need arp{Field::ether_type, NumberSet::of(rules::kEtherArp)};
  const auto protocol = [](std::vector<rules::Interval> numbers) { return Need{Field::protocol, NumberSet(std::move(numbers))}; };
  switch (field) {
    case Field::arp_operation:
    case Field::arp_source_mac:
    case Field::arp_source_ip:
    case Field::arp_target_ip: return {arp};
    case Field::ipv4_source:
    case Field::ipv4_destination: return {ipv4};
    case Field::ipv6_source:
    case Field::ipv6_destination: return {ipv6};
    case Field::hop_limit:
    case Field::is_fragment:
    case Field::ip_version:
    case Field::source_type:
    case Field::destination_type: return {ip};
    case Field::source_port:
    case Field::destination_port: return {protocol({{6, 6}, {17, 17}, {33, 33}, {132, 132}, {136, 136}})};
    case Field::tcp_flags:
    case Field::over_syn_limit: return {protocol({{6, 6}})};
    case Field::icmp_type:
    case Field::icmp_code: return {ipv4, protocol({{1, 1}})};
    case Field::icmpv6_type:
    case Field::icmpv6_code: return {ipv6, protocol({{58, 58}})};
    case Field::nd_target: return {ipv6, protocol({{58, 58}}), Need{Field::icmpv6_type, NumberSet::range(135, 136)}};
    case Field::dhcp_client_mac: return {ipv4, protocol({{17, 17}})};
    default: return {};
  }
}

}  // namespace

std::optional<Key> key_of(Field field, TableFamily family) {
  switch (field) {
    case Field::packet_type: return Key::pkttype;
    case Field::ether_source: return Key::ether_saddr;
    case Field::ether_destination: return Key::ether_daddr;
    case Field::ether_type: return family == TableFamily::bridge ? std::optional(Key::protocol) : std::nullopt;
    case Field::vlan_id: return Key::vlan_id;
    case Field::arp_operation: return Key::arp_operation;
    case Field::arp_source_mac: return Key::arp_saddr_ether;
    case Field::arp_source_ip: return Key::arp_saddr_ip;
    case Field::arp_target_ip: return Key::arp_daddr_ip;
    case Field::ipv4_source: return Key::ip_saddr;
    case Field::ipv4_destination: return Key::ip_daddr;
    case Field::ipv6_source: return Key::ip6_saddr;
    case Field::ipv6_destination: return Key::ip6_daddr;
    case Field::protocol: return Key::l4proto;
    case Field::source_type: return Key::fib_saddr_type;
    case Field::destination_type: return Key::fib_daddr_type;
    case Field::source_port: return Key::sport;
    case Field::destination_port: return Key::dport;
    case Field::tcp_flags: return Key::tcp_flags;
    case Field::icmp_type: return Key::icmp_type;
    case Field::icmp_code: return Key::icmp_code;
    case Field::icmpv6_type: return Key::icmpv6_type;
    case Field::icmpv6_code: return Key::icmpv6_code;
    case Field::nd_target: return Key::nd_target;
    case Field::dhcp_client_mac: return Key::dhcp_chaddr;
    case Field::connection_state: return Key::ct_state;
    case Field::connection_mark: return Key::ct_mark;
    case Field::ip_version:
    case Field::hop_limit:
    case Field::is_fragment:
    case Field::over_syn_limit: return std::nullopt;
  }
  return std::nullopt;
}

std::span<const Need> needs_of(Field field) {
  static const auto all = [] {
    std::array<std::vector<Need>, rules::kFields> needs;
    for (std::size_t at = 0; at < rules::kFields; ++at) needs[at] = make_needs(static_cast<Field>(at));
    return needs;
  }();
  return all.at(static_cast<std::size_t>(field));
}

}  // namespace drawbridge::nftables
