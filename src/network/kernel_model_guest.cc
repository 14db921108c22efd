// What guests' ports need in the kernel model: limits of their speed, and stations put behind bridge ports. Source:
// net/bridge/br_fdb.c of Linux 6.1.
#include <algorithm>
#include <cerrno>

#include "network/kernel_model_parts.h"

namespace drawbridge::network::model {
namespace {

/// A bridge that filters knows its stations by VLAN, any other without.
bool filters(const Link& bridge) { return number(bridge.data, "vlan_filtering").value_or(0) != 0; }

bool is_member(Model& model, const std::string& port, std::uint16_t vlan) {
  const auto vlans = entries_of(model.snapshot.bridge_vlans, port);
  return std::ranges::any_of(vlans, [&](const BridgeVlan& range) { return range.first <= vlan && vlan <= range.last; });
}

/// `entry` with the port's own name; error: what the kernel refuses.
Result<PortFdbEntry> check(Model& model, const PortFdbEntry& entry) {
  const Link* link = TRY(need(model, entry.link));
  const auto bridge = model.snapshot.links.find(link->master);
  if (bridge == model.snapshot.links.end() || bridge->second.kind != "bridge") return fail_errno(EOPNOTSUPP, entry.link);
  if (entry.mac.is_zero() || entry.mac.is_multicast()) return fail_errno(EINVAL, entry.link);
  const bool member = entry.vlan == 0 || is_member(model, link->name, entry.vlan);
  if (!member || filters(bridge->second) != (entry.vlan != 0)) return fail_errno(EINVAL, entry.link);
  return PortFdbEntry{link->name, entry.mac, entry.vlan};
}

}  // namespace

Result<void> set_rate_limit(Model& model, const SetRateLimit& operation) {
  Link* link = TRY(need(model, operation.link));
  link->rate = operation.rate;
  return {};
}

Result<void> add_port_fdb(Model& model, const PortFdbEntry& wanted) {
  const auto entry = TRY(check(model, wanted));
  auto& all = model.snapshot.port_fdb;
  const std::string bridge = find(model, entry.link)->master;
  // A station is in one place.
  std::erase_if(all, [&](const PortFdbEntry& other) {
    return other.mac == entry.mac && other.vlan == entry.vlan && find(model, other.link)->master == bridge;
  });
  all.insert(std::ranges::lower_bound(all, entry), entry);
  return {};
}

Result<void> remove_port_fdb(Model& model, const PortFdbEntry& wanted) {
  const Link* link = TRY(need(model, wanted.link));
  const bool port = model.snapshot.links.contains(link->master) && model.snapshot.links.find(link->master)->second.kind == "bridge";
  if (!port) return fail_errno(EOPNOTSUPP, wanted.link);
  if (wanted.vlan != 0 && !is_member(model, link->name, wanted.vlan)) return fail_errno(EINVAL, wanted.link);
  const PortFdbEntry entry{link->name, wanted.mac, wanted.vlan};
  if (std::erase(model.snapshot.port_fdb, entry) == 0) return fail_errno(ENOENT, wanted.link);
  return {};
}

}  // namespace drawbridge::network::model
