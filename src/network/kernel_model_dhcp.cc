// DHCP clients in the kernel model: whether one runs. What it is given depends on somebody else's server and is never predicted.
#include <algorithm>

#include "network/kernel_model_parts.h"

namespace drawbridge::network::model {

Result<void> start_dhcp(Model& model, const DhcpClient& wanted) {
  const Link* link = TRY(need(model, wanted.link));
  const DhcpClient client{link->name, wanted.family};
  const auto place = std::ranges::lower_bound(model.snapshot.dhcp_clients, client);
  if (place == model.snapshot.dhcp_clients.end() || *place != client) model.snapshot.dhcp_clients.insert(place, client);
  return {};
}

Result<void> stop_dhcp(Model& model, const DhcpClient& client) {
  std::erase(model.snapshot.dhcp_clients, client);
  return {};
}

}  // namespace drawbridge::network::model
