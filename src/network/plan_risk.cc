// What an operation interrupts, said so that a person can decide.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

#include "base/text.h"
#include "network/link_rules.h"
#include "network/planner.h"

namespace drawbridge::network {
namespace {

constexpr std::uint64_t kHundredths = 100;

std::optional<std::uint64_t> number(const Attributes& attributes, std::string_view name) {
  const auto found = attributes.find(name);
  if (found == attributes.end() || !std::holds_alternative<std::uint64_t>(found->second)) return std::nullopt;
  return std::get<std::uint64_t>(found->second);
}

bool has_addresses(std::span<const Address> addresses) {
  return std::ranges::any_of(addresses, [](const Address& a) { return !is_link_local6(a); });
}

bool had_addresses(const Planner& planner, const std::string& link) {
  const auto range = std::ranges::equal_range(planner.now.addresses, link, {}, &Address::link);
  return has_addresses({range.begin(), range.end()});
}

std::string joined(const std::vector<const Link*>& links) {
  constexpr std::size_t kMostNamed = 4;
  std::vector<std::string> names;
  for (const auto* link : links) names.push_back(link->name);
  const bool more = names.size() > kMostNamed;
  const auto rest = names.size() - kMostNamed;
  if (more) names.resize(kMostNamed);
  return join(names, ", ") + (more ? fmt::format(" and {} more", rest) : "");
}

/// Seconds during which a port of the bridge forwards nothing after it joins or STP starts: listening, then learning.
std::uint64_t silence(const Attributes& data) {
  if (number(data, "stp_state").value_or(0) == 0) return 0;
  return 2 * number(data, "forward_delay").value_or(0) / kHundredths;
}

std::string first_gateway(const Route& route) {
  if (route.nexthops.empty()) return "nowhere";
  const auto& hop = route.nexthops.front();
  return (hop.gateway ? format_ip(*hop.gateway) + " on " : std::string()) + hop.link;
}

struct Risk {
  const Planner& planner;

  const Link* find(const std::string& name) const { return planner.find(name); }
  bool is_up(const std::string& name) const {
    const Link* link = find(name);
    return link != nullptr && link->up;
  }

  std::string operator()(const CreateLink&) const { return {}; }
  std::string operator()(const DeleteLink& o) const {
    const auto uppers = planner.stack().uppers_of(o.name);
    if (planner.remade.contains(o.name)) {
      const auto along = uppers.empty() ? std::string() : fmt::format("; so are {}, which stand on it", joined(uppers));
      return fmt::format("{} is made anew: it is gone for a moment, with its addresses and routes{}", o.name, along);
    }
    return fmt::format("{} goes, with its addresses and routes{}", o.name,
                       uppers.empty() ? std::string() : fmt::format(", and {} with it", joined(uppers)));
  }
  std::string operator()(const SetUp& o) const {
    if (o.up || !is_up(o.link)) return {};
    return fmt::format("nothing passes {} {}", o.link, planner.raise_again.contains(o.link) ? "until it is up again" : "any more");
  }
  std::string operator()(const SetMtu& o) const {
    const Link* link = find(o.link);
    if (link == nullptr || !link->up || link->mtu == o.mtu) return {};
    if (link->kind.empty() && !link->loopback)
      return fmt::format("{} may lose its link for some seconds while the driver changes the MTU", o.link);
    return o.mtu < link->mtu ? fmt::format("packets of more than {} bytes no longer pass {}", o.mtu, o.link) : std::string();
  }
  std::string operator()(const SetMac& o) const {
    const Link* link = find(o.link);
    if (link == nullptr || !link->up || link->mac == o.mac) return {};
    if (link->mac.is_zero() && link->kind == "bridge") return {};  // nobody knows one of a bridge that has none
    return fmt::format("neighbours must learn the new MAC of {}; a switch with port security may block it", o.link);
  }
  std::string operator()(const SetAlias&) const { return {}; }
  std::string operator()(const SetMaster& o) const {
    const Link* link = find(o.link);
    if (link == nullptr) return {};
    if (o.master.empty())
      return link->master.empty() ? std::string() : fmt::format("{} no longer carries traffic of {}", o.link, link->master);
    const Link* master = find(o.master);
    if (master != nullptr && master->kind == "vrf") return joins_vrf(*link, o.master);
    const auto seconds = master == nullptr ? 0 : silence(master->data);
    const std::string delay = seconds == 0 ? "" : fmt::format("; it forwards nothing for about {} s", seconds);
    if (!link->master.empty()) return fmt::format("{} moves from {} to {}{}", o.link, link->master, o.master, delay);
    const bool in_use = had_addresses(planner, o.link) || has_addresses(planner.addresses_of(o.link));
    if (in_use) return fmt::format("traffic of {} itself stops: a port's addresses are not used{}", o.link, delay);
    return delay.empty() ? std::string() : fmt::format("{} joins {}{}", o.link, o.master, delay);
  }
  std::string operator()(const SetLinkData& o) const {
    const Link* link = find(o.link);
    if (link == nullptr) return {};
    if (o.kind == "bridge") return planner.stack().ports_of(o.link).empty() ? std::string() : of_bridge(*link, o.data);
    if (o.kind == "bond") return of_bond(*link, o.data);
    return link->up ? of_tunnel(o) : std::string();
  }
  std::string operator()(const SetPortData& o) const {
    return number(o.data, "isolated").value_or(0) != 0 ? fmt::format("{} no longer reaches other isolated ports", o.link) : std::string();
  }
  std::string operator()(const SetSysctl& o) const {
    const auto loses = [](const Address& a) { return a.address.address.is_v6() && !is_link_local6(a); };
    if (o.key == "ipv6.disable_ipv6" && o.value != 0 && std::ranges::any_of(planner.addresses_of(o.link), loses))
      return fmt::format("the IPv6 addresses of {} go", o.link);
    return {};
  }
  std::string operator()(const AddAddress&) const { return {}; }
  std::string operator()(const RemoveAddress& o) const {
    const auto text = format_ip(o.address.address.address);
    if (!o.address.permanent) return fmt::format("connections to {}, which a router or server gave, end", text);
    if (const auto* elsewhere = planner.asked_elsewhere(o.address.address.address, o.address.link))
      return fmt::format("connections through {} pause while it moves to {}", text, elsewhere->value.link);
    if (planner.asked_elsewhere(o.address.address.address, {}) != nullptr)
      return fmt::format("connections through {} pause while it is set anew", text);
    return fmt::format("connections to {} end", text);
  }
  std::string operator()(const SetRoute& o) const {
    const auto alike = std::ranges::equal_range(planner.now.routes, o.route.destination, {}, &Route::destination);
    const auto replaced = std::ranges::find_if(alike, [&](const Route& route) {
      return !is_kernel_route(route) && has_same_key(route, o.route) && !is_same_route(route, o.route, false);
    });
    if (replaced == alike.end()) return {};
    const std::string which = o.route.destination.is_default() ? "the default gateway" : "the way to " + format_prefix(o.route.destination);
    return fmt::format("{} changes from {} to {}", which, first_gateway(*replaced), first_gateway(o.route));
  }
  std::string operator()(const RemoveRoute& o) const {
    if (o.route.nexthops.empty()) return {};  // it led nowhere
    if (!o.route.destination.is_default()) return fmt::format("{} is no longer reached this way", format_prefix(o.route.destination));
    return fmt::format("the default gateway {} goes", first_gateway(o.route));
  }
  std::string operator()(const AddBridgeVlan&) const { return {}; }
  std::string operator()(const RemoveBridgeVlan& o) const {
    return fmt::format("VLAN {} no longer passes {}",
                       o.vlan.first == o.vlan.last ? fmt::to_string(o.vlan.first) : fmt::format("{}-{}", o.vlan.first, o.vlan.last),
                       o.vlan.link);
  }
  std::string operator()(const RunHook&) const { return {}; }
  std::string operator()(const SetEthtool& o) const {
    static constexpr std::array<std::string_view, 6> kRenegotiating{"autoneg", "speed", "duplex", "fec", "ring-rx", "ring-tx"};
    const bool renegotiates = std::ranges::any_of(kRenegotiating, [&](std::string_view name) { return o.settings.contains(name); });
    return renegotiates && is_up(o.link) ? fmt::format("{} loses its link for some seconds while the driver changes", o.link)
                                         : std::string();
  }
  std::string operator()(const AddFdb&) const { return {}; }
  std::string operator()(const RemoveFdb& o) const {
    return fmt::format("{} is no longer reached through {}", format_ip(o.entry.destination), o.entry.link);
  }
  std::string operator()(const StartDhcp&) const { return {}; }
  std::string operator()(const StopDhcp& o) const {
    return fmt::format("the address that {} was given goes back to the DHCP server", o.client.link);
  }
  std::string operator()(const SetRateLimit&) const { return {}; }
  std::string operator()(const AddPortFdb&) const { return {}; }
  std::string operator()(const RemovePortFdb& o) const {
    return fmt::format("{} is no longer reached through {}", format_mac(o.entry.mac), o.entry.link);
  }

 private:
  std::string joins_vrf(const Link& link, const std::string& vrf) const {
    const bool in_use = had_addresses(planner, link.name) || has_addresses(planner.addresses_of(link.name));
    if (!in_use) return {};
    return fmt::format("{} is down for a moment, and what it carries goes by the routes of {} from then on", link.name, vrf);
  }

  static std::string of_bridge(const Link& link, const Attributes& data) {
    const bool had_stp = number(link.data, "stp_state").value_or(0) != 0;
    auto after = link.data;
    for (const auto& [name, value] : data) after.insert_or_assign(name, value);
    if (!had_stp && silence(after) != 0) return fmt::format("STP keeps all ports of {} silent for about {} s", link.name, silence(after));
    const auto filtering = number(data, "vlan_filtering");
    if (filtering && *filtering != number(link.data, "vlan_filtering").value_or(0))
      return fmt::format("tagged frames on the ports of {} are {} from now on", link.name,
                         *filtering != 0 ? "filtered" : "no longer filtered");
    if (data.contains("vlan_default_pvid")) return fmt::format("untagged frames on ports of {} may belong to another VLAN", link.name);
    if (data.contains("vlan_protocol")) return fmt::format("{} expects other tags on the frames of its ports", link.name);
    return {};
  }

  std::string of_bond(const Link& link, const Attributes& data) const {
    if (planner.stack().ports_of(link.name).empty()) return {};
    if (data.contains("mode"))
      return fmt::format("{} carries nothing until its ports are back, and then only if the switches expect mode {}", link.name,
                         text_of(data, "mode"));
    if (data.contains("primary") || data.contains("active_slave"))
      return fmt::format("{} may go over another of its ports from now on", link.name);
    const bool lacp = data.contains("ad_lacp_rate") || data.contains("ad_select") || data.contains("ad_user_port_key");
    return lacp ? fmt::format("{} negotiates LACP anew", link.name) : std::string();
  }

  static std::string of_tunnel(const SetLinkData& o) {
    static constexpr std::array<std::string_view, 5> kEnds{"local", "local6", "group", "group6", "link"};
    const bool ends = std::ranges::any_of(kEnds, [&](std::string_view name) { return o.data.contains(name); });
    return ends ? fmt::format("what passes {} comes from or goes to another address from now on", o.link) : std::string();
  }
};

}  // namespace

std::string risk_of(const Planner& planner, const Operation& operation) { return std::visit(Risk{planner}, operation); }

}  // namespace drawbridge::network
