// Links that lines of another interface make: `address-virtual MAC address…`, `vrrp ID address…`, `bridge-always-up yes`.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "network/interface.h"

namespace drawbridge::network {

inline constexpr std::size_t kLongestLinkName = 15;

/// One link that such lines make. A vrrp line with addresses of both families makes two.
struct VirtualLine {
  const OptionLine* option = nullptr;
  std::string link;  ///< "eth0-v0" for address-virtual, "eth0-r4-10" and "eth0-r6-10" for vrrp group 10
  std::optional<MacAddress> mac;
  std::vector<InterfaceAddress> addresses;
  std::string problem;  ///< not empty: the line can't be read
  std::string hint;
};

/// The dummy that keeps a bridge with `bridge-always-up yes` running.
inline std::string keeper_of(const std::string& bridge) { return bridge + "-up"; }

/// In file order; lines that can't be read have a problem and no MAC.
std::vector<VirtualLine> virtual_lines(const Interface& interface);

}  // namespace drawbridge::network
