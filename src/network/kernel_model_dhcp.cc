// DHCP clients in the kernel model: whether one runs. What it is given depends on somebody else's server and is never predicted.
#include <algorithm>

#include "network/kernel_model_parts.h"

namespace drawbridge::network::model {

Result<void> start_dhcp(Snapshot& snapshot, const DhcpClient& wanted) {
  const Link* link = TRY(need(snapshot, wanted.link));
  const DhcpClient client{link->name, wanted.family};
  const auto place = std::ranges::lower_bound(snapshot.dhcp_clients, client);
  if (place == snapshot.dhcp_clients.end() || *place != client) snapshot.dhcp_clients.insert(place, client);
  return {};
}

Result<void> stop_dhcp(Snapshot& snapshot, const DhcpClient& client) {
  std::erase(snapshot.dhcp_clients, client);
  return {};
}

}  // namespace drawbridge::network::model
