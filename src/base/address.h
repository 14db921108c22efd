// IP addresses, prefixes and MAC addresses as ordered 16-byte values, with strict parsers: no leading zeros in IPv4 (RFC 6943
// 3.1.1), RFC 4291 text for IPv6, RFC 5952 output.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace drawbridge {

enum class Family : std::uint8_t { ipv4 = 4, ipv6 = 6 };

/// An IPv4 or IPv6 address. IPv4 uses the first four bytes, network order; the rest is zero.
struct IpAddress {
  Family family = Family::ipv4;
  std::array<std::uint8_t, 16> bytes{};
  auto operator<=>(const IpAddress&) const = default;

  bool is_v4() const { return family == Family::ipv4; }
  bool is_v6() const { return family == Family::ipv6; }
  /// 32 or 128.
  std::uint8_t width() const { return is_v4() ? 32 : 128; }
  bool is_unspecified() const;
  bool is_loopback() const;
  /// fe80::/10, or 169.254.0.0/16.
  bool is_link_local() const;
  /// 224.0.0.0/4, or ff00::/8.
  bool is_multicast() const;
};

/// An address with the length of the subnet it stands in; host bits are kept ("100.64.0.102/22").
struct InterfaceAddress {
  IpAddress address;
  std::uint8_t length = 0;
  auto operator<=>(const InterfaceAddress&) const = default;
};

/// A network: host bits are zero by construction through `network_of` or `parse_prefix`.
struct Prefix {
  IpAddress address;
  std::uint8_t length = 0;
  auto operator<=>(const Prefix&) const = default;
  bool is_default() const { return length == 0; }
};

struct MacAddress {
  std::array<std::uint8_t, 6> bytes{};
  auto operator<=>(const MacAddress&) const = default;
  bool is_multicast() const { return (bytes[0] & 1U) != 0; }
  bool is_zero() const { return *this == MacAddress{}; }
};

Result<IpAddress> parse_ip(std::string_view text);
/// "A/len"; a bare address gets /32 or /128.
Result<InterfaceAddress> parse_interface_address(std::string_view text);
/// "A/len"; host bits set are an error. "default" is not accepted here: the family would be unknown.
Result<Prefix> parse_prefix(std::string_view text);
/// Colon-separated hex pairs, any case.
Result<MacAddress> parse_mac(std::string_view text);
/// A dotted IPv4 mask ("255.255.252.0") to its length; error if its ones are not contiguous.
Result<std::uint8_t> parse_netmask(std::string_view text);

std::string format_ip(const IpAddress& address);
std::string format_interface_address(const InterfaceAddress& address);
std::string format_prefix(const Prefix& prefix);
/// Lower case, colon-separated, as iproute2 prints it.
std::string format_mac(const MacAddress& mac);

Prefix network_of(const InterfaceAddress& address);
bool contains(const Prefix& network, const IpAddress& address);
/// True if one contains the other. Different families never overlap.
bool overlap(const Prefix& a, const Prefix& b);
/// The IPv4 broadcast address (all host bits one). For /31 and /32 the address itself (RFC 3021 has none).
IpAddress broadcast_of(const InterfaceAddress& address);

}  // namespace drawbridge
