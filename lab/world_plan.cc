#include "lab/world_plan.h"

#include <fmt/format.h>

#include <algorithm>

#include "lab/cabling.h"
#include "lab/switch_plan.h"

namespace drawbridge::lab {
namespace {

std::string address_lines(const std::string& device, const std::vector<InterfaceAddress>& addresses) {
  std::string lines;
  for (const InterfaceAddress& address : addresses) {
    lines += fmt::format("addr add {} dev {}{}\n", format_interface_address(address), device, address.address.is_v6() ? " nodad" : "");
  }
  return lines;
}

std::string vlan_interface_lines(const std::string& device, const std::vector<VlanInterface>& vlans) {
  std::string lines;
  for (const VlanInterface& vlan : vlans) {
    const std::string name = fmt::format("{}.{}", device, vlan.id);
    lines += fmt::format("link add link {} name {} type vlan id {}\nlink set {} up\n", device, name, vlan.id, name) +
             address_lines(name, vlan.addresses);
  }
  return lines;
}

/// VXLANs as everybody's: port 4789, the far end for what is unknown.
std::string tunnel_lines(const HostTunnel& tunnel) {
  const std::string kind = tunnel.id == 0 ? tunnel.kind : fmt::format("{} id {} dstport 4789", tunnel.kind, tunnel.id);
  return fmt::format("link add {0} type {1} local {2} remote {3}\nlink set {0} up\n", tunnel.name, kind, format_ip(tunnel.local),
                     format_ip(tunnel.remote)) +
         address_lines(tunnel.name, tunnel.addresses);
}

std::string route_lines(const std::vector<Route>& routes) {
  std::string lines;
  for (const Route& route : routes)
    lines += fmt::format("route add {} via {}\n", route.to ? format_prefix(*route.to) : "default", format_ip(route.via));
  return lines;
}

/// Every port's cable. Fixed addresses make every run's output the same; 02 marks them as locally administered.
std::string port_cables(const Scenario& scenario) {
  std::string lines;
  unsigned number = 0;
  for (const Plug& plug : plugs_of(scenario)) {
    ++number;
    const auto mac = [&](unsigned side) { return fmt::format("02:64:62:{:02x}:{:02x}:{:02x}", side, number >> 8U, number & 0xFFU); };
    const std::string where = plug.cable.owner == kNode ? "" : " netns " + plug.cable.owner;
    lines += fmt::format("link add name {} address {}{} type veth peer name {} address {} netns {}\n", plug.cable.port, mac(0), where,
                         plug.end.device, mac(1), plug.end.switch_name);
  }
  return lines;
}

Inside make_host(const Host& host) {
  Inside inside{.name = host.name, .ip = "link set lo up\n", .bridge = "", .tc = "", .forwards = host.forwards};
  for (const HostBond& bond : host.bonds) {
    inside.ip += bond_line(bond.name);
    for (const std::string& port : bond.ports) inside.ip += fmt::format("link set {} master {}\n", port, bond.name);
    inside.ip += fmt::format("link set {} up\n", bond.name) + address_lines(bond.name, bond.addresses);
  }
  for (const Port& port : host.ports) {
    inside.ip += mtu_line(port.name, port.mtu) + fmt::format("link set {} up\n", port.name) + address_lines(port.name, port.addresses) +
                 vlan_interface_lines(port.name, port.vlans);
  }
  for (const HostTunnel& tunnel : host.tunnels) inside.ip += tunnel_lines(tunnel);
  inside.ip += route_lines(host.routes);
  return inside;
}

/// What a hypervisor tells a VLAN-aware bridge about a guest's port: these VLANs and no others.
std::string guest_vlan_lines(const std::string& tap, const SwitchPort& vlans) {
  const std::string lines = vlan_lines(tap, vlans);
  return lines.empty() ? "" : fmt::format("vlan del dev {} vid 1\n", tap) + lines;
}

/// The devices of VMs' cards are not made by commands (guest_wires.h), and what has a card is not plugged in by us.
std::string guest_cable(const Guest& guest, const GuestPort& port) {
  if (port.card && port.card->kind == guest::Kind::qemu) return "";
  const std::string end = node_end(guest, port);
  const std::string mac = port.card && port.card->mac ? format_mac(*port.card->mac)
                                                      : fmt::format("02:64:62:{:02x}:{:02x}:{:02x}", 0x80U | ((guest.vmid >> 8U) & 0x7FU),
                                                                    guest.vmid & 0xFFU, port.index);
  const std::string made =
      fmt::format("link add name {} type veth peer name eth{} address {} netns {}\n", end, port.index, mac, guest.name);
  return port.card ? made : made + fmt::format("link set {} master {} up\n", end, port.bridge);
}

}  // namespace

WorldPlan make_world_plan(const Scenario& scenario) {
  WorldPlan plan;
  for (const Switch& one : scenario.switches) plan.namespaces.push_back(one.name);
  for (const Host& host : scenario.hosts) plan.namespaces.push_back(host.name);
  for (const Guest& guest : scenario.guests) plan.namespaces.push_back(guest.name);
  plan.cables = port_cables(scenario) + link_cables(scenario);
  // Switches first: a host's address is of use as soon as it is there.
  plan.inside = make_switches(scenario);
  for (const Host& host : scenario.hosts) plan.inside.push_back(make_host(host));
  return plan;
}

WorldPlan make_guest_plan(const Scenario& scenario) {
  WorldPlan plan;
  Inside node{.name = std::string(kNode), .ip = "", .bridge = "", .tc = "", .forwards = false};
  for (const Guest& guest : scenario.guests) {
    Inside inside{.name = guest.name, .ip = "link set lo up\n", .bridge = "", .tc = "", .forwards = false};
    for (const GuestPort& port : guest.ports) {
      plan.cables += guest_cable(guest, port);
      node.bridge += guest_vlan_lines(node_end(guest, port), port.vlans);
      const std::string device = fmt::format("eth{}", port.index);
      inside.ip +=
          fmt::format("link set {} up\n", device) + address_lines(device, port.addresses) + vlan_interface_lines(device, port.tagged);
    }
    inside.ip += route_lines(guest.routes);
    plan.inside.push_back(std::move(inside));
  }
  plan.inside.insert(plan.inside.begin(), std::move(node));
  return plan;
}

}  // namespace drawbridge::lab
