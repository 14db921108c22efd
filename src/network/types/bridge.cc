// Linux bridges: told by bridge-ports or bridge-vlan-aware, whatever their name.
#include <array>

#include "base/text.h"
#include "network/option_key.h"
#include "network/types/types.h"

namespace drawbridge::network {
namespace {

constexpr std::array<std::string_view, 6> kLayout{"bridge-ports", "bridge-stp", "bridge-fd", "bridge-vlan-aware", "bridge-vids", "mtu"};
constexpr std::array<std::string_view, 5> kParameters{"bridge_fd", "bridge_ports", "bridge_stp", "bridge_vids", "bridge_vlan_aware"};

bool told_by_options(const Interface& interface) {
  return interface.find_option("bridge-ports") != nullptr || interface.find_option("bridge-vlan-aware") != nullptr;
}

bool told_by_link(const Link& link) { return link.kind == "bridge"; }

void show(const Interface& interface, ShownFields& fields) {
  fields.try_emplace("bridge_stp", "off");
  if (std::get<std::string>(fields["bridge_stp"]) == "off" && interface.find_option("bridge-fd") == nullptr) fields["bridge_fd"] = 0;
}

void check_port(const Interface& bridge, const PortWord& port, Checks& checks) {
  if (port.kind != PortWordKind::name) return;
  if (port.text == bridge.name)
    checks.error(port.where, "bridge-loop", "bridge " + printable(bridge.name) + " lists itself as a port", "remove the port");
  const Interface* interface = checks.model().find(port.text);
  if (interface == nullptr) return;
  if (interface->type == InterfaceType::bridge && port.text != bridge.name)
    checks.error(port.where, "port-is-bridge", "bridge " + printable(port.text) + " can't be a port of another bridge",
                 "join two bridges by a veth pair, or move the ports into one bridge");
  if (interface->type == InterfaceType::loopback || interface->type == InterfaceType::alias)
    checks.error(port.where, "port-type", printable(port.text) + " can't be a port of a bridge", "remove the port");
}

void check_vlans(const Interface& bridge, Checks& checks) {
  checks.check_switch(bridge, "bridge-vlan-aware");
  checks.check_vids(bridge, "bridge-vids");
  const auto* vids = bridge.find_option("bridge-vids");
  if (vids != nullptr && !parse_switch(bridge.option("bridge-vlan-aware")).value_or(false))
    checks.warn(vids->where, "vids-without-vlan-aware", "bridge-vids has no effect on a bridge that is not VLAN-aware",
                "add bridge-vlan-aware yes, or remove the line");
}

void check(const Interface& bridge, Checks& checks) {
  for (const auto& port : port_words(bridge, "bridge-ports")) check_port(bridge, port, checks);
  if (bridge.find_option("bridge-ports") == nullptr && bridge.declared && bridge.find_option("bridge-vlan-aware") != nullptr)
    checks.warn(bridge.where, "bridge-without-ports",
                "bridge " + printable(bridge.name) + " has no bridge-ports line; other programs may not see a bridge",
                "add bridge-ports none, or name its ports");
  const bool stp_valid = checks.check_switch(bridge, "bridge-stp");
  const auto* delay = bridge.find_option("bridge-fd");
  if (delay != nullptr && checks.check_number(bridge, "bridge-fd", 0, 30) && stp_valid &&
      parse_switch(bridge.option("bridge-stp")).value_or(false)) {
    const auto seconds = parse_number<std::uint32_t>(delay->value);
    if (seconds && *seconds < 2)
      checks.error(delay->value_where, "bridge-fd-range", "with STP on, the forward delay is from 2 to 30 seconds", "write bridge-fd 15");
  }
  check_vlans(bridge, checks);
}

}  // namespace

const TypeRow& bridge_type() {
  static const TypeRow row{.type = InterfaceType::bridge,
                           .word = "bridge",
                           .title = "Linux Bridge",
                           .rank = 5,
                           .told_by_options = told_by_options,
                           .told_by_link = told_by_link,
                           .layout = kLayout,
                           .parameters = kParameters,
                           .show = show,
                           .check = check};
  return row;
}

}  // namespace drawbridge::network
