// From the typed model to kernel terms: which interfaces are wanted, what every type has, and the resolver of each type.
#include <algorithm>
#include <array>
#include <set>

#include "base/text.h"
#include "network/link_defaults.h"
#include "network/option_key.h"
#include "network/resolvers/resolver.h"
#include "network/types/types.h"

namespace drawbridge::network {
namespace {

constexpr std::uint8_t kScopeHost = 254;
constexpr std::uint32_t kLeastMtu = 68;
constexpr std::uint32_t kMostMtu = 65535;
constexpr std::size_t kMostLabelBytes = 15;

struct SettingRow {
  std::string_view option;
  std::string_view key;
  bool is_switch;
};

/// Options of any interface that are settings below /proc/sys/net; absent: left as they are.
constexpr std::array kSettings{
    SettingRow{"accept-ra", "ipv6.accept_ra", false},      SettingRow{"autoconf", "ipv6.autoconf", false},
    SettingRow{"disable-ipv6", "ipv6.disable_ipv6", true}, SettingRow{"ip-forward", "ipv4.forwarding", true},
    SettingRow{"ip6-forward", "ipv6.forwarding", true},
};

constexpr std::array<std::pair<std::string_view, std::uint8_t>, 6> kScopes{
    {{"global", 0}, {"universe", 0}, {"site", 200}, {"link", 253}, {"host", 254}, {"nowhere", 255}}};

std::uint8_t scope_of(const AddressLine& line) {
  if (line.scope) {
    for (const auto& [word, number] : kScopes)
      if (*line.scope == word) return number;
    if (const auto number = parse_number<std::uint8_t>(*line.scope)) return *number;
  }
  return line.address.address.is_loopback() ? kScopeHost : 0;
}

Asked<Address> make_address(const AddressLine& line, const std::string& link, const std::string& label) {
  Address address;
  address.link = link;
  address.address = line.address;
  address.peer = line.peer;
  const bool v4 = line.address.address.is_v4();
  constexpr std::uint8_t kLongestWithBroadcast = 30;
  if (v4 && !line.address.address.is_loopback() && !line.peer && line.address.length <= kLongestWithBroadcast)
    address.broadcast = broadcast_of(line.address);
  if (v4 && line.broadcast) address.broadcast = line.broadcast;
  address.scope = v4 ? scope_of(line) : 0;
  if (v4 && label != link && label.size() <= kMostLabelBytes) address.label = label;
  address.protocol = kOwnProtocol;
  return {std::move(address), line.where};
}

Asked<Route> make_default_route(const GatewayLine& line, const std::string& link) {
  Route route;
  route.destination.address.family = line.gateway.family;
  route.nexthops = {{line.gateway, link, true, 1}};
  route.metric = line.metric.value_or(0);
  route.protocol = kOwnProtocol;
  return {std::move(route), line.where};
}

bool is_applied(const std::optional<std::string>& method, bool v6) {
  if (!method) return true;
  constexpr std::array<std::string_view, 4> kApplied{"static", "manual", "loopback", "none"};
  constexpr std::array<std::string_view, 8> kOther{"dhcp", "auto", "bootp", "ppp", "tunnel", "wvdial", "ipv4ll", "v4tunnel"};
  if (std::ranges::find(kApplied, *method) != kApplied.end()) return true;
  // A word that is no method is reported with the model and counts as manual.
  return std::ranges::find(kOther, *method) == kOther.end() && !(v6 && *method == "6to4");
}

/// True if the options ask to make a link of a kind that is none of the known types.
bool is_made_by_options(const Interface& interface) {
  constexpr std::array<std::string_view, 11> kMaking{"batman-", "endpoint",  "link-type", "ppp-",       "provider", "tunnel-",
                                                     "veth-",   "vrf-table", "wg-",       "wireguard-", "xfrm-"};
  return std::ranges::any_of(interface.options, [&](const OptionLine& option) {
    return std::ranges::any_of(kMaking, [&](std::string_view prefix) { return option.name.starts_with(prefix); });
  });
}

class Resolver {
 public:
  Resolver(const Model& model, const Snapshot* kernel) : resolving_{model, kernel, {}, {}} {}

  Resolved run() {
    for (const auto& [name, interface] : model().interfaces) {
      if (is_wanted(interface)) need(interface);
    }
    if (!resolving_.desired.links.contains("lo")) add_loopback();
    for (const auto& [name, interface] : model().interfaces)
      if (interface.declared && !resolving_.desired.links.contains(name) && interface.type != InterfaceType::alias)
        resolving_.desired.dormant.insert(name);
    drop_what_a_port_cant_have();
    keep_last_gateways();
    sort_diagnostics(resolving_.diagnostics);
    return {std::move(resolving_.desired), std::move(resolving_.diagnostics)};
  }

 private:
  const Model& model() const { return resolving_.model; }
  const Link* kernel_link(const std::string& name) const {
    return resolving_.kernel == nullptr ? nullptr : resolving_.kernel->find_link(name);
  }

  bool is_wanted(const Interface& interface) const {
    if (interface.name == "lo") return true;
    if (!interface.declared) return false;
    return interface.autostart || (interface.hotplug && kernel_link(interface.name) != nullptr);
  }

  void add_loopback() {
    DesiredLink link;
    link.name = "lo";
    link.up = Asked<bool>{true, {}};
    resolving_.desired.links.emplace("lo", std::move(link));
  }

  /// Resolves the interface and what it stands on, once.
  void need(const Interface& interface) {
    if (!started_.insert(interface.name).second) return;
    if (interface.type == InterfaceType::alias) return fold_alias(interface);
    const ResolverRow* row = resolver_of(interface);
    if (row == nullptr || !check_methods(interface)) return;
    const auto lower = row->lower == nullptr ? std::vector<LowerLink>{} : row->lower(interface, resolving_);
    for (const auto& each : lower) need_lower(each);
    DesiredLink link = make_common(interface);
    if (row->resolve != nullptr) row->resolve(interface, lower, link, resolving_);
    resolving_.desired.links.insert_or_assign(interface.name, std::move(link));
    for (const auto& gateway : interface.gateways) resolving_.desired.routes.push_back(make_default_route(gateway, interface.name));
  }

  void need_lower(const LowerLink& lower) {
    const Interface* interface = model().find(lower.name);
    if (interface != nullptr && interface->declared) return need(*interface);
    // No stanza speaks of it: the line that names it is all there is.
    if (!started_.insert(lower.name).second) return;
    DesiredLink link;
    link.name = lower.name;
    link.where = lower.where;
    link.up = Asked<bool>{true, lower.where};
    resolving_.desired.links.emplace(lower.name, std::move(link));
  }

  const ResolverRow* resolver_of(const Interface& interface) {
    // A NIC with a name of its own, or a link that somebody else makes (a veth): configured if it is there, missing if not.
    const bool foreign =
        interface.type == InterfaceType::unknown && (kernel_link(interface.name) != nullptr || !is_made_by_options(interface));
    const ResolverRow* row = find_resolver(foreign ? InterfaceType::eth : interface.type);
    if (row == nullptr)
      resolving_.error(interface.where, "type-unsupported",
                       printable(interface.name) + " is of type " + type_name(interface.type) + ", which this version can't apply",
                       "the rest of the file is not affected");
    return row;
  }

  bool check_methods(const Interface& interface) {
    bool fine = true;
    for (const bool v6 : {false, true}) {
      const auto& method = v6 ? interface.method6 : interface.method;
      if (is_applied(method, v6)) continue;
      resolving_.error(
          interface.where, "method-unsupported",
          printable(interface.name) + " has method " + printable(*method) + (v6 ? " for IPv6" : "") + ", which this version can't apply",
          "use method static, or manual without an address");
      fine = false;
    }
    return fine;
  }

  /// What every type has.
  DesiredLink make_common(const Interface& interface) {
    DesiredLink link;
    link.name = interface.name;
    link.where = interface.where;
    const OptionLine* down = interface.find_option("link-down");
    const bool stays_down = down != nullptr && parse_switch(down->value).value_or(false);
    link.up = Asked<bool>{!stays_down, stays_down ? down->where : interface.where};
    add_mtu(interface, link);
    add_mac(interface, link);
    if (const auto* alias = interface.find_option("alias")) link.alias = Asked<std::string>{alias->value, alias->where};
    add_settings(interface, link);
    for (const auto& line : interface.addresses) link.addresses.push_back(make_address(line, interface.name, interface.name));
    link.hooks = interface.hooks;
    return link;
  }

  void add_mtu(const Interface& interface, DesiredLink& link) {
    const OptionLine* option = interface.find_option("mtu");
    if (option == nullptr) return;
    const auto mtu = parse_number<std::uint32_t>(trim(option->value));
    const std::uint32_t most = interface.type == InterfaceType::loopback ? kLoopbackMtu : kMostMtu;
    if (mtu && *mtu >= kLeastMtu && *mtu <= most) {
      link.mtu = Asked<std::uint32_t>{*mtu, option->where};
      return;
    }
    resolving_.error(option->value_where, "value-invalid", "'" + printable(option->value) + "' is no MTU",
                     "write a number from 68 to 65535");
  }

  void add_mac(const Interface& interface, DesiredLink& link) {
    const OptionLine* option = interface.find_option("hwaddress");
    if (option == nullptr) return;
    const auto words = split_words(option->value);
    const bool typed = words.size() == 2 && words.front() == "ether";
    const auto mac = words.size() == 1 || typed ? parse_mac(words.back()) : Result<MacAddress>(fail(Errc::invalid_input, ""));
    if (mac && !mac->is_multicast() && !mac->is_zero()) {
      link.mac = Asked<MacAddress>{*mac, option->where};
      return;
    }
    resolving_.error(option->value_where, "value-invalid", "'" + printable(option->value) + "' is no MAC address of a link",
                     "write it as hwaddress 02:00:5e:10:20:30");
  }

  void add_settings(const Interface& interface, DesiredLink& link) {
    for (const auto& row : kSettings) {
      const OptionLine* option = interface.find_option(row.option);
      if (option == nullptr) continue;
      constexpr std::uint32_t kMost = 2;
      auto value = parse_number<std::uint32_t>(trim(option->value));
      if (const auto on = parse_switch(trim(option->value)); row.is_switch)
        value = on ? std::optional<std::uint32_t>(*on ? 1 : 0) : std::nullopt;
      if (!value || *value > kMost) {
        resolving_.error(option->value_where, "value-invalid",
                         "'" + printable(option->value) + "' is no value for " + printable(option->name),
                         row.is_switch ? "write on or off" : "write 0, 1 or 2");
        continue;
      }
      link.sysctl.insert_or_assign(std::string(row.key), Asked<std::uint32_t>{*value, option->where});
    }
  }

  /// "vmbr0:1" is another address of vmbr0 under a label of its own.
  void fold_alias(const Interface& alias) {
    const std::string name = parent_of(alias);
    if (const Interface* parent = model().find(name); parent != nullptr && parent->declared) {
      need(*parent);
    } else {
      need_lower({name, alias.where});
    }
    const auto found = resolving_.desired.links.find(name);
    if (found == resolving_.desired.links.end() || !check_methods(alias)) return;
    DesiredLink& link = found->second;
    for (const auto& line : alias.addresses) link.addresses.push_back(make_address(line, name, alias.name));
    link.hooks.insert(link.hooks.end(), alias.hooks.begin(), alias.hooks.end());
    for (const auto& gateway : alias.gateways) resolving_.desired.routes.push_back(make_default_route(gateway, name));
  }

  /// Addresses and gateways of ports are never used: the check of the file says so, the plan doesn't set them.
  void drop_what_a_port_cant_have() {
    auto& desired = resolving_.desired;
    for (auto& [name, link] : desired.links)
      if (link.master && !link.master->value.empty()) link.addresses.clear();
    std::erase_if(desired.routes, [&](const Asked<Route>& route) {
      const auto link = desired.links.find(route.value.nexthops.front().link);
      return link == desired.links.end() || (link->second.master && !link->second.master->value.empty());
    });
  }

  /// The kernel has one default route per family and metric; of several lines the last one counts, as it always did.
  void keep_last_gateways() {
    auto& routes = resolving_.desired.routes;
    std::ranges::stable_sort(routes, {}, &Asked<Route>::where);
    for (std::size_t i = 0; i < routes.size();) {
      const auto& route = routes[i].value;
      const auto later = std::find_if(routes.begin() + static_cast<std::ptrdiff_t>(i) + 1, routes.end(), [&](const Asked<Route>& other) {
        return other.value.destination == route.destination && other.value.metric == route.metric;
      });
      if (later == routes.end()) {
        ++i;
        continue;
      }
      resolving_.warn(routes[i].where, "gateway-replaced",
                      "this gateway is not used, because " + format_location(later->where) + " names another of the same metric",
                      "remove one of them, or give one a metric");
      routes.erase(routes.begin() + static_cast<std::ptrdiff_t>(i));
    }
  }

  Resolving resolving_;
  std::set<std::string, std::less<>> started_;
};

}  // namespace

Resolved resolve(const Model& model, const Snapshot* kernel) { return Resolver(model, kernel).run(); }

}  // namespace drawbridge::network
