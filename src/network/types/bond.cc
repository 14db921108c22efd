// Linux bonds: told by bond-slaves or bond-mode, by the kernel, or by a name such as bond0.
#include <algorithm>
#include <array>

#include "base/text.h"
#include "network/option_key.h"
#include "network/types/bond_options.h"
#include "network/types/types.h"

namespace drawbridge::network {
namespace {

constexpr std::array<std::string_view, 6> kLayout{"bond-slaves",           "bond-miimon",  "bond-mode",
                                                  "bond-xmit-hash-policy", "bond-primary", "mtu"};
constexpr std::array<std::string_view, 5> kParameters{"bond-primary", "bond_miimon", "bond_mode", "bond_xmit_hash_policy", "slaves"};

// A slave that names its bond by bond-master may repeat the bond's options in its own stanza.
bool told_by_options(const Interface& interface) {
  return interface.find_option("ovs-type") == nullptr && interface.find_option("bond-master") == nullptr &&
         (interface.find_option("bond-slaves") != nullptr || interface.find_option("bond-mode") != nullptr);
}

bool told_by_link(const Link& link) { return link.kind == "bond"; }
bool told_by_name(std::string_view name) { return is_numbered(name, "bond"); }

void check_slave(const Interface& bond, const PortWord& slave, Checks& checks) {
  if (slave.kind != PortWordKind::name) return;
  if (slave.text == bond.name) {
    checks.error(slave.where, "bond-loop", "bond " + printable(bond.name) + " lists itself as a slave", "remove the slave");
    return;
  }
  const Interface* interface = checks.model().find(slave.text);
  if (interface == nullptr) return;
  const auto type = interface->type;
  if (type == InterfaceType::bond) {
    checks.error(slave.where, "slave-is-bond", "a bond of the bond " + printable(slave.text) + " doesn't notice which links are dead",
                 "list the NICs of " + printable(slave.text) + " themselves");
    return;
  }
  if (type == InterfaceType::eth || type == InterfaceType::veth || type == InterfaceType::unknown || type == InterfaceType::dummy) return;
  if (type == InterfaceType::vlan || type == InterfaceType::vxlan) {
    checks.warn(slave.where, "slave-type", "a bond over the " + type_name(type) + " interface " + printable(slave.text) + " is unusual",
                "put the bond on the NICs and the VLAN on the bond");
  } else {
    checks.error(slave.where, "slave-type", printable(slave.text) + " is of type " + type_name(type) + " and can't be a slave of a bond",
                 "name NICs as slaves");
  }
}

void check_primary(const Interface& bond, const std::string& mode, Checks& checks) {
  const auto* primary = bond.find_option("bond-primary");
  if (primary == nullptr) return;
  const auto slaves = port_words(bond, "bond-slaves");
  const bool pattern = std::ranges::any_of(slaves, [](const PortWord& word) { return word.kind != PortWordKind::name; });
  // Slaves may also name their bond themselves (bond-master), so an empty list proves nothing.
  const bool listed = std::ranges::any_of(slaves, [&](const PortWord& word) { return word.text == primary->value; });
  if (!slaves.empty() && !pattern && !listed)
    checks.error(primary->value_where, "primary-not-slave",
                 "bond-primary " + printable(primary->value) + " is not among the slaves of " + printable(bond.name),
                 "name one of the slaves, or remove the line");
  if (mode != "active-backup" && mode != "balance-tlb" && mode != "balance-alb")
    checks.warn(primary->where, "primary-ignored", "bond-primary has no effect with mode " + printable(mode), "remove the line");
}

std::uint32_t number_of(const Interface& bond, std::string_view option, std::uint32_t otherwise) {
  return parse_number<std::uint32_t>(trim(bond.option(option))).value_or(otherwise);
}

void check_delays(const Interface& bond, std::uint32_t interval, Checks& checks) {
  for (const std::string_view option : {"bond-updelay", "bond-downdelay"}) {
    const auto* delay = bond.find_option(option);
    const auto value = number_of(bond, option, 0);
    if (delay == nullptr || value == 0) continue;
    if (interval == 0)
      checks.warn(delay->where, "bond-delay-ignored", std::string(option) + " has no effect without MII monitoring", "add bond-miimon 100");
    else if (value % interval != 0)
      checks.warn(delay->value_where, "bond-delay-rounded",
                  std::string(option) + " " + std::to_string(value) + " is rounded down to " + std::to_string(value / interval * interval) +
                      ", a multiple of bond-miimon",
                  "write a multiple of " + std::to_string(interval));
  }
}

/// Links are watched by MII or by ARP, never by both; by neither, a dead link is never noticed.
void check_monitoring(const Interface& bond, Checks& checks) {
  constexpr std::uint32_t kUsualMiimon = 100;
  constexpr std::uint32_t kMost = 2'000'000'000;
  if (!checks.check_number(bond, "bond-miimon", 0, kMost) || !checks.check_number(bond, "bond-arp-interval", 0, kMost)) return;
  const auto* mii = bond.find_option("bond-miimon");
  const auto* arp = bond.find_option("bond-arp-interval");
  const auto arp_interval = number_of(bond, "bond-arp-interval", 0);
  const auto mii_interval = number_of(bond, "bond-miimon", arp_interval == 0 ? kUsualMiimon : 0);
  if (mii != nullptr && mii_interval != 0 && arp_interval != 0)
    checks.error(arp->where, "bond-two-monitors", "bond-miimon and bond-arp-interval exclude each other", "remove one of them");
  if (arp_interval != 0 && bond.find_option("bond-arp-ip-target") == nullptr)
    checks.error(arp->where, "bond-arp-without-target", "ARP monitoring needs an address to ask", "add a bond-arp-ip-target line");
  if (mii != nullptr && mii_interval == 0 && arp_interval == 0)
    checks.warn(mii->where, "bond-unmonitored", "bond " + printable(bond.name) + " never notices that a link is dead",
                "write bond-miimon 100");
  check_delays(bond, mii_interval, checks);
}

void check_hash(const Interface& bond, const std::string& mode, Checks& checks) {
  const bool hash_valid =
      checks.check_words(bond, "bond-xmit-hash-policy",
                         {"layer2", "layer2+3", "layer3+4", "encap2+3", "encap3+4", "vlan+srcmac", "0", "1", "2", "3", "4", "5"});
  const auto* hash = bond.find_option("bond-xmit-hash-policy");
  if (hash != nullptr && hash_valid && !bond_mode_takes(mode, "xmit_hash_policy"))
    checks.warn(hash->where, "hash-policy-ignored", "bond-xmit-hash-policy has no effect with mode " + mode, "remove the line");
}

/// The kernel refuses them; they are left out of the plan.
void check_mode_options(const Interface& bond, const std::string& mode, Checks& checks) {
  for (const auto& rule : bond_mode_rules()) {
    const auto* option = bond.find_option(rule.option);
    if (option == nullptr || rule.option == "bond-primary" || rule.option == "bond-xmit-hash-policy") continue;
    if (std::ranges::find(rule.modes, mode) != rule.modes.end()) continue;
    const std::vector<std::string> modes(rule.modes.begin(), rule.modes.end());
    checks.warn(option->where, "bond-option-ignored", std::string(rule.option) + " has no effect with mode " + mode,
                "remove the line, or set bond-mode to " + join(modes, " or "));
  }
}

void check(const Interface& bond, Checks& checks) {
  for (const auto& slave : port_words(bond, "bond-slaves")) check_slave(bond, slave, checks);
  const std::string mode = bond.find_option("bond-mode") == nullptr ? "balance-rr" : bond_mode_name(bond.option("bond-mode"));
  const auto* mode_line = bond.find_option("bond-mode");
  static const std::vector<std::string> modes{"balance-rr", "active-backup", "balance-xor", "broadcast",
                                              "802.3ad",    "balance-tlb",   "balance-alb"};
  if (mode_line != nullptr && std::ranges::find(modes, mode) == modes.end()) {
    checks.check_words(bond, "bond-mode", modes);
    return;
  }
  check_primary(bond, mode, checks);
  check_monitoring(bond, checks);
  check_hash(bond, mode, checks);
  check_mode_options(bond, mode, checks);
}

}  // namespace

const TypeRow& bond_type() {
  static const TypeRow row{.type = InterfaceType::bond,
                           .word = "bond",
                           .title = "Linux Bond",
                           .rank = 4,
                           .told_by_options = told_by_options,
                           .told_by_link = told_by_link,
                           .told_by_name = told_by_name,
                           .layout = kLayout,
                           .parameters = kParameters,
                           .check = check};
  return row;
}

}  // namespace drawbridge::network
