// Masters, ports and bridge attributes of the kernel model. Source: net/core/rtnetlink.c, net/bridge/br_if.c, br_netlink.c, br_stp.c,
// drivers/net/vrf.c of Linux 6.1.
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

bool in_range(const Attributes& attributes, std::string_view name, std::uint64_t least, std::uint64_t most) {
  const auto value = number(attributes, name);
  return !value || (*value >= least && *value <= most);
}

/// The lowest MTU and the lowest MAC of a bridge's ports.
struct PortFloor {
  std::optional<std::uint32_t> mtu;
  std::optional<MacAddress> mac;
};

PortFloor floor_of(const Model& model, const std::string& bridge) {
  PortFloor floor;
  for (const auto& name : model.ports_of(bridge)) {
    const Link& port = model.snapshot.links.find(name)->second;
    if (port.mtu != kUnknownMtu) floor.mtu = std::min(floor.mtu.value_or(port.mtu), port.mtu);
    floor.mac = std::min(floor.mac.value_or(port.mac), port.mac);
  }
  return floor;
}

/// True if `upper` stands on `lower`, as a VLAN or as the master of something that does.
bool stands_on(const Model& model, const std::string& upper, const std::string& lower) {
  std::vector<std::string> open{upper};
  std::vector<std::string> seen;
  while (!open.empty()) {
    const std::string name = std::move(open.back());
    open.pop_back();
    if (name == lower) return true;
    if (std::ranges::find(seen, name) != seen.end()) continue;
    seen.push_back(name);
    const auto found = model.snapshot.links.find(name);
    if (found == model.snapshot.links.end()) continue;
    if (auto below = lower_of(found->second); !below.empty()) open.push_back(std::move(below));
    std::ranges::copy(model.ports_of(name), std::back_inserter(open));
  }
  return false;
}

int check_bridge_port(const Link& link) {
  if (link.loopback || !link.ethernet) return EINVAL;
  if (link.kind == "bridge") return ELOOP;
  return link.kind == "vrf" ? EINVAL : 0;
}

int check_vrf_port(const Link& link) {
  if (link.kind == "vrf") return EINVAL;
  return link.loopback ? EOPNOTSUPP : 0;
}

bool has_macvlans(Model& model, const Link& link) {
  return std::ranges::any_of(model.uppers_of(link.name),
                             [&](const auto& name) { return model.snapshot.links.find(name)->second.kind == "macvlan"; });
}

int check_master(Model& model, const Link& link, const Link& master) {
  int refused = EOPNOTSUPP;
  if (master.kind == "bridge") refused = check_bridge_port(link);
  if (master.kind == "bond") refused = check_bond_port(model, master, link);
  if (master.kind == "vrf") refused = check_vrf_port(link);
  if (refused != 0) return refused;
  // Frames of a macvlan's lower device have their receiver already.
  if (master.kind != "vrf" && has_macvlans(model, link)) return EBUSY;
  return stands_on(model, link.name, master.name) ? EBUSY : 0;
}

void join_bridge(Model& model, Link& link, const Link& bridge) {
  PortWatch watch(model, bridge.name);
  model.set_master(link, bridge.name);
  add_default_vlan(model.snapshot, bridge, link.name);
  watch.follow();
}

/// Routes and IPv6 addresses of a link do not survive the step into another routing domain.
void change_domain(Model& model, const std::string& name) {
  flush_routes(model.snapshot, name, Family::ipv4);
  flush_addresses(model.snapshot, name, Family::ipv6);
  cycle(model, name);
}

void join(Model& model, Link& link, const Link& master) {
  const std::string name = link.name;
  link.port = default_port(master.kind);
  if (master.kind == "bridge") join_bridge(model, link, master);
  if (master.kind == "bond") join_bond(model, name, master.name);
  if (master.kind != "vrf") return;
  if (const auto table = number(master.data, "table")) link.port.insert_or_assign("slave_table", *table);
  model.set_master(link, master.name);
  change_domain(model, name);
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
  merge(data, wanted);
  const bool has_stp = number(data, "stp_state").value_or(0) != 0;
  if (has_stp) data.insert_or_assign("stp_state", std::uint64_t{1});
  const auto delay = number(data, "forward_delay");
  if (has_stp && !had_stp && delay) data.insert_or_assign("forward_delay", std::clamp(*delay, kLeastForwardDelay, kMostForwardDelay));
}

PortWatch::PortWatch(Model& model, std::string bridge) : model_(model), bridge_(std::move(bridge)) {
  const auto found = model_.snapshot.links.find(bridge_);
  if (found == model_.snapshot.links.end() || found->second.kind != "bridge") return;
  // The kernel remembers whether somebody set them, but does not tell: equal to the ports' lowest counts as following.
  const auto floor = floor_of(model_, bridge_);
  mtu_follows_ = found->second.mtu == floor.mtu.value_or(kDefaultMtu);
  mac_follows_ = found->second.mac.is_zero() || (floor.mac && *floor.mac == found->second.mac);
}

void PortWatch::follow() {
  if ((!mtu_follows_ && !mac_follows_) || !model_.snapshot.links.contains(bridge_)) return;
  const auto floor = floor_of(model_, bridge_);
  if (mac_follows_) {
    auto& data = model_.snapshot.links.find(bridge_)->second.data;
    if (floor.mac && floor.mac->is_zero()) {
      data.insert_or_assign(std::string(kDrawnMac), std::uint64_t{1});  // that of a port, whatever it is
    } else {
      data.erase(kDrawnMac);
    }
    change_mac(model_, bridge_, floor.mac.value_or(MacAddress{}));
  }
  if (mtu_follows_) change_mtu(model_, bridge_, floor.mtu.value_or(kDefaultMtu));
}

void release(Model& model, const std::string& port) {
  Link& link = model.snapshot.links.find(port)->second;
  const std::string master = link.master;
  if (master.empty()) return;
  const auto found = model.snapshot.links.find(master);
  const std::string kind = found == model.snapshot.links.end() ? std::string() : found->second.kind;
  PortWatch watch(model, master);
  if (kind == "bond") {
    leave_bond(model, port);
  } else {
    link.port.clear();
    model.set_master(link, "");
  }
  erase_entries_of(model.snapshot.port_fdb, port);
  const auto vlans = entries_of(model.snapshot.bridge_vlans, port);
  if (!vlans.empty() && !vlans.front().self) erase_entries_of(model.snapshot.bridge_vlans, port);
  if (kind == "vrf") change_domain(model, port);
  watch.follow();
}

Result<void> set_master(Model& model, const SetMaster& operation) {
  Link* link = TRY(need(model, operation.link));
  Link* master = operation.master.empty() ? nullptr : TRY(need(model, operation.master));
  const std::string wanted = master == nullptr ? std::string() : master->name;
  if (link->master == wanted && (master == nullptr || link->name != wanted)) return {};
  if (master != nullptr) {
    if (const int refused = check_master(model, *link, *master); refused != 0) return fail_errno(refused, operation.link);
  }
  if (!link->master.empty()) release(model, link->name);
  if (master != nullptr) join(model, *link, *master);
  return {};
}

Result<void> set_link_data(Model& model, const SetLinkData& operation) {
  Link* link = TRY(need(model, operation.link));
  if (link->kind != operation.kind) return fail_errno(EOPNOTSUPP, operation.link);
  if (const int refused = check_data(model, *link, operation.data); refused != 0) return fail_errno(refused, operation.link);
  Attributes data = link->data;
  if (link->kind == "bridge") {
    if (const auto pvid = number(operation.data, "vlan_default_pvid"); pvid && pvid != number(data, "vlan_default_pvid")) {
      if (*pvid != 0 && lacks_mac_for(model, *link, *pvid, *pvid)) return fail_errno(EINVAL, operation.link);
      move_default_vlan(model, *link, *pvid);
    }
    merge_bridge_data(data, operation.data);
  } else if (link->kind == "bond") {
    merge_bond_data(data, operation.data);
  } else {
    merge(data, operation.data);
  }
  if (link->kind == "vlan") {
    // The kernel reads neither and says yes: a VLAN with another id is another VLAN.
    for (const auto* fixed : {"id", "protocol"})
      if (const auto present = link->data.find(fixed); present != link->data.end()) data.insert_or_assign(fixed, present->second);
  }
  model.set_data(*link, std::move(data));
  return {};
}

Result<void> set_port_data(Model& model, const SetPortData& operation) {
  Link* link = TRY(need(model, operation.link));
  const auto master = model.snapshot.links.find(link->master);
  if (master == model.snapshot.links.end() || master->second.kind != operation.master_kind) return fail_errno(EOPNOTSUPP, operation.link);
  merge(link->port, operation.data);
  return {};
}

}  // namespace drawbridge::network::model
