// Bonds in the kernel model. Source: drivers/net/bonding/bond_main.c, bond_options.c, bond_netlink.c of Linux 6.1, and trials on it.
#include <algorithm>
#include <array>
#include <cerrno>

#include "network/kernel_model_parts.h"
#include "network/link_defaults.h"

namespace drawbridge::network::model {
namespace {

constexpr std::uint64_t kDefaultMiimon = 100;

// Modes as bits, for what an option goes with.
constexpr unsigned kRoundRobin = 1U << 0U;
constexpr unsigned kActiveBackup = 1U << 1U;
constexpr unsigned kXor = 1U << 2U;
constexpr unsigned kBroadcast = 1U << 3U;
constexpr unsigned kLacp = 1U << 4U;
constexpr unsigned kTlb = 1U << 5U;
constexpr unsigned kAlb = 1U << 6U;
constexpr unsigned kAny = 0x7F;
constexpr unsigned kArp = kRoundRobin | kActiveBackup | kXor | kBroadcast;
constexpr unsigned kPrimary = kActiveBackup | kTlb | kAlb;

unsigned bit_of(std::string_view mode) {
  static constexpr std::array<std::string_view, 7> kModes{"balance-rr", "active-backup", "balance-xor", "broadcast",
                                                          "802.3ad",    "balance-tlb",   "balance-alb"};
  const auto found = std::ranges::find(kModes, mode);
  return found == kModes.end() ? kAny : 1U << static_cast<unsigned>(found - kModes.begin());
}

/// What the kernel asks before it sets an option; in the order in which one message's options take effect.
struct Option {
  std::string_view name;
  unsigned modes = kAny;
  bool without_ports = false;
  bool while_down = false;
  std::uint64_t least = 0;
  std::uint64_t most = 0xFFFFFFFF;
};
constexpr Option kOptions[] = {
    {"mode", kAny, true, true},
    {"miimon", kAny, false, false, 0, 0x7FFFFFFF},
    {"updelay", kAny, false, false, 0, 0x7FFFFFFF},
    {"downdelay", kAny, false, false, 0, 0x7FFFFFFF},
    {"peer_notify_delay", kAny, false, false, 0, 300000},
    {"use_carrier"},
    {"arp_interval", kArp, false, false, 0, 0x7FFFFFFF},
    {"arp_validate", kArp},
    {"arp_all_targets"},
    {"primary", kPrimary},
    {"primary_reselect"},
    {"fail_over_mac", kAny, true},
    {"xmit_hash_policy"},
    {"resend_igmp", kAny, false, false, 0, 255},
    {"num_peer_notif"},
    {"all_slaves_active", kAny, false, false, 0, 1},
    {"min_links", kAny, false, false, 0, 0x7FFFFFFF},
    {"lp_interval", kAny, false, false, 1, 0x7FFFFFFF},
    {"packets_per_slave", kRoundRobin, false, false, 0, 0xFFFF},
    {"ad_lacp_active", kLacp, false, true},
    {"ad_lacp_rate", kLacp, false, true},
    {"ad_select", kAny, false, true},
    {"ad_actor_sys_prio", kLacp, false, false, 1, 0xFFFF},
    {"ad_user_port_key", kLacp, false, true, 0, 1023},
    {"ad_actor_system", kLacp},
    {"tlb_dynamic_lb", kTlb | kAlb, false, true, 0, 1},
    {"arp_missed_max", kArp, false, false, 1, 255},
};

bool is_delay(std::string_view name) { return name == "updelay" || name == "downdelay" || name == "peer_notify_delay"; }

/// The interval that delays are multiples of: the message's own, else the present one.
std::uint64_t interval_of(const Attributes& present, const Attributes& wanted) {
  Attributes data = present;
  for (const auto* name : {"mode", "miimon"})
    if (const auto found = wanted.find(name); found != wanted.end()) merge_bond_data(data, {{found->first, found->second}});
  return number(data, "miimon").value_or(0);
}

int check_option(const Option& option, const Attributes& wanted, unsigned mode, bool has_ports, bool up) {
  if ((option.modes & mode) == 0) return EACCES;
  if (option.without_ports && has_ports) return ENOTEMPTY;
  if (option.while_down && up) return EBUSY;
  const auto value = number(wanted, option.name);
  return value && (*value < option.least || *value > option.most) ? EINVAL : 0;
}

/// Two ways to watch a port exclude each other within one message.
bool watches_twice(std::string_view option, const Attributes& wanted) {
  if (number(wanted, "miimon").value_or(0) == 0) return false;
  if (option == "arp_interval") return number(wanted, option).value_or(0) != 0;
  return option == "arp_validate" && text(wanted, option) != "none";
}

void set_mode(Attributes& data, const std::string& mode) {
  const unsigned bit = bit_of(mode);
  data.insert_or_assign("mode", mode);
  if ((bit & kArp) == 0) {
    data.insert_or_assign("arp_interval", std::uint64_t{0});
    if (number(data, "miimon").value_or(0) == 0) data.insert_or_assign("miimon", kDefaultMiimon);
  }
  if (bit == kAlb) data.insert_or_assign("tlb_dynamic_lb", std::uint64_t{1});
  data.insert_or_assign("arp_validate", std::string("none"));
  for (const auto& [name, value] : lacp_data()) {
    if (bit == kLacp) {
      data.emplace(name, value);
    } else {
      data.erase(name);
    }
  }
}

void set_miimon(Attributes& data, std::uint64_t interval) {
  const auto old = number(data, "miimon").value_or(0);
  // The kernel counts delays in intervals.
  for (const auto* name : {"updelay", "downdelay", "peer_notify_delay"})
    if (const auto delay = number(data, name); delay && old != 0) data.insert_or_assign(name, *delay / old * interval);
  data.insert_or_assign("miimon", interval);
  if (interval == 0 || number(data, "arp_interval").value_or(0) == 0) return;
  data.insert_or_assign("arp_interval", std::uint64_t{0});
  data.insert_or_assign("arp_validate", std::string("none"));
}

void set_option(Attributes& data, std::string_view name, const AttributeValue& value) {
  const auto* plain = std::get_if<std::uint64_t>(&value);
  if (name == "mode" && plain == nullptr) {
    set_mode(data, std::get<std::string>(value));
  } else if (name == "miimon" && plain != nullptr) {
    set_miimon(data, *plain);
  } else if (is_delay(name) && plain != nullptr) {
    const auto interval = number(data, "miimon").value_or(0);
    data.insert_or_assign(name, interval == 0 ? 0 : *plain / interval * interval);
  } else {
    if (name == "arp_interval" && plain != nullptr && *plain != 0) set_miimon(data, 0);
    data.insert_or_assign(name, value);
  }
}

}  // namespace

bool keeps_port_macs(const Link& bond) {
  const auto policy = text(bond.data, "fail_over_mac");
  return text(bond.data, "mode") == "active-backup" && !policy.empty() && policy != "none";
}

int check_bond_data(Model& model, const Link& bond, const Attributes& wanted) {
  const auto asked = text(wanted, "mode");
  const unsigned mode = bit_of(asked.empty() ? text(bond.data, "mode") : asked);
  const bool has_ports = !model.ports_of(bond.name).empty();
  for (const auto& option : kOptions) {
    if (!wanted.contains(option.name)) continue;
    if (watches_twice(option.name, wanted)) return EINVAL;
    if (const int refused = check_option(option, wanted, mode, has_ports, bond.up); refused != 0) return refused;
    if (is_delay(option.name) && interval_of(bond.data, wanted) == 0) return EPERM;
  }
  return 0;
}

void merge_bond_data(Attributes& data, const Attributes& wanted) {
  for (const auto& option : kOptions)
    if (const auto found = wanted.find(option.name); found != wanted.end()) set_option(data, found->first, found->second);
  for (const auto& [name, value] : wanted)
    if (std::ranges::find(kOptions, name, &Option::name) == std::end(kOptions)) data.insert_or_assign(name, value);
  for (const auto* list : {"arp_ip_target", "primary"})
    if (data.contains(list) && text(data, list).empty()) data.erase(list);
}

int check_bond_port(Model& model, const Link& bond, const Link& link) {
  if (link.kind == "vrf" || link.name == bond.name) return EPERM;
  if (link.up) return EPERM;
  if (link.loopback || !link.ethernet) return EINVAL;
  if (link.mtu != bond.mtu)
    if (const int refused = check_mtu(model, link, bond.mtu); refused != 0) return refused;
  return check_raise(model, link);
}

void join_bond(Model& model, const std::string& name, const std::string& bond_name) {
  Link& port = model.snapshot.links.find(name)->second;
  Link& bond = model.snapshot.links.find(bond_name)->second;
  port.port.insert_or_assign("perm_hwaddr", format_mac(port.mac));
  port.port.insert_or_assign(std::string(kOriginalMtu), std::uint64_t{port.mtu});
  // A bond without a MAC of its own, drawn by lot, takes its first port's.
  if (bond.mac.is_zero() && model.ports_of(bond_name).empty()) change_mac(model, bond_name, port.mac);
  change_mtu(model, name, bond.mtu);
  if (!keeps_port_macs(bond)) change_mac(model, name, bond.mac);
  model.set_master(port, bond_name);
  raise(model, name);
}

void leave_bond(Model& model, const std::string& name) {
  Link& port = model.snapshot.links.find(name)->second;
  const std::string bond_name = port.master;
  lower(model, name);
  const Attributes was = std::exchange(port.port, {});
  model.set_master(port, "");
  const auto own_mac = parse_mac(text(was, "perm_hwaddr"));
  if (own_mac) change_mac(model, name, *own_mac);
  change_mtu(model, name, static_cast<std::uint32_t>(number(was, kOriginalMtu).value_or(kUnknownMtu)));
  // Whoever had given the bond its MAC: with its last port it draws another.
  if (model.ports_of(bond_name).empty()) change_mac(model, bond_name, {});
}

}  // namespace drawbridge::network::model
