#include "rules/parse_frame.h"

#include <algorithm>
#include <optional>

namespace drawbridge::rules {
namespace {

using Bytes = std::span<const std::uint8_t>;

std::optional<Number> number_at(Bytes bytes, std::size_t offset, std::size_t length) {
  if (offset > bytes.size() || bytes.size() - offset < length) return std::nullopt;
  Number number = 0;
  for (const std::uint8_t byte : bytes.subspan(offset, length)) number = number << 8U | byte;
  return number;
}

std::size_t size_at(Bytes bytes, std::size_t offset, std::size_t length) {
  return static_cast<std::size_t>(number_at(bytes, offset, length).value_or(0));
}

Bytes from(Bytes bytes, std::size_t offset) { return bytes.subspan(std::min(offset, bytes.size())); }

/// Where the upper-layer header begins, and what it is.
struct Upper {
  std::uint8_t protocol = 0;
  std::size_t offset = 0;
  bool later_fragment = false;
};

void read_ports(Packet& packet, Bytes upper) {
  packet[Field::source_port] = number_at(upper, 0, 2);
  packet[Field::destination_port] = number_at(upper, 2, 2);
}

void read_icmpv6(Packet& packet, Bytes upper) {
  packet[Field::icmpv6_type] = number_at(upper, 0, 1);
  packet[Field::icmpv6_code] = number_at(upper, 1, 1);
  const auto type = packet[Field::icmpv6_type];
  if (type == Number{135} || type == Number{136}) packet[Field::nd_target] = number_at(upper, 8, 16);
}

void read_upper(Packet& packet, Bytes upper, std::uint8_t protocol, bool is_v4) {
  switch (protocol) {
    case 6:
      read_ports(packet, upper);
      packet[Field::tcp_flags] = number_at(upper, 13, 1);
      return;
    case 17:
      read_ports(packet, upper);
      if (is_v4) packet[Field::dhcp_client_mac] = number_at(upper, 8 + 28, 6);
      return;
    case 33:
    case 132:
    case 136: read_ports(packet, upper); return;
    case 1:
      packet[Field::icmp_type] = number_at(upper, 0, 1);
      packet[Field::icmp_code] = number_at(upper, 1, 1);
      return;
    case 58: read_icmpv6(packet, upper); return;
    default: return;
  }
}

/// nullopt: not sound.
std::optional<Upper> upper_of_ipv4(Bytes ip) {
  if (ip.size() < 20 || ip[0] >> 4U != 4) return std::nullopt;
  const std::size_t header = std::size_t{ip[0] & 0xfU} * 4;
  const std::size_t total = size_at(ip, 2, 2);
  if (header < 20 || total < header || total > ip.size()) return std::nullopt;
  return Upper{ip[9], header, (size_at(ip, 6, 2) & 0x1fffU) != 0};
}

/// Not the authentication header (51): the kernel's rules stop there, as with IPv4.
bool is_extension(std::uint8_t header) { return header == 0 || header == 43 || header == 44 || header == 60; }

/// ipv6_find_hdr without a target. Says in `fragment` if it met a header of a later fragment, also where the rest is not sound.
std::optional<Upper> upper_of_ipv6(Bytes ip, bool& fragment) {
  if (ip.size() < 40 || ip[0] >> 4U != 6 || size_at(ip, 4, 2) + 40 > ip.size()) return std::nullopt;
  std::uint8_t header = ip[6];
  std::size_t offset = 40;
  while (is_extension(header)) {
    if (ip.size() < offset + 2) return std::nullopt;
    const std::uint8_t next = ip[offset];
    std::size_t length = (std::size_t{ip[offset + 1]} + 1) * 8;
    if (header == 43 && ip.size() < offset + 4) return std::nullopt;
    if (header == 44) {
      const auto place = number_at(ip, offset + 2, 2);
      if (!place) return std::nullopt;
      length = 8;
      fragment = (*place & ~Number{7}) != 0;
      if (fragment && (is_extension(next) || next == 51)) return std::nullopt;
      if (fragment) return Upper{next, offset, true};
    }
    header = next;
    offset += length;
  }
  return Upper{header, offset, false};
}

void set_upper(Packet& packet, Bytes ip, const Upper& upper, bool is_v4) {
  packet[Field::protocol] = upper.protocol;
  packet[Field::is_fragment] = upper.later_fragment ? 1 : 0;
  if (!upper.later_fragment) read_upper(packet, from(ip, upper.offset), upper.protocol, is_v4);
}

Bytes cut(Bytes ip, std::size_t total, Padding padding) { return padding == Padding::cut && total < ip.size() ? ip.first(total) : ip; }

void read_ipv4(Packet& packet, Bytes ip, Padding padding) {
  packet[Field::ip_version] = 4;
  packet[Field::ipv4_source] = number_at(ip, 12, 4);
  packet[Field::ipv4_destination] = number_at(ip, 16, 4);
  packet[Field::hop_limit] = number_at(ip, 8, 1);
  if (const auto upper = upper_of_ipv4(ip)) set_upper(packet, cut(ip, size_at(ip, 2, 2), padding), *upper, true);
}

void read_ipv6(Packet& packet, Bytes ip, Padding padding) {
  packet[Field::ip_version] = 6;
  packet[Field::ipv6_source] = number_at(ip, 8, 16);
  packet[Field::ipv6_destination] = number_at(ip, 24, 16);
  packet[Field::hop_limit] = number_at(ip, 7, 1);
  bool fragment = false;
  const Bytes part = cut(ip, 40 + size_at(ip, 4, 2), padding);
  if (const auto upper = upper_of_ipv6(part, fragment)) {
    set_upper(packet, part, *upper, false);
  } else if (fragment) {
    packet[Field::is_fragment] = 1;
  }
}

/// For Ethernet and IPv4 only: other kinds have their fields elsewhere.
void read_arp(Packet& packet, Bytes arp) {
  if (number_at(arp, 0, 4) != Number{0x00010800} || number_at(arp, 4, 2) != Number{0x0604}) return;
  packet[Field::arp_operation] = number_at(arp, 6, 2);
  packet[Field::arp_source_mac] = number_at(arp, 8, 6);
  packet[Field::arp_source_ip] = number_at(arp, 14, 4);
  packet[Field::arp_target_ip] = number_at(arp, 24, 4);
}

/// skb->protocol of what begins with this type or length field; eth_type_trans and vlan_set_encap_proto of the kernel.
Number protocol_at(Bytes rest) {
  const Number type = number_at(rest, 0, 2).value_or(0);
  if (type >= 0x600) return type;
  return number_at(rest, 2, 2) == Number{0xffff} ? 0x0001 : kEtherLlc;
}

Number packet_type_of(Number destination) {
  if (destination == largest(48)) return 1;
  return (destination >> 40U & 1U) != 0 ? 2 : 3;
}

}  // namespace

Packet parse_frame(std::span<const std::uint8_t> frame, Padding padding) {
  Packet packet;
  if (frame.size() < 14) return packet;
  packet[Field::ether_destination] = number_at(frame, 0, 6);
  packet[Field::ether_source] = number_at(frame, 6, 6);
  packet[Field::packet_type] = packet_type_of(*packet[Field::ether_destination]);
  Bytes rest = from(frame, 12);
  if (const Number type = protocol_at(rest); (type == kEtherVlan || type == kEtherQinq) && rest.size() >= 6) {
    packet[Field::vlan_id] = *number_at(rest, 2, 2) & 0xfffU;
    rest = from(rest, 4);
  }
  const Number type = protocol_at(rest);
  packet[Field::ether_type] = type;
  rest = from(rest, 2);
  if (type == kEtherIpv4) read_ipv4(packet, rest, padding);
  if (type == kEtherIpv6) read_ipv6(packet, rest, padding);
  if (type == kEtherArp) read_arp(packet, rest);
  return packet;
}

}  // namespace drawbridge::rules
