#include "network/plan.h"

#include <algorithm>

#include "base/text.h"
#include "network/kernel_model.h"
#include "network/planner.h"

namespace drawbridge::network {

void Planner::emit(Operation operation, const SourceLocation& why) {
  std::string risk = risk_of(*this, operation);
  std::ignore = apply_to_model(state, operation);
  const bool disruptive = !risk.empty();
  plan.operations.push_back({std::move(operation), why, disruptive, std::move(risk)});
}

bool Planner::try_emit(Operation operation, const SourceLocation& why) {
  std::string risk = risk_of(*this, operation);
  if (!apply_to_model(state, operation)) return false;
  const bool disruptive = !risk.empty();
  plan.operations.push_back({std::move(operation), why, disruptive, std::move(risk)});
  return true;
}

void Planner::warn(const SourceLocation& where, std::string code, std::string message, std::string hint) {
  plan.warnings.push_back({where, Severity::warning, std::move(code), std::move(message), std::move(hint), {}});
}

const Link* Planner::find(const std::string& name) const {
  const auto found = state.links.find(name);
  return found == state.links.end() ? nullptr : &found->second;
}

const DesiredLink* Planner::wanted(const std::string& name) const {
  const auto found = desired.links.find(name);
  return found == desired.links.end() ? nullptr : &found->second;
}

const DesiredLink* Planner::wanted_before(const std::string& name) const {
  const auto found = previous.links.find(name);
  return found == previous.links.end() ? nullptr : &found->second;
}

bool Planner::is_dropped(const std::string& name) const {
  return wanted_before(name) != nullptr && wanted(name) == nullptr && !desired.dormant.contains(name);
}

bool Plan::changes_kernel() const {
  return std::ranges::any_of(operations,
                             [](const PlannedOperation& planned) { return !std::holds_alternative<RunHook>(planned.operation); });
}

Plan make_plan(const Snapshot& now, const Desired& desired, const Desired& previous) {
  Planner planner{now, now, desired, previous, {}, {}, {}, {}, {}};
  plan_names(planner);
  plan_new_links(planner);
  plan_released_ports(planner);
  plan_links(planner);
  plan_addresses_to_add(planner);
  plan_addresses_to_remove(planner);
  plan_deleted_links(planner);
  plan_addresses_left(planner);
  plan_dropped_links(planner);
  plan_bridge_macs(planner);
  plan_routes(planner);
  plan_hooks(planner);
  return std::move(planner.plan);
}

Desired without_missing_links(const Desired& desired, const Snapshot& now) {
  Desired possible = desired;
  std::erase_if(possible.links, [&](const auto& entry) { return entry.second.kind.empty() && now.find_link(entry.first) == nullptr; });
  const auto is_there = [&](const Nexthop& hop) { return possible.links.contains(hop.link) || now.find_link(hop.link) != nullptr; };
  std::erase_if(possible.routes, [&](const Asked<Route>& route) { return !std::ranges::all_of(route.value.nexthops, is_there); });
  for (auto& [name, link] : possible.links) {
    if (!link.mac_from.empty() && now.find_link(link.mac_from) == nullptr) link.mac_from.clear();
  }
  return possible;
}

}  // namespace drawbridge::network
