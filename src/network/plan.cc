#include "network/plan.h"

#include <algorithm>

#include "network/link_rules.h"
#include "network/planner.h"

namespace drawbridge::network {
namespace {

bool has_lowers(const DesiredLink& link, const Desired& possible, const Snapshot& now) {
  return std::ranges::all_of(lowers_of(link),
                             [&](std::string_view lower) { return possible.links.contains(lower) || now.find_link(lower) != nullptr; });
}

}  // namespace

bool Plan::changes_kernel() const {
  return std::ranges::any_of(operations,
                             [](const PlannedOperation& planned) { return !std::holds_alternative<RunHook>(planned.operation); });
}

Plan make_plan(const Snapshot& now, const Desired& desired, const Desired& previous) {
  Planner planner(now, desired, previous);
  plan_names(planner);
  plan_fates(planner);
  plan_stopped_clients(planner);
  plan_new_links(planner);
  plan_released_ports(planner);
  plan_bond_modes(planner);
  plan_links(planner);
  plan_lost_ports(planner);
  plan_addresses_to_add(planner);
  plan_addresses_to_remove(planner);
  plan_deleted_links(planner);
  plan_addresses_left(planner);
  plan_dropped_links(planner);
  plan_bridge_macs(planner);
  plan_routes(planner);
  plan_started_clients(planner);
  plan_hooks(planner);
  return std::move(planner.plan);
}

Desired without_missing_links(Desired desired, const Snapshot& now) {
  Desired possible = std::move(desired);
  std::erase_if(possible.links, [&](const auto& entry) { return entry.second.kind.empty() && now.find_link(entry.first) == nullptr; });
  // What would stand on a missing link can't be made either.
  for (const auto* link : lower_first(possible)) {
    if (link->kind.empty() || now.find_link(link->name) != nullptr || has_lowers(*link, possible, now)) continue;
    const std::string name = link->name;  // goes with the link
    possible.links.erase(name);
  }
  const auto is_there = [&](const std::string& name) { return possible.links.contains(name) || now.find_link(name) != nullptr; };
  const auto leads_on = [&](const Nexthop& hop) { return is_there(hop.link); };
  std::erase_if(possible.routes, [&](const Asked<Route>& route) { return !std::ranges::all_of(route.value.nexthops, leads_on); });
  for (auto& [name, link] : possible.links) {
    if (!link.mac_from.empty() && now.find_link(link.mac_from) == nullptr) link.mac_from.clear();
    if (link.master && !link.master->value.empty() && !is_there(link.master->value)) link.master.reset();
    std::erase_if(link.data, [&](const auto& entry) {
      const auto* target = std::get_if<std::string>(&entry.second.value);
      return names_link(link.kind, entry.first) && target != nullptr && !target->empty() && !is_there(*target);
    });
  }
  return possible;
}

}  // namespace drawbridge::network
