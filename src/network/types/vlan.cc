// VLAN interfaces in their three spellings: X.N, vlanN with a raw device, any name with a raw device and an id.
#include <array>

#include "base/text.h"
#include "network/option_key.h"
#include "network/types/types.h"

namespace drawbridge::network {
namespace {

constexpr std::array<std::string_view, 4> kLayout{"mtu", "vlan-id", "vlan-protocol", "vlan-raw-device"};
constexpr std::array<std::string_view, 3> kParameters{"vlan-id", "vlan-protocol", "vlan-raw-device"};

bool told_by_options(const Interface& interface) {
  return interface.find_option("vlan-raw-device") != nullptr || interface.find_option("vlan-id") != nullptr;
}
bool told_by_link(const Link& link) { return link.kind == "vlan"; }
bool told_by_name(std::string_view name) { return !split_vlan_name(name).root.empty() || is_numbered(name, "vlan"); }

void show(const Interface& interface, ShownFields& fields) {
  if (const auto id = vlan_id_of(interface); !id.empty()) fields["vlan-id"] = id;
  if (const auto parent = parent_of(interface); !parent.empty()) fields["vlan-raw-device"] = parent;
}

SourceLocation id_place(const Interface& vlan) {
  const auto* line = vlan.find_option("vlan-id");
  return line == nullptr ? vlan.where : line->value_where;
}

void check_id(const Interface& vlan, Checks& checks) {
  const std::string id = vlan_id_of(vlan);
  if (id.empty()) {
    checks.error(vlan.where, "vlan-without-id", "VLAN interface " + printable(vlan.name) + " has no VLAN id", "add a vlan-id line");
    return;
  }
  const auto number = parse_number<std::uint16_t>(id);
  if (!number || *number < 1 || *number > 4094) {
    checks.error(id_place(vlan), "vlan-id-range", "VLAN id " + printable(id) + " is not from 1 to 4094", "choose an id from 1 to 4094");
    return;
  }
  const auto* line = vlan.find_option("vlan-id");
  if (line != nullptr && parse_number<std::uint16_t>(line->value) != number)
    checks.warn(line->value_where, "vlan-id-contradiction",
                "the name says VLAN " + std::to_string(*number) + ", vlan-id says " + printable(line->value) + "; the name counts",
                "remove the vlan-id line, or rename the interface");
}

void check_parent(const Interface& vlan, Checks& checks) {
  const std::string parent = parent_of(vlan);
  if (parent.empty()) {
    checks.error(vlan.where, "vlan-without-parent", "VLAN interface " + printable(vlan.name) + " has no raw device",
                 "add a vlan-raw-device line");
    return;
  }
  const auto* line = vlan.find_option("vlan-raw-device");
  const auto root = split_vlan_name(vlan.name).root;
  if (line != nullptr && !root.empty() && line->value != root)
    checks.warn(line->value_where, "vlan-parent-contradiction",
                "the name says that the VLAN stands on " + printable(root) + ", vlan-raw-device says " + printable(line->value) +
                    "; the option counts",
                "rename the interface to " + printable(line->value) + "." + std::string(split_vlan_name(vlan.name).number) +
                    ", or remove the line");
  const SourceLocation where = line == nullptr ? vlan.where : line->value_where;
  if (!checks.is_known(parent))
    checks.warn(where, "parent-missing", "no interface " + printable(parent) + " for VLAN " + printable(vlan.name),
                "add a stanza for " + printable(parent) + ", or correct its name");
  const auto type = checks.type_of(parent);
  if (type == InterfaceType::loopback || type == InterfaceType::alias)
    checks.error(where, "parent-type", printable(parent) + " can't carry VLANs", "name a NIC, bond or bridge as raw device");
}

/// The bridge itself is in VLAN 1, untagged: a VLAN interface for it never sees a frame.
void check_untagged(const Interface& vlan, Checks& checks) {
  const Interface* bridge = checks.model().find(parent_of(vlan));
  if (bridge == nullptr || bridge->type != InterfaceType::bridge || parse_number<std::uint16_t>(vlan_id_of(vlan)) != 1) return;
  if (parse_switch(trim(bridge->option("bridge-vlan-aware"))).value_or(false))
    checks.warn(id_place(vlan), "vlan-is-untagged",
                "VLAN 1 reaches the bridge " + printable(bridge->name) + " untagged, so " + printable(vlan.name) + " sees nothing of it",
                "put the address on " + printable(bridge->name) + ", or choose another id");
}

void check(const Interface& vlan, Checks& checks) {
  // Known from the kernel only: somebody else's.
  if (!told_by_options(vlan) && !told_by_name(vlan.name)) return;
  check_id(vlan, checks);
  check_untagged(vlan, checks);
  checks.check_switch(vlan, "vlan-bridge-binding");
  check_parent(vlan, checks);
  const auto* protocol = vlan.find_option("vlan-protocol");
  if (protocol == nullptr) return;
  const std::string word = to_lower(protocol->value);
  if (word != "802.1q" && word != "802.1ad")
    checks.error(protocol->value_where, "vlan-protocol-invalid", "'" + printable(protocol->value) + "' is not a VLAN protocol",
                 "write 802.1q or 802.1ad");
}

}  // namespace

const TypeRow& vlan_type() {
  static const TypeRow row{.type = InterfaceType::vlan,
                           .word = "vlan",
                           .title = "Linux VLAN",
                           .rank = 6,
                           .told_by_options = told_by_options,
                           .told_by_link = told_by_link,
                           .told_by_name = told_by_name,
                           .layout = kLayout,
                           .parameters = kParameters,
                           .show = show,
                           .check = check};
  return row;
}

}  // namespace drawbridge::network
