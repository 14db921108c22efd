// Links: made, changed in place, put under their masters, raised, deleted.
#include <algorithm>
#include <utility>

#include "network/link_defaults.h"
#include "network/planner.h"

namespace drawbridge::network {
namespace {

const BridgeVlan kTrunk{{}, 2, 4094, false, false, false};

/// What a setting should be: as asked, or its default if only the previous files asked for it.
template <class T>
std::optional<Asked<T>> target(const std::optional<Asked<T>>& wanted, const std::optional<Asked<T>>* before,
                               const std::optional<T>& usual) {
  if (wanted) return wanted;
  if (before != nullptr && *before && usual) return Asked<T>{*usual, (*before)->where};
  return std::nullopt;
}

/// The same for a map of settings; `usual` gives the default of a name, or nullopt.
template <class T, class Usual>
std::map<std::string, Asked<T>, std::less<>> targets(const std::map<std::string, Asked<T>, std::less<>>& wanted,
                                                     const std::map<std::string, Asked<T>, std::less<>>* before, const Usual& usual) {
  auto all = wanted;
  if (before == nullptr) return all;
  for (const auto& [name, asked] : *before) {
    const auto value = usual(name);
    if (value) all.try_emplace(name, Asked<T>{*value, asked.where});
  }
  return all;
}

std::optional<AttributeValue> find_value(const Attributes& attributes, std::string_view name) {
  const auto found = attributes.find(name);
  return found == attributes.end() ? std::nullopt : std::optional(found->second);
}

std::optional<std::uint32_t> default_sysctl(std::string_view key) {
  const auto found = default_sysctls().find(key);
  return found == default_sysctls().end() ? std::nullopt : std::optional(found->second);
}

std::uint32_t default_mtu(const Link& link) { return link.loopback ? kLoopbackMtu : kDefaultMtu; }

/// A link that is not there, or not yet: down, without anything.
const Link& link_or_none(const Planner& planner, const std::string& name) {
  static const Link kNone;
  const Link* link = planner.find(name);
  return link == nullptr ? kNone : *link;
}

bool is_new(const Planner& planner, const std::string& name) { return !planner.now.links.contains(name) || planner.doomed.contains(name); }

struct One {
  Planner& planner;
  const std::string& name;
  const DesiredLink& wanted;
  const DesiredLink* before;

  const Link& link() const { return link_or_none(planner, name); }
  const Link* at_start() const {
    const auto found = planner.now.links.find(name);
    return found == planner.now.links.end() || is_new(planner, name) ? nullptr : &found->second;
  }
};

std::optional<MacAddress> usual_mac(const One& one) {
  if (one.link().permanent_mac) return one.link().permanent_mac;
  const Link* from = one.planner.find(one.wanted.mac_from);
  return from == nullptr || one.wanted.mac_from.empty() ? std::nullopt : std::optional(from->mac);
}

void plan_mac(const One& one) {
  const auto mac = target(one.wanted.mac, one.before == nullptr ? nullptr : &one.before->mac, usual_mac(one));
  if (!mac || mac->value.is_zero()) return;
  // A bridge may or may not take its ports' MAC: what was not equal at the start is set in any case.
  const bool was_equal = one.at_start() == nullptr || one.at_start()->mac == mac->value;
  if (one.link().mac != mac->value || !was_equal) one.planner.emit(SetMac{one.name, mac->value}, mac->where);
}

bool is_port_mac(const Planner& planner, const std::string& bridge, const MacAddress& mac) {
  return std::ranges::any_of(planner.state.links,
                             [&](const auto& entry) { return entry.second.master == bridge && entry.second.mac == mac; });
}

bool is_mac_of_other_card(const Planner& planner, const std::string& bridge, const MacAddress& mac) {
  const auto has_it = [&](const auto& entry) { return entry.second.kind.empty() && entry.second.mac == mac; };
  return !is_port_mac(planner, bridge, mac) && std::ranges::any_of(planner.state.links, has_it);
}

/// A bridge that keeps the MAC of a card that is no longer its port would share it with that card: it takes its first port's.
/// The kernel may have done so by itself; it doesn't tell whether the MAC follows the ports.
void plan_mac_of_lost_port(const One& one) {
  const Link* start = one.at_start();
  if (start == nullptr || one.link().kind != "bridge" || one.wanted.mac || one.wanted.mac_from.empty()) return;
  const Link* from = one.planner.find(one.wanted.mac_from);
  if (from == nullptr || from->master != one.name || from->mac.is_zero()) return;
  if (!is_mac_of_other_card(one.planner, one.name, start->mac) && !is_mac_of_other_card(one.planner, one.name, one.link().mac)) return;
  const DesiredLink* port = one.planner.wanted(one.wanted.mac_from);
  one.planner.emit(SetMac{one.name, from->mac}, port != nullptr && port->master ? port->master->where : one.wanted.where);
}

void plan_guest_mtu(const One& one, const Asked<std::uint32_t>& mtu) {
  for (const auto& [port_name, port] : one.planner.now.links) {
    if (port.master != one.name || !is_guest_port(port_name) || port.mtu == mtu.value) continue;
    if (one.planner.wanted(port_name) != nullptr || one.planner.try_emit(SetMtu{port_name, mtu.value}, mtu.where)) continue;
    one.planner.warn(mtu.where, "guest-mtu", "guest port " + port_name + " can't take MTU " + std::to_string(mtu.value),
                     "the guest's larger packets will be lost");
  }
}

void plan_mtu(const One& one) {
  const auto mtu = target(one.wanted.mtu, one.before == nullptr ? nullptr : &one.before->mtu, std::optional(default_mtu(one.link())));
  if (!mtu) return;
  const Link* start = one.at_start();
  const bool changes = start == nullptr ? mtu->value != kDefaultMtu : start->mtu != mtu->value;
  if (changes && one.link().kind == "bridge") plan_guest_mtu(one, *mtu);
  // A bridge's MTU follows its ports until somebody sets it, which the kernel doesn't tell: when in doubt, set it.
  if (one.link().mtu != mtu->value || (changes && one.link().kind == "bridge")) one.planner.emit(SetMtu{one.name, mtu->value}, mtu->where);
}

void plan_alias(const One& one) {
  const auto alias = target(one.wanted.alias, one.before == nullptr ? nullptr : &one.before->alias, std::optional(std::string()));
  if (alias && one.link().alias != alias->value) one.planner.emit(SetAlias{one.name, alias->value}, alias->where);
}

/// Several attributes travel in one message; the line of the first stands for them.
struct Changed {
  Attributes data;
  SourceLocation where;
};

Changed changed(const std::map<std::string, Asked<AttributeValue>, std::less<>>& wanted, const Attributes& present) {
  Changed changes;
  for (const auto& [name, asked] : wanted) {
    if (find_value(present, name) == asked.value) continue;
    if (changes.data.empty()) changes.where = asked.where;
    changes.data.emplace(name, asked.value);
  }
  return changes;
}

void plan_guest_vlans(const One& one, const SourceLocation& why) {
  for (const auto& [port_name, port] : one.planner.now.links) {
    if (port.master != one.name || !is_guest_port(port_name) || one.planner.wanted(port_name) != nullptr) continue;
    const auto has_others = [&](const BridgeVlan& vlan) { return vlan.link == port_name && !vlan.pvid; };
    if (std::ranges::any_of(one.planner.state.bridge_vlans, has_others)) continue;
    BridgeVlan trunk = kTrunk;
    trunk.link = port_name;
    one.planner.try_emit(AddBridgeVlan{trunk}, why);
  }
}

void plan_data(const One& one) {
  const auto usual = [&](const std::string& name) { return find_value(default_data(one.link().kind), name); };
  const auto all = targets(one.wanted.data, one.before == nullptr ? nullptr : &one.before->data, usual);
  auto changes = changed(all, one.link().data);
  if (changes.data.empty()) return;
  const AttributeValue on{std::uint64_t{1}};
  const AttributeValue off{std::uint64_t{0}};
  if (one.link().kind == "bridge" && find_value(changes.data, "vlan_filtering") == on && !is_new(one.planner, one.name) &&
      !one.wanted.exact_addresses)
    plan_guest_vlans(one, all.find("vlan_filtering")->second.where);
  // The kernel holds a delay against the old STP state, even if the same message switches STP off.
  if (find_value(changes.data, "stp_state") == off && changes.data.size() > 1) {
    one.planner.emit(SetLinkData{one.name, one.link().kind, {{"stp_state", off}}}, all.find("stp_state")->second.where);
    changes = changed(all, one.link().data);
    if (changes.data.empty()) return;
  }
  const std::string kind = one.link().kind.empty() ? one.wanted.kind : one.link().kind;
  one.planner.emit(SetLinkData{one.name, kind, changes.data}, changes.where);
}

void plan_master(const One& one) {
  if (!one.wanted.master) return;
  const auto& master = *one.wanted.master;
  if (is_guest_port(one.name) && !one.link().master.empty()) return;
  if (one.link().master != master.value) one.planner.emit(SetMaster{one.name, master.value}, master.where);
}

void plan_port(const One& one) {
  const Link* master = one.planner.find(one.link().master);
  if (one.link().master.empty() || master == nullptr) return;
  const auto usual = [&](const std::string& name) { return find_value(default_port(master->kind), name); };
  const bool same_master = one.before != nullptr && one.before->master && one.before->master->value == master->name;
  const auto changes = changed(targets(one.wanted.port, same_master ? &one.before->port : nullptr, usual), one.link().port);
  if (!changes.data.empty()) one.planner.emit(SetPortData{one.name, master->kind, changes.data}, changes.where);
}

void plan_vlans(const One& one) {
  if (!one.wanted.vlans) return;
  const auto& [wanted, where] = *one.wanted.vlans;
  std::vector<BridgeVlan> present;
  std::ranges::copy_if(one.planner.state.bridge_vlans, std::back_inserter(present),
                       [&](const BridgeVlan& vlan) { return vlan.link == one.name; });
  for (const auto& vlan : present)
    if (std::ranges::find(wanted, vlan) == wanted.end()) one.planner.emit(RemoveBridgeVlan{vlan}, where);
  for (const auto& vlan : wanted) {
    const auto& all = one.planner.state.bridge_vlans;
    if (std::ranges::find(all, vlan) == all.end()) one.planner.emit(AddBridgeVlan{vlan}, where);
  }
}

void plan_sysctls(const One& one) {
  const auto all = targets(one.wanted.sysctl, one.before == nullptr ? nullptr : &one.before->sysctl, default_sysctl);
  for (const auto& [key, asked] : all) {
    const auto present = one.link().sysctl.find(key);
    // An existing link without the setting: the kernel doesn't have it (no IPv6).
    if (present == one.link().sysctl.end() && one.at_start() != nullptr) continue;
    if (present == one.link().sysctl.end() || present->second != asked.value)
      one.planner.emit(SetSysctl{one.name, key, asked.value}, asked.where);
  }
}

void plan_up(const One& one) {
  if (!one.wanted.up || one.link().up == one.wanted.up->value) return;
  one.planner.emit(SetUp{one.name, one.wanted.up->value}, one.wanted.up->where);
}

void plan_one(const One& one) {
  if (one.link().kind != "bridge") {
    plan_mac(one);
    plan_mtu(one);
  }
  plan_alias(one);
  plan_data(one);
  plan_master(one);
  plan_port(one);
  plan_vlans(one);
  plan_sysctls(one);
  if (one.link().kind == "bridge") {
    plan_mac(one);
    plan_mtu(one);
  }
  plan_up(one);
}

/// Names with what stands below first: a port before its master.
std::vector<std::string> lower_first(const Planner& planner) {
  std::vector<std::string> ordered;
  std::set<std::string> done;
  const auto visit = [&](const auto& self, const std::string& name) -> void {
    if (!done.insert(name).second) return;
    for (const auto& [other_name, other] : planner.desired.links)
      if (other.master && other.master->value == name) self(self, other_name);
    ordered.push_back(name);
  };
  for (const auto& [name, link] : planner.desired.links) visit(visit, name);
  return ordered;
}

/// The MAC that a link will have when the plan is done.
std::optional<MacAddress> coming_mac(const Planner& planner, const std::string& name) {
  const Link* link = planner.find(name);
  if (link == nullptr || name.empty()) return std::nullopt;
  const DesiredLink* wanted = planner.wanted(name);
  const DesiredLink* before = planner.wanted_before(name);
  if (wanted != nullptr && wanted->mac) return wanted->mac->value;
  if (before != nullptr && before->mac && link->permanent_mac) return link->permanent_mac;
  return link->mac.is_zero() ? std::nullopt : std::optional(link->mac);
}

void create(Planner& planner, const DesiredLink& wanted) {
  CreateLink operation{wanted.name, wanted.kind, {}, {}, {}, {}};
  for (const auto& [name, asked] : wanted.data) operation.data.emplace(name, asked.value);
  operation.mac = coming_mac(planner, wanted.mac_from);
  if (wanted.initial_mac) operation.mac = wanted.initial_mac;
  if (wanted.mac) operation.mac = wanted.mac->value;
  planner.emit(std::move(operation), wanted.where);
}

SourceLocation line_of_master(const DesiredLink& link) { return link.master ? link.master->where : link.where; }

/// The port goes back to what it was before it became one, as far as the files had asked for it.
void release_port(Planner& planner, const std::string& name, const DesiredLink& before) {
  planner.emit(SetMaster{name, ""}, line_of_master(before));
  const DesiredLink* wanted = planner.wanted(name);
  for (const auto& [key, asked] : before.sysctl) {
    if (wanted != nullptr && wanted->sysctl.contains(key)) continue;
    const auto usual = default_sysctl(key);
    const Link* link = planner.find(name);
    const auto present = link->sysctl.find(key);
    if (usual && present != link->sysctl.end() && present->second != *usual) planner.emit(SetSysctl{name, key, *usual}, asked.where);
  }
}

bool has_foreign_addresses(const Planner& planner, const std::string& name) {
  return std::ranges::any_of(planner.state.addresses,
                             [&](const Address& address) { return address.link == name && !is_link_local6(address); });
}

void drop_physical(Planner& planner, const std::string& name, const DesiredLink& before) {
  static const DesiredLink kNothing;
  const One one{planner, name, kNothing, &before};
  // The uplink of a bridge that stays for its guests stays with it.
  if (planner.kept.contains(one.link().master)) return;
  plan_mac(one);
  plan_mtu(one);
  plan_alias(one);
  plan_sysctls(one);
  const Link& link = one.link();
  const bool ours = before.up && before.up->value && link.up && !link.loopback;
  if (ours && link.master.empty() && !has_foreign_addresses(planner, name)) planner.emit(SetUp{name, false}, before.where);
}

}  // namespace

void plan_new_links(Planner& planner) {
  // A name that changes its kind is free only when the old link is gone.
  for (const auto& [name, wanted] : planner.desired.links)
    if (planner.doomed.contains(name)) planner.emit(DeleteLink{name}, wanted.where);
  for (const auto& [name, wanted] : planner.desired.links)
    if (!wanted.kind.empty() && planner.find(name) == nullptr) create(planner, wanted);
}

void plan_released_ports(Planner& planner) {
  for (const auto& [name, before] : planner.previous.links) {
    if (!before.master || before.master->value.empty() || is_guest_port(name)) continue;
    const Link* link = planner.find(name);
    const std::string& master = before.master->value;
    const DesiredLink* wanted = planner.wanted(name);
    if (link == nullptr || link->master != master || (wanted != nullptr && wanted->master)) continue;
    const bool stays = planner.kept.contains(master) || planner.desired.dormant.contains(master);
    if (!stays) release_port(planner, name, before);
  }
}

void plan_links(Planner& planner) {
  for (const auto& name : lower_first(planner)) {
    const DesiredLink& wanted = planner.desired.links.find(name)->second;
    const DesiredLink* before = planner.wanted_before(name);
    plan_one({planner, name, wanted, is_new(planner, name) ? nullptr : before});
  }
}

void plan_deleted_links(Planner& planner) {
  for (const auto& [name, before] : planner.previous.links)
    if (planner.doomed.contains(name) && planner.wanted(name) == nullptr && planner.find(name) != nullptr)
      planner.emit(DeleteLink{name}, before.where);
}

void plan_bridge_macs(Planner& planner) {
  for (const auto& [name, wanted] : planner.desired.links) plan_mac_of_lost_port({planner, name, wanted, nullptr});
}

void plan_dropped_links(Planner& planner) {
  for (const auto& [name, before] : planner.previous.links)
    if (before.kind.empty() && planner.is_dropped(name) && planner.find(name) != nullptr) drop_physical(planner, name, before);
}

}  // namespace drawbridge::network
