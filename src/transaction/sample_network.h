// A change for the tests of this room, here and in the lab: a NIC with an address and a gateway, then a bridge above it that takes
// both over, with hooks.
#pragma once

#include <string>
#include <utility>

#include "network/desired.h"

namespace drawbridge::transaction::testing {

inline constexpr auto kOldFile = "auto enp5s0\niface enp5s0 inet static\n\taddress 100.64.0.102/22\n\tgateway 100.64.0.1\n";
inline constexpr auto kNewFile =
    "iface enp5s0 inet manual\n\nauto vmbr0\niface vmbr0 inet static\n\taddress 100.64.0.102/22\n\tgateway 100.64.0.1\n"
    "\tbridge-ports enp5s0\n";

template <class T>
network::Asked<T> asked(T value) {
  return {std::move(value), {"interfaces", 3, 1}};
}

inline network::DesiredLink desired_link(const std::string& name, const std::string& kind = {}) {
  network::DesiredLink link;
  link.name = name;
  link.kind = kind;
  link.where = {"interfaces", 1, 1};
  link.up = asked(true);
  return link;
}

inline network::Address desired_address(const std::string& link, const std::string& text) {
  network::Address address;
  address.link = link;
  address.address = parse_interface_address(text).value();
  address.broadcast = broadcast_of(address.address);
  address.protocol = network::kOwnProtocol;
  return address;
}

inline network::Route default_route(const std::string& link) {
  network::Route route;
  route.destination = Prefix{IpAddress{}, 0};
  route.nexthops = {{parse_ip("100.64.0.1").value(), link, false, 1}};
  route.protocol = network::kOwnProtocol;
  return route;
}

inline network::Desired old_desired() {
  network::Desired desired;
  desired.links["enp5s0"] = desired_link("enp5s0");
  desired.links["enp5s0"].addresses.push_back(asked(desired_address("enp5s0", "100.64.0.102/22")));
  desired.routes.push_back(asked(default_route("enp5s0")));
  return desired;
}

inline network::Desired new_desired() {
  network::Desired desired;
  desired.links["enp5s0"] = desired_link("enp5s0");
  desired.links["enp5s0"].master = asked(std::string("vmbr0"));
  auto bridge = desired_link("vmbr0", "bridge");
  bridge.mtu = asked(std::uint32_t{1500});
  bridge.data["stp_state"] = asked(network::AttributeValue(std::uint64_t{0}));
  bridge.addresses.push_back(asked(desired_address("vmbr0", "100.64.0.102/22")));
  for (const auto phase : {network::HookPhase::pre_up, network::HookPhase::up, network::HookPhase::post_up, network::HookPhase::down,
                           network::HookPhase::post_down}) {
    bridge.hooks.push_back({phase, network::hook_phase_name(phase) + " of vmbr0", {{"IFACE", "vmbr0"}}, {"interfaces", 9, 1}});
  }
  desired.links["vmbr0"] = bridge;
  desired.routes.push_back(asked(default_route("vmbr0")));
  return desired;
}

/// A change of nearly everything at once: from a bond of two cards under a plain bridge to a VLAN-aware bridge with VLANs on it, a VRF
/// and a VXLAN, with another mode of the bond and other VLAN ids.
inline network::DesiredLink desired_vlan(const std::string& name, const std::string& parent, std::uint64_t id) {
  auto link = desired_link(name, "vlan");
  link.parent = asked(parent);
  link.data["id"] = asked(network::AttributeValue(id));
  link.data["protocol"] = asked(network::AttributeValue(std::string("802.1Q")));
  return link;
}

inline network::Desired large_desired(const std::string& mode, bool after) {
  network::Desired desired;
  auto bond = desired_link("bond0", "bond");
  bond.data["mode"] = asked(network::AttributeValue(mode));
  bond.data["miimon"] = asked(network::AttributeValue(std::uint64_t{100}));
  bond.master = asked(std::string("vmbr0"));
  for (const auto* name : {"enp5s0", "enp6s0"}) {
    desired.links[name] = desired_link(name);
    desired.links[name].master = asked(std::string("bond0"));
  }
  auto bridge = desired_link("vmbr0", "bridge");
  bridge.data["stp_state"] = asked(network::AttributeValue(std::uint64_t{0}));
  if (after) {
    bond.mtu = asked(std::uint32_t{9000});
    bond.vlans = asked(std::vector<network::BridgeVlan>{{"bond0", 1, 1, true, true, false}, {"bond0", 2, 4094, false, false, false}});
    bridge.mtu = asked(std::uint32_t{9000});
    bridge.data["vlan_filtering"] = asked(network::AttributeValue(std::uint64_t{1}));
    bridge.vlans = asked(std::vector<network::BridgeVlan>{{"vmbr0", 10, 40, false, false, true}});
  }
  bridge.addresses.push_back(asked(desired_address("vmbr0", "100.64.0.102/22")));
  desired.links["bond0"] = bond;
  desired.links["vmbr0"] = bridge;
  desired.routes.push_back(asked(default_route("vmbr0")));
  return desired;
}

inline network::Desired large_old_desired() {
  auto desired = large_desired("active-backup", false);
  desired.links["vmbr0.10"] = desired_vlan("vmbr0.10", "vmbr0", 10);
  desired.links["vmbr0.10"].addresses.push_back(asked(desired_address("vmbr0.10", "10.10.0.2/24")));
  desired.links["house"] = desired_vlan("house", "vmbr0", 20);
  desired.links["house"].addresses.push_back(asked(desired_address("house", "2001:db8:20::2/64")));
  desired.links["vx9"] = desired_link("vx9", "vxlan");
  desired.links["vx9"].data["id"] = asked(network::AttributeValue(std::uint64_t{9}));
  desired.links["vx9"].fdb.push_back(asked(network::FdbEntry{"vx9", {}, parse_ip("10.10.0.3").value()}));
  return desired;
}

inline network::Desired large_new_desired() {
  auto desired = large_desired("802.3ad", true);
  desired.links["blue"] = desired_link("blue", "vrf");
  desired.links["blue"].data["table"] = asked(network::AttributeValue(std::uint64_t{1001}));
  desired.links["vmbr0.10"] = desired_vlan("vmbr0.10", "vmbr0", 10);
  desired.links["vmbr0.10"].master = asked(std::string("blue"));
  desired.links["vmbr0.10"].addresses.push_back(asked(desired_address("vmbr0.10", "10.10.0.2/24")));
  desired.links["house"] = desired_vlan("house", "vmbr0", 21);
  desired.links["house"].addresses.push_back(asked(desired_address("house", "2001:db8:20::2/64")));
  desired.links["house.7"] = desired_vlan("house.7", "house", 7);
  desired.links["vx9"] = desired_link("vx9", "vxlan");
  desired.links["vx9"].data["id"] = asked(network::AttributeValue(std::uint64_t{10}));
  for (const auto* destination : {"10.10.0.3", "10.10.0.4"})
    desired.links["vx9"].fdb.push_back(asked(network::FdbEntry{"vx9", {}, parse_ip(destination).value()}));
  return desired;
}

}  // namespace drawbridge::transaction::testing
