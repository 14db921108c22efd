#include "lab/scenario_ports.h"

#include <algorithm>

#include "base/text.h"

namespace drawbridge::lab {
namespace {

constexpr std::uint16_t kMostVlan = 4094;

std::optional<std::uint16_t> vlan(const ReadValue& value) {
  const auto number = value.as_number(1, kMostVlan);
  if (!number) return std::nullopt;
  return static_cast<std::uint16_t>(*number);
}

bool carries_tagged(const SwitchPort& port, std::uint16_t id) {
  if (port.access) return false;
  const bool everything = port.trunk.empty() && !port.native;
  return everything || (port.native != id && std::find(port.trunk.begin(), port.trunk.end(), id) != port.trunk.end());
}

}  // namespace

bool is_name(std::string_view name) {
  const auto good = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
  };
  return !name.empty() && name.size() <= 15 && name != "." && name != ".." && name.front() != '-' &&
         std::all_of(name.begin(), name.end(), good);
}

void read_port_vlans(const ReadValue& value, SwitchPort& port) {
  if (const auto access = value.find("access")) port.access = vlan(*access);
  if (const auto native = value.find("native")) port.native = vlan(*native);
  value.each_element("trunk", [&](const ReadValue& element) {
    if (const auto number = vlan(element)) port.trunk.push_back(*number);
  });
  if (port.access && (!port.trunk.empty() || port.native)) value.complain("vlans-conflict", "a port is either an access port or a trunk");
}

void read_addresses(const ReadValue& value, std::vector<InterfaceAddress>& addresses) {
  value.each_element("addresses", [&](const ReadValue& element) {
    const auto address = parse_interface_address(element.as_text());
    if (address)
      addresses.push_back(*address);
    else
      element.complain("address-invalid", address.error().what, "an address with its length, such as 192.0.2.7/24");
  });
}

void read_vlan_interfaces(const ReadValue& value, const SwitchPort& port, std::vector<VlanInterface>& vlans) {
  value.each_member("vlans", [&](const std::string& name, const ReadValue& settings) {
    const auto id = parse_number<std::uint16_t>(name);
    if (!id || *id == 0 || *id > kMostVlan)
      return settings.complain("vlan-invalid", "\"" + printable(name) + "\" is no VLAN", "a number from 1 to 4094, in quotes");
    if (!settings.expect_members({"addresses"})) return;
    if (!carries_tagged(port, *id))
      settings.complain("vlan-not-carried", "the port does not carry VLAN " + name + " tagged", "add it to the port's \"trunk\"");
    VlanInterface made{*id, {}};
    read_addresses(settings, made.addresses);
    vlans.push_back(std::move(made));
  });
}

void read_tunnel(const std::string& name, const ReadValue& value, std::vector<HostTunnel>& tunnels) {
  constexpr std::uint64_t kMostVxlan = 16'777'215;
  if (!is_name(name)) value.complain("name-invalid", "\"" + printable(name) + "\" is no name of an interface");
  if (!value.expect_members({"kind", "id", "local", "remote", "addresses"})) return;
  HostTunnel tunnel{name, value.text("kind", true), {}, {}, 0, {}};
  const bool is_vxlan = tunnel.kind == "vxlan";
  const auto id = value.find("id");
  if (!is_vxlan && tunnel.kind != "gre") return value.complain("kind-unknown", "a tunnel is a \"gre\" or a \"vxlan\"");
  if (is_vxlan != id.has_value()) return value.complain("id-misplaced", "a VXLAN has an \"id\", and nothing else has one");
  if (id) tunnel.id = static_cast<std::uint32_t>(id->as_number(1, kMostVxlan).value_or(0));
  for (const auto& [member, end] : {std::pair{"local", &tunnel.local}, std::pair{"remote", &tunnel.remote}}) {
    const auto address = parse_ip(value.text(member, true));
    if (!address) return value.complain("address-invalid", address.error().what);
    *end = *address;
  }
  read_addresses(value, tunnel.addresses);
  tunnels.push_back(std::move(tunnel));
}

void read_routes(const ReadValue& value, std::vector<Route>& routes) {
  value.each_element("routes", [&](const ReadValue& element) {
    if (!element.expect_members({"to", "via"})) return;
    Route route;
    const std::string to = element.text("to", true);
    const auto via = parse_ip(element.text("via", true));
    if (to != "default") {
      const auto prefix = parse_prefix(to);
      if (!prefix) return element.complain("route-invalid", prefix.error().what, "a network such as 192.0.2.0/24, or default");
      route.to = *prefix;
    }
    if (!via) return element.complain("route-invalid", via.error().what, "\"via\" is the gateway's address");
    route.via = *via;
    routes.push_back(route);
  });
}

std::string suggest(std::string_view word, const std::vector<std::string>& known) {
  const auto meant = nearest(word, known);
  if (meant) return "did you mean \"" + *meant + "\"?";
  return known.empty() ? "" : "known: " + join(known, ", ");
}

}  // namespace drawbridge::lab
