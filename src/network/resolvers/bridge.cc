// Bridges and their ports. Options that are absent are left as the kernel has them, except STP, which is off unless asked for.
#include <algorithm>
#include <array>
#include <cmath>

#include "base/text.h"
#include "network/option_key.h"
#include "network/resolvers/resolver.h"

namespace drawbridge::network {
namespace {

enum class Unit : std::uint8_t {
  number,      ///< as it stands
  hundredths,  ///< seconds in the file, 1/100 s in the kernel; a fraction is allowed
  on_off,      ///< yes/no, on/off, 1/0
  protocol,    ///< 802.1q or 802.1ad
};

struct OptionRow {
  std::string_view option;
  std::string_view attribute;
  Unit unit;
  std::uint64_t least = 0;  ///< in the kernel's unit
  std::uint64_t most = 0xFFFFFFFF;
};

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
    OptionRow{"bridge-vlan-protocol", "vlan_protocol", Unit::protocol},
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

/// Understood, but nothing is done about them by this version.
constexpr std::array<std::string_view, 9> kNotApplied{"bridge-access",  "bridge-allow-untagged", "bridge-always-up",
                                                      "bridge-maxwait", "bridge-port-pvids",     "bridge-port-vids",
                                                      "bridge-pvid",    "bridge-vids",           "bridge-waitport"};

constexpr std::uint64_t kLeastStpDelay = 200;

/// "15", "0.5": seconds as hundredths.
std::optional<std::uint64_t> parse_hundredths(std::string_view text) {
  const auto dot = text.find('.');
  const auto whole = parse_number<std::uint32_t>(text.substr(0, dot));
  if (!whole) return std::nullopt;
  if (dot == std::string_view::npos) return std::uint64_t{*whole} * 100;
  std::string fraction(text.substr(dot + 1, 2));
  fraction.resize(2, '0');
  const auto hundredths = parse_number<std::uint32_t>(fraction);
  if (!hundredths || text.size() > dot + 3) return std::nullopt;
  return std::uint64_t{*whole} * 100 + *hundredths;
}

std::optional<AttributeValue> parse_value(const OptionRow& row, std::string_view text) {
  std::optional<std::uint64_t> number;
  switch (row.unit) {
    case Unit::number: number = parse_number<std::uint64_t>(text); break;
    case Unit::hundredths: number = parse_hundredths(text); break;
    case Unit::on_off:
      if (const auto on = parse_switch(text)) number = *on ? 1 : 0;
      break;
    case Unit::protocol: {
      const auto word = to_lower(text);
      if (word == "802.1q") return AttributeValue{std::string("802.1Q")};
      if (word == "802.1ad") return AttributeValue{std::string("802.1ad")};
      return std::nullopt;
    }
  }
  if (!number || *number < row.least || *number > row.most) return std::nullopt;
  return AttributeValue{*number};
}

void report_value(const OptionLine& option, std::string_view text, Resolving& resolving) {
  resolving.error(option.value_where, "value-invalid", "'" + printable(text) + "' is no value for " + printable(option.name),
                  "correct it, or remove the line");
}

void resolve_options(const Interface& bridge, DesiredLink& link, Resolving& resolving) {
  for (const auto& row : kBridgeOptions) {
    const OptionLine* option = bridge.find_option(row.option);
    if (option == nullptr) continue;
    const auto value = parse_value(row, trim(option->value));
    if (!value) {
      report_value(*option, option->value, resolving);
      continue;
    }
    link.data.insert_or_assign(std::string(row.attribute), Asked<AttributeValue>{*value, option->where});
  }
  link.data.try_emplace("stp_state", Asked<AttributeValue>{AttributeValue{std::uint64_t{0}}, bridge.where});
  const auto delay = link.data.find("forward_delay");
  const bool stp = link.data.find("stp_state")->second.value == AttributeValue{std::uint64_t{1}};
  // The kernel would raise it to two seconds; the check of the file says so.
  if (stp && delay != link.data.end() && std::get<std::uint64_t>(delay->second.value) < kLeastStpDelay) link.data.erase(delay);
}

/// The word of the line that speaks of the port; empty: none does.
std::string_view value_for(const OptionLine& option, const std::string& port, bool own_stanza) {
  const auto words = split_words(option.value);
  for (const auto word : words) {
    const auto equals = word.find('=');
    if (equals != std::string_view::npos && word.substr(0, equals) == port) return word.substr(equals + 1);
    // The classic spelling of costs and priorities: "port value".
    if (word == port && words.size() == 2 && words.front() == word) return words.back();
  }
  if (words.size() != 1 || words.front().find('=') != std::string_view::npos) return own_stanza && words.size() == 1 ? words.front() : "";
  return words.front();
}

void resolve_port_options(const Interface& bridge, DesiredLink& port, Resolving& resolving) {
  const Interface* own = resolving.model.find(port.name);
  for (const auto& row : kPortOptions) {
    const OptionLine* option = own == nullptr ? nullptr : own->find_option(row.option);
    const bool own_stanza = option != nullptr;
    if (option == nullptr) option = bridge.find_option(row.option);
    const auto text = option == nullptr ? std::string_view{} : value_for(*option, port.name, own_stanza);
    if (text.empty()) continue;
    const auto value = parse_value(row, text);
    if (value) {
      port.port.insert_or_assign(std::string(row.attribute), Asked<AttributeValue>{*value, option->where});
    } else {
      report_value(*option, text, resolving);
    }
  }
}

void warn_not_applied(const Interface& interface, Resolving& resolving) {
  for (const auto& option : interface.options)
    if (std::ranges::find(kNotApplied, option.name) != kNotApplied.end())
      resolving.warn(option.where, "option-not-applied", printable(option.name) + " is kept in the file, but not applied by this version",
                     "");
}

void resolve_port(const Interface& bridge, const LowerLink& lower, Resolving& resolving) {
  const auto found = resolving.desired.links.find(lower.name);
  if (found == resolving.desired.links.end()) return;
  DesiredLink& port = found->second;
  if (port.master) return;  // a port of two bridges is reported by the check of the file
  port.master = Asked<std::string>{bridge.name, lower.where};
  port.up = Asked<bool>{true, lower.where};
  // A port takes no part in IPv6 itself: its link-local address would answer beside the bridge's.
  port.sysctl.insert_or_assign("ipv6.disable_ipv6", Asked<std::uint32_t>{1, lower.where});
  resolve_port_options(bridge, port, resolving);
  const Interface* own = resolving.model.find(lower.name);
  if (own != nullptr) warn_not_applied(*own, resolving);
}

bool is_vxlan(const LowerLink& lower, const Resolving& resolving) {
  const Interface* interface = resolving.model.find(lower.name);
  return interface != nullptr && interface->type == InterfaceType::vxlan;
}

std::vector<LowerLink> ports_of(const Interface& bridge, const Resolving& resolving) {
  return expand_ports(bridge, "bridge-ports", resolving);
}

void resolve(const Interface& bridge, const std::vector<LowerLink>& ports, DesiredLink& link, Resolving& resolving) {
  link.kind = "bridge";
  resolve_options(bridge, link, resolving);
  warn_not_applied(bridge, resolving);
  for (const auto& port : ports) resolve_port(bridge, port, resolving);
  const auto source = std::ranges::find_if(ports, [&](const LowerLink& port) { return !is_vxlan(port, resolving); });
  if (!link.mac && source != ports.end()) link.mac_from = source->name;
}

}  // namespace

const ResolverRow& bridge_resolver() {
  static const ResolverRow row{.type = InterfaceType::bridge, .lower = ports_of, .resolve = resolve};
  return row;
}

}  // namespace drawbridge::network
