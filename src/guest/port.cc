#include "guest/port.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "guest/device_name.h"
#include "guest/port_vlans.h"
#include "guest/tag_bridge.h"

namespace drawbridge::guest {
namespace {

using network::Asked;
using network::AttributeValue;
using network::DesiredLink;
using network::Link;

Diagnostic finding(const SourceLocation& where, std::string code, std::string message, std::string hint) {
  return {where, Severity::warning, std::move(code), std::move(message), std::move(hint), {}};
}

class PortOf {
 public:
  PortOf(const Nic& nic, Vmid vmid, const SourceLocation& where, const NodeNetwork& node, std::string_view device)
      : nic_(nic), where_(where), node_(node), policy_(node.policies().of(nic.bridge)), vmid_(vmid) {
    wiring_.device = device.empty() ? device_name(nic.kind, vmid, nic.slot) : std::string(device);
  }

  Result<Port> run() {
    if (nic_.bridge.empty()) return no_bridge();
    if (policy_.is_openvswitch) return openvswitch();
    const Link* bridge = node_.find(nic_.bridge);
    if (bridge == nullptr) return waiting();
    if (bridge->kind == "openvswitch") return openvswitch();
    if (bridge->kind != "bridge")
      return fail(Errc::invalid_input, fmt::format("{} is no bridge", printable(nic_.bridge)), where_,
                  "name a bridge of this node in bridge=");
    TRY_VOID(check_mtu(*bridge));
    if (nic_.kind == Kind::lxc && nic_.is_link_down()) {
      pull_cable();
    } else {
      TRY_VOID(plug(*bridge));
    }
    return Port(std::move(wiring_));
  }

 private:
  template <class T>
  Asked<T> asked(T value) const {
    return {std::move(value), where_};
  }

  Result<Port> no_bridge() const {
    if (nic_.kind == Kind::qemu) return Port(NoPort{});
    return fail(Errc::invalid_input, "a container's card needs a bridge", where_, "write bridge=vmbr0, or another bridge of this node");
  }

  Result<Port> openvswitch() const {
    return Port(
        Unsupported{finding(where_, "openvswitch-unsupported",
                            fmt::format("{} is an Open vSwitch bridge, into which this version plugs no guests", printable(nic_.bridge)),
                            "use a Linux bridge for this card")});
  }

  Result<Port> waiting() const {
    return Port(Waiting{
        wiring_.device, nic_.bridge,
        finding(where_, "bridge-missing", fmt::format("{} waits for {}, which is not there", wiring_.device, printable(nic_.bridge)),
                fmt::format("add {} to the interfaces file and apply it, or name another bridge", printable(nic_.bridge)))});
  }

  Result<void> check_mtu(const Link& bridge) const {
    const auto mtu = nic_.own_mtu();
    if (!mtu || *mtu <= bridge.mtu) return {};
    return fail(Errc::invalid_input,
                fmt::format("MTU {} is more than {} of {}: larger packets would be lost", *mtu, bridge.mtu, printable(bridge.name)), where_,
                fmt::format("lower the card's mtu, or raise that of {} and its ports", printable(bridge.name)));
  }

  /// What any port has, plugged or not.
  DesiredLink device() const {
    DesiredLink port;
    port.name = wiring_.device;
    port.where = where_;
    port.guest = true;
    port.sysctl.emplace("ipv6.disable_ipv6", asked(std::uint32_t{1}));
    const auto rate = nic_.rate_limit().value_or(0);
    port.rate = asked(network::RateLimit{rate, rate});
    const auto full = full_device_name(nic_.kind, vmid_, nic_.slot);
    if (port.name == device_name(nic_.kind, vmid_, nic_.slot) && full != port.name) port.alias = asked(full);
    return port;
  }

  /// A container sees its carrier go only if the host's end is down; and what is in no bridge nobody raises by accident.
  void pull_cable() {
    auto port = device();
    port.up = asked(false);
    port.master = asked(std::string());
    wiring_.desired.links.insert_or_assign(port.name, std::move(port));
  }

  Result<void> plug(const Link& bridge) {
    auto port = device();
    port.up = asked(true);
    port.mtu = asked(bridge.mtu);
    wiring_.bridge = bridge.name;
    if (number_of(bridge.data, "vlan_filtering") != 0) {
      port.vlans = asked(port_vlans(nic_, port.name, bridge, where_, node_, wiring_.warnings));
    } else if (!nic_.trunks.empty()) {
      return fail(Errc::invalid_input, fmt::format("trunks need a VLAN-aware bridge, which {} is not", printable(bridge.name)), where_,
                  fmt::format("add bridge-vlan-aware yes to {}, or remove trunks", printable(bridge.name)));
    } else if (nic_.tag) {
      wiring_.bridge = TRY(add_helper(bridge, *nic_.tag, where_, node_, wiring_.desired));
    }
    port.master = asked(wiring_.bridge);
    add_options(port);
    wiring_.desired.links.insert_or_assign(port.name, std::move(port));
    return {};
  }

  void add_options(DesiredLink& port) {
    const auto flag = [&](bool on) { return asked(AttributeValue{std::uint64_t{on}}); };
    port.port.emplace("isolated", flag(policy_.isolates));
    port.port.emplace("learning", flag(policy_.learns));
    port.port.emplace("flood", flag(policy_.learns));
    port.port_fdb = asked(policy_.learns ? std::vector<network::PortFdbEntry>{} : stations(port));
  }

  /// The bridge doesn't learn where the guest is, so it is told: in each VLAN that the port is in.
  std::vector<network::PortFdbEntry> stations(const DesiredLink& port) {
    std::vector<network::PortFdbEntry> entries;
    if (!nic_.mac) {
      wiring_.warnings.push_back(finding(
          where_, "mac-unknown",
          fmt::format("{} hears nothing but broadcasts: {} does not learn, and the card has no MAC", port.name, printable(nic_.bridge)),
          "give the card a MAC"));
      return entries;
    }
    if (!port.vlans) entries.push_back({port.name, *nic_.mac, 0});
    for (const auto& range : port.vlans ? port.vlans->value : std::vector<network::BridgeVlan>{})
      for (std::uint32_t id = range.first; id <= range.last; ++id)
        entries.push_back({port.name, *nic_.mac, static_cast<std::uint16_t>(id)});
    return entries;
  }

  const Nic& nic_;
  const SourceLocation& where_;
  const NodeNetwork& node_;
  const BridgePolicy& policy_;
  Vmid vmid_;
  Wiring wiring_;
};

}  // namespace

Result<Port> port_of(const Nic& nic, Vmid vmid, const SourceLocation& where, const NodeNetwork& node, std::string_view device) {
  return PortOf(nic, vmid, where, node, device).run();
}

}  // namespace drawbridge::guest
