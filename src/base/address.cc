#include "base/address.h"

#include <arpa/inet.h>

#include <charconv>
#include <cstring>

#include "base/text.h"

namespace drawbridge {
namespace {

Result<std::uint8_t> parse_length(std::string_view text, std::uint8_t width) {
  auto number = parse_number<std::uint8_t>(text);
  if (!number || *number > width)
    return fail(Errc::invalid_input, "prefix length '" + printable(text) + "' is not a number from 0 to " + std::to_string(width));
  return *number;
}

void clear_host_bits(std::array<std::uint8_t, 16>& bytes, std::uint8_t length) {
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const std::size_t first_bit = i * 8;
    if (first_bit >= length) {
      bytes[i] = 0;
    } else if (first_bit + 8 > length) {
      bytes[i] = static_cast<std::uint8_t>(bytes[i] & (0xFF00U >> (length - first_bit)));
    }
  }
}

}  // namespace

bool IpAddress::is_unspecified() const { return bytes == std::array<std::uint8_t, 16>{}; }

bool IpAddress::is_loopback() const {
  if (is_v4()) return bytes[0] == 127;
  std::array<std::uint8_t, 16> one{};
  one[15] = 1;
  return bytes == one;
}

bool IpAddress::is_link_local() const {
  return is_v4() ? bytes[0] == 169 && bytes[1] == 254 : bytes[0] == 0xFE && (bytes[1] & 0xC0U) == 0x80;
}

bool IpAddress::is_multicast() const { return is_v4() ? (bytes[0] & 0xF0U) == 0xE0 : bytes[0] == 0xFF; }

Result<IpAddress> parse_ip(std::string_view text) {
  const std::string copy(text);
  IpAddress address;
  address.family = text.find(':') == std::string_view::npos ? Family::ipv4 : Family::ipv6;
  // inet_pton stops at a NUL byte, so a text that holds one is refused first.
  if (copy.find('\0') == std::string::npos && inet_pton(address.is_v4() ? AF_INET : AF_INET6, copy.c_str(), address.bytes.data()) == 1)
    return address;
  return fail(Errc::invalid_input, "'" + printable(text) + "' is not an IP address");
}

Result<InterfaceAddress> parse_interface_address(std::string_view text) {
  const auto slash = text.find('/');
  auto address = TRY(parse_ip(text.substr(0, slash)));
  const std::uint8_t width = address.width();
  if (slash == std::string_view::npos) return InterfaceAddress{address, width};
  auto length = TRY(parse_length(text.substr(slash + 1), width));
  return InterfaceAddress{address, length};
}

Result<Prefix> parse_prefix(std::string_view text) {
  auto parsed = TRY(parse_interface_address(text));
  const Prefix network = network_of(parsed);
  if (network.address != parsed.address)
    return fail(Errc::invalid_input, "'" + printable(text) + "' has host bits set", {}, "the network is " + format_prefix(network));
  return network;
}

Result<MacAddress> parse_mac(std::string_view text) {
  MacAddress mac;
  const bool shape = text.size() == 17;
  for (std::size_t i = 0; shape && i < 6; ++i) {
    const char* begin = text.data() + i * 3;
    const auto [end, error] = std::from_chars(begin, begin + 2, mac.bytes[i], 16);
    if (error != std::errc{} || end != begin + 2 || (i < 5 && begin[2] != ':'))
      return fail(Errc::invalid_input, "'" + printable(text) + "' is not a MAC address");
  }
  if (!shape) return fail(Errc::invalid_input, "'" + printable(text) + "' is not a MAC address");
  return mac;
}

Result<std::uint8_t> parse_netmask(std::string_view text) {
  auto mask = TRY(parse_ip(text));
  if (mask.is_v4()) {
    for (std::uint8_t length = 0; length <= 32; ++length) {
      IpAddress wanted;
      wanted.bytes.fill(0);
      std::memset(wanted.bytes.data(), 0xFF, 4);
      clear_host_bits(wanted.bytes, length);
      if (wanted == mask) return length;
    }
  }
  return fail(Errc::invalid_input, "'" + printable(text) + "' is not a netmask");
}

std::string format_ip(const IpAddress& address) {
  std::array<char, INET6_ADDRSTRLEN> buffer{};
  inet_ntop(address.is_v4() ? AF_INET : AF_INET6, address.bytes.data(), buffer.data(), buffer.size());
  return buffer.data();
}

std::string format_interface_address(const InterfaceAddress& a) { return format_ip(a.address) + "/" + std::to_string(a.length); }
std::string format_prefix(const Prefix& p) { return format_ip(p.address) + "/" + std::to_string(p.length); }

std::string format_mac(const MacAddress& mac) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const auto byte : mac.bytes) {
    if (!text.empty()) text += ':';
    text += kDigits[byte >> 4U];
    text += kDigits[byte & 0xFU];
  }
  return text;
}

Prefix network_of(const InterfaceAddress& address) {
  Prefix network{address.address, address.length};
  clear_host_bits(network.address.bytes, address.length);
  return network;
}

bool contains(const Prefix& network, const IpAddress& address) {
  return network.address.family == address.family && network_of({address, network.length}).address == network.address;
}

bool overlap(const Prefix& a, const Prefix& b) {
  return contains(a, b.address) ? a.length <= b.length : contains(b, a.address) && b.length <= a.length;
}

IpAddress broadcast_of(const InterfaceAddress& address) {
  IpAddress result = address.address;
  if (address.length >= 31) return result;
  for (std::size_t bit = address.length; bit < 32; ++bit)
    result.bytes[bit / 8] = static_cast<std::uint8_t>(result.bytes[bit / 8] | (0x80U >> (bit % 8)));
  return result;
}

}  // namespace drawbridge
