// Routes: those that the files ask for, those that went as a side effect, and last those that have to go.
#include <algorithm>
#include <array>

#include "network/leased_route.h"
#include "network/planner.h"

namespace drawbridge::network {
namespace {

constexpr std::uint32_t kMetric6 = 1024;

std::uint32_t metric_of(const Route& route) { return route.metric == 0 && route.destination.address.is_v6() ? kMetric6 : route.metric; }

bool is_same_hop(const Nexthop& a, const Nexthop& b, bool exact) {
  return a.link == b.link && a.gateway == b.gateway && (!exact || a.onlink == b.onlink);
}

using AskedRoutes = std::vector<const Asked<Route>*>;

AskedRoutes by_destination(const std::vector<Asked<Route>>& routes) {
  AskedRoutes sorted;
  sorted.reserve(routes.size());
  for (const auto& asked : routes) sorted.push_back(&asked);
  std::ranges::stable_sort(sorted, {}, [](const auto* asked) { return asked->value.destination; });
  return sorted;
}

auto asked_for(const AskedRoutes& routes, const Prefix& destination) {
  return std::ranges::equal_range(routes, destination, {}, [](const auto* asked) { return asked->value.destination; });
}

const Asked<Route>* find_route(const AskedRoutes& routes, const Route& route, bool exact) {
  for (const auto* asked : asked_for(routes, route.destination))
    if (is_same_route(route, asked->value, exact)) return asked;
  return nullptr;
}

/// A snapshot's routes are sorted by destination.
auto routes_to(const Snapshot& snapshot, const Prefix& destination) {
  return std::ranges::equal_range(snapshot.routes, destination, {}, &Route::destination);
}

bool leads_through(const Route& route, const std::string& name) {
  return std::ranges::any_of(route.nexthops, [&](const Nexthop& hop) { return hop.link == name; });
}

bool is_vrf_of(const Link* link, std::uint32_t table) {
  if (link == nullptr || link->kind != "vrf") return false;
  const auto found = link->data.find("table");
  return found != link->data.end() && found->second == AttributeValue{std::uint64_t{table}};
}

/// Told by a router, on a link that no longer listens to routers.
std::optional<SourceLocation> reason_to_unlearn(const Planner& planner, const Route& route) {
  constexpr std::uint8_t kAdvertised = 9;  // RTPROT_RA
  if (route.protocol != kAdvertised || route.nexthops.empty()) return std::nullopt;
  const auto& name = route.nexthops.front().link;
  const DesiredLink* before = planner.wanted_before(name);
  if (before == nullptr || !before->slaac || !before->slaac->value || planner.desired().dormant.contains(name)) return std::nullopt;
  const DesiredLink* wanted = planner.wanted(name);
  const bool still = wanted != nullptr && wanted->slaac && wanted->slaac->value;
  return still ? std::nullopt : std::optional(before->slaac->where);
}

/// Why routes that nobody asks for have to go.
class Ownership {
 public:
  explicit Ownership(const Planner& planner)
      : planner_(planner), desired_(by_destination(planner.desired().routes)), previous_(by_destination(planner.previous().routes)) {}

  /// nullopt: it stays.
  std::optional<SourceLocation> reason_to_go(const Route& route) const {
    const bool exact = planner_.desired().exact_routes;
    if (is_kernel_route(route)) return reason_to_unlearn(planner_, route);
    if (find_route(desired_, route, exact) != nullptr) return std::nullopt;
    const auto dormant = [&](const std::string& name) { return leads_through(route, name); };
    if (std::ranges::any_of(planner_.desired().dormant, dormant) || ends_table_of_dormant(route)) return std::nullopt;
    if (const auto* asked = find_route(previous_, route, exact)) return asked->where;
    return route.protocol == kOwnProtocol ? line_of_link(route) : std::nullopt;
  }

  bool has_successor(const Route& route) const {
    const auto takes_its_place = [&](const auto* asked) { return has_same_key(asked->value, route); };
    return std::ranges::any_of(asked_for(desired_, route.destination), takes_its_place);
  }

  /// Of the first link that it leads through.
  std::optional<SourceLocation> line_of_link(const Route& route) const {
    for (const auto& hop : route.nexthops) {
      if (const auto* wanted = planner_.wanted(hop.link)) return wanted->where;
      if (const auto* before = planner_.wanted_before(hop.link)) return before->where;
    }
    return std::nullopt;
  }

 private:
  /// It leads nowhere, in the table of a VRF that is left as it is.
  bool ends_table_of_dormant(const Route& route) const {
    const auto is_its = [&](const std::string& name) { return is_vrf_of(planner_.find(name), route.table); };
    return route.nexthops.empty() && std::ranges::any_of(planner_.desired().dormant, is_its);
  }

  const Planner& planner_;
  AskedRoutes desired_;
  AskedRoutes previous_;
};

/// Made by a client that the plan ends: one that starts anew makes it again.
bool ends_with_client(const Planner& planner, const Route& route) {
  return std::ranges::any_of(planner.now.dhcp_clients,
                             [&](const DhcpClient& client) { return is_leased_route(client, route) && !planner.has_client(client); });
}

/// A link that came under a VRF, or left one: routes of the table that it was in lead nowhere now.
bool changed_its_table(const Planner& planner, const Route& route) {
  const auto vrf_of = [](const Snapshot& snapshot, const std::string& name) -> std::string {
    const auto link = snapshot.links.find(name);
    if (link == snapshot.links.end() || link->second.master.empty()) return {};
    const auto master = snapshot.links.find(link->second.master);
    return master != snapshot.links.end() && master->second.kind == "vrf" ? master->first : std::string();
  };
  return std::ranges::any_of(route.nexthops,
                             [&](const Nexthop& hop) { return vrf_of(planner.now, hop.link) != vrf_of(planner.state(), hop.link); });
}

std::string name_of(const Route& route) { return route.destination.is_default() ? "default" : format_prefix(route.destination); }

void restore_lost(Planner& planner, const Ownership& ownership) {
  if (planner.plan.operations.empty()) return;
  for (const auto& route : planner.now.routes) {
    if (is_kernel_route(route) || ownership.reason_to_go(route) || ownership.has_successor(route)) continue;
    if (ends_with_client(planner, route)) continue;
    const auto present = [&](const Route& other) { return has_same_key(other, route) && is_same_route(other, route, false); };
    if (std::ranges::any_of(routes_to(planner.state(), route.destination), present)) continue;
    const auto why = ownership.line_of_link(route).value_or(SourceLocation{});
    const bool possible = !changed_its_table(planner, route);
    if (possible && planner.try_emit(SetRoute{route}, why)) continue;
    auto without_source = route;
    without_source.preferred_source.reset();
    if (possible && route.preferred_source && planner.try_emit(SetRoute{without_source}, why)) continue;
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
  const bool exact = planner.desired().exact_routes;
  for (const auto& asked : planner.desired().routes) {
    const auto fits = [&](const Route& present) { return !is_kernel_route(present) && is_same_route(present, asked.value, exact); };
    if (std::ranges::any_of(routes_to(planner.state(), asked.value.destination), fits)) continue;
    planner.emit(SetRoute{asked.value}, asked.where);
  }
  const Ownership ownership(planner);
  restore_lost(planner, ownership);
  std::vector<std::pair<Route, SourceLocation>> gone;
  for (const auto& route : planner.state().routes)
    if (auto why = ownership.reason_to_go(route)) gone.emplace_back(route, std::move(*why));
  for (auto& [route, why] : gone) planner.emit(RemoveRoute{std::move(route)}, why);
}

}  // namespace drawbridge::network
