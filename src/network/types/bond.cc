// Linux bonds: told by bond-slaves or bond-mode, by the kernel, or by a name such as bond0.
#include <algorithm>
#include <array>

#include "base/text.h"
#include "network/option_key.h"
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
  if (type == InterfaceType::eth || type == InterfaceType::bond || type == InterfaceType::unknown || type == InterfaceType::dummy) return;
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
  checks.check_number(bond, "bond-miimon", 0, 2'000'000'000);
  const bool hash_valid =
      checks.check_words(bond, "bond-xmit-hash-policy",
                         {"layer2", "layer2+3", "layer3+4", "encap2+3", "encap3+4", "vlan+srcmac", "0", "1", "2", "3", "4", "5"});
  const auto* hash = bond.find_option("bond-xmit-hash-policy");
  if (hash != nullptr && hash_valid && (mode == "active-backup" || mode == "broadcast" || mode == "balance-rr"))
    checks.warn(hash->where, "hash-policy-ignored", "bond-xmit-hash-policy has no effect with mode " + mode, "remove the line");
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
