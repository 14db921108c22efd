#include "network/validate_addresses.h"

#include <algorithm>
#include <ranges>
#include <tuple>

#include "base/text.h"
#include "network/types/types.h"

namespace drawbridge::network {
namespace {

constexpr std::size_t kMostGateways = 64;

/// The routing table that an interface's addresses count in: interfaces of different VRFs may overlap.
std::string_view vrf_of(const Interface& interface) { return interface.option("vrf"); }

struct Placed {
  const Interface* interface;
  const AddressLine* line;
  Prefix network;
  std::string_view vrf;
};

/// An alias is its parent.
std::string_view owner(const Interface& interface) {
  return interface.type == InterfaceType::alias ? split_alias_name(interface.name).root : std::string_view(interface.name);
}

bool is_host(const AddressLine& line) { return line.address.length == line.address.address.width(); }

std::vector<Placed> placed_addresses(const Model& model) {
  std::vector<Placed> all;
  for (const auto& [name, interface] : model.interfaces) {
    const auto vrf = vrf_of(interface);
    for (const auto& line : interface.addresses) all.push_back({&interface, &line, network_of(line.address), vrf});
  }
  return all;
}

void check_usable(const Placed& placed, Checks& checks) {
  const auto& [address, length] = placed.line->address;
  const std::string text = format_ip(address);
  const auto& where = placed.line->where;
  if (address.is_multicast()) {
    checks.error(where, "address-unusable", text + " is a multicast address", "choose a unicast address");
    return;
  }
  if (length == 0)
    checks.warn(where, "address-length", "a length of 0 puts every address of the world into this subnet",
                "write the length of the subnet");
  if (address.is_loopback() && placed.interface->type != InterfaceType::loopback && placed.interface->type != InterfaceType::dummy)
    checks.warn(where, "address-unusable", text + " is a loopback address and can't be reached from outside", "choose another address");
  if (address.is_v6() || length >= 31 || length == 0) return;
  if (address == placed.network.address)
    checks.warn(where, "address-is-network", text + " is the address of the subnet itself", "choose an address inside the subnet");
  else if (address == broadcast_of(placed.line->address))
    checks.warn(where, "address-is-broadcast", text + " is the broadcast address of its subnet", "choose an address inside the subnet");
}

void check_duplicates(std::vector<Placed> all, Checks& checks) {
  std::ranges::stable_sort(all, {}, [](const Placed& placed) { return std::tuple(placed.line->address.address, placed.line->where); });
  for (std::size_t i = 1; i < all.size(); ++i) {
    const Placed& a = all[i - 1];
    const Placed& b = all[i];
    if (a.line->address.address != b.line->address.address || a.vrf != b.vrf) continue;
    const bool same = owner(*a.interface) == owner(*b.interface);
    // The node's own address once more as a host address, on a bridge for routed guests, is a known and useful pattern; so
    // are link-local addresses.
    if (!same && (is_host(*a.line) || is_host(*b.line) || b.line->address.address.is_link_local())) continue;
    checks.warn(b.line->where, "address-duplicate",
                format_ip(b.line->address.address) + " is also an address of " + printable(a.interface->name),
                "remove one; the other is at " + format_location(a.line->where));
  }
}

void check_overlaps(std::vector<Placed> all, Checks& checks) {
  std::erase_if(all, [](const Placed& placed) {
    return is_host(*placed.line) || placed.line->address.address.is_link_local() || placed.network.length == 0;
  });
  std::ranges::stable_sort(all, {}, [](const Placed& placed) { return std::tuple(placed.vrf, placed.network, placed.line->where); });
  // Sorted like this, a network comes after those that contain it; the open ones form a stack.
  std::vector<const Placed*> containing;
  for (const auto& placed : all) {
    while (!containing.empty() && (containing.back()->vrf != placed.vrf || !contains(containing.back()->network, placed.network.address)))
      containing.pop_back();
    if (!containing.empty()) {
      const Placed& outer = *containing.back();
      if (owner(*outer.interface) != owner(*placed.interface) && outer.line->address.address != placed.line->address.address) {
        const bool later = outer.line->where < placed.line->where;
        const Placed& told = later ? placed : outer;
        const Placed& other = later ? outer : placed;
        checks.warn(told.line->where, "subnet-overlap",
                    "subnet " + format_prefix(told.network) + " of " + printable(told.interface->name) + " overlaps " +
                        format_prefix(other.network) + " of " + printable(other.interface->name),
                    "traffic to the common part leaves through only one of them; choose subnets that don't overlap");
      }
    }
    containing.push_back(&placed);
  }
}

/// A command that mentions the gateway likely makes the route to it.
bool is_in_hooks(const Interface& interface, const IpAddress& gateway) {
  const std::string text = format_ip(gateway);
  return std::ranges::any_of(interface.hooks, [&](const DesiredHook& hook) { return hook.command.find(text) != std::string::npos; });
}

void check_gateway(const Interface& interface, const GatewayLine& line, const std::vector<const AddressLine*>& addresses, Checks& checks) {
  const auto family = line.gateway.family;
  const std::string text = format_ip(line.gateway);
  bool any = false;
  bool on_link = line.gateway.is_v6() && line.gateway.is_link_local();
  for (const auto* each : addresses) {
    const auto& address = each->address;
    if (address.address.family != family) continue;
    any = true;
    if (address.address == line.gateway) {
      checks.error(line.where, "gateway-is-self", "gateway " + text + " is an address of " + printable(interface.name) + " itself",
                   "name the router's address");
      return;
    }
    // A host address has no subnet: its gateway is on the link by intention.
    on_link = on_link || is_host(*each) || each->peer == line.gateway || contains(network_of(address), line.gateway);
    if (address.address.is_v4() && address.length < 31 && line.gateway == broadcast_of(address)) {
      checks.error(line.where, "gateway-is-broadcast",
                   "gateway " + text + " is the broadcast address of " + format_prefix(network_of(address)), "name the router's address");
      return;
    }
  }
  const bool dynamic = family == Family::ipv4 ? interface.method == "dhcp" : interface.method6 == "dhcp" || interface.method6 == "auto";
  if (on_link || dynamic || is_in_hooks(interface, line.gateway)) return;
  if (any)
    checks.warn(line.where, "gateway-off-link", "gateway " + text + " is in no subnet of " + printable(interface.name),
                "correct the gateway or the length of the address; if the provider wants it so, it works nevertheless");
  else
    checks.warn(line.where, "gateway-without-address", printable(interface.name) + " has a gateway but no address of its family",
                "add an address line");
}

void check_gateways(Checks& checks) {
  std::map<std::tuple<Family, std::uint32_t, std::string>, std::pair<const Interface*, const GatewayLine*>> seen;
  std::vector<std::pair<const Interface*, const GatewayLine*>> gateways;
  std::map<std::string_view, std::vector<const AddressLine*>> addresses;
  for (const auto& [name, interface] : checks.model().interfaces) {
    for (const auto& line : interface.addresses) addresses[owner(interface)].push_back(&line);
    // More gateways than that are told to be too many; each against each address would take forever.
    for (const auto& line : interface.gateways | std::views::take(kMostGateways)) gateways.emplace_back(&interface, &line);
  }
  std::ranges::stable_sort(gateways, {}, [](const auto& entry) { return entry.second->where; });
  for (const auto& [interface, line] : gateways) {
    check_gateway(*interface, *line, addresses[owner(*interface)], checks);
    const auto [entry, is_new] =
        seen.try_emplace({line->gateway.family, line->metric.value_or(0), std::string(vrf_of(*interface))}, interface, line);
    if (is_new) continue;
    const auto& [first, first_line] = entry->second;
    if (first == interface && first_line->gateway == line->gateway) continue;
    checks.warn(line->where, "second-gateway",
                "second default gateway, after " + format_ip(first_line->gateway) + " of " + printable(first->name) + "; only one is used",
                "keep one gateway, or give this one a metric; the other is at " + format_location(first_line->where));
  }
}

}  // namespace

void check_addresses(Checks& checks) {
  const auto all = placed_addresses(checks.model());
  for (const auto& placed : all) check_usable(placed, checks);
  check_duplicates(all, checks);
  check_overlaps(all, checks);
  check_gateways(checks);
}

}  // namespace drawbridge::network
