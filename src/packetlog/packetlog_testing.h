// Packets for tests, written as hexadecimal digits.
#pragma once

#include <cctype>
#include <cstdint>
#include <string_view>
#include <vector>

namespace drawbridge::packetlog {

/// Blanks are left out.
inline std::vector<std::uint8_t> bytes_of(std::string_view digits) {
  const auto value = [](char c) { return static_cast<unsigned>(c <= '9' ? c - '0' : c - 'a' + 10); };
  std::vector<std::uint8_t> bytes;
  bool is_high = true;
  for (const char c : digits) {
    if (std::isxdigit(static_cast<unsigned char>(c)) == 0) continue;
    if (is_high) {
      bytes.push_back(static_cast<std::uint8_t>(value(c) << 4U));
    } else {
      bytes.back() = static_cast<std::uint8_t>(bytes.back() | value(c));
    }
    is_high = !is_high;
  }
  return bytes;
}

}  // namespace drawbridge::packetlog
