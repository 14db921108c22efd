#include "network/kernel_model.h"

#include "network/kernel_model_parts.h"

namespace drawbridge::network {
namespace {

struct Apply {
  Snapshot& snapshot;

  Result<void> operator()(const CreateLink& o) const { return model::create_link(snapshot, o); }
  Result<void> operator()(const DeleteLink& o) const { return model::delete_link(snapshot, o); }
  Result<void> operator()(const SetUp& o) const { return model::set_up(snapshot, o); }
  Result<void> operator()(const SetMtu& o) const { return model::set_mtu(snapshot, o); }
  Result<void> operator()(const SetMac& o) const { return model::set_mac(snapshot, o); }
  Result<void> operator()(const SetAlias& o) const { return model::set_alias(snapshot, o); }
  Result<void> operator()(const SetMaster& o) const { return model::set_master(snapshot, o); }
  Result<void> operator()(const SetLinkData& o) const { return model::set_link_data(snapshot, o); }
  Result<void> operator()(const SetPortData& o) const { return model::set_port_data(snapshot, o); }
  Result<void> operator()(const SetSysctl& o) const { return model::set_sysctl(snapshot, o); }
  Result<void> operator()(const AddAddress& o) const { return model::add_address(snapshot, o.address); }
  Result<void> operator()(const RemoveAddress& o) const { return model::remove_address(snapshot, o.address); }
  Result<void> operator()(const SetRoute& o) const { return model::set_route(snapshot, o.route); }
  Result<void> operator()(const RemoveRoute& o) const { return model::remove_route(snapshot, o.route); }
  Result<void> operator()(const AddBridgeVlan& o) const { return model::add_bridge_vlan(snapshot, o.vlan); }
  Result<void> operator()(const RemoveBridgeVlan& o) const { return model::remove_bridge_vlan(snapshot, o.vlan); }
  Result<void> operator()(const RunHook&) const { return {}; }
  Result<void> operator()(const SetEthtool& o) const { return model::set_ethtool(snapshot, o); }
  Result<void> operator()(const AddFdb& o) const { return model::add_fdb(snapshot, o.entry); }
  Result<void> operator()(const RemoveFdb& o) const { return model::remove_fdb(snapshot, o.entry); }
  Result<void> operator()(const StartDhcp& o) const { return model::start_dhcp(snapshot, o.client); }
  Result<void> operator()(const StopDhcp& o) const { return model::stop_dhcp(snapshot, o.client); }
};

}  // namespace

Result<void> apply_to_model(Snapshot& snapshot, const Operation& operation) { return std::visit(Apply{snapshot}, operation); }

}  // namespace drawbridge::network
