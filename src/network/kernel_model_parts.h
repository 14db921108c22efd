// The parts of the kernel model: links, addresses and routes of a Snapshot and how they hang together. Private to kernel_model*.cc.
#pragma once

#include <algorithm>
#include <span>
#include <string>

#include "base/result.h"
#include "network/kernel_model_relations.h"
#include "network/operation.h"
#include "network/snapshot.h"

namespace drawbridge::network::model {

inline constexpr std::uint32_t kMainTable = 254;
inline constexpr std::uint8_t kKernelProtocol = 2;  ///< RTPROT_KERNEL
inline constexpr std::uint8_t kScopeLink = 253;
inline constexpr std::uint8_t kScopeHost = 254;
inline constexpr std::uint32_t kMetric6 = 1024;  ///< what IPv6 gives a route without metric
inline constexpr std::uint32_t kLeastMtu = 68;
inline constexpr std::uint32_t kMostMtu = 65535;
inline constexpr std::uint32_t kLeastMtu6 = 1280;
inline constexpr std::uint32_t kUnknownMtu = 0;

/// By exact name or altname; nullptr if there is none.
Link* find(Model& model, const std::string& name);
/// Error ENODEV.
Result<Link*> need(Model& model, const std::string& name);
bool is_own_address(const Snapshot& snapshot, const IpAddress& address);
std::uint32_t setting(const Link& link, std::string_view key);
/// A numeric attribute; nullopt if it is absent or text.
std::optional<std::uint64_t> number(const Attributes& attributes, std::string_view name);
/// A textual attribute; empty if it is absent or a number.
std::string text(const Attributes& attributes, std::string_view name);
void merge(Attributes& into, const Attributes& from);
/// The entries of a vector that is sorted by `link` first.
template <class T>
std::span<T> entries_of(std::vector<T>& all, const std::string& link) {
  const auto range = std::ranges::equal_range(all, link, {}, &T::link);
  return {range.begin(), range.end()};
}
template <class T>
void erase_entries_of(std::vector<T>& all, const std::string& link) {
  const auto range = std::ranges::equal_range(all, link, {}, &T::link);
  all.erase(range.begin(), range.end());
}

// Links
Result<void> create_link(Model& model, const CreateLink& operation);
Result<void> delete_link(Model& model, const DeleteLink& operation);
Result<void> set_up(Model& model, const SetUp& operation);
Result<void> set_mtu(Model& model, const SetMtu& operation);
Result<void> set_mac(Model& model, const SetMac& operation);
Result<void> set_alias(Model& model, const SetAlias& operation);
Result<void> set_sysctl(Model& model, const SetSysctl& operation);

// What one link's change does to those that stand on it, and to its master
/// 0, or the errno with which the kernel refuses to raise it.
int check_raise(Model& model, const Link& link);
/// The same; VLANs on it are raised as well.
int raise(Model& model, const std::string& name);
/// The VLANs on it go down with it.
void lower(Model& model, const std::string& name);
/// Down, and up again if it was up.
void cycle(Model& model, const std::string& name);
void change_mtu(Model& model, const std::string& name, std::uint32_t mtu);
void change_mac(Model& model, const std::string& name, const MacAddress& mac);

// Kinds
/// A new link of the operation's kind with the kind's defaults; error: what the kernel refuses about it.
Result<Link> make_link(Model& model, const CreateLink& operation);
/// 0, or the errno with which the kernel refuses the attributes for the existing link.
int check_data(Model& model, const Link& link, const Attributes& wanted);
/// 0, or the errno for an MTU that the link's kind or its lower device does not allow.
int check_mtu(Model& model, const Link& link, std::uint32_t mtu);
/// The family and the lower device of a VXLAN, by its attributes.
bool is_v6_vxlan(const Attributes& data);

// Bonds
int check_bond_data(Model& model, const Link& bond, const Attributes& wanted);
void merge_bond_data(Attributes& data, const Attributes& wanted);
/// Fixed attributes, and those that the kernel tells in this mode only.
Attributes new_bond_data(const Attributes& wanted);
int check_bond_port(Model& model, const Link& bond, const Link& link);
void join_bond(Model& model, const std::string& port, const std::string& bond);
void leave_bond(Model& model, const std::string& port);
/// True if the bond keeps its ports' own MACs (fail_over_mac).
bool keeps_port_macs(const Link& bond);

// Masters and the attributes of kinds
Result<void> set_master(Model& model, const SetMaster& operation);
Result<void> set_link_data(Model& model, const SetLinkData& operation);
Result<void> set_port_data(Model& model, const SetPortData& operation);
/// errno of the kernel for bridge attributes out of range; 0: fine.
int check_bridge_data(const Attributes& present, const Attributes& wanted);
/// Takes over `wanted`, with what STP does to the forward delay.
void merge_bridge_data(Attributes& data, const Attributes& wanted);
void release(Model& model, const std::string& port);
/// Remembers whether a bridge's MTU and MAC follow its ports, and makes them follow after a change.
class PortWatch {
 public:
  PortWatch(Model& model, std::string bridge);
  void follow();

 private:
  Model& model_;
  std::string bridge_;
  bool mtu_follows_ = false;
  bool mac_follows_ = false;
};

// VLANs of bridges
Result<void> add_bridge_vlan(Model& model, const BridgeVlan& vlan);
Result<void> remove_bridge_vlan(Model& model, const BridgeVlan& vlan);
/// The default PVID of a bridge on a new port, or on the new bridge itself.
void add_default_vlan(Snapshot& snapshot, const Link& bridge, const std::string& link);
/// True if the bridge has no MAC to receive the VLAN's frames with, which it does not yet do.
bool lacks_mac_for(Model& model, const Link& bridge, std::uint64_t first, std::uint64_t last);
/// The default PVID changes where it is still in use.
void move_default_vlan(Model& model, const Link& bridge, std::uint64_t pvid);

// Settings of drivers
Result<void> set_ethtool(Model& model, const SetEthtool& operation);

// Forwarding database of VXLANs
Result<void> add_fdb(Model& model, const FdbEntry& entry);
Result<void> remove_fdb(Model& model, const FdbEntry& entry);

// Guests' ports
Result<void> set_rate_limit(Model& model, const SetRateLimit& operation);
Result<void> add_port_fdb(Model& model, const PortFdbEntry& entry);
Result<void> remove_port_fdb(Model& model, const PortFdbEntry& entry);

// DHCP clients
Result<void> start_dhcp(Model& model, const DhcpClient& client);
Result<void> stop_dhcp(Model& model, const DhcpClient& client);

// Addresses
Result<void> add_address(Model& model, const Address& address);
Result<void> remove_address(Model& model, const Address& address);
/// The link came up: routes to its subnets appear.
void add_connected_routes(Model& model, const std::string& link, Family family);
/// All addresses of a family go, and the routes through the link with them.
void flush_addresses(Snapshot& snapshot, const std::string& link, Family family);
/// The loopback gets the addresses that every host has.
void add_loopback_addresses(Model& model, const std::string& link);

// Routes
/// The table of a link's own routes: its VRF's, or the main one.
std::uint32_t table_of(const Snapshot& snapshot, const Link& link);
Result<void> set_route(Model& model, const Route& route);
Result<void> remove_route(Model& model, const Route& route);
void insert_route(Snapshot& snapshot, Route route);
/// The routes with the same destination, table and metric.
std::span<Route> routes_like(Snapshot& snapshot, const Route& route);
/// Routes all of whose nexthops lead through the link.
void flush_routes(Snapshot& snapshot, const std::string& link, Family family);
/// The link is gone: its nexthops leave the routes of several.
void drop_nexthops(Snapshot& snapshot, const std::string& link);

}  // namespace drawbridge::network::model
