// The types of interfaces, one row each. A further type is one file in this folder, one row in the table of types.cc, one test.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "network/interface.h"
#include "network/validate_checks.h"

namespace drawbridge::network {

/// Members of a REST object: integers for flags and defaults, text for what a file states.
using ShownFields = std::map<std::string, std::variant<std::int64_t, std::string>, std::less<>>;

struct TypeRow {
  InterfaceType type = InterfaceType::unknown;
  std::string_view word;   ///< the REST API's; "unknown" for several types
  std::string_view title;  ///< the table's
  /// In the canonical layout, interfaces of lower rank come first.
  std::uint32_t rank = 0;
  /// True if the stanza's options say it is of this type. nullptr: they never do.
  bool (*told_by_options)(const Interface& interface) = nullptr;
  /// True if the kernel's link of this name says so.
  bool (*told_by_link)(const Link& link) = nullptr;
  /// True if the name alone says so.
  bool (*told_by_name)(std::string_view name) = nullptr;
  /// Canonical option names that the canonical layout puts first, in order.
  std::span<const std::string_view> layout = {};
  /// REST parameters of this type beyond those that every type has, sorted.
  std::span<const std::string_view> parameters = {};
  /// Adds defaults and derived members to those that the options give.
  void (*show)(const Interface& interface, ShownFields& fields) = nullptr;
  /// What is wrong with one interface of this type.
  void (*check)(const Interface& interface, Checks& checks) = nullptr;
};

const TypeRow& bridge_type();
const TypeRow& bond_type();
const TypeRow& vlan_type();
const TypeRow& alias_type();
const TypeRow& vxlan_type();
const TypeRow& dummy_type();
const TypeRow& loopback_type();
const TypeRow& eth_type();
const TypeRow& ovs_bridge_type();
const TypeRow& ovs_bond_type();
const TypeRow& ovs_port_type();
const TypeRow& ovs_int_port_type();
/// Types that the REST API has no word for: there, they are "unknown".
const TypeRow& tunnel_type();
const TypeRow& vrf_type();
const TypeRow& veth_type();
const TypeRow& macvlan_type();
const TypeRow& unknown_type();

/// All rows, in the order in which they are asked.
std::span<const TypeRow* const> type_rows();
const TypeRow& type_row(InterfaceType type);

/// By options first, by what the kernel has under that name second, by the name last.
InterfaceType detect_type(const Interface& interface, const Snapshot* kernel);
/// The type that a name alone tells.
InterfaceType detect_type_by_name(std::string_view name);

/// A link of the kernel that stands for hardware: Ethernet, not made by software, not loopback.
bool is_physical(const Link& link);

/// "eth0.5": {"eth0", "5"}; empty views if the name isn't of this form.
struct SplitName {
  std::string_view root;
  std::string_view number;
};
SplitName split_vlan_name(std::string_view name);   ///< at the last '.'
SplitName split_alias_name(std::string_view name);  ///< at the last ':'
/// True if `name` is `prefix` followed by digits only, at least one.
bool is_numbered(std::string_view name, std::string_view prefix);

/// The interface that a VLAN or an alias stands on; empty if the file doesn't say.
std::string parent_of(const Interface& interface);
/// The id of a VLAN interface as text; empty if the file doesn't say.
std::string vlan_id_of(const Interface& interface);

/// How a tunnel-mode is told to the kernel.
struct TunnelMode {
  std::string_view word;      ///< of the file: "ipip6"
  std::string_view kind;      ///< IFLA_INFO_KIND: "ip6tnl"
  std::string_view protocol;  ///< what it carries, for kinds that carry several: "ipip6"; empty: one only
  bool over_v6 = false;       ///< family of its two ends
};
/// nullptr: the interface says no mode, or one that is unknown.
const TunnelMode* tunnel_mode_of(const Interface& tunnel);
/// The line of "tunnel-mode", "tunnel-local"…, in the long or the short spelling ("mode", "local"…).
const OptionLine* tunnel_option(const Interface& tunnel, std::string_view canonical_name);

/// One word of ovs_options, "key=value".
struct OvsOption {
  std::string key;
  std::string value;
};
std::vector<OvsOption> ovs_options_of(const Interface& interface);
std::string ovs_option(const Interface& interface, std::string_view key);

}  // namespace drawbridge::network
