// The packets that the lab's checks are made of. Pure. Sources: RFC 792 and RFC 4443 (echo), RFC 826 (ARP).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/address.h"

namespace drawbridge::lab {

/// An echo request with its checksum; for IPv6 the kernel fills the checksum in. `size`: of the IP packet it travels in, a small one if
/// that is less.
std::string echo_request(Family family, std::uint16_t identifier, std::uint16_t sequence, std::size_t size = 0);
/// True if a packet from a raw socket (IPv4: with its IP header) is the reply to such a request.
bool is_echo_reply(Family family, std::string_view packet, std::uint16_t identifier);

/// An Ethernet frame that asks everybody who has `target`.
std::string arp_request(const MacAddress& sender_mac, const IpAddress& sender, const IpAddress& target);
/// True if a frame says who has `target`.
bool is_arp_reply(std::string_view frame, const IpAddress& target);

}  // namespace drawbridge::lab
