// Bonds and their slaves. What a mode doesn't know is left out: the kernel refuses it, and the check of the file says so.
#include <algorithm>
#include <array>

#include "base/text.h"
#include "network/option_key.h"
#include "network/resolvers/option_table.h"
#include "network/types/bond_options.h"

namespace drawbridge::network {
namespace {

constexpr std::uint64_t kUsualMiimon = 100;

constexpr std::array kModes{WordPair{"balance-rr", "balance-rr"},
                            WordPair{"active-backup", "active-backup"},
                            WordPair{"balance-xor", "balance-xor"},
                            WordPair{"broadcast", "broadcast"},
                            WordPair{"802.3ad", "802.3ad"},
                            WordPair{"balance-tlb", "balance-tlb"},
                            WordPair{"balance-alb", "balance-alb"},
                            WordPair{"0", "balance-rr"},
                            WordPair{"1", "active-backup"},
                            WordPair{"2", "balance-xor"},
                            WordPair{"3", "broadcast"},
                            WordPair{"4", "802.3ad"},
                            WordPair{"5", "balance-tlb"},
                            WordPair{"6", "balance-alb"}};
constexpr std::array kHashPolicies{
    WordPair{"layer2", "layer2"},     WordPair{"layer3+4", "layer3+4"}, WordPair{"layer2+3", "layer2+3"},
    WordPair{"encap2+3", "encap2+3"}, WordPair{"encap3+4", "encap3+4"}, WordPair{"vlan+srcmac", "vlan+srcmac"},
    WordPair{"0", "layer2"},          WordPair{"1", "layer3+4"},        WordPair{"2", "layer2+3"},
    WordPair{"3", "encap2+3"},        WordPair{"4", "encap3+4"},        WordPair{"5", "vlan+srcmac"}};
constexpr std::array kRates{WordPair{"slow", "slow"}, WordPair{"fast", "fast"}, WordPair{"0", "slow"}, WordPair{"1", "fast"}};
constexpr std::array kReselect{WordPair{"always", "always"}, WordPair{"better", "better"}, WordPair{"failure", "failure"},
                               WordPair{"0", "always"},      WordPair{"1", "better"},      WordPair{"2", "failure"}};
constexpr std::array kValidate{WordPair{"none", "none"},
                               WordPair{"active", "active"},
                               WordPair{"backup", "backup"},
                               WordPair{"all", "all"},
                               WordPair{"filter", "filter"},
                               WordPair{"filter_active", "filter_active"},
                               WordPair{"filter_backup", "filter_backup"}};
constexpr std::array kTargets{WordPair{"any", "any"}, WordPair{"all", "all"}};
constexpr std::array kFailOver{WordPair{"none", "none"}, WordPair{"active", "active"}, WordPair{"follow", "follow"}};
constexpr std::array kSelect{WordPair{"stable", "stable"}, WordPair{"bandwidth", "bandwidth"}, WordPair{"count", "count"}};
constexpr std::array kActive{WordPair{"off", "off"}, WordPair{"on", "on"}, WordPair{"no", "off"}, WordPair{"yes", "on"}};

constexpr std::array kOptions{
    OptionRow{"bond-ad-actor-sys-prio", "ad_actor_sys_prio", Unit::number, 1, 65535},
    OptionRow{"bond-ad-actor-system", "ad_actor_system", Unit::mac},
    OptionRow{"bond-ad-select", "ad_select", Unit::word, 0, 0, kSelect},
    OptionRow{"bond-ad-user-port-key", "ad_user_port_key", Unit::number, 0, 1023},
    OptionRow{"bond-all-slaves-active", "all_slaves_active", Unit::on_off},
    OptionRow{"bond-arp-all-targets", "arp_all_targets", Unit::word, 0, 0, kTargets},
    OptionRow{"bond-arp-interval", "arp_interval", Unit::number, 0, 0x7FFFFFFF},
    OptionRow{"bond-arp-validate", "arp_validate", Unit::word, 0, 0, kValidate},
    OptionRow{"bond-downdelay", "downdelay", Unit::number, 0, 0x7FFFFFFF},
    OptionRow{"bond-fail-over-mac", "fail_over_mac", Unit::word, 0, 0, kFailOver},
    OptionRow{"bond-lacp-active", "ad_lacp_active", Unit::word, 0, 0, kActive},
    OptionRow{"bond-lacp-rate", "ad_lacp_rate", Unit::word, 0, 0, kRates},
    OptionRow{"bond-lp-interval", "lp_interval", Unit::number, 1, 0x7FFFFFFF},
    OptionRow{"bond-miimon", "miimon", Unit::number, 0, 0x7FFFFFFF},
    OptionRow{"bond-min-links", "min_links", Unit::number, 0, 0x7FFFFFFF},
    OptionRow{"bond-num-grat-arp", "num_peer_notif", Unit::number, 0, 255},
    OptionRow{"bond-num-unsol-na", "num_peer_notif", Unit::number, 0, 255},
    OptionRow{"bond-packets-per-slave", "packets_per_slave", Unit::number, 0, 65535},
    OptionRow{"bond-peer-notif-delay", "peer_notify_delay", Unit::number, 0, 0x7FFFFFFF},
    OptionRow{"bond-primary", "primary", Unit::link},
    OptionRow{"bond-primary-reselect", "primary_reselect", Unit::word, 0, 0, kReselect},
    OptionRow{"bond-resend-igmp", "resend_igmp", Unit::number, 0, 255},
    OptionRow{"bond-tlb-dynamic-lb", "tlb_dynamic_lb", Unit::on_off},
    OptionRow{"bond-updelay", "updelay", Unit::number, 0, 0x7FFFFFFF},
    OptionRow{"bond-use-carrier", "use_carrier", Unit::on_off},
    OptionRow{"bond-xmit-hash-policy", "xmit_hash_policy", Unit::word, 0, 0, kHashPolicies},
};

std::vector<LowerLink> slaves_of(const Interface& bond, const Resolving& resolving) {
  auto slaves = expand_ports(bond, "bond-slaves", resolving);
  const auto own = resolving.bond_members.find(bond.name);
  if (own == resolving.bond_members.end()) return slaves;
  for (const auto& slave : own->second)
    if (slave.name != bond.name && std::ranges::find(slaves, slave.name, &LowerLink::name) == slaves.end()) slaves.push_back(slave);
  return slaves;
}

std::uint64_t number_of(const AskedAttributes& data, std::string_view name) {
  const auto found = data.find(name);
  const auto* number = found == data.end() ? nullptr : std::get_if<std::uint64_t>(&found->second.value);
  return number == nullptr ? 0 : *number;
}

void resolve_arp_targets(const Interface& bond, DesiredLink& link, Resolving& resolving) {
  const auto* option = bond.find_option("bond-arp-ip-target");
  if (option == nullptr) return;
  std::vector<std::string> targets;
  constexpr std::size_t kMost = 16;
  for (const auto word : split_list(option->value)) {
    const auto ip = parse_ip(word.starts_with('+') ? word.substr(1) : word);
    if (ip && ip->is_v4() && targets.size() < kMost) {
      targets.push_back(format_ip(*ip));
      continue;
    }
    resolving.error(option->value_where, "value-invalid", "'" + printable(word) + "' can't be a target of bond-arp-ip-target",
                    "write at most 16 IPv4 addresses");
    return;
  }
  link.data.insert_or_assign("arp_ip_target", Asked<AttributeValue>{AttributeValue{join(targets, ",")}, option->where});
}

/// A bond that watches nothing never notices a dead link: where neither MII nor ARP monitoring is asked for, it is MII.
void choose_monitoring(const Interface& bond, DesiredLink& link) {
  if (number_of(link.data, "arp_interval") != 0) {
    // The kernel takes one of the two.
    for (const auto* name : {"miimon", "updelay", "downdelay"}) link.data.erase(name);
    return;
  }
  link.data.try_emplace("miimon", Asked<AttributeValue>{AttributeValue{kUsualMiimon}, bond.where});
  if (number_of(link.data, "miimon") != 0) return;
  for (const auto* name : {"updelay", "downdelay", "peer_notify_delay"}) link.data.erase(name);
}

void resolve_options_of(const Interface& bond, DesiredLink& link, Resolving& resolving) {
  resolve_options(kOptions, bond, link.data, resolving);
  resolve_arp_targets(bond, link, resolving);
  const auto mode = std::get<std::string>(link.data.at("mode").value);
  std::erase_if(link.data, [&](const auto& entry) { return !bond_mode_takes(mode, entry.first); });
  choose_monitoring(bond, link);
}

bool resolve_mode(const Interface& bond, DesiredLink& link, Resolving& resolving) {
  constexpr OptionRow kMode{"bond-mode", "mode", Unit::word, 0, 0, kModes};
  const auto* option = bond.find_option("bond-mode");
  auto value = std::optional(AttributeValue{std::string("balance-rr")});
  if (option != nullptr) value = parse_value(kMode, trim(option->value));
  if (!value) {
    report_value(kMode, *option, option->value, resolving);
    return false;
  }
  link.data.insert_or_assign("mode", Asked<AttributeValue>{*value, option == nullptr ? bond.where : option->where});
  return true;
}

/// The slave's MAC is the bond's, unless the bond lets each slave keep its own.
void drop_mac(DesiredLink& slave, const DesiredLink& bond, Resolving& resolving) {
  const auto keeps = bond.data.find("fail_over_mac");
  const bool own = keeps != bond.data.end() && keeps->second.value == AttributeValue{std::string("active")};
  if (!slave.mac || own) return;
  resolving.warn(slave.mac->where, "option-not-applied",
                 "hwaddress of " + printable(slave.name) + " is not applied: a slave has the address of its bond",
                 "write the line in the stanza of " + printable(bond.name));
  slave.mac.reset();
}

void resolve_slave(const LowerLink& lower, const DesiredLink& bond, Resolving& resolving) {
  DesiredLink* slave = resolving.find(lower.name);
  if (slave == nullptr || slave->master) return;  // a slave of two bonds is reported by the check of the file
  slave->master = Asked<std::string>{bond.name, lower.where};
  slave->up = Asked<bool>{true, lower.where};
  slave->sysctl.insert_or_assign("ipv6.disable_ipv6", Asked<std::uint32_t>{1, lower.where});
  if (bond.mtu) slave->mtu = bond.mtu;
  drop_mac(*slave, bond, resolving);
}

/// A bond without an MTU has that of its first slave that asks for one, as the kernel does it with the first that it gets.
void take_mtu(const std::vector<LowerLink>& slaves, DesiredLink& link, Resolving& resolving) {
  for (const auto& lower : slaves) {
    const DesiredLink* slave = resolving.find(lower.name);
    if (!link.mtu && slave != nullptr && slave->mtu) link.mtu = slave->mtu;
  }
}

bool resolve(const Interface& bond, const std::vector<LowerLink>& slaves, DesiredLink& link, Resolving& resolving) {
  link.kind = "bond";
  if (!resolve_mode(bond, link, resolving)) return false;
  resolve_options_of(bond, link, resolving);
  take_mtu(slaves, link, resolving);
  for (const auto& slave : slaves) resolve_slave(slave, link, resolving);
  if (!link.mac && !slaves.empty()) link.mac_from = slaves.front().name;
  return true;
}

}  // namespace

const ResolverRow& bond_resolver() {
  static const ResolverRow row{.type = InterfaceType::bond, .lower = slaves_of, .resolve = resolve};
  return row;
}

}  // namespace drawbridge::network
