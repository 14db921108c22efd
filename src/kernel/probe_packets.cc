#include "kernel/probe_packets.h"

#include <algorithm>
#include <cstring>

namespace drawbridge::kernel {
namespace {

using Packet = std::vector<std::uint8_t>;
using View = std::span<const std::uint8_t>;

constexpr std::uint8_t kEchoReply4 = 0;
constexpr std::uint8_t kEchoRequest4 = 8;
constexpr std::uint8_t kEchoRequest6 = 128;
constexpr std::uint8_t kEchoReply6 = 129;
constexpr std::uint8_t kNeighbourSolicitation = 135;
constexpr std::uint8_t kNeighbourAdvertisement = 136;

void put16(Packet& packet, std::uint16_t value) {
  packet.push_back(static_cast<std::uint8_t>(value >> 8U));
  packet.push_back(static_cast<std::uint8_t>(value));
}
std::uint16_t get16(View packet, std::size_t at) { return static_cast<std::uint16_t>((packet[at] << 8U) | packet[at + 1]); }

template <std::size_t N>
void put_bytes(Packet& packet, const std::array<std::uint8_t, N>& bytes, std::size_t count = N) {
  packet.insert(packet.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(count));
}

bool holds(View packet, std::size_t at, const IpAddress& address) {
  const std::size_t size = address.width() / 8U;
  return at + size <= packet.size() && std::equal(address.bytes.begin(), address.bytes.begin() + static_cast<std::ptrdiff_t>(size),
                                                  packet.begin() + static_cast<std::ptrdiff_t>(at));
}

// RFC 1071.
std::uint16_t checksum(View bytes) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) sum += get16(bytes, i);
  while (sum > 0xFFFF) sum = (sum & 0xFFFFU) + (sum >> 16U);
  return static_cast<std::uint16_t>(~sum);
}

}  // namespace

Packet make_arp_request(const MacAddress& own, const IpAddress& sender, const IpAddress& target) {
  Packet packet{0, 1, 8, 0, 6, 4, 0, 1};  // Ethernet, IPv4, lengths 6 and 4, request
  put_bytes(packet, own.bytes);
  put_bytes(packet, sender.bytes, 4);
  put_bytes(packet, MacAddress{}.bytes);
  put_bytes(packet, target.bytes, 4);
  return packet;
}

bool is_arp_reply(View packet, const IpAddress& target) {
  constexpr std::uint8_t kReply[]{0, 1, 8, 0, 6, 4, 0, 2};
  constexpr std::size_t kSenderAddress = 14;
  return packet.size() >= 28 && std::equal(std::begin(kReply), std::end(kReply), packet.begin()) && target.is_v4() &&
         holds(packet, kSenderAddress, target);
}

Packet make_echo_request(Family family, const EchoMark& mark, std::uint16_t sequence) {
  Packet packet{family == Family::ipv4 ? kEchoRequest4 : kEchoRequest6, 0, 0, 0};
  put16(packet, mark.identifier);
  put16(packet, sequence);
  for (unsigned shift = 64; shift > 0; shift -= 8) packet.push_back(static_cast<std::uint8_t>(mark.nonce >> (shift - 8)));
  if (family == Family::ipv4) {
    const auto sum = checksum(packet);
    packet[2] = static_cast<std::uint8_t>(sum >> 8U);
    packet[3] = static_cast<std::uint8_t>(sum);
  }
  return packet;
}

bool is_echo_reply(View packet, Family family, const EchoMark& mark) {
  if (family == Family::ipv4) {
    if (packet.empty()) return false;
    const std::size_t header = (packet[0] & 0x0FU) * std::size_t{4};
    if (header < 20 || header > packet.size()) return false;
    packet = packet.subspan(header);
  }
  const auto expected = make_echo_request(family, mark, 0);
  constexpr std::size_t kNonce = 8;
  return packet.size() >= expected.size() && packet[0] == (family == Family::ipv4 ? kEchoReply4 : kEchoReply6) &&
         get16(packet, 4) == mark.identifier && std::equal(expected.begin() + kNonce, expected.end(), packet.begin() + kNonce);
}

Packet make_neighbour_solicitation(const MacAddress& own, const IpAddress& target) {
  Packet packet{kNeighbourSolicitation, 0, 0, 0, 0, 0, 0, 0};
  put_bytes(packet, target.bytes);
  packet.insert(packet.end(), {1, 1});  // option: source link-layer address, 8 bytes
  put_bytes(packet, own.bytes);
  return packet;
}

bool is_neighbour_advertisement(View packet, const IpAddress& target) {
  return packet.size() >= 24 && packet[0] == kNeighbourAdvertisement && target.is_v6() && holds(packet, 8, target);
}

IpAddress solicited_node(const IpAddress& target) {
  IpAddress group{Family::ipv6, {0xFF, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xFF}};
  std::copy(target.bytes.begin() + 13, target.bytes.end(), group.bytes.begin() + 13);
  return group;
}

}  // namespace drawbridge::kernel
