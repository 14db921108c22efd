// DHCP clients in the kernel model: whether one runs. What it is given depends on somebody else's server and is never predicted; its
// routes go with it.
#include <algorithm>

#include "network/kernel_model_parts.h"
#include "network/leased_route.h"

namespace drawbridge::network::model {

Result<void> start_dhcp(Model& model, const DhcpClient& wanted) {
  const Link* link = TRY(need(model, wanted.link));
  const DhcpClient client{link->name, wanted.family};
  const auto place = std::ranges::lower_bound(model.snapshot.dhcp_clients, client);
  if (place == model.snapshot.dhcp_clients.end() || *place != client) model.snapshot.dhcp_clients.insert(place, client);
  return {};
}

Result<void> stop_dhcp(Model& model, const DhcpClient& client) {
  if (std::erase(model.snapshot.dhcp_clients, client) == 0) return {};
  std::erase_if(model.snapshot.routes, [&](const Route& route) { return is_leased_route(client, route); });
  return {};
}

}  // namespace drawbridge::network::model
