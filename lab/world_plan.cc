#include "lab/world_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace drawbridge::lab {
namespace {

constexpr const char* kSwitchBridge = "br0";

bool has_vlans(const SwitchPort& port) { return port.access || port.native || !port.trunk.empty(); }

std::string vlan_lines(const std::string& device, const SwitchPort& port) {
  std::string lines;
  const auto untagged = port.access ? port.access : port.native;
  if (untagged) lines += fmt::format("vlan add dev {} vid {} pvid untagged\n", device, *untagged);
  for (const std::uint16_t vlan : port.trunk) {
    if (vlan != untagged) lines += fmt::format("vlan add dev {} vid {}\n", device, vlan);
  }
  return lines;
}

std::string address_lines(const std::string& device, const std::vector<InterfaceAddress>& addresses) {
  std::string lines;
  for (const InterfaceAddress& address : addresses) {
    lines += fmt::format("addr add {} dev {}{}\n", format_interface_address(address), device, address.address.is_v6() ? " nodad" : "");
  }
  return lines;
}

std::string route_lines(const std::vector<Route>& routes) {
  std::string lines;
  for (const Route& route : routes)
    lines += fmt::format("route add {} via {}\n", route.to ? format_prefix(*route.to) : "default", format_ip(route.via));
  return lines;
}

/// The ports of the switches, numbered as they are plugged in.
class Cabling {
 public:
  explicit Cabling(const Scenario& scenario) {
    for (const Switch& one : scenario.switches) {
      bool vlans = std::any_of(one.bonds.begin(), one.bonds.end(), [](const SwitchBond& bond) { return has_vlans(bond.plugged); });
      const auto look = [&](const Port& port) { vlans = vlans || (port.plugged.switch_name == one.name && has_vlans(port.plugged)); };
      std::for_each(scenario.node_ports.begin(), scenario.node_ports.end(), look);
      for (const Host& host : scenario.hosts) std::for_each(host.ports.begin(), host.ports.end(), look);
      make_switch(one, vlans);
    }
  }

  /// Gives the line that makes the cable. `where` is "" for the node, else " netns NAME".
  std::string plug(const Port& port, const std::string& where) {
    Inside& inside = switches_[port.plugged.switch_name];
    const std::string peer = fmt::format("p{}", ++used_[port.plugged.switch_name]);
    const bool bonded = !port.plugged.bond.empty();
    inside.ip += fmt::format("link set {} master {}\nlink set {} up\n", peer, bonded ? port.plugged.bond : kSwitchBridge, peer);
    if (!bonded) inside.bridge += vlan_lines(peer, port.plugged);
    ++cables_;
    // A fixed address makes every run's output the same; 02 marks it as locally administered.
    return fmt::format("link add name {} address 02:64:62:00:{:02x}:{:02x}{} type veth peer name {} netns {}\n", port.name, cables_ >> 8U,
                       cables_ & 0xFFU, where, peer, inside.name);
  }

  const std::map<std::string, Inside>& switches() const { return switches_; }

 private:
  void make_switch(const Switch& one, bool vlans) {
    Inside inside{one.name, "", "", false};
    inside.ip = fmt::format("link set lo up\nlink add {} type bridge stp_state 0 forward_delay 0 mcast_snooping 0{}\nlink set {} up\n",
                            kSwitchBridge, vlans ? " vlan_filtering 1 vlan_default_pvid 0" : "", kSwitchBridge);
    for (const SwitchBond& bond : one.bonds) {
      inside.ip += fmt::format("link add {0} type bond mode 802.3ad miimon 100 lacp_rate fast\nlink set {0} master {1}\nlink set {0} up\n",
                               bond.name, kSwitchBridge);
      inside.bridge += vlan_lines(bond.name, bond.plugged);
    }
    switches_[one.name] = std::move(inside);
  }

  std::map<std::string, Inside> switches_;
  std::map<std::string, unsigned> used_;
  unsigned cables_ = 0;
};

}  // namespace

WorldPlan make_world_plan(const Scenario& scenario) {
  WorldPlan plan;
  Cabling cabling(scenario);
  for (const Switch& one : scenario.switches) plan.namespaces.push_back(one.name);
  for (const Port& port : scenario.node_ports) plan.cables += cabling.plug(port, "");
  for (const Host& host : scenario.hosts) {
    plan.namespaces.push_back(host.name);
    Inside inside{host.name, "link set lo up\n", "", host.forwards};
    for (const Port& port : host.ports) {
      plan.cables += cabling.plug(port, " netns " + host.name);
      inside.ip += fmt::format("link set {} up\n", port.name) + address_lines(port.name, port.addresses);
    }
    inside.ip += route_lines(host.routes);
    plan.inside.push_back(std::move(inside));
  }
  for (const Guest& guest : scenario.guests) plan.namespaces.push_back(guest.name);
  // Switches first: a host's address is of use as soon as it is there.
  std::vector<Inside> all;
  for (const auto& [name, inside] : cabling.switches()) all.push_back(inside);
  all.insert(all.end(), plan.inside.begin(), plan.inside.end());
  plan.inside = std::move(all);
  return plan;
}

WorldPlan make_guest_plan(const Scenario& scenario) {
  WorldPlan plan;
  for (const Guest& guest : scenario.guests) {
    Inside inside{guest.name, "link set lo up\n", "", false};
    for (const GuestPort& port : guest.ports) {
      const std::string tap = tap_name(guest, port);
      plan.cables += fmt::format(
          "link add name {0} type veth peer name eth{1} address 02:64:62:{2:02x}:{3:02x}:{1:02x} netns {4}\nlink set {0} master {5} up\n",
          tap, port.index, 0x80U | ((guest.vmid >> 8U) & 0x7FU), guest.vmid & 0xFFU, guest.name, port.bridge);
      const std::string device = fmt::format("eth{}", port.index);
      inside.ip += fmt::format("link set {} up\n", device) + address_lines(device, port.addresses);
    }
    inside.ip += route_lines(guest.routes);
    plan.inside.push_back(std::move(inside));
  }
  return plan;
}

}  // namespace drawbridge::lab
