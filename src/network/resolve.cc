// From the typed model to kernel terms: which interfaces are wanted, what every type has, and the resolver of each type.
#include <algorithm>
#include <array>
#include <ranges>
#include <set>
#include <tuple>
#include <utility>

#include "base/text.h"
#include "network/resolvers/resolver.h"
#include "network/types/types.h"

namespace drawbridge::network {
namespace {

/// More than the kernel allows on one another; a file may name a hundred thousand, each on the one before.
constexpr int kDeepestStack = 16;

Asked<Route> make_default_route(const GatewayLine& line, const std::string& link) {
  Route route;
  route.destination.address.family = line.gateway.family;
  route.nexthops = {{line.gateway, link, true, 1}};
  route.metric = line.metric.value_or(0);
  route.protocol = kOwnProtocol;
  return {std::move(route), line.where};
}

/// Methods of which only the addresses count, and those that something else does.
bool is_applied(const std::optional<std::string>& method, bool v6) {
  if (!method) return true;
  constexpr std::array<std::string_view, 6> kOther{"bootp", "ppp", "wvdial", "ipv4ll", "6to4", "auto"};
  // A word that is no method is reported with the model and counts as manual.
  return std::ranges::find(kOther, *method) == kOther.end() || (v6 && *method == "auto");
}

/// True if the options ask to make a link of a kind that is none of the known types.
bool is_made_by_options(const Interface& interface) {
  constexpr std::array<std::string_view, 7> kMaking{"batman-", "link-type", "ppp-", "provider", "wg-", "wireguard-", "xfrm-"};
  return std::ranges::any_of(interface.options, [&](const OptionLine& option) {
    return std::ranges::any_of(kMaking, [&](std::string_view prefix) { return option.name.starts_with(prefix); });
  });
}

/// Types whose links are made by their options only: without them, the link is somebody else's.
bool is_only_in_kernel(const Interface& interface) {
  if (interface.type == InterfaceType::vlan)
    return !type_row(interface.type).told_by_options(interface) && !type_row(interface.type).told_by_name(interface.name);
  constexpr std::array kMadeByOptions{InterfaceType::bridge, InterfaceType::vxlan,  InterfaceType::dummy,  InterfaceType::vrf,
                                      InterfaceType::veth,   InterfaceType::tunnel, InterfaceType::macvlan};
  if (std::ranges::find(kMadeByOptions, interface.type) == kMadeByOptions.end()) return false;
  const TypeRow& row = type_row(interface.type);
  return row.told_by_options == nullptr || !row.told_by_options(interface);
}

class Resolver {
 public:
  Resolver(const Model& model, const Snapshot* kernel) : resolving_(model, kernel) {}

  Resolved run() {
    for (const auto& [name, interface] : model().interfaces) {
      if (is_wanted(interface)) need(interface, 0);
    }
    if (!links().contains("lo")) add_loopback();
    for (const auto& [name, interface] : model().interfaces)
      if (interface.declared && !links().contains(name) && interface.type != InterfaceType::alias)
        resolving_.desired().dormant.insert(name);
    sort_own_vlans();
    drop_what_a_port_cant_have();
    keep_last_gateways();
    sort_diagnostics(resolving_.result.diagnostics);
    return std::move(resolving_.result);
  }

 private:
  const Model& model() const { return resolving_.model; }
  std::map<std::string, DesiredLink, std::less<>>& links() { return resolving_.desired().links; }

  bool is_wanted(const Interface& interface) const {
    if (interface.name == "lo") return true;
    if (!interface.declared) return false;
    return interface.autostart || (interface.hotplug && resolving_.kernel_link(interface.name) != nullptr);
  }

  void add_loopback() {
    DesiredLink link;
    link.name = "lo";
    link.up = Asked<bool>{true, {}};
    links().emplace("lo", std::move(link));
  }

  /// Resolves the interface and what it stands on, once.
  void need(const Interface& interface, int depth) {
    if (!started_.insert(interface.name).second) return;
    if (depth > kDeepestStack)
      return resolving_.error(interface.where, "stacking-too-deep",
                              printable(interface.name) + " stands below " + std::to_string(depth) + " others",
                              "the kernel allows eight on one another");
    if (interface.type == InterfaceType::alias) return fold_alias(interface, depth);
    const ResolverRow* row = resolver_of(interface);
    if (row == nullptr || !check_methods(interface)) return;
    const auto lower = row->lower == nullptr ? std::vector<LowerLink>{} : row->lower(interface, resolving_);
    for (const auto& each : lower) need_lower(each, depth + 1);
    need_master(interface, depth + 1);
    DesiredLink link = make_common(interface, resolving_);
    if (row->resolve != nullptr && !row->resolve(interface, lower, link, resolving_)) return;
    warn_not_applied(interface, resolving_);
    links().insert_or_assign(interface.name, std::move(link));
    add_gateways(interface, interface.name);
    add_virtual_addresses(interface, resolving_);
    need_bond(interface, depth + 1);
  }

  /// The VRF must be there before its member.
  void need_master(const Interface& interface, int depth) {
    if (const Interface* vrf = model().find(trim(interface.option("vrf"))); vrf != nullptr && vrf->type == InterfaceType::vrf)
      need(*vrf, depth);
  }

  /// A slave that names its bond is nothing without it.
  void need_bond(const Interface& interface, int depth) {
    const Interface* bond = model().find(interface.option("bond-master"));
    if (bond != nullptr && bond->declared && bond->type == InterfaceType::bond) need(*bond, depth);
  }

  void need_lower(const LowerLink& lower, int depth) {
    const Interface* interface = model().find(lower.name);
    if (interface != nullptr && interface->declared) return need(*interface, depth);
    // No stanza speaks of it: the line that names it is all there is.
    if (!started_.insert(lower.name).second) return;
    DesiredLink link;
    link.name = lower.name;
    link.where = lower.where;
    link.up = Asked<bool>{true, lower.where};
    if (const auto id = implied_vlan(lower.name); id && depth <= kDeepestStack) {
      const LowerLink parent{std::string(split_vlan_name(lower.name).root), lower.where};
      need_lower(parent, depth + 1);
      make_vlan(link, {parent.name, parent.where}, *id, resolving_);
    }
    links().insert_or_assign(lower.name, std::move(link));
  }

  /// "eth0.5" without a stanza is VLAN 5 of eth0, unless the kernel has something else of that name.
  std::optional<std::uint16_t> implied_vlan(const std::string& name) const {
    constexpr std::uint16_t kMost = 4094;
    const auto id = parse_number<std::uint16_t>(split_vlan_name(name).number);
    const Link* present = resolving_.kernel_link(name);
    return id && *id >= 1 && *id <= kMost && (present == nullptr || present->kind == "vlan") ? id : std::nullopt;
  }

  const ResolverRow* resolver_of(const Interface& interface) {
    // A NIC with a name of its own, or a link that somebody else makes: configured if it is there, missing if not.
    const bool foreign =
        is_only_in_kernel(interface) ||
        (interface.type == InterfaceType::unknown && (resolving_.kernel_link(interface.name) != nullptr || !is_made_by_options(interface)));
    const ResolverRow* row = find_resolver(foreign ? InterfaceType::eth : interface.type);
    if (row == nullptr) report_unsupported(interface);
    return row;
  }

  void report_unsupported(const Interface& interface) {
    if (type_name(interface.type).starts_with("OVS"))
      return resolving_.warn(interface.where, "ovs-not-applied",
                             printable(interface.name) + " is an " + type_name(interface.type) +
                                 "; this version leaves Open vSwitch as it is and applies the rest of the file",
                             "configure it with ovs-vsctl until then");
    resolving_.error(interface.where, "type-unsupported",
                     printable(interface.name) + " is of type " + type_name(interface.type) + ", which this version can't apply",
                     "the rest of the file is not affected");
  }

  bool check_methods(const Interface& interface) {
    bool fine = true;
    for (const bool v6 : {false, true}) {
      const auto& method = v6 ? interface.method6 : interface.method;
      if (is_applied(method, v6)) continue;
      resolving_.error(
          interface.where, "method-unsupported",
          printable(interface.name) + " has method " + printable(*method) + (v6 ? " for IPv6" : "") + ", which this version can't apply",
          "use method static, dhcp, or manual without an address");
      fine = false;
    }
    return fine;
  }

  void add_gateways(const Interface& interface, const std::string& name) {
    const DesiredLink& link = *resolving_.find(name);
    for (const auto& gateway : interface.gateways) {
      auto route = make_default_route(gateway, name);
      route.value.table = route_table_of(link, resolving_);
      resolving_.desired().routes.push_back(std::move(route));
    }
  }

  /// "vmbr0:1" is another address of vmbr0 under a label of its own.
  void fold_alias(const Interface& alias, int depth) {
    const std::string name = parent_of(alias);
    if (const Interface* parent = model().find(name); parent != nullptr && parent->declared) {
      need(*parent, depth + 1);
    } else {
      need_lower({name, alias.where}, depth + 1);
    }
    DesiredLink* link = resolving_.find(name);
    if (link == nullptr || !check_methods(alias)) return;
    for (const auto& line : alias.addresses) link->addresses.push_back(make_address(line, name, alias.name));
    link->hooks.insert(link->hooks.end(), alias.hooks.begin(), alias.hooks.end());
    add_methods(alias, *link, resolving_);
    warn_not_applied(alias, resolving_);
    add_gateways(alias, name);
  }

  void sort_own_vlans() {
    for (auto& [name, link] : links()) {
      if (!link.vlans) continue;
      auto& vlans = link.vlans->value;
      std::ranges::sort(vlans);
      const auto repeated = std::ranges::unique(vlans);
      vlans.erase(repeated.begin(), repeated.end());
    }
  }

  bool is_port(const DesiredLink& link) const {
    return link.master && !link.master->value.empty() && resolving_.kind_of(link.master->value) != "vrf" &&
           !resolving_.vrf_tables.contains(link.master->value);
  }

  /// Addresses and gateways of ports are never used: the check of the file says so, the plan doesn't set them.
  void drop_what_a_port_cant_have() {
    for (auto& [name, link] : links()) {
      if (!is_port(link)) continue;
      link.addresses.clear();
      link.dhcp4.reset();
      link.dhcp6.reset();
      if (std::exchange(link.slaac, std::nullopt)) {
        link.sysctl.erase("ipv6.accept_ra");
        link.sysctl.erase("ipv6.autoconf");
      }
    }
    std::erase_if(resolving_.desired().routes, [&](const Asked<Route>& route) {
      if (route.value.nexthops.empty()) return false;
      const auto link = links().find(route.value.nexthops.front().link);
      return link == links().end() || is_port(link->second);
    });
  }

  /// The kernel has one default route per family, table and metric; of several lines the last one counts, as it always did.
  void keep_last_gateways() {
    auto& routes = resolving_.desired().routes;
    std::ranges::stable_sort(routes, {}, &Asked<Route>::where);
    std::map<std::tuple<Prefix, std::uint32_t, std::uint32_t>, SourceLocation> later;
    std::vector<Asked<Route>> kept;
    for (auto& route : std::views::reverse(routes)) {
      const auto [entry, is_new] = later.try_emplace({route.value.destination, route.value.table, route.value.metric}, route.where);
      if (is_new) {
        kept.push_back(std::move(route));
        continue;
      }
      resolving_.warn(route.where, "gateway-replaced",
                      "this gateway is not used, because " + format_location(entry->second) + " names another of the same metric",
                      "remove one of them, or give one a metric");
    }
    std::ranges::reverse(kept);
    routes = std::move(kept);
  }

  Resolving resolving_;
  std::set<std::string, std::less<>> started_;
};

}  // namespace

Resolved resolve(const Model& model, const Snapshot* kernel) { return Resolver(model, kernel).run(); }

}  // namespace drawbridge::network
