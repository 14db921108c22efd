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

}  // namespace drawbridge::transaction::testing
