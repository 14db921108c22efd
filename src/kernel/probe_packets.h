// The few packets of the network probe, as bytes: ARP (RFC 826), ICMP echo (RFC 792, RFC 4443), IPv6 neighbour solicitation
// (RFC 4861). Pure, so that each can be tested against captured bytes.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/address.h"

namespace drawbridge::kernel {

/// "Who has `target`? Tell `sender`." An unspecified `sender` makes it an ARP probe (RFC 5227), which is answered as well.
std::vector<std::uint8_t> make_arp_request(const MacAddress& own, const IpAddress& sender, const IpAddress& target);
/// True for a reply that tells where `target` is.
bool is_arp_reply(std::span<const std::uint8_t> packet, const IpAddress& target);

/// What makes an echo ours: told back unchanged by whoever answers.
struct EchoMark {
  std::uint16_t identifier = 0;
  std::uint64_t nonce = 0;
};
/// An ICMP echo request of the family, checksum filled in for IPv4 (for IPv6 the kernel does it).
std::vector<std::uint8_t> make_echo_request(Family family, const EchoMark& mark, std::uint16_t sequence);
/// True for the reply to ours. For IPv4 `packet` starts with the IP header, as raw sockets give it; for IPv6 with the ICMPv6 header.
bool is_echo_reply(std::span<const std::uint8_t> packet, Family family, const EchoMark& mark);

/// ICMPv6 neighbour solicitation for `target`, with our link-layer address.
std::vector<std::uint8_t> make_neighbour_solicitation(const MacAddress& own, const IpAddress& target);
bool is_neighbour_advertisement(std::span<const std::uint8_t> packet, const IpAddress& target);
/// ff02::1:ffXX:XXXX, where the owner of `target` listens for solicitations.
IpAddress solicited_node(const IpAddress& target);

}  // namespace drawbridge::kernel
