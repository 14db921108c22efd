// What must hold for any bytes read as a frame. Shared by the fuzz target and by the unit tests.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "rules/parse_frame.h"

namespace drawbridge::rules {

/// The promise that was broken, or "".
inline std::string check_frame(std::span<const std::uint8_t> frame) {
  const Packet packet = parse_frame(frame);
  const Packet seen = parse_frame(frame, Padding::seen);
  for (std::size_t at = 0; at < kFields; ++at) {
    const auto& value = packet.numbers[at];
    if (value && *value > largest(width_of(static_cast<Field>(at)))) return "a value wider than its field";
    if (value && value != seen.numbers[at]) return "padding changed what is before it";
  }
  const auto both = [&](Field a, Field b) { return packet[a] && packet[b]; };
  if (both(Field::ipv4_source, Field::ipv6_source) || both(Field::icmp_type, Field::icmpv6_type)) return "fields of two families";
  if (packet[Field::source_port] && packet[Field::is_fragment] != Number{0}) return "ports of a later fragment";
  if (packet[Field::protocol] && !packet[Field::ip_version]) return "a protocol without IP";
  if (frame.size() >= 14 && !packet[Field::ether_type]) return "a frame without a type";
  // Less of a frame is never more.
  const std::vector<std::uint8_t> shorter(frame.begin(), frame.begin() + static_cast<std::ptrdiff_t>(frame.size() / 2));
  const Packet part = parse_frame(shorter, Padding::seen);
  if (shorter.size() >= 18 && part[Field::protocol] && !seen[Field::protocol]) return "the half knows more than the whole";
  return "";
}

}  // namespace drawbridge::rules
