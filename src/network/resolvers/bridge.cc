// Bridges and their ports. Options that are absent are left as the kernel has them, except STP, which is off unless asked for.
#include <algorithm>
#include <array>

#include "base/text.h"
#include "network/option_key.h"
#include "network/resolvers/bridge_vlans.h"
#include "network/types/derived_links.h"

namespace drawbridge::network {
namespace {

constexpr std::array kBridgeOptions{
    OptionRow{"bridge-ageing", "ageing_time", Unit::hundredths},
    OptionRow{"bridge-bridgeprio", "priority", Unit::number, 0, 65535},
    OptionRow{"bridge-fd", "forward_delay", Unit::hundredths, 0, 3000},
    OptionRow{"bridge-hashmax", "mcast_hash_max", Unit::number, 1},
    OptionRow{"bridge-hello", "hello_time", Unit::hundredths, 100, 1000},
    OptionRow{"bridge-igmp-version", "mcast_igmp_version", Unit::number, 2, 3},
    OptionRow{"bridge-maxage", "max_age", Unit::hundredths, 600, 4000},
    OptionRow{"bridge-mclmc", "mcast_last_member_cnt", Unit::number},
    OptionRow{"bridge-mclmi", "mcast_last_member_intvl", Unit::hundredths},
    OptionRow{"bridge-mcmi", "mcast_membership_intvl", Unit::hundredths},
    OptionRow{"bridge-mcqi", "mcast_query_intvl", Unit::hundredths},
    OptionRow{"bridge-mcqifaddr", "mcast_query_use_ifaddr", Unit::on_off},
    OptionRow{"bridge-mcqpi", "mcast_querier_intvl", Unit::hundredths},
    OptionRow{"bridge-mcqri", "mcast_query_response_intvl", Unit::hundredths},
    OptionRow{"bridge-mcquerier", "mcast_querier", Unit::on_off},
    OptionRow{"bridge-mcrouter", "mcast_router", Unit::number, 0, 2},
    OptionRow{"bridge-mcsnoop", "mcast_snooping", Unit::on_off},
    OptionRow{"bridge-mcsqc", "mcast_startup_query_cnt", Unit::number},
    OptionRow{"bridge-mcsqi", "mcast_startup_query_intvl", Unit::hundredths},
    OptionRow{"bridge-mcstats", "mcast_stats_enabled", Unit::on_off},
    OptionRow{"bridge-mld-version", "mcast_mld_version", Unit::number, 1, 2},
    OptionRow{"bridge-stp", "stp_state", Unit::on_off},
    OptionRow{"bridge-vlan-aware", "vlan_filtering", Unit::on_off},
    OptionRow{"bridge-vlan-protocol", "vlan_protocol", Unit::word, 0, 0, kVlanProtocols},
    OptionRow{"bridge-vlan-stats", "vlan_stats_enabled", Unit::on_off},
};

/// On the port's own stanza, or on the bridge for one port ("eth0=50") or all ("50").
constexpr std::array kPortOptions{
    OptionRow{"bridge-arp-nd-suppress", "neigh_suppress", Unit::on_off},
    OptionRow{"bridge-broadcast-flood", "bcast_flood", Unit::on_off},
    OptionRow{"bridge-learning", "learning", Unit::on_off},
    OptionRow{"bridge-multicast-flood", "mcast_flood", Unit::on_off},
    OptionRow{"bridge-pathcosts", "cost", Unit::number, 1, 65535},
    OptionRow{"bridge-portmcfl", "fastleave", Unit::on_off},
    OptionRow{"bridge-portmcrouter", "multicast_router", Unit::number, 0, 2},
    OptionRow{"bridge-portprios", "priority", Unit::number, 0, 63},
    OptionRow{"bridge-unicast-flood", "flood", Unit::on_off},
};

constexpr std::uint64_t kLeastStpDelay = 200;

void resolve_own_options(const Interface& bridge, DesiredLink& link, Resolving& resolving) {
  resolve_options(kBridgeOptions, bridge, link.data, resolving);
  link.data.try_emplace("stp_state", Asked<AttributeValue>{AttributeValue{std::uint64_t{0}}, bridge.where});
  const auto delay = link.data.find("forward_delay");
  const bool stp = link.data.find("stp_state")->second.value == AttributeValue{std::uint64_t{1}};
  // The kernel would raise it to two seconds; the check of the file says so.
  if (stp && delay != link.data.end() && std::get<std::uint64_t>(delay->second.value) < kLeastStpDelay) link.data.erase(delay);
}

/// What a bridge says about its ports, read once for all of them.
struct PortRules {
  const Interface& bridge;
  bool vlan_aware;
  std::vector<PortValues> options;  ///< in the order of kPortOptions
  PortVlans vlans;

  PortRules(const Interface& of, bool aware) : bridge(of), vlan_aware(aware), vlans(of) {
    for (const auto& row : kPortOptions) options.emplace_back(of.find_option(row.option));
  }
};

void resolve_port_options(const PortRules& rules, const Interface* own, DesiredLink& port, Resolving& resolving) {
  for (std::size_t i = 0; i < kPortOptions.size(); ++i) {
    const auto& row = kPortOptions.at(i);
    const OptionLine* option = own == nullptr ? nullptr : own->find_option(row.option);
    const auto text = option != nullptr ? PortValues(option).value_for(port.name) : rules.options[i].value_for(port.name);
    if (text.empty()) continue;
    if (option == nullptr) option = rules.options[i].option();
    const auto value = parse_value(row, text);
    if (value) {
      port.port.insert_or_assign(std::string(row.attribute), Asked<AttributeValue>{*value, option->where});
    } else {
      report_value(row, *option, text, resolving);
    }
  }
}

void resolve_port(const PortRules& rules, const LowerLink& lower, Resolving& resolving) {
  DesiredLink* port = resolving.find(lower.name);
  if (port == nullptr || port->master) return;  // a port of two bridges is reported by the check of the file
  port->master = Asked<std::string>{rules.bridge.name, lower.where};
  port->up = Asked<bool>{true, lower.where};
  // A port takes no part in IPv6 itself: its link-local address would answer beside the bridge's.
  port->sysctl.insert_or_assign("ipv6.disable_ipv6", Asked<std::uint32_t>{1, lower.where});
  const Interface* own = resolving.model.find(lower.name);
  resolve_port_options(rules, own, *port, resolving);
  if (rules.vlan_aware) port->vlans = rules.vlans.vlans_of(lower, own, resolving);
}

bool is_vxlan(const LowerLink& lower, const Resolving& resolving) {
  const Interface* interface = resolving.model.find(lower.name);
  return interface != nullptr && interface->type == InterfaceType::vxlan;
}

std::vector<LowerLink> ports_of(const Interface& bridge, const Resolving& resolving) {
  return expand_ports(bridge, "bridge-ports", resolving);
}

/// A port that is always up keeps the bridge's carrier.
void add_keeper(const Interface& bridge, const DesiredLink& link, Resolving& resolving) {
  const auto* option = bridge.find_option("bridge-always-up");
  if (option == nullptr || !parse_switch(trim(option->value)).value_or(false)) return;
  DesiredLink keeper;
  keeper.name = keeper_of(bridge.name);
  if (keeper.name.size() > kLongestLinkName) return;  // the check of the file says so
  keeper.kind = "dummy";
  keeper.where = option->where;
  keeper.up = Asked<bool>{true, option->where};
  keeper.master = Asked<std::string>{bridge.name, option->where};
  if (link.mtu) keeper.mtu = link.mtu;
  keeper.sysctl.emplace("ipv6.disable_ipv6", Asked<std::uint32_t>{1, option->where});
  resolving.desired().links.insert_or_assign(keeper.name, std::move(keeper));
}

bool resolve(const Interface& bridge, const std::vector<LowerLink>& ports, DesiredLink& link, Resolving& resolving) {
  link.kind = "bridge";
  resolve_own_options(bridge, link, resolving);
  const auto filtering = link.data.find("vlan_filtering");
  const bool aware = filtering != link.data.end() && filtering->second.value == AttributeValue{std::uint64_t{1}};
  const PortRules rules(bridge, aware);
  for (const auto& port : ports) resolve_port(rules, port, resolving);
  // Untagged it is in VLAN 1, as the kernel makes it; further memberships come with the VLAN interfaces on it.
  if (aware) link.vlans = Asked<std::vector<BridgeVlan>>{{{bridge.name, 1, 1, true, true, true}}, filtering->second.where};
  add_keeper(bridge, link, resolving);
  const auto source = std::ranges::find_if(ports, [&](const LowerLink& port) { return !is_vxlan(port, resolving); });
  if (!link.mac && source != ports.end()) link.mac_from = source->name;
  return true;
}

}  // namespace

const ResolverRow& bridge_resolver() {
  static const ResolverRow row{.type = InterfaceType::bridge, .lower = ports_of, .resolve = resolve};
  return row;
}

}  // namespace drawbridge::network
