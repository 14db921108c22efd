// One step that changes the kernel (or runs a hook). A plan is an ordered list of these; kernel/ encodes them, kernel_model
// applies them to a Snapshot in memory.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <variant>

#include "network/snapshot.h"

namespace drawbridge::network {

/// Make a virtual link of `kind`. Error EEXIST if the name is taken.
struct CreateLink {
  std::string name;
  std::string kind;
  Attributes data;
  std::optional<MacAddress> mac;
  std::optional<std::uint32_t> mtu;
  std::string parent;      ///< VLAN's raw device, veth's peer; empty: none
  std::string alias = {};  ///< it never is without, whenever somebody is killed
  bool operator==(const CreateLink&) const = default;
};
struct DeleteLink {
  std::string name;
  bool operator==(const DeleteLink&) const = default;
};
struct SetUp {
  std::string link;
  bool up = true;
  bool operator==(const SetUp&) const = default;
};
struct SetMtu {
  std::string link;
  std::uint32_t mtu = 1500;
  bool operator==(const SetMtu&) const = default;
};
struct SetMac {
  std::string link;
  MacAddress mac;
  bool operator==(const SetMac&) const = default;
};
struct SetAlias {
  std::string link;
  std::string alias;
  bool operator==(const SetAlias&) const = default;
};
/// Make `link` a port of `master`; an empty master releases it.
struct SetMaster {
  std::string link;
  std::string master;
  bool operator==(const SetMaster&) const = default;
};
/// Change IFLA_INFO_DATA attributes of an existing link of `kind` in place.
struct SetLinkData {
  std::string link;
  std::string kind;
  Attributes data;
  bool operator==(const SetLinkData&) const = default;
};
/// Change a port's IFLA_INFO_SLAVE_DATA attributes; `master_kind` is "bridge" or "bond".
struct SetPortData {
  std::string link;
  std::string master_kind;
  Attributes data;
  bool operator==(const SetPortData&) const = default;
};
/// Write /proc/sys/net/FAMILY/conf/LINK/NAME; `key` as in Link::sysctl ("ipv6.disable_ipv6").
struct SetSysctl {
  std::string link;
  std::string key;
  std::uint32_t value = 0;
  bool operator==(const SetSysctl&) const = default;
};
/// Add, or replace with the same address and length (NLM_F_REPLACE): running it twice is no error.
struct AddAddress {
  Address address;
  bool operator==(const AddAddress&) const = default;
};
struct RemoveAddress {
  Address address;
  bool operator==(const RemoveAddress&) const = default;
};
/// Add or replace (same destination, table, metric): running it twice is no error.
struct SetRoute {
  Route route;
  bool operator==(const SetRoute&) const = default;
};
struct RemoveRoute {
  Route route;
  bool operator==(const RemoveRoute&) const = default;
};
struct AddBridgeVlan {
  BridgeVlan vlan;
  bool operator==(const AddBridgeVlan&) const = default;
};
struct RemoveBridgeVlan {
  BridgeVlan vlan;
  bool operator==(const RemoveBridgeVlan&) const = default;
};

/// Change settings of the driver (Link::ethtool), all in one step as far as the kernel allows it.
struct SetEthtool {
  std::string link;
  Attributes settings;
  bool operator==(const SetEthtool&) const = default;
};
/// Append a destination to a VXLAN's forwarding database; having it already is no error.
struct AddFdb {
  FdbEntry entry;
  bool operator==(const AddFdb&) const = default;
};
struct RemoveFdb {
  FdbEntry entry;
  bool operator==(const RemoveFdb&) const = default;
};
/// Start a DHCP client for the link; one that runs already is no error. It works on in the background.
struct StartDhcp {
  DhcpClient client;
  bool operator==(const StartDhcp&) const = default;
};
/// Release the lease and end the client; its addresses go with it.
struct StopDhcp {
  DhcpClient client;
  bool operator==(const StopDhcp&) const = default;
};

/// Give a link these limits and no others. Limits of another making (a root queue that isn't `1:`) stay where no limit is asked for.
struct SetRateLimit {
  std::string link;
  RateLimit rate;
  bool operator==(const SetRateLimit&) const = default;
};
/// Put a station behind a bridge's port, wherever it was before; having it already is no error.
struct AddPortFdb {
  PortFdbEntry entry;
  bool operator==(const AddPortFdb&) const = default;
};
struct RemovePortFdb {
  PortFdbEntry entry;
  bool operator==(const RemovePortFdb&) const = default;
};

/// The six hook options of the interfaces file.
enum class HookPhase : std::uint8_t { pre_up, up, post_up, pre_down, down, post_down };
/// Run a user's command through /bin/sh; a failing command is a warning, never a rollback.
struct RunHook {
  std::string link;
  HookPhase phase = HookPhase::up;
  std::string command;
  std::map<std::string, std::string> environment;  ///< IFACE, LOGICAL, METHOD, ADDRFAM, MODE, PHASE, IF_*
  bool operator==(const RunHook&) const = default;
};

using Operation = std::variant<CreateLink, DeleteLink, SetUp, SetMtu, SetMac, SetAlias, SetMaster, SetLinkData, SetPortData, SetSysctl,
                               AddAddress, RemoveAddress, SetRoute, RemoveRoute, AddBridgeVlan, RemoveBridgeVlan, RunHook, SetEthtool,
                               AddFdb, RemoveFdb, StartDhcp, StopDhcp, SetRateLimit, AddPortFdb, RemovePortFdb>;

/// "create-link", "set-mtu", "run-hook"…: the `op` of the plan's JSON.
std::string operation_name(const Operation& operation);
/// The link, or for a route its destination: the `object` of the plan's JSON.
std::string operation_object(const Operation& operation);
/// The rest in one line, in the words of ip(8): "kind bridge stp_state 0", "master vmbr0", "100.64.0.102/22".
std::string operation_detail(const Operation& operation);

std::string hook_phase_name(HookPhase phase);  ///< "pre-up" …

}  // namespace drawbridge::network
