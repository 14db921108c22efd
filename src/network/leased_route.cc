#include "network/leased_route.h"

#include <algorithm>

namespace drawbridge::network {

bool is_leased_route(const DhcpClient& client, const Route& route) {
  constexpr std::uint8_t kByCommand = 3;  // RTPROT_BOOT
  if (route.protocol != kByCommand || route.nexthops.empty() || route.destination.address.family != client.family) return false;
  return std::ranges::all_of(route.nexthops, [&](const Nexthop& hop) { return hop.link == client.link; });
}

}  // namespace drawbridge::network
