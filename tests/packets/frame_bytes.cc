#include "frame_bytes.h"

#include <algorithm>

namespace drawbridge::packets {
namespace {

std::uint16_t checksum(std::span<const std::uint8_t> bytes) {
  std::uint32_t sum = 0;
  for (std::size_t at = 0; at < bytes.size(); ++at) sum += at % 2 == 0 ? std::uint32_t{bytes[at]} << 8U : bytes[at];
  while (sum >> 16U != 0) sum = (sum & 0xffffU) + (sum >> 16U);
  return static_cast<std::uint16_t>(~sum);
}

void put(Bytes& to, std::size_t at, std::uint16_t number) {
  to.at(at) = static_cast<std::uint8_t>(number >> 8U);
  to.at(at + 1) = static_cast<std::uint8_t>(number);
}

void set_checksum(Bytes& upper, std::size_t at, const Ends& ends, std::uint8_t protocol) {
  const Bytes covered = bytes_of(ends.source) + bytes_of(ends.destination) + number16(protocol) + number16(upper.size()) + upper;
  const std::uint16_t sum = checksum(covered);
  put(upper, at, sum == 0 && protocol == 17 ? 0xffff : sum);
}

}  // namespace

Bytes operator+(Bytes a, std::span<const std::uint8_t> b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

Bytes number16(std::size_t number) { return {static_cast<std::uint8_t>(number >> 8U), static_cast<std::uint8_t>(number)}; }
Bytes number32(std::uint32_t number) { return number16(number >> 16U) + number16(number & 0xffffU); }

Bytes bytes_of(const IpAddress& address) { return {address.bytes.begin(), address.bytes.begin() + address.width() / 8}; }

Bytes marker(std::uint32_t id) { return number32(0xd8a71db6) + number32(id); }

Bytes ip(const Ip& header, const Bytes& payload) {
  Bytes made;
  if (header.source.is_v4()) {
    const std::size_t words = 5 + header.options.size() / 4;
    made = {static_cast<std::uint8_t>(header.version.value_or(4) << 4U | header.header_words.value_or(words)), 0};
    made = made + number16(words * 4 + payload.size() + static_cast<std::size_t>(header.length_error)) + number16(header.identification) +
           number16(header.fragment) + Bytes{header.hops, header.protocol, 0, 0};
  } else {
    made = {static_cast<std::uint8_t>(header.version.value_or(6) << 4U), 0, 0, 0};
    made = made + number16(header.options.size() + payload.size() + static_cast<std::size_t>(header.length_error)) +
           Bytes{header.protocol, header.hops};
  }
  made = made + bytes_of(header.source) + bytes_of(header.destination) + header.options;
  if (header.source.is_v4()) put(made, 10, checksum(made));
  return made + payload;
}

Bytes tcp(const Ends& ends, std::uint16_t from, std::uint16_t to, std::uint8_t flags, std::uint32_t sequence, const Bytes& payload) {
  Bytes made =
      number16(from) + number16(to) + number32(sequence) + number32(sequence) + Bytes{0x50, flags, 0xff, 0xff, 0, 0, 0, 0} + payload;
  set_checksum(made, 16, ends, 6);
  return made;
}

Bytes udp(const Ends& ends, std::uint16_t from, std::uint16_t to, const Bytes& payload, std::uint8_t protocol) {
  Bytes made = number16(from) + number16(to) + number16(8 + payload.size()) + number16(0) + payload;
  if (protocol == 17 || protocol == 136) set_checksum(made, 6, ends, protocol);
  return made;
}

Bytes icmp(const Ends& ends, std::uint8_t type, std::uint8_t code, const Bytes& rest) {
  Bytes made = Bytes{type, code, 0, 0} + rest;
  if (ends.source.is_v4()) {
    put(made, 2, checksum(made));
  } else {
    set_checksum(made, 2, ends, 58);
  }
  return made;
}

Bytes dhcp(bool reply, const MacAddress& client) {
  Bytes body(236, 0);
  body[0] = reply ? 2 : 1;
  body[1] = 1;
  body[2] = 6;
  std::ranges::copy(client.bytes, body.begin() + 28);
  return body + Bytes{0x63, 0x82, 0x53, 0x63, 53, 1, static_cast<std::uint8_t>(reply ? 2 : 1), 255};
}

Bytes ethernet(const MacAddress& to, const MacAddress& from, std::span<const std::uint16_t> tags, std::size_t type, const Bytes& payload) {
  Bytes made(to.bytes.begin(), to.bytes.end());
  made = made + from.bytes;
  for (const std::uint16_t tag : tags) made = made + number16(0x8100) + number16(tag);
  return made + number16(type) + payload;
}

Bytes arp(std::uint16_t operation, const MacAddress& mac, const IpAddress& source, const IpAddress& target) {
  return Bytes{0, 1, 8, 0, 6, 4} + number16(operation) + mac.bytes + bytes_of(source) + Bytes(6, 0) + bytes_of(target);
}

}  // namespace drawbridge::packets
