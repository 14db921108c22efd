// Settings of one link: MAC, MTU, description, attributes of its kind, sysctls, the driver's, destinations, up.
#include <algorithm>
#include <tuple>

#include "network/link_defaults.h"
#include "network/link_rules.h"
#include "network/plan_one.h"

namespace drawbridge::network {
namespace {

std::optional<MacAddress> usual_mac(const One& one) {
  const Link& link = one.link();
  if (link.permanent_mac) return link.permanent_mac;
  const Link* from = one.planner.find(link.kind == "vlan" ? link.parent : one.wanted.mac_from);
  return from == nullptr ? std::nullopt : std::optional(from->mac);
}

/// What the kernel gives a new link of its kind; nullopt: nobody knows.
std::optional<std::uint32_t> usual_mtu(const One& one) {
  const Link& link = one.link();
  constexpr std::uint32_t kVrfMtu = 65575;
  if (link.loopback) return kLoopbackMtu;
  if (link.kind == "vrf") return kVrfMtu;
  if (is_tunnel(link.kind)) return std::nullopt;
  if (const Link* lower = link.kind == "vxlan" ? nullptr : one.planner.find(lower_of(link))) return lower->mtu;
  return kDefaultMtu;
}

void plan_guest_mtu(const One& one, const Target<std::uint32_t>& mtu) {
  for (const auto* port : one.planner.stack().ports_of(one.name)) {
    if (!is_guest_port(port->name) || port->mtu == mtu.value) continue;
    if (one.planner.wanted(port->name) != nullptr || one.planner.try_emit(SetMtu{port->name, mtu.value}, *mtu.where)) continue;
    one.planner.warn(*mtu.where, "guest-mtu", "guest port " + port->name + " can't take MTU " + std::to_string(mtu.value),
                     "the guest's larger packets will be lost");
  }
}

/// A bond gives its MTU to its ports; only one that somebody changed since needs a step of its own.
void plan_bond_port_mtu(const One& one, const Link& bond) {
  const DesiredLink* wanted = one.planner.wanted(bond.name);
  const bool changes = wanted != nullptr && wanted->mtu && wanted->mtu->value != bond.mtu;
  const auto mtu = one.wanted.exact_addresses && one.wanted.mtu ? one.wanted.mtu->value : bond.mtu;
  if (changes || one.link().mtu == mtu || mtu == 0) return;
  one.planner.emit(SetMtu{one.name, mtu}, one.wanted.mtu ? one.wanted.mtu->where : one.wanted.where);
}

const std::uint32_t* default_sysctl(const std::string& key) {
  const auto found = default_sysctls().find(key);
  return found == default_sysctls().end() ? nullptr : &found->second;
}

/// The kernel holds a delay against the old STP state, even if the same message switches STP off.
void switch_stp_off_first(const One& one, Changed& changes) {
  const AttributeValue off{std::uint64_t{0}};
  const auto stp = changes.data.find("stp_state");
  if (stp == changes.data.end() || stp->second != off || changes.data.size() < 2) return;
  const auto asked = one.wanted.data.find("stp_state");
  one.planner.emit(SetLinkData{one.name, "bridge", {{"stp_state", off}}},
                   asked == one.wanted.data.end() ? changes.where : asked->second.where);
  changes = changed_data(one);
}

/// The kernel moved the default PVID on all ports that looked as if nobody had set it, among them those of which a file says so.
void plan_ports_vlans_again(const One& bridge) {
  for (const auto& entry : bridge.planner.entries()) {
    const Link* port = entry.wanted == nullptr ? nullptr : bridge.planner.find(*entry.name);
    if (port == nullptr || port->master != bridge.name) continue;
    const bool is_new = bridge.planner.is_new(*entry.name);
    plan_vlans({bridge.planner, *entry.name, *entry.wanted, is_new ? nullptr : entry.before, is_new ? nullptr : entry.start});
  }
}

void plan_bridge_data(const One& one, Changed changes) {
  const AttributeValue on{std::uint64_t{1}};
  const auto filtering = changes.data.find("vlan_filtering");
  if (filtering != changes.data.end() && filtering->second == on && one.start != nullptr && !one.wanted.exact_addresses) {
    const auto asked = one.wanted.data.find("vlan_filtering");
    plan_guest_vlans(one, asked == one.wanted.data.end() ? changes.where : asked->second.where);
  }
  switch_stp_off_first(one, changes);
  if (changes.data.empty()) return;
  one.planner.emit(SetLinkData{one.name, "bridge", changes.data}, changes.where);
  if (changes.data.contains("vlan_default_pvid")) plan_ports_vlans_again(one);
}

std::vector<FdbEntry> fdb_to_remove(const One& one) {
  std::vector<FdbEntry> gone;
  const auto is_in = [](const std::vector<Asked<FdbEntry>>& list, const FdbEntry& entry) {
    return std::ranges::any_of(list, [&](const Asked<FdbEntry>& asked) { return asked.value == entry; });
  };
  for (const auto& entry : one.planner.fdb_of(one.name)) {
    const auto destination = format_ip(entry.destination);
    const bool of_group = destination == text_of(one.link().data, "group") || destination == text_of(one.link().data, "group6");
    const bool ours = one.wanted.exact_fdb || (one.before != nullptr && is_in(one.before->fdb, entry));
    if (ours && !is_in(one.wanted.fdb, entry) && !(of_group && entry.mac.is_zero())) gone.push_back(entry);
  }
  return gone;
}

}  // namespace

const AttributeValue* usual_data(std::string_view kind, const std::string& name) {
  static const AttributeValue kNobody{std::string()};
  if (names_link(kind, name)) return &kNobody;
  const auto& usual = default_data(kind);
  const auto found = usual.find(name);
  return found == usual.end() ? nullptr : &found->second;
}

Changed changed_data(const One& one) {
  Changed changes;
  const Link& link = one.link();
  const auto& kind = one.kind();
  const auto visit = [&](const std::string& name, const AttributeValue& value, const SourceLocation& where) {
    if (!is_same_value(link.data, name, value) && change_of(kind, name) != Change::anew) changes.add(name, value, where);
  };
  const auto usual = [&](const std::string& name) { return usual_data(kind, name); };
  for_each_target(one.wanted.data, one.before == nullptr ? nullptr : &one.before->data, usual, visit);
  return changes;
}

void plan_data(const One& one) {
  auto changes = changed_data(one);
  if (changes.data.empty()) return;
  const auto& kind = one.kind();
  if (kind == "bridge") return plan_bridge_data(one, std::move(changes));
  if (kind == "bond") return plan_bond_data(one, std::move(changes));
  one.planner.emit(SetLinkData{one.name, kind, changes.data}, changes.where);
}

void plan_mac(const One& one) {
  const Link& link = one.link();
  // The ports of a bond share its MAC, unless it says otherwise; each has its own back when it leaves.
  if (is_bond_port(one.planner, link)) return;
  const Link* to = one.wanted.master ? one.planner.find(one.wanted.master->value) : nullptr;
  if (to != nullptr && to->kind == "bond" && !one.wanted.mac) return;
  if (link.kind == "bond" && text_of(link.data, "fail_over_mac") == "active") return;
  const auto mac = target(one.wanted.mac, one.before == nullptr ? nullptr : &one.before->mac, [&] { return usual_mac(one); });
  if (!mac || mac->value.is_zero()) return;
  // A bridge may or may not take its ports' MAC: what was not equal at the start is set in any case.
  const bool was_equal = one.start == nullptr || one.start->mac == mac->value;
  if (link.mac != mac->value || !was_equal) one.planner.emit(SetMac{one.name, mac->value}, *mac->where);
}

void plan_mtu(const One& one) {
  const Link& link = one.link();
  if (is_bond_port(one.planner, link)) return plan_bond_port_mtu(one, *one.planner.find(link.master));
  const Link* to = one.wanted.master ? one.planner.find(one.wanted.master->value) : nullptr;
  if (to != nullptr && to->kind == "bond") return;  // it will have the bond's
  const auto mtu = target(one.wanted.mtu, one.before == nullptr ? nullptr : &one.before->mtu, [&] { return usual_mtu(one); });
  if (!mtu) return;
  const bool bridge = link.kind == "bridge";
  const bool changes = one.start == nullptr ? mtu->value != kDefaultMtu : one.start->mtu != mtu->value;
  if (changes && bridge) plan_guest_mtu(one, *mtu);
  // A bridge's MTU follows its ports until somebody sets it, which the kernel doesn't tell: when in doubt, set it.
  if (one.link().mtu != mtu->value || (changes && bridge)) one.planner.emit(SetMtu{one.name, mtu->value}, *mtu->where);
}

void plan_alias(const One& one) {
  if (!one.wanted.alias && (one.before == nullptr || !one.before->alias)) return;
  const auto alias =
      target(one.wanted.alias, one.before == nullptr ? nullptr : &one.before->alias, [] { return std::optional(std::string()); });
  if (alias && one.link().alias != alias->value) one.planner.emit(SetAlias{one.name, alias->value}, *alias->where);
}

void plan_sysctls(const One& one) {
  const auto visit = [&](const std::string& key, std::uint32_t value, const SourceLocation& where) {
    const auto& present = one.link().sysctl;
    const auto found = present.find(key);
    // An existing link without the setting: the kernel doesn't have it (no IPv6).
    if (found == present.end() && one.start != nullptr) return;
    if (found == present.end() || found->second != value) one.planner.emit(SetSysctl{one.name, key, value}, where);
  };
  for_each_target(one.wanted.sysctl, one.before == nullptr ? nullptr : &one.before->sysctl, default_sysctl, visit);
}

void plan_ethtool(const One& one) {
  Changed changes;
  for (const auto& [name, asked] : one.wanted.ethtool) {
    const auto found = one.link().ethtool.find(name);
    const bool told = found != one.link().ethtool.end();
    if (told ? found->second != asked.value : one.start == nullptr) changes.add(name, asked.value, asked.where);
    if (!told && one.start != nullptr && !one.wanted.exact_addresses)
      one.planner.warn(asked.where, "ethtool-unknown", "the driver of " + one.name + " has no setting '" + name + "', or doesn't tell it",
                       "look at 'ethtool " + one.name + "', or remove the line");
  }
  if (!changes.data.empty()) one.planner.emit(SetEthtool{one.name, changes.data}, changes.where);
  if (one.before == nullptr || one.before->ethtool.empty() || one.wanted.exact_addresses) return;
  for (const auto& [name, asked] : one.before->ethtool)
    if (!one.wanted.ethtool.contains(name))
      one.planner.warn(asked.where, "ethtool-left", "'" + name + "' of " + one.name + " stays as it is: only the driver knows its default",
                       "set it once as you want it, or restart the machine");
}

void plan_fdb(const One& one) {
  if (one.kind() != "vxlan") return;
  for (const auto& asked : one.wanted.fdb) {
    const auto present = one.planner.fdb_of(one.name);
    if (std::ranges::find(present, asked.value) == present.end()) one.planner.emit(AddFdb{asked.value}, asked.where);
  }
  for (const auto& entry : fdb_to_remove(one)) {
    const bool known = one.before != nullptr;
    const auto asked =
        known ? std::ranges::find(one.before->fdb, entry, &Asked<FdbEntry>::value) : std::vector<Asked<FdbEntry>>::const_iterator{};
    one.planner.emit(RemoveFdb{entry}, known && asked != one.before->fdb.end() ? asked->where : one.wanted.where);
  }
}

void plan_up(const One& one) {
  const bool again = one.planner.raise_again.contains(one.name);
  if (!one.wanted.up && !again) return;
  const bool up = one.wanted.up ? one.wanted.up->value : true;
  if (one.link().up != up) one.planner.emit(SetUp{one.name, up}, one.wanted.up ? one.wanted.up->where : one.wanted.where);
}

}  // namespace drawbridge::network
