// Masters, ports and bridge attributes of the kernel model. Source: net/bridge/br_if.c, br_netlink.c, br_stp.c, br_vlan.c.
#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "network/kernel_model_parts.h"
#include "network/link_defaults.h"

namespace drawbridge::network::model {
namespace {

constexpr std::uint64_t kLeastForwardDelay = 200;
constexpr std::uint64_t kMostForwardDelay = 3000;
constexpr std::uint16_t kMostVlan = 4094;

std::optional<std::uint64_t> number(const Attributes& attributes, std::string_view name) {
  const auto found = attributes.find(name);
  if (found == attributes.end() || !std::holds_alternative<std::uint64_t>(found->second)) return std::nullopt;
  return std::get<std::uint64_t>(found->second);
}

bool in_range(const Attributes& attributes, std::string_view name, std::uint64_t least, std::uint64_t most) {
  const auto value = number(attributes, name);
  return !value || (*value >= least && *value <= most);
}

/// The lowest MTU and the lowest MAC of a bridge's ports.
struct PortFloor {
  std::optional<std::uint32_t> mtu;
  std::optional<MacAddress> mac;
};

PortFloor floor_of(const Snapshot& snapshot, const std::string& bridge) {
  PortFloor floor;
  for (const auto& [name, port] : snapshot.links) {
    if (port.master != bridge) continue;
    floor.mtu = std::min(floor.mtu.value_or(port.mtu), port.mtu);
    floor.mac = std::min(floor.mac.value_or(port.mac), port.mac);
  }
  return floor;
}

/// True if `upper` stands on `lower`, as a VLAN or as the master of something that does.
bool stands_on(const Snapshot& snapshot, const std::string& upper, const std::string& lower) {
  std::vector<std::string> open{upper};
  std::vector<std::string> seen;
  while (!open.empty()) {
    const std::string name = std::move(open.back());
    open.pop_back();
    if (name == lower) return true;
    if (std::ranges::find(seen, name) != seen.end()) continue;
    seen.push_back(name);
    const auto found = snapshot.links.find(name);
    if (found == snapshot.links.end()) continue;
    if (found->second.kind != "veth" && !found->second.parent.empty()) open.push_back(found->second.parent);
    for (const auto& [other_name, other] : snapshot.links)
      if (other.master == name) open.push_back(other_name);
  }
  return false;
}

int check_master(const Snapshot& snapshot, const Link& link, const Link& master) {
  static constexpr std::array<std::string_view, 3> kMasters{"bridge", "bond", "vrf"};
  if (std::ranges::find(kMasters, master.kind) == kMasters.end()) return EOPNOTSUPP;
  if (link.name == master.name) return ELOOP;
  if (link.loopback || !link.ethernet) return EINVAL;
  if (master.kind == "bridge" && link.kind == "bridge") return ELOOP;
  if (stands_on(snapshot, link.name, master.name)) return ELOOP;
  return 0;
}

void add_default_vlan(Snapshot& snapshot, const Link& port, const Link& bridge) {
  const auto pvid = number(bridge.data, "vlan_default_pvid").value_or(0);
  if (pvid == 0 || pvid > kMostVlan) return;
  const auto vid = static_cast<std::uint16_t>(pvid);
  const BridgeVlan vlan{port.name, vid, vid, true, true, false};
  snapshot.bridge_vlans.insert(std::ranges::upper_bound(snapshot.bridge_vlans, vlan), vlan);
}

/// The entries of a link without the VLANs first…last, split where needed.
void cut_vlans(Snapshot& snapshot, const BridgeVlan& gone) {
  std::vector<BridgeVlan> left;
  for (const auto& vlan : snapshot.bridge_vlans) {
    if (vlan.link != gone.link || vlan.last < gone.first || vlan.first > gone.last) {
      left.push_back(vlan);
      continue;
    }
    auto part = vlan;
    if (vlan.first < gone.first) {
      part.last = static_cast<std::uint16_t>(gone.first - 1);
      left.push_back(part);
    }
    part = vlan;
    if (vlan.last > gone.last) {
      part.first = static_cast<std::uint16_t>(gone.last + 1);
      left.push_back(part);
    }
  }
  std::ranges::sort(left);
  snapshot.bridge_vlans = std::move(left);
}

Result<void> check_vlan(Snapshot& snapshot, const BridgeVlan& vlan) {
  const Link* link = TRY(need(snapshot, vlan.link));
  const bool valid = vlan.first >= 1 && vlan.last <= kMostVlan && vlan.first <= vlan.last && (!vlan.pvid || vlan.first == vlan.last);
  if (!valid) return fail_errno(EINVAL, vlan.link);
  const auto master = snapshot.links.find(link->master);
  const bool port = master != snapshot.links.end() && master->second.kind == "bridge";
  if (vlan.self ? link->kind != "bridge" : !port) return fail_errno(EOPNOTSUPP, vlan.link);
  return {};
}

}  // namespace

int check_bridge_data(const Attributes& present, const Attributes& wanted) {
  // Attributes take effect in the kernel's order: the delay meets the old STP state.
  const bool stp = number(present, "stp_state").value_or(0) != 0;
  if (stp && !in_range(wanted, "forward_delay", kLeastForwardDelay, kMostForwardDelay)) return ERANGE;
  if (!in_range(wanted, "hello_time", 100, 1000)) return ERANGE;
  if (!in_range(wanted, "max_age", 600, 4000)) return ERANGE;
  if (!in_range(wanted, "vlan_default_pvid", 0, kMostVlan)) return EINVAL;
  return 0;
}

void merge_bridge_data(Attributes& data, const Attributes& wanted) {
  const bool had_stp = number(data, "stp_state").value_or(0) != 0;
  for (const auto& [name, value] : wanted) data.insert_or_assign(name, value);
  const bool has_stp = number(data, "stp_state").value_or(0) != 0;
  if (has_stp) data.insert_or_assign("stp_state", std::uint64_t{1});
  const auto delay = number(data, "forward_delay");
  if (has_stp && !had_stp && delay) data.insert_or_assign("forward_delay", std::clamp(*delay, kLeastForwardDelay, kMostForwardDelay));
}

PortWatch::PortWatch(Snapshot& snapshot, std::string bridge) : snapshot_(snapshot), bridge_(std::move(bridge)) {
  const auto found = snapshot_.links.find(bridge_);
  if (found == snapshot_.links.end() || found->second.kind != "bridge") return;
  // The kernel remembers whether somebody set them, but does not tell: equal to the ports' lowest counts as following.
  const auto floor = floor_of(snapshot_, bridge_);
  mtu_follows_ = found->second.mtu == floor.mtu.value_or(kDefaultMtu);
  mac_follows_ = found->second.mac.is_zero() || (floor.mac && *floor.mac == found->second.mac);
}

void PortWatch::follow() {
  const auto found = snapshot_.links.find(bridge_);
  if (found == snapshot_.links.end() || (!mtu_follows_ && !mac_follows_)) return;
  const auto floor = floor_of(snapshot_, bridge_);
  if (mac_follows_) found->second.mac = floor.mac.value_or(MacAddress{});
  const auto mtu = floor.mtu.value_or(kDefaultMtu);
  if (!mtu_follows_ || mtu == found->second.mtu) return;
  found->second.mtu = mtu;
  constexpr std::uint32_t kLeastMtu6 = 1280;
  if (mtu < kLeastMtu6) flush_addresses(snapshot_, bridge_, Family::ipv6);
}

void release(Snapshot& snapshot, Link& link) {
  link.master.clear();
  link.port.clear();
  std::erase_if(snapshot.bridge_vlans, [&](const BridgeVlan& vlan) { return vlan.link == link.name && !vlan.self; });
}

Result<void> set_master(Snapshot& snapshot, const SetMaster& operation) {
  Link* link = TRY(need(snapshot, operation.link));
  Link* master = operation.master.empty() ? nullptr : TRY(need(snapshot, operation.master));
  const std::string wanted = master == nullptr ? std::string() : master->name;
  if (link->master == wanted && (master == nullptr || link->name != wanted)) return {};
  if (master != nullptr) {
    if (const int refused = check_master(snapshot, *link, *master); refused != 0) return fail_errno(refused, operation.link);
  }
  PortWatch old_bridge(snapshot, link->master);
  PortWatch new_bridge(snapshot, wanted);
  release(snapshot, *link);
  if (master != nullptr) {
    link->master = wanted;
    link->port = default_port(master->kind);
    if (master->kind == "bridge") add_default_vlan(snapshot, *link, *master);
  }
  old_bridge.follow();
  new_bridge.follow();
  return {};
}

Result<void> set_link_data(Snapshot& snapshot, const SetLinkData& operation) {
  Link* link = TRY(need(snapshot, operation.link));
  if (link->kind != operation.kind) return fail_errno(EOPNOTSUPP, operation.link);
  if (link->kind != "bridge") {
    for (const auto& [name, value] : operation.data) link->data.insert_or_assign(name, value);
    return {};
  }
  if (const int refused = check_bridge_data(link->data, operation.data); refused != 0) return fail_errno(refused, operation.link);
  merge_bridge_data(link->data, operation.data);
  return {};
}

Result<void> set_port_data(Snapshot& snapshot, const SetPortData& operation) {
  Link* link = TRY(need(snapshot, operation.link));
  const auto master = snapshot.links.find(link->master);
  if (master == snapshot.links.end() || master->second.kind != operation.master_kind) return fail_errno(EOPNOTSUPP, operation.link);
  for (const auto& [name, value] : operation.data) link->port.insert_or_assign(name, value);
  return {};
}

Result<void> add_bridge_vlan(Snapshot& snapshot, const BridgeVlan& vlan) {
  TRY_VOID(check_vlan(snapshot, vlan));
  cut_vlans(snapshot, vlan);
  if (vlan.pvid) {
    // One PVID per port: the old one stays a member without the flag.
    for (auto& other : snapshot.bridge_vlans)
      if (other.link == vlan.link) other.pvid = false;
  }
  snapshot.bridge_vlans.push_back(vlan);
  std::ranges::sort(snapshot.bridge_vlans);
  return {};
}

Result<void> remove_bridge_vlan(Snapshot& snapshot, const BridgeVlan& vlan) {
  TRY_VOID(check_vlan(snapshot, vlan));
  cut_vlans(snapshot, vlan);
  return {};
}

}  // namespace drawbridge::network::model
