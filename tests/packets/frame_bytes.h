// Headers and checksums, byte by byte: also those that no honest stack would send.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/address.h"

namespace drawbridge::packets {

using Bytes = std::vector<std::uint8_t>;

/// What is known again of a frame: a word that nothing else has, and its number.
Bytes marker(std::uint32_t id);
inline constexpr std::size_t kMarkerSize = 8;

Bytes operator+(Bytes a, std::span<const std::uint8_t> b);
Bytes number16(std::size_t number);
Bytes number32(std::uint32_t number);
Bytes bytes_of(const IpAddress& address);

struct Ip {
  IpAddress source, destination;
  std::uint8_t protocol = 17;
  std::uint8_t hops = 64;
  Bytes options{};             ///< IPv4: a multiple of four. IPv6: extension headers, the first of which `protocol` names
  std::uint16_t fragment = 0;  ///< IPv4: flags and offset as in the header
  std::uint16_t identification = 0;
  std::optional<std::uint8_t> version{}, header_words{};  ///< IPv4: as they shouldn't be
  int length_error = 0;                                   ///< added to the total length
};
/// The header and what it carries.
Bytes ip(const Ip& header, const Bytes& payload);

/// Upper layers, with correct checksums (a family's pseudo header covers `source` and `destination`).
struct Ends {
  IpAddress source, destination;
};
Bytes tcp(const Ends& ends, std::uint16_t from, std::uint16_t to, std::uint8_t flags, std::uint32_t sequence, const Bytes& payload);
Bytes udp(const Ends& ends, std::uint16_t from, std::uint16_t to, const Bytes& payload, std::uint8_t protocol = 17);
Bytes icmp(const Ends& ends, std::uint8_t type, std::uint8_t code, const Bytes& rest);
/// From the client's hardware address on, and up to the options.
Bytes dhcp(bool reply, const MacAddress& client);

Bytes ethernet(const MacAddress& to, const MacAddress& from, std::span<const std::uint16_t> tags, std::size_t type, const Bytes& payload);
Bytes arp(std::uint16_t operation, const MacAddress& mac, const IpAddress& source, const IpAddress& target);

}  // namespace drawbridge::packets
