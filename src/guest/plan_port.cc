#include "guest/plan_port.h"

#include <algorithm>
#include <array>

#include "guest/tag_leftovers.h"

namespace drawbridge::guest {
namespace {

using network::Desired;
using network::Link;
using network::Snapshot;

using Names = std::set<std::string, std::less<>>;

template <class T>
void copy_of(const std::string& link, const std::vector<T>& from, std::vector<T>& to) {
  const auto range = std::ranges::equal_range(from, link, {}, &T::link);
  to.insert(to.end(), range.begin(), range.end());
}

/// Of a link that only bears others, what decides about them: a bridge has fifty attributes, and they would be copied for each port.
Link outline_of(const Link& link) {
  constexpr std::array<std::string_view, 4> kDeciding{"forward_delay", "stp_state", "vlan_default_pvid", "vlan_filtering"};
  Link outline;
  outline.index = link.index;
  outline.name = link.name;
  outline.kind = link.kind;
  outline.up = link.up;
  outline.mtu = link.mtu;
  outline.max_mtu = link.max_mtu;
  outline.mac = link.mac;
  outline.master = link.master;
  outline.parent = link.parent;
  for (const auto name : kDeciding)
    if (const auto found = link.data.find(name); found != link.data.end()) outline.data.emplace(name, found->second);
  return outline;
}

/// The part of the node that the names stand for; what stands on them is theirs only if it is named as well. Links that neither side
/// speaks of are there in outline.
Snapshot part_of(const Snapshot& now, const Names& names, const Desired& desired, const Desired& previous) {
  Snapshot part;
  for (const auto& name : names) {
    const auto found = now.links.find(name);
    if (found == now.links.end()) continue;
    const bool changes = desired.links.contains(name) || previous.links.contains(name);
    part.links.emplace_hint(part.links.end(), name, changes ? found->second : outline_of(found->second));
    copy_of(name, now.addresses, part.addresses);
    copy_of(name, now.bridge_vlans, part.bridge_vlans);
    copy_of(name, now.port_fdb, part.port_fdb);
  }
  return part;
}

void add_ports(const std::string& master, const NodeNetwork& node, Names& names) {
  for (const auto* port : node.ports_of(master)) {
    names.insert(port->name);
    if (!port->parent.empty()) names.insert(port->parent);
  }
}

Names names_of(const Desired& desired, const NodeNetwork& node) {
  Names names;
  for (const auto& [name, link] : desired.links) {
    names.insert(name);
    if (link.master && !link.master->value.empty()) names.insert(link.master->value);
    if (link.parent) names.insert(link.parent->value);
    if (link.kind == "bridge") add_ports(name, node, names);
  }
  return names;
}

/// True if the device is the only guest of the helper.
bool is_last(const std::string& device, const Link& helper, const NodeNetwork& node) {
  const auto others = [&](const Link* port) { return port->name != device && port->kind != "vlan"; };
  return std::ranges::none_of(node.ports_of(helper.name), others);
}

/// The helper that the device is about to leave as its last guest.
const Link* abandoned_helper(const Link& device, std::string_view to, const NodeNetwork& node) {
  if (device.master.empty() || device.master == to) return nullptr;
  const Link* old = node.find(device.master);
  return old != nullptr && is_helper(*old, node) && is_last(device.name, *old, node) ? old : nullptr;
}

network::Plan plan(const Link& device, std::string_view to, const Desired& desired, const NodeNetwork& node) {
  auto names = names_of(desired, node);
  if (!device.master.empty()) names.insert(device.master);
  Desired previous;
  if (const Link* old = abandoned_helper(device, to, node)) {
    add_previous_helper(*old, node, previous);
    add_ports(old->name, node, names);
  }
  return network::make_plan(part_of(node.now(), names, desired, previous), desired, previous);
}

}  // namespace

network::Plan plan_port(const Wiring& wiring, const NodeNetwork& node) {
  const Link* device = node.find(wiring.device);
  if (device == nullptr) return {};
  return plan(*device, wiring.bridge, wiring.desired, node);
}

network::Plan plan_unplug(std::string_view device, const SourceLocation& where, const NodeNetwork& node) {
  const Link* link = node.find(device);
  if (link == nullptr || link->master.empty()) return {};
  Desired desired;
  auto& port = desired.links[link->name];
  port.name = link->name;
  port.where = where;
  port.guest = true;
  port.master = network::Asked<std::string>{std::string(), where};
  return plan(*link, {}, desired, node);
}

network::Plan plan_collect(const std::vector<std::string>& helpers, const NodeNetwork& node) {
  Desired previous;
  Names names;
  for (const auto& name : helpers) {
    const Link* helper = node.find(name);
    if (helper == nullptr) continue;
    add_previous(*helper, node, previous);
    names.insert(name);
    if (!helper->parent.empty()) names.insert(helper->parent);
    add_ports(name, node, names);
  }
  return network::make_plan(part_of(node.now(), names, {}, previous), {}, previous);
}

}  // namespace drawbridge::guest
