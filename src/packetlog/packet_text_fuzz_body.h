// What must hold for any bytes told as a packet. Shared by the fuzz target and by the unit tests.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>

#include "packetlog/line.h"

namespace drawbridge::packetlog {

/// The promise that was broken, or "". The first two bytes choose the EtherType, and how much of the rest is the prefix.
inline std::string check_packet_text(std::span<const std::uint8_t> bytes) {
  if (bytes.size() < 2) return "";
  static constexpr std::uint16_t kTypes[] = {0x0800, 0x86dd, 0x0806, 0x8100};
  const std::size_t prefix = std::min<std::size_t>(bytes[1], bytes.size() - 2);
  const auto rest = bytes.subspan(2);
  Record record;
  record.ether_type = kTypes[bytes[0] % 4];
  record.prefix.assign(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(prefix));
  record.payload.assign(rest.begin() + static_cast<std::ptrdiff_t>(prefix), rest.end());
  record.in = record.prefix;
  std::tm local{};
  for (const std::string& line : {format_line(record, local), format_json(record)}) {
    if (!std::ranges::all_of(line, [](char c) { return c >= ' ' && c <= '~'; })) return "not one printable line: " + line;
  }
  if (const Prefix once = parse_prefix(record.prefix); record.prefix.size() < 60 && once.chain != "-") {
    if (parse_prefix(format_prefix(once)) != once) return "another prefix after writing it: " + record.prefix;
  }
  return "";
}

}  // namespace drawbridge::packetlog
