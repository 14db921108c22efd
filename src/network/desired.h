// What the files ask the kernel to be, kernel terms only: the right-hand side of every plan. Resolved from the typed model
// (interface.h); each part remembers the line that asked for it.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/source_location.h"
#include "network/operation.h"
#include "network/snapshot.h"

namespace drawbridge::network {

template <class T>
struct Asked {
  T value;
  SourceLocation where;
  bool operator==(const Asked&) const = default;
};

struct DesiredHook {
  HookPhase phase = HookPhase::up;
  std::string command;
  std::map<std::string, std::string> environment;
  SourceLocation where;
  bool operator==(const DesiredHook&) const = default;
};

/// One link that the files speak of. A member that is not set is left as the kernel has it.
struct DesiredLink {
  std::string name;      ///< as the file spells it; may be an altname of a physical link
  std::string kind;      ///< empty: must already exist (physical NIC, lo, somebody else's device)
  SourceLocation where;  ///< the stanza, or for an implied port the line that names it
  std::optional<Asked<bool>> up;
  std::optional<Asked<std::uint32_t>> mtu;
  std::optional<Asked<MacAddress>> mac;      ///< asked for by `hwaddress`
  std::optional<MacAddress> initial_mac;     ///< only used when the link is made (a bridge takes its first port's)
  std::string mac_from;                      ///< link whose MAC becomes initial_mac at plan time; empty: none
  std::optional<Asked<std::string>> master;  ///< "" = released; a bridge, bond or VRF
  /// The link below (IFLA_LINK): a VLAN's raw device, a macvlan's lower link, a veth's peer. Can't change in place.
  std::optional<Asked<std::string>> parent;
  std::optional<Asked<std::string>> alias;
  std::map<std::string, Asked<AttributeValue>, std::less<>> data;
  std::map<std::string, Asked<AttributeValue>, std::less<>> port;
  std::map<std::string, Asked<std::uint32_t>, std::less<>> sysctl;
  std::vector<Asked<Address>> addresses;  ///< in file order: the first of a subnet is its primary
  std::vector<DesiredHook> hooks;         ///< in file order
  std::map<std::string, Asked<AttributeValue>, std::less<>> ethtool;
  /// Of a VXLAN: its destinations. Those of `previous` that are not listed go; others' stay, unless exact_fdb.
  std::vector<Asked<FdbEntry>> fdb;
  bool exact_fdb = false;            ///< destinations not listed are removed, whoever made them
  std::optional<Asked<bool>> dhcp4;  ///< a DHCP client runs (true) or doesn't
  std::optional<Asked<bool>> dhcp6;
  /// SLAAC: addresses that router advertisements give are wanted. Where `previous` had it and this has not, they go.
  std::optional<Asked<bool>> slaac;
  bool exact_addresses = false;  ///< restore mode: addresses not listed are removed, whoever made them
  /// The VLANs of a bridge port: these and no others. Of a bridge itself (`self` entries): these are added, and those that only
  /// `previous` asked for go; in restore mode (exact_addresses) they are these and no others.
  std::optional<Asked<std::vector<BridgeVlan>>> vlans;
  std::optional<Asked<RateLimit>> rate;
  /// The stations behind a bridge port: these and no others.
  std::optional<Asked<std::vector<PortFdbEntry>>> port_fdb;
  /// The link is a guest's, and it is the guest's configuration that speaks here: it may move to another bridge. It does so last,
  /// when its new bridge is complete, and it is down while it moves, so that no frame leaves through a port that is half set up.
  bool guest = false;
  bool operator==(const DesiredLink&) const = default;
};

struct Desired {
  std::map<std::string, DesiredLink, std::less<>> links;
  std::vector<Asked<Route>> routes;
  /// Links that the files describe without asking for them (no `auto`): they are left as they are.
  std::set<std::string, std::less<>> dormant;
  bool exact_routes = false;  ///< restore mode: a route by another protocol, or without the preferred source, is another route
  bool operator==(const Desired&) const = default;
};

/// True if the route goes with links of these names: it leads through one, or ends the lookups in the table of a VRF.
bool belongs_to(const Route& route, const Desired& desired, const std::set<std::string>& names);

}  // namespace drawbridge::network
