#include "guest/tag_leftovers.h"

#include <algorithm>

#include "guest/tag_bridge.h"

namespace drawbridge::guest {
namespace {

using network::Asked;
using network::Link;

bool is_vlan(const Link& link, std::uint16_t tag) { return link.kind == "vlan" && number_of(link.data, "id") == tag; }

/// False for one that was there before: its helper took it in as it was.
bool goes_with(const Link& vlan, const Link& helper, const NodeNetwork& node) {
  if (node.policies().described.contains(vlan.name)) return false;
  return is_marked(vlan) || (!is_marked(helper) && vlan.name == vlan_name(vlan.parent, helper_tag(helper)));
}

/// A kind of its own: it may be deleted. Without: it is released at most.
void note(const Link& link, bool goes, network::Desired& previous) {
  auto& before = previous.links[link.name];
  before.name = link.name;
  if (goes) before.kind = link.kind;
  if (!link.master.empty()) before.master = Asked<std::string>{link.master, {}};
}

bool is_unused_helper(const Link& bridge, const NodeNetwork& node) {
  if (!is_helper(bridge, node)) return false;
  const auto tag = helper_tag(bridge);
  return std::ranges::all_of(node.ports_of(bridge.name), [&](const Link* port) { return is_vlan(*port, tag); });
}

bool is_lone_vlan(const Link& link, const NodeNetwork& node) {
  if (link.kind != "vlan" || !link.master.empty() || !is_marked(link)) return false;
  if (node.policies().described.contains(link.name) || node.has_addresses(link.name)) return false;
  return std::ranges::none_of(node.now().links, [&](const auto& other) { return other.second.parent == link.name; });
}

}  // namespace

bool is_helper(const Link& bridge, const NodeNetwork& node) {
  const auto tag = helper_tag(bridge);
  if (tag == 0 || node.policies().described.contains(bridge.name) || node.has_addresses(bridge.name)) return false;
  return is_marked(bridge) || std::ranges::any_of(node.ports_of(bridge.name), [&](const Link* port) { return is_vlan(*port, tag); });
}

void add_previous_helper(const Link& helper, const NodeNetwork& node, network::Desired& previous) {
  note(helper, true, previous);
  const auto tag = helper_tag(helper);
  for (const auto* port : node.ports_of(helper.name))
    if (is_vlan(*port, tag)) note(*port, goes_with(*port, helper, node), previous);
}

void add_previous(const Link& leftover, const NodeNetwork& node, network::Desired& previous) {
  if (leftover.kind == "vlan") return note(leftover, true, previous);
  add_previous_helper(leftover, node, previous);
}

std::vector<std::string> unused_helpers(const NodeNetwork& node, const std::set<std::string, std::less<>>& needed) {
  std::vector<std::string> unused;
  for (const auto& [name, link] : node.now().links)
    if (!needed.contains(name) && (is_unused_helper(link, node) || is_lone_vlan(link, node))) unused.push_back(name);
  return unused;
}

}  // namespace drawbridge::guest
