// VLANs of bridges and their ports in the kernel model. Source: net/bridge/br_vlan.c of Linux 6.1. Entries stand as the kernel's
// compressed dump tells them: neighbours with the same flags are one range.
#include <algorithm>
#include <cerrno>

#include "network/kernel_model_parts.h"
#include "network/link_defaults.h"

namespace drawbridge::network::model {
namespace {

constexpr std::uint16_t kMostVlan = 4094;

using Vlans = std::vector<BridgeVlan>;

Vlans vlans_of(Snapshot& snapshot, const std::string& link) {
  const auto entries = entries_of(snapshot.bridge_vlans, link);
  return {entries.begin(), entries.end()};
}

bool continues(const BridgeVlan& a, const BridgeVlan& b) {
  return a.last + 1 == b.first && a.pvid == b.pvid && a.untagged == b.untagged && a.self == b.self;
}

void store(Snapshot& snapshot, const std::string& link, Vlans vlans) {
  std::ranges::sort(vlans);
  Vlans merged;
  for (const auto& vlan : vlans) {
    if (!merged.empty() && continues(merged.back(), vlan)) {
      merged.back().last = vlan.last;
    } else {
      merged.push_back(vlan);
    }
  }
  erase_entries_of(snapshot.bridge_vlans, link);
  auto& all = snapshot.bridge_vlans;
  all.insert(std::ranges::lower_bound(all, link, {}, &BridgeVlan::link), merged.begin(), merged.end());
}

/// The entries without the VLANs first…last, split where needed.
Vlans without(const Vlans& vlans, std::uint16_t first, std::uint16_t last) {
  Vlans left;
  for (const auto& vlan : vlans) {
    auto part = vlan;
    part.last = std::min<std::uint16_t>(vlan.last, static_cast<std::uint16_t>(first - 1));
    if (part.first <= part.last) left.push_back(part);
    part = vlan;
    part.first = std::max<std::uint16_t>(vlan.first, static_cast<std::uint16_t>(last + 1));
    if (part.first <= part.last) left.push_back(part);
  }
  return left;
}

Vlans with(const Vlans& vlans, const BridgeVlan& added) {
  auto all = without(vlans, added.first, added.last);
  if (added.pvid) {
    // One PVID per port: the old one stays a member without the flag.
    for (auto& other : all) other.pvid = false;
  }
  all.push_back(added);
  return all;
}

/// `vlan` with the link's own name; error: what the kernel refuses.
Result<BridgeVlan> check_vlan(Model& model, const BridgeVlan& vlan) {
  const Link* link = TRY(need(model, vlan.link));
  const bool valid = vlan.first >= 1 && vlan.last <= kMostVlan && vlan.first <= vlan.last && (!vlan.pvid || vlan.first == vlan.last);
  if (!valid) return fail_errno(EINVAL, vlan.link);
  const auto master = model.snapshot.links.find(link->master);
  const bool port = master != model.snapshot.links.end() && master->second.kind == "bridge";
  if (vlan.self ? link->kind != "bridge" : !port) return fail_errno(EOPNOTSUPP, vlan.link);
  BridgeVlan own = vlan;
  own.link = link->name;
  return own;
}

bool contains(const Vlans& vlans, std::uint64_t id) {
  return std::ranges::any_of(vlans, [&](const BridgeVlan& vlan) { return vlan.first <= id && id <= vlan.last; });
}

/// The VLAN is PVID and leaves untagged: nobody has changed the default.
bool is_default(const Vlans& vlans, std::uint64_t id) {
  return std::ranges::any_of(vlans, [&](const BridgeVlan& vlan) { return vlan.first == id && vlan.pvid && vlan.untagged; });
}

void move_default(Snapshot& snapshot, const std::string& link, bool self, std::uint64_t old_pvid, std::uint64_t pvid) {
  auto vlans = vlans_of(snapshot, link);
  const auto old_id = static_cast<std::uint16_t>(old_pvid);
  if (old_pvid != 0 && !is_default(vlans, old_pvid)) return;
  if (pvid != 0) {
    if (contains(vlans, pvid)) return;
    const auto id = static_cast<std::uint16_t>(pvid);
    vlans = with(vlans, {link, id, id, true, true, self});
  }
  if (old_pvid != 0) vlans = without(vlans, old_id, old_id);
  store(snapshot, link, std::move(vlans));
}

}  // namespace

void add_default_vlan(Snapshot& snapshot, const Link& bridge, const std::string& link) {
  const auto pvid = number(bridge.data, "vlan_default_pvid").value_or(0);
  if (pvid == 0 || pvid > kMostVlan) return;
  const auto id = static_cast<std::uint16_t>(pvid);
  store(snapshot, link, with(vlans_of(snapshot, link), {link, id, id, true, true, link == bridge.name}));
}

bool lacks_mac_for(Model& model, const Link& bridge, std::uint64_t first, std::uint64_t last) {
  if (bridge.kind != "bridge" || !bridge.mac.is_zero() || bridge.data.contains(kDrawnMac)) return false;
  const auto own = entries_of(model.snapshot.bridge_vlans, bridge.name);
  for (auto id = first; id <= last; ++id)
    if (!contains({own.begin(), own.end()}, id)) return true;
  return false;
}

void move_default_vlan(Model& model, const Link& bridge, std::uint64_t pvid) {
  const auto old_pvid = number(bridge.data, "vlan_default_pvid").value_or(0);
  move_default(model.snapshot, bridge.name, true, old_pvid, pvid);
  for (const auto& port : model.ports_of(bridge.name)) move_default(model.snapshot, port, false, old_pvid, pvid);
}

Result<void> add_bridge_vlan(Model& model, const BridgeVlan& wanted) {
  const auto vlan = TRY(check_vlan(model, wanted));
  if (vlan.self && lacks_mac_for(model, *TRY(need(model, vlan.link)), vlan.first, vlan.last)) return fail_errno(EINVAL, vlan.link);
  store(model.snapshot, vlan.link, with(vlans_of(model.snapshot, vlan.link), vlan));
  return {};
}

Result<void> remove_bridge_vlan(Model& model, const BridgeVlan& wanted) {
  const auto vlan = TRY(check_vlan(model, wanted));
  store(model.snapshot, vlan.link, without(vlans_of(model.snapshot, vlan.link), vlan.first, vlan.last));
  // They stay in the kernel, out of reach.
  std::erase_if(model.snapshot.port_fdb,
                [&](const PortFdbEntry& entry) { return entry.link == vlan.link && vlan.first <= entry.vlan && entry.vlan <= vlan.last; });
  return {};
}

}  // namespace drawbridge::network::model
