// The parts that switches, hosts and guests of a scenario are made of: VLANs, addresses, routes.
#pragma once

#include "lab/scenario.h"
#include "lab/scenario_reader.h"

namespace drawbridge::lab {

/// Names become namespaces and interfaces: 15 bytes, letters, digits, '-', '_' and '.'.
bool is_name(std::string_view name);

/// "access", "trunk" and "native" of a port.
void read_port_vlans(const ReadValue& value, SwitchPort& port);

/// "addresses".
void read_addresses(const ReadValue& value, std::vector<InterfaceAddress>& addresses);

/// "vlans": VLAN interfaces on `port`, each with "addresses". Complains about a VLAN that the port does not carry tagged, unless it
/// carries everything.
void read_vlan_interfaces(const ReadValue& value, const SwitchPort& port, std::vector<VlanInterface>& vlans);

/// "routes".
/// {"kind": "vxlan", "id": 100, "local": …, "remote": …, "addresses": […]}, appended to `tunnels`.
void read_tunnel(const std::string& name, const ReadValue& value, std::vector<HostTunnel>& tunnels);
void read_routes(const ReadValue& value, std::vector<Route>& routes);

/// "did you mean" of the nearest of `known`, else all of them.
std::string suggest(std::string_view word, const std::vector<std::string>& known);

}  // namespace drawbridge::lab
