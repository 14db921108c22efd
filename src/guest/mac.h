// MAC addresses for cards that have none: random ones under the cluster's prefix, that no other card has.
#pragma once

#include <array>
#include <functional>
#include <set>
#include <string>
#include <string_view>

#include "base/result.h"
#include "guest/nic.h"

namespace drawbridge::guest {

/// What generated addresses begin with: one to three bytes and perhaps one hex digit more, upper case ("BC:24:11", "BC:24:11:5").
struct MacPrefix {
  std::string text = "BC:24:11";
  bool operator==(const MacPrefix&) const = default;
};

/// Errors: invalid_input if it is no prefix, or one of multicast addresses.
Result<MacPrefix> parse_mac_prefix(std::string_view text);

/// `mac_prefix` of a datacenter.cfg, or the default. Errors: invalid_input with the line.
Result<MacPrefix> read_mac_prefix(std::string_view datacenter_cfg, const std::string& path);

/// Six bytes without bias.
using RandomBytes = std::array<std::uint8_t, 6>;

/// Unicast, locally administered, then the beginning replaced by the prefix.
MacAddress make_mac(const RandomBytes& random, const MacPrefix& prefix);

/// One that is not in `used`. Errors: unavailable if a thousand draws gave none, so that the prefix is as good as used up.
Result<MacAddress> make_free_mac(const std::function<RandomBytes()>& draw, const MacPrefix& prefix, const std::set<MacAddress>& used);

}  // namespace drawbridge::guest
