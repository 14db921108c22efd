// Forwarding databases of VXLANs in the kernel model. Source: drivers/net/vxlan/vxlan_core.c.
#include <algorithm>
#include <cerrno>

#include "network/kernel_model_parts.h"

namespace drawbridge::network::model {
namespace {

Result<const Link*> need_vxlan(Model& model, const FdbEntry& entry) {
  const Link* link = TRY(need(model, entry.link));
  // Other kinds have forwarding databases as well, but no destinations in them.
  if (link->kind != "vxlan") return fail_errno(EINVAL, entry.link);
  if (entry.destination.is_v6() != is_v6_vxlan(link->data)) return fail_errno(EAFNOSUPPORT, entry.link);
  return link;
}

/// The VXLAN's own remote end stands in its attributes, and is not told again in Snapshot::fdb.
bool is_default_remote(const Link& vxlan, const FdbEntry& entry) {
  return entry.mac.is_zero() && format_ip(entry.destination) == text(vxlan.data, entry.destination.is_v4() ? "group" : "group6");
}

bool has_default_remote(const Link& vxlan) { return !text(vxlan.data, "group").empty() || !text(vxlan.data, "group6").empty(); }

}  // namespace

Result<void> add_fdb(Model& model, const FdbEntry& wanted) {
  const Link* link = TRY(need_vxlan(model, wanted));
  if (is_default_remote(*link, wanted)) return {};
  const FdbEntry entry{link->name, wanted.mac, wanted.destination};
  auto& fdb = model.snapshot.fdb;
  const auto place = std::ranges::lower_bound(fdb, entry);
  if (place != fdb.end() && *place == entry) return {};
  // Only zeros and multicast may lead to several places; the kernel says yes to a second one and keeps the first.
  const bool one_only = !entry.mac.is_zero() && !entry.mac.is_multicast();
  const auto same = [&](const FdbEntry& other) { return other.mac == entry.mac; };
  if (one_only && std::ranges::any_of(entries_of(fdb, link->name), same)) return {};
  fdb.insert(place, entry);
  return {};
}

Result<void> remove_fdb(Model& model, const FdbEntry& wanted) {
  const Link* link = TRY(need_vxlan(model, wanted));
  const FdbEntry entry{link->name, wanted.mac, wanted.destination};
  auto& fdb = model.snapshot.fdb;
  if (const auto found = std::ranges::find(fdb, entry); found != fdb.end()) {
    fdb.erase(found);
    return {};
  }
  // A destination that is not there is no error while the MAC has another one.
  const bool known = std::ranges::any_of(entries_of(fdb, link->name), [&](const FdbEntry& other) { return other.mac == wanted.mac; });
  if (known || (wanted.mac.is_zero() && has_default_remote(*link))) return {};
  return fail_errno(ENOENT, wanted.link);
}

}  // namespace drawbridge::network::model
