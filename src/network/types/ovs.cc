// Open vSwitch: bridges, bonds, ports, internal ports, each told by its ovs_type.
#include <algorithm>
#include <array>

#include "base/text.h"
#include "network/types/types.h"

namespace drawbridge::network {
namespace {

constexpr std::array<std::string_view, 3> kBridgeLayout{"ovs-type", "ovs-ports", "mtu"};
constexpr std::array<std::string_view, 5> kBondLayout{"ovs-bonds", "ovs-type", "ovs-bridge", "mtu", "ovs-options"};
constexpr std::array<std::string_view, 4> kPortLayout{"ovs-type", "ovs-bridge", "mtu", "ovs-options"};
constexpr std::array<std::string_view, 2> kBridgeParameters{"ovs_options", "ovs_ports"};
constexpr std::array<std::string_view, 5> kBondParameters{"bond_mode", "ovs_bonds", "ovs_bridge", "ovs_options", "ovs_tag"};
constexpr std::array<std::string_view, 3> kPortParameters{"ovs_bridge", "ovs_options", "ovs_tag"};

bool is_bridge(const Interface& interface) { return interface.option("ovs-type") == "OVSBridge"; }
bool is_bond(const Interface& interface) { return interface.option("ovs-type") == "OVSBond"; }
bool is_port(const Interface& interface) { return interface.option("ovs-type") == "OVSPort"; }
bool is_int_port(const Interface& interface) { return interface.option("ovs-type") == "OVSIntPort"; }

/// Takes words out of the shown ovs_options that are members of their own.
void take_out(const Interface& interface, const std::vector<std::string_view>& keys, ShownFields& fields) {
  std::vector<std::string> kept;
  for (const auto word : split_words(interface.option("ovs-options")))
    if (std::ranges::find(keys, word.substr(0, word.find('='))) == keys.end() || word.find('=') == std::string_view::npos)
      kept.emplace_back(word);
  if (kept.empty())
    fields.erase("ovs_options");
  else
    fields["ovs_options"] = join(kept, " ");
}

void show_tag(const Interface& interface, ShownFields& fields) {
  if (const auto tag = ovs_option(interface, "tag"); !tag.empty()) fields["ovs_tag"] = tag;
}

void show_port(const Interface& interface, ShownFields& fields) {
  show_tag(interface, fields);
  if (fields.contains("ovs_options")) take_out(interface, {"tag"}, fields);
}

void show_bond(const Interface& interface, ShownFields& fields) {
  show_tag(interface, fields);
  if (!fields.contains("ovs_options")) return;
  std::string mode = ovs_option(interface, "bond_mode");
  const std::string lacp = ovs_option(interface, "lacp");
  if (lacp == "active" && mode == "balance-slb") mode = "lacp-balance-slb";
  if (mode == "balance-tcp") mode = "lacp-balance-tcp";
  if (!mode.empty()) fields["bond_mode"] = mode;
  // "lacp" without a mode that expresses it stays visible where it was.
  take_out(interface,
           mode.starts_with("lacp-") ? std::vector<std::string_view>{"tag", "bond_mode", "lacp"}
                                     : std::vector<std::string_view>{"tag", "bond_mode"},
           fields);
}

void check_bridge_reference(const Interface& port, Checks& checks) {
  const auto* line = port.find_option("ovs-bridge");
  if (line == nullptr) {
    checks.error(port.where, "ovs-bridge-missing", printable(port.name) + " names no ovs_bridge", "add an ovs_bridge line");
    return;
  }
  const Interface* bridge = checks.model().find(line->value);
  if (bridge == nullptr || bridge->type != InterfaceType::ovs_bridge) {
    checks.error(line->value_where, "ovs-bridge-unknown", "there is no OVS bridge " + printable(line->value),
                 "add it, or name an existing one");
    return;
  }
  const auto ports = port_words(*bridge, "ovs-ports");
  if (std::ranges::none_of(ports, [&](const PortWord& word) { return word.text == port.name; }))
    checks.warn(line->value_where, "ovs-port-not-listed",
                printable(line->value) + " doesn't list " + printable(port.name) + " in its ovs_ports",
                "add it there: not every program follows ovs_bridge");
}

void check_tag(const Interface& port, Checks& checks) {
  const std::string tag = ovs_option(port, "tag");
  if (tag.empty()) return;
  const auto number = parse_number<std::uint16_t>(tag);
  if (!number || *number < 1 || *number > 4094)
    checks.error(port.find_option("ovs-options")->value_where, "vlan-id-range", "tag " + printable(tag) + " is not from 1 to 4094",
                 "choose a tag from 1 to 4094");
}

void check_port(const Interface& port, Checks& checks) {
  check_bridge_reference(port, checks);
  check_tag(port, checks);
}

void check_bond(const Interface& bond, Checks& checks) {
  check_port(bond, checks);
  for (const auto& member : port_words(bond, "ovs-bonds")) {
    const Interface* interface = checks.model().find(member.text);
    if (interface != nullptr && interface->type != InterfaceType::eth && interface->type != InterfaceType::unknown)
      checks.error(member.where, "slave-type",
                   printable(member.text) + " is of type " + type_name(interface->type) + " and can't be in an OVS bond",
                   "name NICs as members");
  }
  const std::string mode = ovs_option(bond, "bond_mode");
  if (!mode.empty() && mode != "active-backup" && mode != "balance-slb" && mode != "balance-tcp")
    checks.error(bond.find_option("ovs-options")->value_where, "bond-mode-invalid",
                 "'" + printable(mode) + "' is not a mode of an OVS bond", "write active-backup, balance-slb or balance-tcp");
}

void check_bridge(const Interface& bridge, Checks& checks) {
  for (const auto& port : port_words(bridge, "ovs-ports")) {
    const Interface* interface = checks.model().find(port.text);
    if (interface == nullptr) continue;
    const auto type = interface->type;
    if (type == InterfaceType::bridge || type == InterfaceType::ovs_bridge || type == InterfaceType::loopback ||
        type == InterfaceType::alias)
      checks.error(port.where, "port-type",
                   printable(port.text) + " is of type " + type_name(type) + " and can't be a port of an OVS bridge", "remove the port");
  }
}

}  // namespace

const TypeRow& ovs_bridge_type() {
  static const TypeRow row{.type = InterfaceType::ovs_bridge,
                           .word = "OVSBridge",
                           .title = "OVS Bridge",
                           .rank = 5,
                           .told_by_options = is_bridge,
                           .layout = kBridgeLayout,
                           .parameters = kBridgeParameters,
                           .check = check_bridge};
  return row;
}

const TypeRow& ovs_bond_type() {
  static const TypeRow row{.type = InterfaceType::ovs_bond,
                           .word = "OVSBond",
                           .title = "OVS Bond",
                           .rank = 4,
                           .told_by_options = is_bond,
                           .layout = kBondLayout,
                           .parameters = kBondParameters,
                           .show = show_bond,
                           .check = check_bond};
  return row;
}

const TypeRow& ovs_port_type() {
  static const TypeRow row{.type = InterfaceType::ovs_port,
                           .word = "OVSPort",
                           .title = "OVS Port",
                           .rank = 2,
                           .told_by_options = is_port,
                           .layout = kPortLayout,
                           .parameters = kPortParameters,
                           .show = show_port,
                           .check = check_port};
  return row;
}

const TypeRow& ovs_int_port_type() {
  static const TypeRow row{.type = InterfaceType::ovs_int_port,
                           .word = "OVSIntPort",
                           .title = "OVS IntPort",
                           .rank = 3,
                           .told_by_options = is_int_port,
                           .layout = kPortLayout,
                           .parameters = kPortParameters,
                           .show = show_port,
                           .check = check_port};
  return row;
}

}  // namespace drawbridge::network
