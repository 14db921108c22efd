// The parts of the kernel model: links, addresses and routes of a Snapshot and how they hang together. Private to kernel_model*.cc.
#pragma once

#include <string>

#include "base/result.h"
#include "network/operation.h"
#include "network/snapshot.h"

namespace drawbridge::network::model {

inline constexpr std::uint32_t kMainTable = 254;
inline constexpr std::uint8_t kKernelProtocol = 2;  ///< RTPROT_KERNEL
inline constexpr std::uint8_t kScopeLink = 253;
inline constexpr std::uint8_t kScopeHost = 254;
inline constexpr std::uint32_t kMetric6 = 1024;  ///< what IPv6 gives a route without metric

/// By exact name or altname; nullptr if there is none.
Link* find(Snapshot& snapshot, const std::string& name);
/// Error ENODEV.
Result<Link*> need(Snapshot& snapshot, const std::string& name);
bool is_own_address(const Snapshot& snapshot, const IpAddress& address);
std::uint32_t setting(const Link& link, std::string_view key);

// Links
Result<void> create_link(Snapshot& snapshot, const CreateLink& operation);
Result<void> delete_link(Snapshot& snapshot, const DeleteLink& operation);
Result<void> set_up(Snapshot& snapshot, const SetUp& operation);
Result<void> set_mtu(Snapshot& snapshot, const SetMtu& operation);
Result<void> set_mac(Snapshot& snapshot, const SetMac& operation);
Result<void> set_alias(Snapshot& snapshot, const SetAlias& operation);
Result<void> set_sysctl(Snapshot& snapshot, const SetSysctl& operation);

// Masters and the attributes of kinds
Result<void> set_master(Snapshot& snapshot, const SetMaster& operation);
Result<void> set_link_data(Snapshot& snapshot, const SetLinkData& operation);
Result<void> set_port_data(Snapshot& snapshot, const SetPortData& operation);
Result<void> add_bridge_vlan(Snapshot& snapshot, const BridgeVlan& vlan);
Result<void> remove_bridge_vlan(Snapshot& snapshot, const BridgeVlan& vlan);
/// errno of the kernel for bridge attributes out of range; 0: fine.
int check_bridge_data(const Attributes& present, const Attributes& wanted);
/// Takes over `wanted`, with what STP does to the forward delay.
void merge_bridge_data(Attributes& data, const Attributes& wanted);
void release(Snapshot& snapshot, Link& link);
/// Remembers whether a bridge's MTU and MAC follow its ports, and makes them follow after a change.
class PortWatch {
 public:
  PortWatch(Snapshot& snapshot, std::string bridge);
  void follow();

 private:
  Snapshot& snapshot_;
  std::string bridge_;
  bool mtu_follows_ = false;
  bool mac_follows_ = false;
};

// Settings of drivers
Result<void> set_ethtool(Snapshot& snapshot, const SetEthtool& operation);

// Forwarding database of VXLANs
Result<void> add_fdb(Snapshot& snapshot, const FdbEntry& entry);
Result<void> remove_fdb(Snapshot& snapshot, const FdbEntry& entry);

// DHCP clients
Result<void> start_dhcp(Snapshot& snapshot, const DhcpClient& client);
Result<void> stop_dhcp(Snapshot& snapshot, const DhcpClient& client);

// Addresses
Result<void> add_address(Snapshot& snapshot, const Address& address);
Result<void> remove_address(Snapshot& snapshot, const Address& address);
/// The link came up: routes to its subnets appear.
void add_connected_routes(Snapshot& snapshot, const std::string& link, Family family);
/// All addresses of a family go, and the routes through the link with them.
void flush_addresses(Snapshot& snapshot, const std::string& link, Family family);

// Routes
Result<void> set_route(Snapshot& snapshot, const Route& route);
Result<void> remove_route(Snapshot& snapshot, const Route& route);
void insert_route(Snapshot& snapshot, Route route);
/// Routes all of whose nexthops lead through the link.
void flush_routes(Snapshot& snapshot, const std::string& link, Family family);
/// The link is gone: its nexthops leave the routes of several.
void drop_nexthops(Snapshot& snapshot, const std::string& link);

}  // namespace drawbridge::network::model
