// Forwarding databases of VXLANs in the kernel model. Source: drivers/net/vxlan/vxlan_core.c.
#include <algorithm>
#include <cerrno>

#include "network/kernel_model_parts.h"

namespace drawbridge::network::model {

Result<void> add_fdb(Snapshot& snapshot, const FdbEntry& wanted) {
  const Link* link = TRY(need(snapshot, wanted.link));
  if (link->kind != "vxlan") return fail_errno(EOPNOTSUPP, wanted.link);
  FdbEntry entry = wanted;
  entry.link = link->name;
  const auto place = std::ranges::lower_bound(snapshot.fdb, entry);
  if (place != snapshot.fdb.end() && *place == entry) return {};
  snapshot.fdb.insert(place, std::move(entry));
  return {};
}

Result<void> remove_fdb(Snapshot& snapshot, const FdbEntry& entry) {
  const Link* link = TRY(need(snapshot, entry.link));
  if (link->kind != "vxlan") return fail_errno(EOPNOTSUPP, entry.link);
  const auto found = std::ranges::find(snapshot.fdb, FdbEntry{link->name, entry.mac, entry.destination});
  if (found == snapshot.fdb.end()) return fail_errno(ENOENT, entry.link);
  snapshot.fdb.erase(found);
  return {};
}

}  // namespace drawbridge::network::model
