#include "packetlog/network_text.h"

#include <netinet/in.h>

#include "packetlog/bytes.h"
#include "packetlog/field_text.h"
#include "packetlog/transport_text.h"

namespace drawbridge::packetlog {
namespace {

void append_ipv4(std::string& line, Bytes bytes) {
  const auto header = bytes.take(20);
  if (!header) return append_cut(line, bytes);
  const std::uint8_t tos = byte_at(*header, 1);
  append(line, "SRC={} DST={} LEN={} TOS=0x{:02X} PREC=0x{:02X} TTL={} ID={} ", address_text(header->subspan(12, 4), Family::ipv4),
         address_text(header->subspan(16, 4), Family::ipv4), word_at(*header, 2), tos & 0x1eU, tos & 0xe0U, byte_at(*header, 8),
         word_at(*header, 4));
  const std::uint16_t fragment = word_at(*header, 6);
  const unsigned offset = fragment & 0x1fffU;
  if (offset != 0) append(line, "FRAG={} ", offset);
  if ((fragment & 0x4000U) != 0) line += "DF ";
  if ((fragment & 0x2000U) != 0) line += "MF ";
  const std::size_t length = (byte_at(*header, 0) & 0x0fU) * 4U;
  if (length < 20 || length - 20 > bytes.size()) {
    line += "INVALID=IHL ";
    return;
  }
  bytes.skip(length - 20);
  const std::uint8_t protocol = byte_at(*header, 9);
  if (offset != 0) {
    append(line, "PROTO={} ", protocol);  // a later fragment has no transport header
  } else {
    append_transport(line, protocol, bytes);
  }
}

/// The words of one extension header, whose first bytes are `header`.
void append_extension(std::string& line, std::uint8_t kind, Header header, const Bytes& rest) {
  switch (kind) {
    case IPPROTO_HOPOPTS: line += "NEXTHDR=HOPOPTS "; break;
    case IPPROTO_DSTOPTS: line += "NEXTHDR=DSTOPTS "; break;
    case IPPROTO_MH: line += "NEXTHDR=MH "; break;
    case IPPROTO_ROUTING: {
      append(line, "NEXTHDR=ROUTING TYPE={} SEGMENTS={} ", byte_at(header, 2), byte_at(header, 3));
      Bytes home = rest;
      if (byte_at(header, 2) == 2) {
        if (const auto address = home.take(16)) append(line, "HOME={} ", address_text(*address, Family::ipv6));
      }
      break;
    }
    default: {
      const std::uint16_t offset = word_at(header, 2);
      append(line, "FRAG={} ID={} ", offset & 0xfff8U, long_at(header, 4));
      if ((offset & 1U) != 0) line += "MF ";
    }
  }
}

bool is_extension(std::uint8_t kind) {
  return kind == IPPROTO_HOPOPTS || kind == IPPROTO_DSTOPTS || kind == IPPROTO_MH || kind == IPPROTO_ROUTING || kind == IPPROTO_FRAGMENT;
}

/// Takes extension headers, told one by one. Returns the transport, or nullopt if it can't be reached (cut, or a later fragment).
std::optional<std::uint8_t> append_extensions(std::string& line, std::uint8_t next, Bytes& bytes) {
  while (is_extension(next)) {
    const auto header = bytes.take(8);
    if (!header) {
      append_cut(line, bytes);
      return std::nullopt;
    }
    append_extension(line, next, *header, bytes);
    const bool is_later = next == IPPROTO_FRAGMENT && (word_at(*header, 2) & 0xfff8U) != 0;
    if (next != IPPROTO_FRAGMENT) bytes.skip(byte_at(*header, 1) * 8U);
    next = byte_at(*header, 0);
    if (is_later) {
      append(line, "PROTO={} ", next);
      return std::nullopt;
    }
  }
  return next;
}

void append_ipv6(std::string& line, Bytes bytes) {
  const auto header = bytes.take(40);
  if (!header) return append_cut(line, bytes);
  const std::uint32_t first = long_at(*header, 0);
  append(line, "SRC={} DST={} LEN={} TC={} FLOWLBL={} HOPLIMIT={} ", address_text(header->subspan(8, 16), Family::ipv6),
         address_text(header->subspan(24, 16), Family::ipv6), word_at(*header, 4), (first >> 20U) & 0xffU, first & 0xfffffU,
         byte_at(*header, 7));
  const auto transport = append_extensions(line, byte_at(*header, 6), bytes);
  if (!transport) return;
  if (*transport == IPPROTO_ICMPV6) {
    append_icmpv6(line, bytes);
  } else {
    append_transport(line, *transport, bytes);
  }
}

/// RFC 826, for Ethernet and IPv4.
void append_arp(std::string& line, Bytes bytes) {
  const auto header = bytes.take(28);
  if (!header) return append_cut(line, bytes);
  append(line, "SRC={} DST={} PROTO=ARP ", address_text(header->subspan(14, 4), Family::ipv4),
         address_text(header->subspan(24, 4), Family::ipv4));
  switch (const std::uint16_t operation = word_at(*header, 6); operation) {
    case 1: line += "REQUEST "; break;
    case 2: append(line, "REPLY MAC={} ", mac_text(header->subspan(8, 6))); break;
    case 10: line += "NAK "; break;
    default: append(line, "CODE={} ", operation);
  }
}

}  // namespace

void append_packet(std::string& line, std::uint16_t ether_type, std::span<const std::uint8_t> packet) {
  switch (ether_type) {
    case 0x0800: return append_ipv4(line, Bytes(packet));
    case 0x86dd: return append_ipv6(line, Bytes(packet));
    case 0x0806: return append_arp(line, Bytes(packet));
    default: break;
  }
}

}  // namespace drawbridge::packetlog
