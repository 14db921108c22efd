#include "packetlog/transport_text.h"

#include <netinet/in.h>

#include <array>
#include <string_view>

#include "packetlog/field_text.h"

namespace drawbridge::packetlog {
namespace {

void append_tcp(std::string& line, Bytes bytes) {
  line += "PROTO=TCP ";
  const auto header = bytes.take(20);
  if (!header) return append_cut(line, bytes);
  append(line, "SPT={} DPT={} SEQ={} ACK={} WINDOW={} ", word_at(*header, 0), word_at(*header, 2), long_at(*header, 4), long_at(*header, 8),
         word_at(*header, 14));
  static constexpr std::array<std::pair<std::uint8_t, std::string_view>, 6> kFlags{
      {{32, "URG "}, {16, "ACK "}, {8, "PSH "}, {4, "RST "}, {2, "SYN "}, {1, "FIN "}}};
  const std::uint8_t flags = byte_at(*header, 13);
  for (const auto& [bit, word] : kFlags) {
    if ((flags & bit) != 0) line += word;
  }
  if ((flags & 32U) != 0) append(line, "URGP={} ", word_at(*header, 18));
}

void append_udp(std::string& line, std::string_view name, Bytes bytes) {
  append(line, "PROTO={} ", name);
  const auto header = bytes.take(8);
  if (!header) return append_cut(line, bytes);
  append(line, "SPT={} DPT={} LEN={}", word_at(*header, 0), word_at(*header, 2), word_at(*header, 4));
}

void append_ports(std::string& line, std::string_view name, Bytes bytes) {
  append(line, "PROTO={} ", name);
  const auto header = bytes.take(4);
  if (!header) return append_cut(line, bytes);
  append(line, "SPT={} DPT={} ", word_at(*header, 0), word_at(*header, 2));
}

void append_icmp(std::string& line, Bytes bytes) {
  line += "PROTO=ICMP ";
  const auto header = bytes.take(8);
  if (!header) return append_cut(line, bytes);
  const std::uint8_t type = byte_at(*header, 0);
  const std::uint8_t code = byte_at(*header, 1);
  append(line, "TYPE={} CODE={} ", type, code);
  if (type == 0 || type == 8) append(line, "ID={} SEQ={} ", word_at(*header, 4), word_at(*header, 6));
  if (type == 12) append(line, "PARAMETER={} ", byte_at(*header, 4));
  if (type == 5) append(line, "GATEWAY={} ", address_text(header->subspan(4, 4), Family::ipv4));
  if (type == 3 && code == 4) append(line, "MTU={} ", word_at(*header, 6));
}

/// RFC 4861 4.2, behind the first eight bytes.
void append_router_advertisement(std::string& line, Header header, Bytes bytes) {
  append(line, "HOPLIMIT={} RA={:02x} LIFETIME={} ", byte_at(header, 4), byte_at(header, 5), word_at(header, 6));
  const auto rest = bytes.take(8);
  if (!rest) return append_cut(line, bytes);
  append(line, "REACHABLE={} RETRANSMIT={} ", long_at(*rest, 0), long_at(*rest, 4));
}

/// RFC 4861 4.5.
void append_icmpv6_redirect(std::string& line, Bytes bytes) {
  const auto addresses = bytes.take(32);
  if (!addresses) return append_cut(line, bytes);
  append(line, "TARGET={} GATEWAY={} ", address_text(addresses->subspan(16, 16), Family::ipv6),
         address_text(addresses->first(16), Family::ipv6));
}

/// RFC 4443 3.4.
void append_parameter_problem(std::string& line, std::uint8_t code, std::uint32_t pointer) {
  static constexpr std::array<std::string_view, 3> kWords{"HEADER", "NEXTHEADER", "OPTION"};
  if (code < kWords.size()) {
    append(line, "PARAMETER={} ", kWords.at(code));
  } else {
    append(line, "PARAMETER={} ", pointer);
  }
}

std::string_view plain_name(std::uint8_t protocol) {
  switch (protocol) {
    case IPPROTO_AH: return "AH";
    case IPPROTO_ESP: return "ESP";
    case IPPROTO_IGMP: return "IGMP";
    default: return {};
  }
}

}  // namespace

void append_cut(std::string& line, const Bytes& bytes) { append(line, "LEN={} INVALID=LEN ", bytes.size()); }

void append_icmpv6(std::string& line, Bytes bytes) {
  line += "PROTO=ICMPV6 ";
  const auto header = bytes.take(8);
  if (!header) return append_cut(line, bytes);
  const std::uint8_t type = byte_at(*header, 0);
  const std::uint8_t code = byte_at(*header, 1);
  append(line, "TYPE={} CODE={} ", type, code);
  switch (type) {
    case 128:
    case 129: append(line, "ID={} SEQ={} ", word_at(*header, 4), word_at(*header, 6)); break;
    case 134: append_router_advertisement(line, *header, bytes); break;
    case 136: append(line, "NA={:08x} ", long_at(*header, 4)); break;
    case 137: append_icmpv6_redirect(line, bytes); break;
    case 2: append(line, "MTU={} ", long_at(*header, 4)); break;
    case 4: append_parameter_problem(line, code, long_at(*header, 4)); break;
    default: break;
  }
}

void append_transport(std::string& line, std::uint8_t protocol, Bytes bytes) {
  switch (protocol) {
    case IPPROTO_TCP: return append_tcp(line, bytes);
    case IPPROTO_UDP: return append_udp(line, "UDP", bytes);
    case IPPROTO_UDPLITE: return append_udp(line, "UDPLITE", bytes);
    case IPPROTO_SCTP: return append_ports(line, "SCTP", bytes);
    case IPPROTO_DCCP: return append_ports(line, "DCCP", bytes);
    case IPPROTO_ICMP: return append_icmp(line, bytes);
    default: break;
  }
  if (const std::string_view name = plain_name(protocol); !name.empty()) {
    append(line, "PROTO={} ", name);
  } else {
    append(line, "PROTO={} ", protocol);
  }
}

}  // namespace drawbridge::packetlog
