#include "guest/bridge_check.h"

#include <algorithm>

#include "base/text.h"
#include "guest/device_name.h"
#include "network/option_key.h"
#include "network/port_list.h"
#include "network/validate_checks.h"

namespace drawbridge::guest {
namespace {

using network::Interface;
using network::InterfaceType;

constexpr std::uint32_t kUsualMtu = 1500;
constexpr std::uint32_t kLeastMtu = 576;

bool is_bridge(const Interface& interface) {
  return interface.type == InterfaceType::bridge || interface.type == InterfaceType::ovs_bridge;
}

std::optional<std::uint32_t> mtu_option(const Interface& interface) { return parse_number<std::uint32_t>(interface.option("mtu")); }

class BridgeCheck {
 public:
  BridgeCheck(const Nic& nic, const network::Model& node, const SourceLocation& where) : nic_(nic), node_(node), where_(where) {}

  Diagnostics run() {
    check_mtu_alone();
    if (nic_.bridge.empty()) {
      if (nic_.kind == Kind::lxc)
        add(Severity::error, "bridge-missing", "has no bridge", "add bridge=NAME: a container can't start without");
      return std::move(found_);
    }
    const Interface* bridge = node_.find(nic_.bridge);
    if (bridge == nullptr) {
      report_missing();
    } else if (!is_bridge(*bridge)) {
      add(Severity::error, "bridge-wrong-type", "'" + nic_.bridge + "' is no bridge but of type " + network::type_name(bridge->type),
          "name a bridge, or make one with '" + nic_.bridge + "' as its port");
    } else {
      check_vlans(*bridge);
      check_mtu(*bridge);
    }
    return std::move(found_);
  }

 private:
  void add(Severity severity, std::string code, const std::string& message, std::string hint) {
    found_.push_back({where_, severity, std::move(code), "net" + std::to_string(nic_.slot) + ": " + message, std::move(hint), {}});
  }

  void report_missing() {
    if (nic_.bridge.size() > kLongestDeviceName) {
      add(Severity::error, "bridge-name-long", "'" + nic_.bridge + "' is too long for a bridge", "names have at most 15 characters");
      return;
    }
    std::vector<std::string> bridges;
    for (const auto& [name, interface] : node_.interfaces)
      if (is_bridge(interface)) bridges.push_back(name);
    const auto meant = nearest(nic_.bridge, bridges);
    add(Severity::warning, "bridge-missing", "the node has no bridge '" + nic_.bridge + "'; the card stays unplugged until there is one",
        meant             ? "did you mean " + *meant + "?"
        : bridges.empty() ? "make it with: drawbridge network create bridge " + nic_.bridge
                          : "its bridges are " + join(bridges, ", "));
  }

  void check_vlans(const Interface& bridge) {
    if (bridge.type == InterfaceType::ovs_bridge) return;
    const bool aware = network::parse_switch(bridge.option("bridge-vlan-aware")).value_or(false);
    if (aware) return check_aware(bridge);
    if (!nic_.trunks.empty())
      add(Severity::error, "trunks-without-vlan-aware", "trunks needs a VLAN-aware bridge, and '" + bridge.name + "' is none",
          "leave trunks out, or: drawbridge network set " + bridge.name + " bridge_vlan_aware=1");
    if (nic_.tag) check_helpers(bridge);
  }

  /// VLANs that the bridge does not carry out of the node.
  void check_aware(const Interface& bridge) {
    if (bridge.option("bridge-vids").empty()) return;
    std::vector<VlanRange> wanted = nic_.trunks;
    if (nic_.tag) wanted.push_back({*nic_.tag, *nic_.tag});
    for (const auto& [first, last] : wanted) {
      for (unsigned id = first; id <= last; ++id) {
        if (carries(bridge, id)) continue;
        add(Severity::warning, "vlan-not-carried", "'" + bridge.name + "' does not carry VLAN " + std::to_string(id) + " (bridge-vids)",
            "the card reaches only guests of this node there; add the VLAN to bridge-vids");
        return;
      }
    }
  }

  static bool carries(const Interface& bridge, unsigned id) {
    for (const std::string_view word : split_words(bridge.option("bridge-vids"))) {
      const auto range = network::parse_vid_range(word);
      if (range && range->first <= id && id <= range->second) return true;
    }
    return id == 1;
  }

  /// A tag on a plain bridge needs a bridge of its own and a VLAN device on each way out of the node.
  void check_helpers(const Interface& bridge) {
    const std::string tag = std::to_string(*nic_.tag);
    const auto ports = network::port_words(bridge, "bridge-ports");
    if (ports.empty())
      add(Severity::warning, "tag-without-port", "'" + bridge.name + "' has no port that could carry VLAN " + tag,
          "leave tag out, or give the bridge a port");
    warn_if_long(bridge.name + "v" + tag);
    for (const auto& port : ports)
      if (port.kind == network::PortWordKind::name) warn_if_long(port.text + "." + tag);
  }

  void warn_if_long(const std::string& name) {
    const std::string fitting = fitting_device_name(name);
    if (fitting != name)
      add(Severity::warning, "device-name-long", "the name '" + name + "' of a helper device is too long; it will be '" + fitting + "'",
          "a VLAN-aware bridge needs no helper devices");
  }

  void check_mtu_alone() {
    const auto mtu = nic_.own_mtu();
    if (nic_.kind == Kind::qemu && nic_.model == "virtio" && mtu && *mtu < kLeastMtu)
      add(Severity::error, "mtu-too-small", "an MTU of " + std::to_string(*mtu) + " is less than any guest takes",
          "write 576 or more, or 1 for that of the bridge");
  }

  void check_mtu(const Interface& bridge) {
    const auto mtu = nic_.own_mtu();
    if (!mtu || (nic_.kind == Kind::qemu && nic_.model != "virtio")) return;
    const std::uint32_t most = bridge_mtu(bridge, node_);
    if (*mtu <= most) return;
    add(Severity::error, "mtu-above-bridge",
        "an MTU of " + std::to_string(*mtu) + " is above that of '" + bridge.name + "', " + std::to_string(most) +
            ": larger frames would vanish",
        "write at most " + std::to_string(most) + ", or raise that of the bridge and its ports first");
  }

  const Nic& nic_;
  const network::Model& node_;
  const SourceLocation& where_;
  Diagnostics found_;
};

}  // namespace

Diagnostics check_bridge(const Nic& nic, const network::Model& node, const SourceLocation& where) {
  return BridgeCheck(nic, node, where).run();
}

std::uint32_t bridge_mtu(const Interface& bridge, const network::Model& node) {
  if (const auto own = mtu_option(bridge)) return *own;
  std::optional<std::uint32_t> least;
  for (const auto& port : network::port_words(bridge, network::port_option(bridge.type))) {
    const Interface* interface = node.find(port.text);
    const std::uint32_t mtu = interface == nullptr ? kUsualMtu : mtu_option(*interface).value_or(kUsualMtu);
    least = std::min(least.value_or(mtu), mtu);
  }
  return least.value_or(kUsualMtu);
}

}  // namespace drawbridge::guest
