// Routes of the kernel model. Source: net/ipv4/fib_trie.c, fib_semantics.c, net/ipv6/route.c, ip6_fib.c.
#include <algorithm>
#include <cerrno>
#include <tuple>

#include "network/kernel_model_parts.h"

namespace drawbridge::network::model {
namespace {

constexpr std::uint8_t kUnicast = 1;
constexpr std::uint8_t kAdvertised = 9;  // RTPROT_RA

auto order(const Route& route) { return std::tie(route.destination, route.table, route.metric); }

bool leads_through(const Route& route, const std::string& link) {
  return std::ranges::any_of(route.nexthops, [&](const Nexthop& hop) { return hop.link == link; });
}

/// A route without gateway over the link, towards `address`.
bool is_on_link(const Snapshot& snapshot, const std::string& link, const IpAddress& address) {
  return std::ranges::any_of(snapshot.routes, [&](const Route& route) {
    return route.nexthops.size() == 1 && route.nexthops.front().link == link && !route.nexthops.front().gateway &&
           contains(route.destination, address);
  });
}

Result<void> check_gateway(const Snapshot& snapshot, const Link& link, const Nexthop& hop) {
  const IpAddress& gateway = *hop.gateway;
  const auto text = format_ip(gateway);
  if (is_own_address(snapshot, gateway)) return fail_errno(EINVAL, text);
  if (hop.onlink || (gateway.is_v6() && gateway.is_link_local())) return {};
  if (is_on_link(snapshot, link.name, gateway)) return {};
  return fail_errno(gateway.is_v4() ? ENETUNREACH : EHOSTUNREACH, text);
}

Result<void> check_nexthop(Model& model, Nexthop& hop) {
  const Link* link = TRY(need(model, hop.link));
  hop.link = link->name;
  // The way to a gateway is looked for before the link is looked at, and over a link that is down there is none.
  const bool v6_gateway = hop.gateway && hop.gateway->is_v6();
  const bool looked_for = hop.gateway && !hop.onlink && !(v6_gateway && hop.gateway->is_link_local());
  if (!link->up && !looked_for) return fail_errno(ENETDOWN, hop.link);
  if (v6_gateway && setting(*link, "ipv6.disable_ipv6") != 0) return fail_errno(EACCES, hop.link);
  if (hop.gateway) return check_gateway(model.snapshot, *link, hop);
  return {};
}

bool is_replaced_by(const Route& present, const Route& wanted) {
  return wanted.destination.address.is_v4() || present.protocol != kAdvertised;
}

bool is_meant(const Route& present, const Route& wanted) {
  if (present.destination != wanted.destination || present.table != wanted.table) return false;
  if (wanted.metric != 0 && present.metric != wanted.metric) return false;
  if (wanted.protocol != 0 && present.protocol != wanted.protocol) return false;
  if (wanted.preferred_source && present.preferred_source != wanted.preferred_source) return false;
  if (wanted.nexthops.empty()) return true;
  if (wanted.nexthops.size() != present.nexthops.size()) return false;
  return std::ranges::equal(present.nexthops, wanted.nexthops, [](const Nexthop& a, const Nexthop& b) {
    return (b.link.empty() || a.link == b.link) && (!b.gateway || a.gateway == b.gateway);
  });
}

}  // namespace

void insert_route(Snapshot& snapshot, Route route) {
  const auto place = std::ranges::upper_bound(snapshot.routes, order(route), {}, order);
  snapshot.routes.insert(place, std::move(route));
}

std::span<Route> routes_like(Snapshot& snapshot, const Route& route) {
  const auto range = std::ranges::equal_range(snapshot.routes, order(route), {}, order);
  return {range.begin(), range.end()};
}

std::uint32_t table_of(const Snapshot& snapshot, const Link& link) {
  const auto master = snapshot.links.find(link.master);
  if (master == snapshot.links.end() || master->second.kind != "vrf") return kMainTable;
  return static_cast<std::uint32_t>(number(master->second.data, "table").value_or(kMainTable));
}

Result<void> set_route(Model& model, const Route& wanted) {
  auto& snapshot = model.snapshot;
  Route route = wanted;
  const bool v6 = route.destination.address.is_v6();
  if (v6 && route.metric == 0) route.metric = kMetric6;
  const auto text = format_prefix(route.destination);
  if (route.type == kUnicast && route.nexthops.empty()) return fail_errno(ENODEV, text);
  for (auto& hop : route.nexthops) TRY_VOID(check_nexthop(model, hop));
  if (route.preferred_source && !is_own_address(snapshot, *route.preferred_source)) return fail_errno(EINVAL, text);
  if (!v6 && route.scope == 0 && route.nexthops.size() == 1 && !route.nexthops.front().gateway) route.scope = kScopeLink;
  const auto like = routes_like(snapshot, route);
  const auto found = std::ranges::find_if(like, [&](const Route& present) { return is_replaced_by(present, route); });
  if (found == like.end()) {
    insert_route(snapshot, std::move(route));
  } else {
    *found = std::move(route);
  }
  return {};
}

Result<void> remove_route(Model& model, const Route& wanted) {
  auto& snapshot = model.snapshot;
  for (const auto& hop : wanted.nexthops)
    if (!hop.link.empty() && find(model, hop.link) == nullptr) return fail_errno(ENODEV, hop.link);
  const auto found = std::ranges::find_if(snapshot.routes, [&](const Route& present) { return is_meant(present, wanted); });
  if (found == snapshot.routes.end()) return fail_errno(ESRCH, format_prefix(wanted.destination));
  snapshot.routes.erase(found);
  return {};
}

void flush_routes(Snapshot& snapshot, const std::string& link, Family family) {
  std::erase_if(snapshot.routes, [&](const Route& route) {
    return route.destination.address.family == family && !route.nexthops.empty() &&
           std::ranges::all_of(route.nexthops, [&](const Nexthop& hop) { return hop.link == link; });
  });
}

void drop_nexthops(Snapshot& snapshot, const std::string& link) {
  std::erase_if(snapshot.routes, [&](Route& route) {
    if (!leads_through(route, link)) return false;
    if (route.destination.address.is_v4()) return true;
    std::erase_if(route.nexthops, [&](const Nexthop& hop) { return hop.link == link; });
    return route.nexthops.empty();
  });
}

}  // namespace drawbridge::network::model
