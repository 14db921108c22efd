#include "network/snapshot_order.h"

#include <algorithm>
#include <tuple>

namespace drawbridge::network {

void sort_snapshot(Snapshot& snapshot) {
  std::ranges::stable_sort(snapshot.addresses, {}, [](const Address& a) { return std::tie(a.link, a.address, a.peer); });
  std::ranges::stable_sort(snapshot.routes, {}, [](const Route& r) { return std::tie(r.destination, r.table, r.metric); });
  std::ranges::stable_sort(snapshot.rules, {}, [](const Rule& r) { return std::tie(r.family, r.priority); });
  std::ranges::sort(snapshot.bridge_vlans);
  std::ranges::sort(snapshot.qdiscs);
  std::ranges::sort(snapshot.fdb);
  std::ranges::sort(snapshot.dhcp_clients);
  std::ranges::sort(snapshot.port_fdb);
}

}  // namespace drawbridge::network
