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

/// The route that the kernel makes for an address; nullopt: none outside the local table.
std::optional<Route> connected_route(const Snapshot& snapshot, const Link& link, const Address& address) {
  if (is_v4(address) && (address.secondary || link.loopback)) return std::nullopt;
  const Prefix subnet = subnet_of(address);
  if (is_v4(address) && subnet.length == subnet.address.width() && subnet.address == address.address.address) return std::nullopt;
  Route route;
  route.table = table_of(snapshot, link);
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
  if (!link.up) return;
  auto route = connected_route(snapshot, link, address);
  if (!route) return;
  const auto like = routes_like(snapshot, *route);
  if (std::ranges::find(like, *route) == like.end()) insert_route(snapshot, std::move(*route));
}

void remove_connected_route(Snapshot& snapshot, const Link& link, const Address& address) {
  const auto route = connected_route(snapshot, link, address);
  if (!route) return;
  const auto needs_it = [&](const Address& other) { return connected_route(snapshot, link, other) == route; };
  if (std::ranges::any_of(entries_of(snapshot.addresses, link.name), needs_it)) return;
  const auto like = routes_like(snapshot, *route);
  const auto found = std::ranges::find(like, *route);
  if (found != like.end()) snapshot.routes.erase(snapshot.routes.begin() + (&*found - snapshot.routes.data()));
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

bool has_addresses(Snapshot& snapshot, const std::string& link, Family family) {
  return std::ranges::any_of(entries_of(snapshot.addresses, link), [&](const Address& a) { return a.address.address.family == family; });
}

/// Takes one address out of the list, with its route.
void take_out(Snapshot& snapshot, const Link& link, const Address& address) {
  const auto own = entries_of(snapshot.addresses, link.name);
  const auto found = std::ranges::find(own, address);
  if (found == own.end()) return;
  const Address gone = *found;
  snapshot.addresses.erase(snapshot.addresses.begin() + (&*found - snapshot.addresses.data()));
  remove_connected_route(snapshot, link, gone);
  forget_source(snapshot, gone.address.address);
}

void remove_primary(Snapshot& snapshot, const Link& link, const Address& primary) {
  std::vector<Address> secondaries;
  std::ranges::copy_if(entries_of(snapshot.addresses, link.name), std::back_inserter(secondaries),
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

/// On a permanent IPv4 address no time runs out.
PreferredLifetime preferred_of(const Address& address) {
  return is_v4(address) && address.preferred.counts_down() ? PreferredLifetime{} : address.preferred;
}

Address* find_same(Snapshot& snapshot, const Address& wanted) {
  const auto same = [&](const Address& address) {
    if (address.address.address != wanted.address.address) return false;
    // IPv6 knows an address of a link once, whatever its length.
    return !is_v4(wanted) || (address.address.length == wanted.address.length && subnet_of(address) == subnet_of(wanted));
  };
  const auto own = entries_of(snapshot.addresses, wanted.link);
  const auto found = std::ranges::find_if(own, same);
  return found == own.end() ? nullptr : &*found;
}

}  // namespace

Result<void> add_address(Model& model, const Address& wanted) {
  auto& snapshot = model.snapshot;
  const Link* link = TRY(need(model, wanted.link));
  if (wanted.address.length > wanted.address.address.width()) return fail_errno(EINVAL, wanted.link);
  if (!is_v4(wanted) && setting(*link, "ipv6.disable_ipv6") != 0) return fail_errno(EACCES, wanted.link);
  if (!is_v4(wanted) && wanted.address.address.is_multicast()) return fail_errno(EADDRNOTAVAIL, wanted.link);
  Address address = wanted;
  address.link = link->name;
  if (Address* present = find_same(snapshot, address); present != nullptr) {
    present->protocol = wanted.protocol;
    present->preferred = preferred_of(wanted);
    present->permanent = true;
    return {};
  }
  address.permanent = true;
  address.tentative = false;
  address.dad_failed = false;
  address.scope = scope_of(address);
  address.preferred = preferred_of(address);
  if (address.label == link->name) address.label.clear();
  address.secondary = is_v4(address) && std::ranges::any_of(entries_of(snapshot.addresses, link->name), [&](const Address& other) {
                        return is_v4(other) && !other.secondary && same_subnet(other, address);
                      });
  insert_address(snapshot, address);
  add_connected_route(snapshot, *link, address);
  return {};
}

Result<void> remove_address(Model& model, const Address& wanted) {
  auto& snapshot = model.snapshot;
  const Link* link = TRY(need(model, wanted.link));
  const auto same = [&](const Address& address) {
    return address.address == wanted.address && address.peer == wanted.peer &&
           (wanted.label.empty() || wanted.label == address.label || (wanted.label == link->name && address.label.empty()));
  };
  const auto own = entries_of(snapshot.addresses, link->name);
  const auto found = std::ranges::find_if(own, same);
  if (found == own.end()) return fail_errno(EADDRNOTAVAIL, format_interface_address(wanted.address));
  const Address gone = *found;
  if (is_v4(gone) && !gone.secondary) {
    remove_primary(snapshot, *link, gone);
  } else {
    take_out(snapshot, *link, gone);
  }
  if (is_v4(gone) && !has_addresses(snapshot, link->name, Family::ipv4)) flush_routes(snapshot, link->name, Family::ipv4);
  return {};
}

void add_connected_routes(Model& model, const std::string& name, Family family) {
  const auto link = model.snapshot.links.find(name);
  if (link == model.snapshot.links.end()) return;
  for (const auto& address : entries_of(model.snapshot.addresses, name))
    if (address.address.address.family == family) add_connected_route(model.snapshot, link->second, address);
}

void flush_addresses(Snapshot& snapshot, const std::string& link, Family family) {
  std::vector<IpAddress> gone;
  const auto own = entries_of(snapshot.addresses, link);
  const auto first = snapshot.addresses.begin() + (own.data() - snapshot.addresses.data());
  const auto is_of_family = [&](const Address& address) { return address.address.address.family == family; };
  for (const auto& address : own)
    if (is_of_family(address)) gone.push_back(address.address.address);
  const auto last = first + static_cast<std::ptrdiff_t>(own.size());
  if (!gone.empty()) snapshot.addresses.erase(std::remove_if(first, last, is_of_family), last);
  flush_routes(snapshot, link, family);
  for (const auto& address : gone) forget_source(snapshot, address);
}

void add_loopback_addresses(Model& model, const std::string& name) {
  Address address;
  address.link = name;
  address.scope = kScopeHost;
  constexpr std::uint8_t kLoopbackProtocol = 1;  // IFAPROT_KERNEL_LO
  address.protocol = kLoopbackProtocol;
  if (!has_addresses(model.snapshot, name, Family::ipv4)) {
    address.address = {{Family::ipv4, {127, 0, 0, 1}}, 8};
    std::ignore = add_address(model, address);
  }
  IpAddress local6{Family::ipv6, {}};
  local6.bytes[15] = 1;
  address.address = {local6, 128};
  if (!has_addresses(model.snapshot, name, Family::ipv6)) std::ignore = add_address(model, address);
}

}  // namespace drawbridge::network::model
