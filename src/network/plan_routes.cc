// Routes: those that the files ask for, those that went as a side effect, and last those that have to go.
#include <algorithm>
#include <array>

#include "network/planner.h"

namespace drawbridge::network {
namespace {

constexpr std::uint32_t kMetric6 = 1024;

std::uint32_t metric_of(const Route& route) { return route.metric == 0 && route.destination.address.is_v6() ? kMetric6 : route.metric; }

bool is_same_hop(const Nexthop& a, const Nexthop& b, bool exact) {
  return a.link == b.link && a.gateway == b.gateway && (!exact || a.onlink == b.onlink);
}

const Asked<Route>* find_route(const std::vector<Asked<Route>>& routes, const Route& route, bool exact) {
  const auto found = std::ranges::find_if(routes, [&](const Asked<Route>& asked) { return is_same_route(route, asked.value, exact); });
  return found == routes.end() ? nullptr : &*found;
}

bool leads_through(const Route& route, const std::string& name) {
  return std::ranges::any_of(route.nexthops, [&](const Nexthop& hop) { return hop.link == name; });
}

/// Why a route that nobody asks for has to go; nullopt: it stays.
std::optional<SourceLocation> reason_to_go(const Planner& planner, const Route& route) {
  if (is_kernel_route(route) || find_route(planner.desired.routes, route, planner.desired.exact_routes) != nullptr) return std::nullopt;
  const auto dormant = [&](const std::string& name) { return leads_through(route, name); };
  if (std::ranges::any_of(planner.desired.dormant, dormant)) return std::nullopt;
  if (const auto* asked = find_route(planner.previous.routes, route, planner.desired.exact_routes)) return asked->where;
  if (route.protocol != kOwnProtocol) return std::nullopt;
  for (const auto& hop : route.nexthops) {
    if (const auto* wanted = planner.wanted(hop.link)) return wanted->where;
    if (const auto* before = planner.wanted_before(hop.link)) return before->where;
  }
  return std::nullopt;
}

/// The line that took a route along: the first of the links that it leads through.
SourceLocation reason_for_loss(const Planner& planner, const Route& route) {
  for (const auto& hop : route.nexthops) {
    if (const auto* wanted = planner.wanted(hop.link)) return wanted->where;
    if (const auto* before = planner.wanted_before(hop.link)) return before->where;
  }
  return {};
}

std::string name_of(const Route& route) { return route.destination.is_default() ? "default" : format_prefix(route.destination); }

void restore_lost(Planner& planner) {
  for (const auto& route : planner.now.routes) {
    if (is_kernel_route(route) || reason_to_go(planner, route)) continue;
    const auto same = [&](const Route& present) { return present == route; };
    const auto takes_its_place = [&](const Asked<Route>& asked) { return has_same_key(asked.value, route); };
    const auto present = [&](const Route& other) { return has_same_key(other, route) && is_same_route(other, route, false); };
    if (std::ranges::any_of(planner.state.routes, same) || std::ranges::any_of(planner.state.routes, present) ||
        std::ranges::any_of(planner.desired.routes, takes_its_place))
      continue;
    const auto why = reason_for_loss(planner, route);
    if (planner.try_emit(SetRoute{route}, why)) continue;
    auto without_source = route;
    without_source.preferred_source.reset();
    if (route.preferred_source && planner.try_emit(SetRoute{without_source}, why)) continue;
    planner.warn(why, "route-lost", "the route to " + name_of(route) + ", which somebody else made, goes with what it leads through",
                 "make it again over another link, or ask for it in the file");
  }
}

}  // namespace

bool is_kernel_route(const Route& route) {
  constexpr std::array<std::uint8_t, 3> kMadeByKernel{1, 2, 9};  // RTPROT_REDIRECT, RTPROT_KERNEL, RTPROT_RA
  return std::ranges::find(kMadeByKernel, route.protocol) != kMadeByKernel.end();
}

bool has_same_key(const Route& a, const Route& b) {
  return a.destination == b.destination && a.table == b.table && metric_of(a) == metric_of(b);
}

bool is_same_route(const Route& present, const Route& wanted, bool exact) {
  if (!has_same_key(present, wanted) || present.type != wanted.type) return false;
  if (exact && (present.protocol != wanted.protocol || present.preferred_source != wanted.preferred_source)) return false;
  if (wanted.preferred_source && present.preferred_source != wanted.preferred_source) return false;
  const bool several = wanted.nexthops.size() > 1;
  return std::ranges::equal(present.nexthops, wanted.nexthops, [&](const Nexthop& a, const Nexthop& b) {
    return is_same_hop(a, b, exact) && (!several || a.weight == b.weight);
  });
}

void plan_routes(Planner& planner) {
  const bool exact = planner.desired.exact_routes;
  for (const auto& asked : planner.desired.routes) {
    const auto fits = [&](const Route& present) { return !is_kernel_route(present) && is_same_route(present, asked.value, exact); };
    if (std::ranges::any_of(planner.state.routes, fits)) continue;
    planner.emit(SetRoute{asked.value}, asked.where);
  }
  restore_lost(planner);
  const auto present = planner.state.routes;
  for (const auto& route : present)
    if (const auto why = reason_to_go(planner, route)) planner.emit(RemoveRoute{route}, *why);
}

}  // namespace drawbridge::network
