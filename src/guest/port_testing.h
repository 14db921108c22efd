// A node with bridges and guests' devices, for the tests of ports, in few words.
#pragma once

#include <string>

#include "guest/plan_port.h"
#include "network/kernel_model.h"
#include "network/plan_testing.h"

namespace drawbridge::guest::testing {

using network::testing::must;

inline const BridgePolicies kNoPolicies;
inline const SourceLocation kLine{"100.conf", 3, 1};

inline network::AttributeValue number(std::uint64_t value) { return network::AttributeValue{value}; }

/// As a hypervisor leaves it: made, down, nobody's port.
inline void plug_device(network::Snapshot& node, const std::string& name) {
  auto device = network::testing::make_nic(name, static_cast<std::uint8_t>(100 + node.links.size()), false);
  device.kind = name.starts_with("tap") ? "tun" : "veth";
  device.permanent_mac.reset();
  node.links.emplace(name, std::move(device));
}

/// vmbr0 with eno1, plain; vmbr1 with eno2, VLAN-aware; vmbr2 without uplink; tap100i0, tap101i0 and veth200i0.
inline network::Snapshot node() {
  using namespace network;
  auto node = network::testing::machine({"eno1", "eno2"});
  must(node, CreateLink{"vmbr0", "bridge", {{"ageing_time", number(20'000)}}, {}, {}, ""});
  must(node, SetMaster{"eno1", "vmbr0"});
  must(node, CreateLink{"vmbr1", "bridge", {{"vlan_filtering", number(1)}}, {}, {}, ""});
  must(node, SetMaster{"eno2", "vmbr1"});
  must(node, CreateLink{"vmbr2", "bridge", {}, {}, {}, ""});
  for (const auto* bridge : {"vmbr0", "vmbr1", "vmbr2"}) must(node, SetUp{bridge, true});
  for (const auto* device : {"tap100i0", "tap101i0", "veth200i0"}) plug_device(node, device);
  return node;
}

inline Nic card(const std::string& bridge, std::optional<std::uint16_t> tag = {}, std::vector<VlanRange> trunks = {}) {
  Nic nic;
  nic.model = "virtio";
  nic.bridge = bridge;
  nic.tag = tag;
  nic.trunks = std::move(trunks);
  nic.mac = MacAddress{{0xBC, 0x24, 0x11, 0, 0, 1}};
  return nic;
}

inline Rate rate_of(std::uint64_t bytes) { return {"1", bytes}; }

inline std::string words(const network::Plan& plan) {
  std::string text;
  for (const auto& planned : plan.operations) {
    text += network::operation_name(planned.operation) + " " + network::operation_object(planned.operation);
    const auto detail = network::operation_detail(planned.operation);
    text += (detail.empty() ? "" : " " + detail) + "\n";
  }
  return text;
}

inline Wiring wiring_of(const Nic& nic, const network::Snapshot& now, const BridgePolicies& policies = kNoPolicies, Vmid vmid = 100) {
  auto port = port_of(nic, vmid, kLine, NodeNetwork(now, policies));
  if (!port) throw std::runtime_error(port.error().what);
  return std::get<Wiring>(std::move(*port));
}

inline network::Plan plan_of(const Nic& nic, const network::Snapshot& now, const BridgePolicies& policies = kNoPolicies, Vmid vmid = 100) {
  return plan_port(wiring_of(nic, now, policies, vmid), NodeNetwork(now, policies));
}

inline void run(network::Snapshot& now, const network::Plan& plan) {
  for (const auto& planned : plan.operations) must(now, planned.operation);
}

/// Wires the card in `now`; what was done, in words.
inline std::string wire(network::Snapshot& now, const Nic& nic, const BridgePolicies& policies = kNoPolicies, Vmid vmid = 100) {
  const auto plan = plan_of(nic, now, policies, vmid);
  run(now, plan);
  return words(plan);
}

}  // namespace drawbridge::guest::testing
