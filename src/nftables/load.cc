#include "nftables/load.h"

#include <algorithm>

namespace drawbridge::nftables {
namespace {

using rules::Field;
using rules::NameField;
using rules::Number;

constexpr std::uint8_t kIpv4 = 2, kIpv6 = 10;  // NFPROTO_*

void put(std::vector<std::uint8_t>& header, std::size_t offset, std::size_t bytes, const std::optional<Number>& value) {
  if (!value) return;
  for (std::size_t at = 0; at < bytes; ++at) header.at(offset + at) = static_cast<std::uint8_t>(*value >> (8 * (bytes - 1 - at)));
}

std::vector<std::uint8_t> noise(std::size_t bytes, std::uint8_t seed) {
  std::vector<std::uint8_t> header(bytes);
  for (std::size_t at = 0; at < bytes; ++at) header[at] = static_cast<std::uint8_t>(seed + at * 37U);
  return header;
}

std::optional<Number> name(const std::optional<std::string>& name) {
  // The kernel loads an empty name where there is no device.
  const auto interval = interval_of_name(name.value_or(""));
  return interval ? std::optional(interval->first) : std::nullopt;
}

}  // namespace

Loader::Loader(const rules::Packet& packet) : packet_(packet) {
  make_network();
  make_transport();
  make_link();
}

void Loader::make_link() {
  const bool tagged = packet_[Field::vlan_id].has_value();
  link_ = noise(tagged ? 18 : 14, 3);
  put(link_, 0, 6, packet_[Field::ether_destination]);
  put(link_, 6, 6, packet_[Field::ether_source]);
  if (tagged) {
    put(link_, 12, 2, rules::kEtherVlan);
    put(link_, 14, 2, *packet_[Field::vlan_id] | 0x6000U);  // with a priority, which is no part of the number
  }
  put(link_, tagged ? 16 : 12, 2, packet_[Field::ether_type]);
  link_.insert(link_.end(), network_.begin(), network_.end());
}

void Loader::make_network() {
  network_ = noise(40, 91);
  const Number type = packet_[Field::ether_type].value_or(0);
  if (type == rules::kEtherArp && packet_[Field::arp_operation]) {
    put(network_, 0, 6, 0x000108000604);
    put(network_, 6, 2, packet_[Field::arp_operation]);
    put(network_, 8, 6, packet_[Field::arp_source_mac]);
    put(network_, 14, 4, packet_[Field::arp_source_ip]);
    put(network_, 24, 4, packet_[Field::arp_target_ip]);
  } else if (type == rules::kEtherIpv4) {
    network_[0] = 0x45;
    put(network_, 6, 2, Number{packet_[Field::is_fragment] == Number{1} ? 0x40b9U : 0x2000U});  // with flags, which are no offset
    put(network_, 8, 1, packet_[Field::hop_limit]);
    put(network_, 9, 1, packet_[Field::protocol]);
    put(network_, 12, 4, packet_[Field::ipv4_source]);
    put(network_, 16, 4, packet_[Field::ipv4_destination]);
  } else if (type == rules::kEtherIpv6) {
    put(network_, 7, 1, packet_[Field::hop_limit]);
    put(network_, 8, 16, packet_[Field::ipv6_source]);
    put(network_, 24, 16, packet_[Field::ipv6_destination]);
  }
}

void Loader::make_transport() {
  if (!packet_[Field::protocol] || packet_[Field::is_fragment] == Number{1}) return;
  transport_ = noise(44, 17);
  put(transport_, 0, 2, packet_[Field::source_port]);
  put(transport_, 2, 2, packet_[Field::destination_port]);
  put(transport_, 13, 1, packet_[Field::tcp_flags]);
  put(transport_, 0, 1, packet_[Field::icmp_type]);
  put(transport_, 1, 1, packet_[Field::icmp_code]);
  put(transport_, 0, 1, packet_[Field::icmpv6_type]);
  put(transport_, 1, 1, packet_[Field::icmpv6_code]);
  put(transport_, 8, 16, packet_[Field::nd_target]);
  if (packet_[Field::dhcp_client_mac]) put(transport_, 36, 6, packet_[Field::dhcp_client_mac]);
  transport_.resize(transport_size());
}

/// A field that the packet should have and hasn't is behind its end.
std::size_t Loader::transport_size() const {
  const Number protocol = *packet_[Field::protocol];
  const bool v4 = packet_[Field::ether_type] == Number{rules::kEtherIpv4};
  std::size_t size = transport_.size();
  const auto ends_before = [&](Field field, std::size_t offset) {
    if (!packet_[field]) size = std::min(size, offset);
  };
  if (protocol == 6 || protocol == 17 || protocol == 33 || protocol == 132 || protocol == 136) {
    ends_before(Field::source_port, 0);
    ends_before(Field::destination_port, 2);
  }
  if (protocol == 6) ends_before(Field::tcp_flags, 13);
  if (protocol == 17) ends_before(Field::dhcp_client_mac, 8);
  if (protocol == 1 && v4) {
    ends_before(Field::icmp_type, 0);
    ends_before(Field::icmp_code, 1);
  }
  if (protocol == 58 && !v4) {
    ends_before(Field::icmpv6_type, 0);
    ends_before(Field::icmpv6_code, 1);
    const auto type = packet_[Field::icmpv6_type];
    if (type == Number{135} || type == Number{136}) ends_before(Field::nd_target, 8);
  }
  return size;
}

std::optional<Number> Loader::load_bytes(const Header& header, Key key) const {
  const KeyFacts& facts = facts_of(key);
  if (facts.number + std::size_t{facts.bytes} > header.size()) return std::nullopt;
  Number value = 0;
  for (std::size_t at = 0; at < facts.bytes; ++at) value = value << 8U | header[facts.number + at];
  return facts.mask == 0 ? value : value & facts.mask;
}

std::optional<Number> Loader::load_meta(Key key) const {
  const auto& type = packet_[Field::ether_type];
  switch (key) {
    case Key::protocol: return type;
    case Key::nfproto:
      return type == Number{rules::kEtherIpv4} ? Number{kIpv4} : type == Number{rules::kEtherIpv6} ? Number{kIpv6} : Number{7};
    case Key::l4proto: return packet_[Field::protocol];
    case Key::pkttype: return packet_[Field::packet_type];
    case Key::iiftype: return Number{1};
    case Key::iifname: return name(packet_[NameField::in_port]);
    case Key::oifname: return name(packet_[NameField::out_port]);
    case Key::ibrname: return packet_[NameField::in_bridge] ? name(packet_[NameField::in_bridge]) : std::nullopt;
    case Key::obrname: return packet_[NameField::out_bridge] ? name(packet_[NameField::out_bridge]) : std::nullopt;
    default: return std::nullopt;
  }
}

std::optional<Number> Loader::load(Key key) const {
  switch (facts_of(key).source) {
    case Source::meta: return load_meta(key);
    case Source::conntrack: return packet_[key == Key::ct_mark ? Field::connection_mark : Field::connection_state];
    case Source::fib: return packet_[key == Key::fib_saddr_type ? Field::source_type : Field::destination_type];
    case Source::link: return load_bytes(link_, key);
    case Source::network: return load_bytes(network_, key);
    case Source::transport: return load_bytes(transport_, key);
    case Source::ipv6_fragment: break;
  }
  // Only later fragments are known to be fragments: a packet in one piece has no such header here.
  const bool fragment = packet_[Field::ether_type] == Number{rules::kEtherIpv6} && packet_[Field::is_fragment] == Number{1};
  if (key == Key::frag_exists) return Number{fragment ? 1U : 0U};
  return fragment ? std::optional<Number>(1480) : std::nullopt;
}

}  // namespace drawbridge::nftables
