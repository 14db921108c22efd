// VLANs of bridge ports and of bridges themselves: compared VLAN by VLAN, changed in as few ranges as the kernel takes.
#include <algorithm>

#include "network/link_defaults.h"
#include "network/plan_one.h"

namespace drawbridge::network {
namespace {

const BridgeVlan kTrunk{{}, 2, 4094, false, false, false};
constexpr std::uint64_t kMostVlan = 4094;

bool has_same_flags(const BridgeVlan& a, const BridgeVlan& b) {
  return a.pvid == b.pvid && a.untagged == b.untagged && a.self == b.self && a.link == b.link;
}

/// The parts of `vlan` that no entry of `others`, which are sorted, covers, whatever its flags.
std::vector<BridgeVlan> without(const BridgeVlan& vlan, const std::vector<BridgeVlan>& others) {
  std::vector<BridgeVlan> left;
  BridgeVlan part = vlan;
  for (const auto& other : others) {
    if (other.last < part.first || other.first > vlan.last) continue;
    if (other.first > part.first) {
      part.last = static_cast<std::uint16_t>(other.first - 1);
      left.push_back(part);
    }
    part.first = static_cast<std::uint16_t>(other.last + 1);
    part.last = vlan.last;
    if (part.first > vlan.last) return left;
  }
  left.push_back(part);
  return left;
}

bool overlap(const std::vector<BridgeVlan>& sorted) {
  return std::ranges::adjacent_find(sorted, [](const BridgeVlan& a, const BridgeVlan& b) { return a.last >= b.first; }) != sorted.end();
}

/// Where lines overlap, what says more about a VLAN counts: PVID, then untagged, then the rest.
std::vector<BridgeVlan> without_overlaps(std::vector<BridgeVlan> vlans) {
  std::ranges::stable_sort(vlans, std::greater{}, [](const BridgeVlan& vlan) { return std::pair(vlan.pvid, vlan.untagged); });
  std::vector<BridgeVlan> all;
  for (const auto& vlan : vlans) {
    std::ranges::move(without(vlan, all), std::back_inserter(all));
    std::ranges::sort(all, {}, &BridgeVlan::first);
  }
  return all;
}

/// Sorted, without overlaps, and adjacent ranges with equal flags are one.
std::vector<BridgeVlan> canonical(std::vector<BridgeVlan> vlans) {
  std::ranges::sort(vlans, {}, &BridgeVlan::first);
  if (overlap(vlans)) vlans = without_overlaps(std::move(vlans));
  std::vector<BridgeVlan> joined;
  for (auto& vlan : vlans) {
    const bool continues = !joined.empty() && joined.back().last + 1 == vlan.first && has_same_flags(joined.back(), vlan) && !vlan.pvid;
    if (continues) {
      joined.back().last = vlan.last;
    } else {
      joined.push_back(std::move(vlan));
    }
  }
  return joined;
}

std::vector<BridgeVlan> present_of(const One& one) {
  const auto range = one.planner.vlans_of(one.name);
  std::vector<BridgeVlan> present;
  const bool bridge = one.kind() == "bridge";
  std::ranges::copy_if(range, std::back_inserter(present), [&](const BridgeVlan& vlan) { return vlan.self == bridge; });
  return canonical(std::move(present));
}

/// From the first VLAN of a wanted range that is not yet as it should be to the last one; nullopt: all are.
std::optional<BridgeVlan> span_to_add(const BridgeVlan& wanted, const std::vector<BridgeVlan>& present) {
  std::vector<BridgeVlan> alike;
  std::ranges::copy_if(present, std::back_inserter(alike), [&](const BridgeVlan& vlan) { return has_same_flags(vlan, wanted); });
  const auto missing = without(wanted, alike);
  if (missing.empty()) return std::nullopt;
  BridgeVlan span = wanted;
  span.first = missing.front().first;
  span.last = missing.back().last;
  return span;
}

void add_missing(const One& one, const std::vector<BridgeVlan>& wanted, const SourceLocation& where) {
  // The PVID first: so there is never a moment without one.
  for (const bool pvid : {true, false}) {
    for (const auto& vlan : wanted) {
      if (vlan.pvid != pvid) continue;
      if (auto span = span_to_add(vlan, present_of(one))) one.planner.emit(AddBridgeVlan{std::move(*span)}, where);
    }
  }
}

/// In one range what is adjacent.
void remove_others(const One& one, const std::vector<BridgeVlan>& wanted, const SourceLocation& where) {
  std::vector<BridgeVlan> gone;
  for (const auto& vlan : present_of(one)) {
    for (auto& part : without(vlan, wanted)) {
      if (!gone.empty() && gone.back().last + 1 == part.first) {
        gone.back().last = part.last;
        gone.back().pvid = gone.back().untagged = false;
      } else {
        gone.push_back(std::move(part));
      }
    }
  }
  for (auto& vlan : gone) one.planner.emit(RemoveBridgeVlan{std::move(vlan)}, where);
}

void remove_only(const One& one, const std::vector<BridgeVlan>& no_longer, const std::vector<BridgeVlan>& wanted,
                 const SourceLocation& where) {
  const auto present = present_of(one);
  for (const auto& vlan : no_longer)
    for (auto& part : without(vlan, wanted))
      if (without(part, present) != std::vector<BridgeVlan>{part}) one.planner.emit(RemoveBridgeVlan{std::move(part)}, where);
}

/// What a new port is given.
std::vector<BridgeVlan> usual_of_port(const One& one, const Link& bridge) {
  const auto found = bridge.data.find("vlan_default_pvid");
  const auto* pvid = found == bridge.data.end() ? nullptr : std::get_if<std::uint64_t>(&found->second);
  if (pvid == nullptr || *pvid == 0 || *pvid > kMostVlan) return {};
  const auto vid = static_cast<std::uint16_t>(*pvid);
  return {BridgeVlan{one.name, vid, vid, true, true, false}};
}

void plan_port_vlans(const One& one) {
  const Link* master = one.link().master.empty() ? nullptr : one.planner.find(one.link().master);
  if (master == nullptr || master->kind != "bridge") return;
  const auto vlans = target(one.wanted.vlans, one.before == nullptr ? nullptr : &one.before->vlans,
                            [&] { return std::optional(usual_of_port(one, *master)); });
  const auto wanted = canonical(vlans->value);
  if (present_of(one) == wanted) return;
  add_missing(one, wanted, *vlans->where);
  remove_others(one, wanted, *vlans->where);
}

/// Of the bridge itself: VLANs of its own interface, and of those that stand on it.
void plan_self_vlans(const One& one) {
  static const std::vector<BridgeVlan> kNone;
  const auto wanted = canonical(one.wanted.vlans ? one.wanted.vlans->value : kNone);
  const auto& where = one.wanted.vlans ? one.wanted.vlans->where : one.before->vlans->where;
  add_missing(one, wanted, where);
  if (one.wanted.exact_addresses) return remove_others(one, wanted, where);
  if (one.before != nullptr && one.before->vlans) remove_only(one, canonical(one.before->vlans->value), wanted, one.before->vlans->where);
}

}  // namespace

bool lacks_own_vlan(const One& one) {
  if (!one.wanted.vlans) return false;
  const auto present = present_of(one);
  return std::ranges::any_of(canonical(one.wanted.vlans->value),
                             [&](const BridgeVlan& vlan) { return span_to_add(vlan, present).has_value(); });
}

void plan_guest_vlans(const One& one, const SourceLocation& why) {
  for (const auto* port : one.planner.stack().ports_of(one.name)) {
    if (!is_guest_port(port->name) || one.planner.wanted(port->name) != nullptr) continue;
    const auto has_others = [](const BridgeVlan& vlan) { return !vlan.pvid; };
    if (std::ranges::any_of(one.planner.vlans_of(port->name), has_others)) continue;
    BridgeVlan trunk = kTrunk;
    trunk.link = port->name;
    one.planner.try_emit(AddBridgeVlan{trunk}, why);
  }
}

void plan_vlans(const One& one) {
  if (!one.wanted.vlans && (one.before == nullptr || !one.before->vlans)) return;
  if (one.kind() == "bridge") {
    plan_self_vlans(one);
  } else {
    plan_port_vlans(one);
  }
}

}  // namespace drawbridge::network
