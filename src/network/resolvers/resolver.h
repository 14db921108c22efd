// How the interfaces of a type become kernel terms. A further type is one file in this folder and one row in resolver.cc.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "network/interface.h"

namespace drawbridge::network {

/// A link that an interface stands on: a port of a bridge, a slave of a bond, a VLAN's raw device.
struct LowerLink {
  std::string name;
  SourceLocation where;  ///< the word that names it
  bool operator==(const LowerLink&) const = default;
};

/// What the resolvers share.
struct Resolving {
  const Model& model;
  const Snapshot* kernel;  ///< may be null
  Resolved result;
  /// Slaves that name their bond by bond-master, by the bond's name.
  std::map<std::string, std::vector<LowerLink>, std::less<>> bond_members;
  /// The routing table of each VRF of the files.
  std::map<std::string, std::uint32_t, std::less<>> vrf_tables;

  Resolving(const Model& of, const Snapshot* against);

  Desired& desired() { return result.desired; }
  const Desired& desired() const { return result.desired; }
  void error(const SourceLocation& where, std::string code, std::string message, std::string hint);
  void warn(const SourceLocation& where, std::string code, std::string message, std::string hint);
  /// The option is understood, but nothing is done about it. `why` goes on after "NAME is kept in the file, but not applied".
  void not_applied(const OptionLine& option, std::string_view why = {});

  const Link* kernel_link(std::string_view name) const { return kernel == nullptr ? nullptr : kernel->find_link(name); }
  /// What is resolved so far under the name; nullptr: nothing.
  DesiredLink* find(std::string_view name);
  /// Kind of the link that the name will be: what the files ask for, else what the kernel has; empty: a card, or nothing.
  std::string kind_of(std::string_view name) const;
  /// True if a bridge of that name has, or will have, VLAN filtering.
  bool is_vlan_aware(std::string_view name) const;
};

struct ResolverRow {
  InterfaceType type = InterfaceType::unknown;
  /// The links below, in file order. nullptr: the type has none.
  std::vector<LowerLink> (*lower)(const Interface& interface, const Resolving& resolving) = nullptr;
  /// Adds to `link`, which has what every type has (up, mtu, MAC, addresses…), what is the type's own. The links below have
  /// been resolved before. nullptr: nothing. False: it can't be made, which has been reported; the link is left out.
  bool (*resolve)(const Interface& interface, const std::vector<LowerLink>& lower, DesiredLink& link, Resolving& resolving) = nullptr;
};

/// nullptr if this version can't apply interfaces of the type.
const ResolverRow* find_resolver(InterfaceType type);

const ResolverRow& bridge_resolver();
const ResolverRow& bond_resolver();
const ResolverRow& vlan_resolver();
const ResolverRow& vxlan_resolver();
const ResolverRow& dummy_resolver();
const ResolverRow& veth_resolver();
const ResolverRow& vrf_resolver();
const ResolverRow& tunnel_resolver();
const ResolverRow& physical_resolver();
const ResolverRow& loopback_resolver();

/// The names that a list of ports means: words as they are, patterns against kernel and file. In the list's order.
std::vector<LowerLink> expand_ports(const Interface& interface, std::string_view option, const Resolving& resolving);

/// What every type has: up, MTU, MAC, alias, settings, addresses, methods, driver's settings, membership of a VRF, hooks.
DesiredLink make_common(const Interface& interface, Resolving& resolving);
/// Addresses of `line` for `link`; an alias has its own name as the label.
Asked<Address> make_address(const AddressLine& line, const std::string& link, const std::string& label);
/// dhcp4, dhcp6 and slaac of the interface's methods (of an alias: for the link it stands for).
void add_methods(const Interface& interface, DesiredLink& link, Resolving& resolving);
/// Driver's settings: link-speed, rx-offload, ring-rx…
void add_ethtool(const Interface& interface, DesiredLink& link, Resolving& resolving);
/// Options of the interface that are understood, but not applied by any resolver.
void warn_not_applied(const Interface& interface, Resolving& resolving);
/// The links that `address-virtual` and `vrrp` lines make above the interface.
void add_virtual_addresses(const Interface& interface, Resolving& resolving);

/// Completes a link as VLAN `id` of `parent`, which has been resolved: the MTU of the parent where none is asked for, and the
/// bridge's own membership if the parent is a VLAN-aware bridge.
void make_vlan(DesiredLink& link, const Asked<std::string>& parent, std::uint16_t id, Resolving& resolving);

/// The text that an option gives for one port: "eth0=5 eth1=7", one word for all, or "eth0 5". Its lookup takes no walk over the
/// list, so that a bridge may have thousands of ports.
class PortValues {
 public:
  explicit PortValues(const OptionLine* option);
  /// nullptr: the option isn't there.
  const OptionLine* option() const { return option_; }
  /// Empty: it says nothing of the port.
  std::string_view value_for(std::string_view port) const;

 private:
  const OptionLine* option_;
  std::string_view for_all_;
  std::map<std::string_view, std::string_view> by_port_;
};

/// The table that routes of the link go into: that of its VRF, else the main table.
std::uint32_t route_table_of(const DesiredLink& link, const Resolving& resolving);
/// Tables for the VRFs of the files: as asked for, or the one that the kernel's VRF of that name has, or the lowest free one from
/// 1001 to 5000.
void assign_vrf_tables(Resolving& resolving);

}  // namespace drawbridge::network
