// Addresses of the kernel model. Source: net/ipv4/devinet.c, net/ipv4/fib_frontend.c, net/ipv6/addrconf.c.
#include <algorithm>
#include <cerrno>
#include <tuple>

#include "network/kernel_model_parts.h"

namespace drawbridge::network::model {
namespace {

constexpr std::uint32_t kConnectedMetric6 = 256;

/// The network that an address stands in; with a peer, the peer's.
Prefix subnet_of(const Address& address) { return network_of({address.peer.value_or(address.address.address), address.address.length}); }

bool same_subnet(const Address& a, const Address& b) { return a.link == b.link && subnet_of(a) == subnet_of(b); }

auto order(const Address& address) { return std::tie(address.link, address.address, address.peer); }

bool is_v4(const Address& address) { return address.address.address.is_v4(); }

void insert_address(Snapshot& snapshot, Address address) {
  const auto place = std::ranges::upper_bound(snapshot.addresses, order(address), {}, order);
  snapshot.addresses.insert(place, std::move(address));
}

bool is_running(const Snapshot& snapshot, const Link& link) {
  if (!link.up) return false;
  if (link.kind != "veth") return true;
  const auto peer = snapshot.links.find(link.parent);
  return peer == snapshot.links.end() || peer->second.up;
}

/// The route that the kernel makes for an address; nullopt: none in the main table.
std::optional<Route> connected_route(const Link& link, const Address& address) {
  if (is_v4(address) && (address.secondary || link.loopback)) return std::nullopt;
  const Prefix subnet = subnet_of(address);
  if (is_v4(address) && subnet.length == subnet.address.width() && subnet.address == address.address.address) return std::nullopt;
  Route route;
  route.destination = subnet;
  route.nexthops = {{std::nullopt, address.link, false, 1}};
  route.protocol = kKernelProtocol;
  if (is_v4(address)) {
    route.scope = kScopeLink;
    route.preferred_source = address.address.address;
  } else {
    route.metric = kConnectedMetric6;
  }
  return route;
}

void add_connected_route(Snapshot& snapshot, const Link& link, const Address& address) {
  if (!link.up || (!is_v4(address) && !is_running(snapshot, link))) return;
  auto route = connected_route(link, address);
  if (route && std::ranges::find(snapshot.routes, *route) == snapshot.routes.end()) insert_route(snapshot, std::move(*route));
}

void remove_connected_route(Snapshot& snapshot, const Link& link, const Address& address) {
  const auto route = connected_route(link, address);
  if (!route) return;
  const auto needs_it = [&](const Address& other) { return connected_route(link, other) == route; };
  const auto on_link = [&](const Address& other) { return other.link == link.name && needs_it(other); };
  if (std::ranges::none_of(snapshot.addresses, on_link)) std::erase(snapshot.routes, *route);
}

/// What refers to an address as its preferred source: IPv4 drops the route, IPv6 only the preference.
void forget_source(Snapshot& snapshot, const IpAddress& address) {
  if (is_own_address(snapshot, address)) return;
  if (address.is_v4()) {
    std::erase_if(snapshot.routes, [&](const Route& route) { return route.preferred_source == address; });
    return;
  }
  for (auto& route : snapshot.routes)
    if (route.preferred_source == address) route.preferred_source.reset();
}

bool has_addresses(const Snapshot& snapshot, const std::string& link, Family family) {
  return std::ranges::any_of(snapshot.addresses, [&](const Address& a) { return a.link == link && a.address.address.family == family; });
}

/// Takes one address out of the list, with its route.
void take_out(Snapshot& snapshot, const Link& link, const Address& address) {
  const auto found = std::ranges::find(snapshot.addresses, address);
  if (found == snapshot.addresses.end()) return;
  const Address gone = *found;
  snapshot.addresses.erase(found);
  remove_connected_route(snapshot, link, gone);
  forget_source(snapshot, gone.address.address);
}

void remove_primary(Snapshot& snapshot, const Link& link, const Address& primary) {
  std::vector<Address> secondaries;
  std::ranges::copy_if(snapshot.addresses, std::back_inserter(secondaries),
                       [&](const Address& other) { return other.secondary && same_subnet(other, primary); });
  const bool promote = setting(link, "ipv4.promote_secondaries") != 0;
  if (!promote)
    for (const auto& secondary : secondaries) take_out(snapshot, link, secondary);
  if (promote && !secondaries.empty()) std::ranges::find(snapshot.addresses, secondaries.front())->secondary = false;
  take_out(snapshot, link, primary);
  if (promote && !secondaries.empty()) {
    secondaries.front().secondary = false;
    add_connected_route(snapshot, link, secondaries.front());
  }
}

std::uint8_t scope_of(const Address& address) {
  if (is_v4(address)) return address.scope;
  if (address.address.address.is_loopback()) return kScopeHost;
  return address.address.address.is_link_local() ? kScopeLink : 0;
}

Address* find_same(Snapshot& snapshot, const Address& wanted) {
  const auto same = [&](const Address& address) {
    if (address.link != wanted.link || address.address.address != wanted.address.address) return false;
    // IPv6 knows an address of a link once, whatever its length.
    return !is_v4(wanted) || (address.address.length == wanted.address.length && subnet_of(address) == subnet_of(wanted));
  };
  const auto found = std::ranges::find_if(snapshot.addresses, same);
  return found == snapshot.addresses.end() ? nullptr : &*found;
}

}  // namespace

Result<void> add_address(Snapshot& snapshot, const Address& wanted) {
  const Link* link = TRY(need(snapshot, wanted.link));
  if (wanted.address.length > wanted.address.address.width()) return fail_errno(EINVAL, wanted.link);
  if (!is_v4(wanted) && setting(*link, "ipv6.disable_ipv6") != 0) return fail_errno(EACCES, wanted.link);
  if (!is_v4(wanted) && wanted.address.address.is_multicast()) return fail_errno(EADDRNOTAVAIL, wanted.link);
  Address address = wanted;
  address.link = link->name;
  if (Address* present = find_same(snapshot, address); present != nullptr) {
    present->protocol = wanted.protocol;
    present->permanent = true;
    return {};
  }
  address.permanent = true;
  address.tentative = false;
  address.dad_failed = false;
  address.scope = scope_of(address);
  if (address.label == link->name) address.label.clear();
  address.secondary = is_v4(address) && std::ranges::any_of(snapshot.addresses, [&](const Address& other) {
                        return is_v4(other) && !other.secondary && same_subnet(other, address);
                      });
  insert_address(snapshot, address);
  add_connected_route(snapshot, *link, address);
  return {};
}

Result<void> remove_address(Snapshot& snapshot, const Address& wanted) {
  const Link* link = TRY(need(snapshot, wanted.link));
  const auto same = [&](const Address& address) {
    return address.link == link->name && address.address == wanted.address && address.peer == wanted.peer &&
           (wanted.label.empty() || wanted.label == address.label || (wanted.label == link->name && address.label.empty()));
  };
  const auto found = std::ranges::find_if(snapshot.addresses, same);
  if (found == snapshot.addresses.end()) return fail_errno(EADDRNOTAVAIL, format_interface_address(wanted.address));
  const Address gone = *found;
  if (is_v4(gone) && !gone.secondary) {
    remove_primary(snapshot, *link, gone);
  } else {
    take_out(snapshot, *link, gone);
  }
  if (is_v4(gone) && !has_addresses(snapshot, link->name, Family::ipv4)) flush_routes(snapshot, link->name, Family::ipv4);
  return {};
}

void add_connected_routes(Snapshot& snapshot, const std::string& name, Family family) {
  const auto link = snapshot.links.find(name);
  if (link == snapshot.links.end()) return;
  for (const auto& address : snapshot.addresses)
    if (address.link == name && address.address.address.family == family) add_connected_route(snapshot, link->second, address);
}

void flush_addresses(Snapshot& snapshot, const std::string& link, Family family) {
  std::vector<IpAddress> gone;
  std::erase_if(snapshot.addresses, [&](const Address& address) {
    if (address.link != link || address.address.address.family != family) return false;
    gone.push_back(address.address.address);
    return true;
  });
  flush_routes(snapshot, link, family);
  for (const auto& address : gone) forget_source(snapshot, address);
}

}  // namespace drawbridge::network::model
