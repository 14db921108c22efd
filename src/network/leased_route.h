// Routes that a DHCP client made.
#pragma once

#include "network/snapshot.h"

namespace drawbridge::network {

/// True if the client, whether it runs or not, would have made the route: over its link alone, in its family, and marked as made by
/// a command (RTPROT_BOOT), since clients leave that to a script that calls ip(8). They come and go with the client.
bool is_leased_route(const DhcpClient& client, const Route& route);

}  // namespace drawbridge::network
