// How values of headers are told in log lines.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <span>
#include <string>

#include "base/address.h"

namespace drawbridge::packetlog {

using Header = std::span<const std::uint8_t>;

template <class... Values>
void append(std::string& line, fmt::format_string<Values...> format, Values&&... values) {
  fmt::format_to(std::back_inserter(line), format, std::forward<Values>(values)...);
}

/// Of as many bytes as the family's addresses have.
inline std::string address_text(Header bytes, Family family) {
  IpAddress address{.family = family, .bytes = {}};
  std::ranges::copy(bytes, address.bytes.begin());
  return format_ip(address);
}

/// Of six bytes.
inline std::string mac_text(Header bytes) {
  MacAddress mac;
  std::ranges::copy(bytes, mac.bytes.begin());
  return format_mac(mac);
}

}  // namespace drawbridge::packetlog
