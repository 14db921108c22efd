#include "network/kernel_model.h"

#include "network/kernel_model_parts.h"

namespace drawbridge::network {
namespace {

struct Apply {
  model::Model& model;

  Result<void> operator()(const CreateLink& o) const { return model::create_link(model, o); }
  Result<void> operator()(const DeleteLink& o) const { return model::delete_link(model, o); }
  Result<void> operator()(const SetUp& o) const { return model::set_up(model, o); }
  Result<void> operator()(const SetMtu& o) const { return model::set_mtu(model, o); }
  Result<void> operator()(const SetMac& o) const { return model::set_mac(model, o); }
  Result<void> operator()(const SetAlias& o) const { return model::set_alias(model, o); }
  Result<void> operator()(const SetMaster& o) const { return model::set_master(model, o); }
  Result<void> operator()(const SetLinkData& o) const { return model::set_link_data(model, o); }
  Result<void> operator()(const SetPortData& o) const { return model::set_port_data(model, o); }
  Result<void> operator()(const SetSysctl& o) const { return model::set_sysctl(model, o); }
  Result<void> operator()(const AddAddress& o) const { return model::add_address(model, o.address); }
  Result<void> operator()(const RemoveAddress& o) const { return model::remove_address(model, o.address); }
  Result<void> operator()(const SetRoute& o) const { return model::set_route(model, o.route); }
  Result<void> operator()(const RemoveRoute& o) const { return model::remove_route(model, o.route); }
  Result<void> operator()(const AddBridgeVlan& o) const { return model::add_bridge_vlan(model, o.vlan); }
  Result<void> operator()(const RemoveBridgeVlan& o) const { return model::remove_bridge_vlan(model, o.vlan); }
  Result<void> operator()(const RunHook&) const { return {}; }
  Result<void> operator()(const SetEthtool& o) const { return model::set_ethtool(model, o); }
  Result<void> operator()(const AddFdb& o) const { return model::add_fdb(model, o.entry); }
  Result<void> operator()(const RemoveFdb& o) const { return model::remove_fdb(model, o.entry); }
  Result<void> operator()(const StartDhcp& o) const { return model::start_dhcp(model, o.client); }
  Result<void> operator()(const StopDhcp& o) const { return model::stop_dhcp(model, o.client); }
  Result<void> operator()(const SetRateLimit& o) const { return model::set_rate_limit(model, o); }
  Result<void> operator()(const AddPortFdb& o) const { return model::add_port_fdb(model, o.entry); }
  Result<void> operator()(const RemovePortFdb& o) const { return model::remove_port_fdb(model, o.entry); }
};

}  // namespace

Result<void> apply_to_model(Snapshot& snapshot, const Operation& operation) {
  model::Model model{snapshot};
  return std::visit(Apply{model}, operation);
}

KernelModel::KernelModel(Snapshot state)
    : state_(std::make_unique<Snapshot>(std::move(state))), relations_(std::make_unique<model::Relations>(*state_)) {}
KernelModel::KernelModel(KernelModel&&) noexcept = default;
KernelModel& KernelModel::operator=(KernelModel&&) noexcept = default;
KernelModel::~KernelModel() = default;

Result<void> KernelModel::apply(const Operation& operation) {
  model::Model model{*state_, relations_.get()};
  return std::visit(Apply{model}, operation);
}

}  // namespace drawbridge::network
