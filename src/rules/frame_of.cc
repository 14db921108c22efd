#include <span>
#include <string>

#include "rules/packet_description.h"

namespace drawbridge::rules {
namespace {

using Bytes = std::vector<std::uint8_t>;

void append(Bytes& bytes, std::span<const std::uint8_t> more) { bytes.insert(bytes.end(), more.begin(), more.end()); }
void append(Bytes& bytes, const MacAddress& mac) { append(bytes, std::span<const std::uint8_t>(mac.bytes)); }
void append(Bytes& bytes, const IpAddress& address) { append(bytes, std::span(address.bytes).first(address.width() / 8U)); }

void append16(Bytes& bytes, std::size_t number) {
  bytes.push_back(static_cast<std::uint8_t>(number >> 8U));
  bytes.push_back(static_cast<std::uint8_t>(number));
}

void put16(Bytes& bytes, std::size_t at, std::size_t number) {
  bytes[at] = static_cast<std::uint8_t>(number >> 8U);
  bytes[at + 1] = static_cast<std::uint8_t>(number);
}

/// RFC 1071: the ones' complement of the sum of 16-bit words.
std::uint16_t checksum(std::span<const std::uint8_t> bytes) {
  std::uint32_t sum = 0;
  for (std::size_t at = 0; at < bytes.size(); ++at) sum += at % 2 == 0 ? std::uint32_t{bytes[at]} << 8U : bytes[at];
  while (sum >> 16U != 0) sum = (sum & 0xffffU) + (sum >> 16U);
  return static_cast<std::uint16_t>(~sum);
}

struct Upper {
  std::uint8_t protocol = 0;
  Bytes bytes;
  std::optional<std::size_t> checksum_at;
  bool with_addresses = true;  ///< the checksum covers the addresses, too
  std::uint8_t hop_limit = 64;
};

Upper udp(std::uint16_t from, std::uint16_t to, std::uint8_t protocol, const Bytes& body) {
  Upper upper{.protocol = protocol, .bytes = {}, .checksum_at = std::nullopt};
  append16(upper.bytes, from);
  append16(upper.bytes, to);
  append16(upper.bytes, 8 + body.size());
  append16(upper.bytes, 0);
  append(upper.bytes, body);
  if (protocol == 17) upper.checksum_at = 6;
  return upper;
}

/// BOOTP's fixed part with the magic cookie, and DISCOVER or OFFER as the only option.
Bytes dhcp_body(const Dhcp& dhcp) {
  Bytes body(236, 0);
  body[0] = dhcp.is_reply ? 2 : 1;
  body[1] = 1;
  body[2] = 6;
  std::copy(dhcp.client.bytes.begin(), dhcp.client.bytes.end(), body.begin() + 28);
  const std::uint8_t type = dhcp.is_reply ? 2 : 1;
  append(body, Bytes{0x63, 0x82, 0x53, 0x63, 53, 1, type, 255});
  return body;
}

struct MakeUpper {
  bool is_v4;

  Upper operator()(const Tcp& tcp) const {
    Upper upper{.protocol = 6, .bytes = {}, .checksum_at = 16};
    append16(upper.bytes, tcp.source_port);
    append16(upper.bytes, tcp.destination_port);
    append(upper.bytes, Bytes{0, 0, 0, 1, 0, 0, 0, 0, 0x50, tcp.flags, 0xff, 0xff, 0, 0, 0, 0});
    return upper;
  }
  Upper operator()(const Udp& datagram) const { return udp(datagram.source_port, datagram.destination_port, datagram.protocol, {}); }
  Upper operator()(const Icmp& icmp) const {
    Upper upper{.protocol = static_cast<std::uint8_t>(is_v4 ? 1 : 58), .bytes = {}, .checksum_at = 2, .with_addresses = !is_v4};
    // Long enough for the fixed part of whatever type it is (RFC 4861: redirect has 40).
    upper.bytes = Bytes(40, 0);
    upper.bytes[0] = icmp.type;
    upper.bytes[1] = icmp.code;
    if (!is_v4 && icmp.type >= 133 && icmp.type <= 137) upper.hop_limit = 255;
    if (!is_v4 && ((icmp.type >= 130 && icmp.type <= 132) || icmp.type == 143)) upper.hop_limit = 1;
    return upper;
  }
  Upper operator()(const NeighborDiscovery& discovery) const {
    Upper upper{.protocol = 58, .bytes = {discovery.type, 0, 0, 0, 0, 0, 0, 0}, .checksum_at = 2, .hop_limit = 255};
    append(upper.bytes, discovery.target);
    return upper;
  }
  Upper operator()(const Dhcp& dhcp) const { return dhcp.is_reply ? udp(67, 68, 17, dhcp_body(dhcp)) : udp(68, 67, 17, dhcp_body(dhcp)); }
  Upper operator()(const OtherProtocol& other) const { return {.protocol = other.protocol, .bytes = Bytes(8, 0), .checksum_at = {}}; }
  Upper operator()(const auto&) const { return {}; }
};

void set_checksum(Upper& upper, const PacketDescription& description) {
  if (!upper.checksum_at) return;
  Bytes covered;
  if (upper.with_addresses) {
    append(covered, description.source);
    append(covered, description.destination);
    append16(covered, upper.protocol);
    append16(covered, upper.bytes.size());
  }
  append(covered, upper.bytes);
  const std::uint16_t sum = checksum(covered);
  put16(upper.bytes, *upper.checksum_at, sum == 0 && upper.protocol == 17 ? 0xffffU : sum);
}

void append_ip(Bytes& frame, const PacketDescription& description) {
  const bool is_v4 = description.source.is_v4();
  Upper upper = std::visit(MakeUpper{is_v4}, description.content);
  set_checksum(upper, description);
  const std::uint8_t hops = description.hop_limit.value_or(upper.hop_limit);
  Bytes header;
  if (is_v4) {
    header = {0x45, 0};
    append16(header, 20 + upper.bytes.size());
    append(header, Bytes{0, 0, 0, 0, hops, upper.protocol, 0, 0});
  } else {
    header = {0x60, 0, 0, 0};
    append16(header, upper.bytes.size());
    append(header, Bytes{upper.protocol, hops});
  }
  append(header, description.source);
  append(header, description.destination);
  if (is_v4) put16(header, 10, checksum(header));
  append16(frame, is_v4 ? kEtherIpv4 : kEtherIpv6);
  append(frame, header);
  append(frame, upper.bytes);
}

void append_arp(Bytes& frame, const Arp& arp) {
  append16(frame, kEtherArp);
  append(frame, Bytes{0, 1, 8, 0, 6, 4});
  append16(frame, arp.operation);
  append(frame, arp.source_mac);
  append(frame, arp.source_ip);
  append(frame, MacAddress{});
  append(frame, arp.target_ip);
}

}  // namespace

std::vector<std::uint8_t> frame_of(const PacketDescription& description) {
  Bytes frame;
  append(frame, description.ether_destination);
  append(frame, description.ether_source);
  for (const std::uint16_t tag : description.tags) {
    append16(frame, kEtherVlan);
    append16(frame, tag);
  }
  if (const auto* arp = std::get_if<Arp>(&description.content)) {
    append_arp(frame, *arp);
  } else if (const auto* other = std::get_if<OtherFrame>(&description.content)) {
    append16(frame, other->ether_type);
    append(frame, Bytes(46, 0));
  } else {
    append_ip(frame, description);
  }
  return frame;
}

}  // namespace drawbridge::rules
