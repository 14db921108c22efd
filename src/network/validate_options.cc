#include "network/validate_options.h"

#include <algorithm>
#include <array>
#include <regex>

#include "base/text.h"
#include "network/option_key.h"
#include "network/types/types.h"

namespace drawbridge::network {
namespace {

/// On a port's stanza, or on its bridge.
struct PortOption {
  std::string_view name;
  bool is_switch = false;
  bool about_vlans = false;
};
constexpr std::array kPortOptions{
    PortOption{"bridge-access", false, true},
    PortOption{"bridge-allow-untagged", true, true},
    PortOption{"bridge-arp-nd-suppress", true},
    PortOption{"bridge-broadcast-flood", true},
    PortOption{"bridge-learning", true},
    PortOption{"bridge-multicast-flood", true},
    PortOption{"bridge-pathcosts"},
    PortOption{"bridge-portmcfl", true},
    PortOption{"bridge-portmcrouter"},
    PortOption{"bridge-portprios"},
    PortOption{"bridge-pvid", false, true},
    PortOption{"bridge-unicast-flood", true},
    PortOption{"bridge-vids", false, true},
};

/// Options that make no sense outside of one type; told once per interface and family of options.
struct OptionFamily {
  std::string_view prefix;
  std::string_view code;
  std::string_view what;
  std::string_view cure;
};
constexpr OptionFamily kOfBridges{"bridge-", "option-of-bridge", "bridge",
                                  "add a bridge-ports line (\"bridge-ports none\" for a bridge without ports), or remove this one"};
constexpr OptionFamily kOfBonds{"bond-", "option-of-bond", "bond", "add a bond-slaves line, or remove this one"};
constexpr OptionFamily kOfVxlans{"vxlan-", "option-of-vxlan", "VXLAN", "add a vxlan-id line, or remove this one"};

constexpr OptionFamily kOfVlans{"vlan-", "option-of-vlan", "VLAN interface", "write it in a stanza of its own, or remove the line"};
constexpr OptionFamily kOfTunnels{"tunnel-", "option-of-tunnel", "tunnel", "write it in a stanza of its own, or remove the line"};

const PortOption* find_port_option(std::string_view name) {
  const auto found = std::ranges::find(kPortOptions, name, &PortOption::name);
  return found == kPortOptions.end() ? nullptr : &*found;
}

void check_family(const Interface& interface, const OptionFamily& family, Checks& checks) {
  for (const auto& option : interface.options) {
    if (!option.name.starts_with(family.prefix) || find_port_option(option.name) != nullptr || option.name == "bond-master") continue;
    checks.warn(option.where, std::string(family.code),
                printable(option.name) + " has no effect: " + printable(interface.name) + " is no " + std::string(family.what),
                std::string(family.cure));
    return;
  }
}

void check_strays(const Interface& interface, Checks& checks) {
  const auto type = interface.type;
  const bool ovs = type_name(type).starts_with("OVS");
  if (type != InterfaceType::bridge && !ovs) check_family(interface, kOfBridges, checks);
  if (type != InterfaceType::bond && !ovs && interface.find_option("bond-master") == nullptr) check_family(interface, kOfBonds, checks);
  if (type != InterfaceType::vxlan) check_family(interface, kOfVxlans, checks);
  if (type != InterfaceType::vlan) check_family(interface, kOfVlans, checks);
  if (type != InterfaceType::tunnel) check_family(interface, kOfTunnels, checks);
}

void check_bond_master(const Interface& interface, Checks& checks) {
  const auto* line = interface.find_option("bond-master");
  if (line == nullptr) return;
  const Interface* bond = checks.model().find(trim(line->value));
  if (bond == nullptr || bond->type != InterfaceType::bond)
    checks.error(line->value_where, "bond-unknown", "there is no bond " + printable(line->value),
                 "add a stanza for it with bond-slaves none, or correct the name");
}

/// An expression that is none matches nothing, so its ports would be missing without a word.
void check_patterns(const Interface& interface, Checks& checks) {
  constexpr std::size_t kMostBytes = 256;
  if (interface.type != InterfaceType::bridge && interface.type != InterfaceType::bond) return;
  for (const auto& word : port_words(interface, port_option(interface.type))) {
    if (word.kind != PortWordKind::regex) continue;
    bool fine = word.text.size() <= kMostBytes;
    try {
      if (fine) static_cast<void>(std::regex(word.text, std::regex::extended));
    } catch (const std::regex_error&) {
      fine = false;
    }
    if (!fine)
      checks.error(word.where, "pattern-invalid", "'" + printable(word.text) + "' is no regular expression",
                   "close its brackets, or name the ports");
  }
}

bool is_vlan_aware(const Interface& bridge) { return parse_switch(trim(bridge.option("bridge-vlan-aware"))).value_or(false); }

void check_port_value(const Interface& interface, const PortOption& option, const OptionLine& line, Checks& checks) {
  // On a bridge these may be lists of port=value.
  if (line.value.find('=') != std::string::npos) return;
  if (option.is_switch) checks.check_switch(interface, option.name);
  if (option.name == "bridge-access" || option.name == "bridge-pvid") checks.check_number(interface, option.name, 1, 4094);
  if (option.name == "bridge-vids" && interface.type != InterfaceType::bridge) checks.check_vids(interface, option.name);
}

void check_port_option(const Interface& interface, const PortOption& option, const OptionLine& line, bool any_pattern, Checks& checks) {
  const auto& masters = checks.masters(interface.name);
  const Interface* bridge = masters.empty() ? nullptr : masters.front().master;
  const bool own_bridge = interface.type == InterfaceType::bridge;
  if (!own_bridge && bridge == nullptr && !any_pattern)
    checks.warn(line.where, "port-option-without-bridge",
                std::string(option.name) + " has no effect: " + printable(interface.name) + " is in no bridge",
                "add it to the bridge-ports of a bridge, or remove the line");
  check_port_value(interface, option, line, checks);
  if (own_bridge) bridge = option.name == "bridge-vids" ? nullptr : &interface;
  if (bridge == nullptr || bridge->type != InterfaceType::bridge || !option.about_vlans || is_vlan_aware(*bridge)) return;
  checks.warn(line.where, "access-without-vlan-aware",
              std::string(option.name) + " has no effect: bridge " + printable(bridge->name) + " is not VLAN-aware",
              "add bridge-vlan-aware yes to the bridge, or remove the line");
}

bool has_pattern(const Interface& bridge) {
  return bridge.type == InterfaceType::bridge && std::ranges::any_of(port_words(bridge, "bridge-ports"), [](const PortWord& word) {
           return word.kind != PortWordKind::name || word.text == "all";
         });
}

/// Where the machine forwards, the kernel takes router advertisements only with accept_ra 2.
void check_advertisements(const Interface& interface, Checks& checks) {
  if (interface.method6 != "dhcp" && interface.method6 != "auto") return;
  const auto* forward = interface.find_option("ip6-forward");
  if (forward == nullptr || !parse_switch(trim(forward->value)).value_or(false)) return;
  const auto accept = trim(interface.option("accept-ra"));
  if (accept == "2" || (accept.empty() && interface.method6 == "auto")) return;
  checks.warn(forward->where, "advertisements-ignored",
              printable(interface.name) + " forwards IPv6, so the kernel ignores router advertisements: no default route, no addresses",
              "add accept-ra 2");
}

}  // namespace

void check_options(Checks& checks) {
  const auto& interfaces = checks.model().interfaces;
  const bool any_pattern = std::ranges::any_of(interfaces, [](const auto& entry) { return has_pattern(entry.second); });
  for (const auto& [name, interface] : interfaces) {
    check_strays(interface, checks);
    check_advertisements(interface, checks);
    check_bond_master(interface, checks);
    check_patterns(interface, checks);
    for (const auto& option : kPortOptions)
      if (const auto* line = interface.find_option(option.name)) check_port_option(interface, option, *line, any_pattern, checks);
  }
}

}  // namespace drawbridge::network
