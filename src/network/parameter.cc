#include "network/parameter.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "interfaces/edit.h"
#include "network/edit.h"
#include "network/option_key.h"
#include "network/types/types.h"
#include "network/validate_checks.h"

namespace drawbridge::network {
namespace {

using enum Syntax;
using Words = std::span<const std::string_view>;

constexpr std::array<std::string_view, 3> kMethods{"dhcp", "manual", "static"};
constexpr std::array<std::string_view, 4> kMethods6{"auto", "dhcp", "manual", "static"};
constexpr std::array<std::string_view, 10> kBondModes{"balance-rr",       "active-backup",   "balance-xor", "broadcast",
                                                      "802.3ad",          "balance-tlb",     "balance-alb", "balance-slb",
                                                      "lacp-balance-slb", "lacp-balance-tcp"};
constexpr std::array<std::string_view, 6> kHashPolicies{"layer2", "layer2+3", "layer3+4", "encap2+3", "encap3+4", "vlan+srcmac"};
constexpr std::array<std::string_view, 2> kVlanProtocols{"802.1q", "802.1ad"};
constexpr std::array<std::string_view, 1> kLinkTypes{"dummy"};
constexpr std::array<std::string_view, 2> kSwitch{"on", "off"};

constexpr std::array kParameters{
    Parameter{"address", ip},
    Parameter{"address6", ip6},
    Parameter{"addresses", cidr_list},
    Parameter{"autostart", boolean},
    Parameter{"bond-primary", name, "bond-primary"},
    Parameter{"bond_miimon", number, "bond-miimon", 0, 2'000'000'000},
    Parameter{"bond_mode", word, "bond-mode", 0, 0, kBondModes},
    Parameter{"bond_xmit_hash_policy", word, "bond-xmit-hash-policy", 0, 0, kHashPolicies},
    Parameter{"bridge-access", number, "bridge-access", 1, 4094},
    Parameter{"bridge-arp-nd-suppress", word, "bridge-arp-nd-suppress", 0, 0, kSwitch},
    Parameter{"bridge-disable-mac-learning", boolean, "bridge-disable-mac-learning"},
    Parameter{"bridge-learning", word, "bridge-learning", 0, 0, kSwitch},
    Parameter{"bridge-multicast-flood", word, "bridge-multicast-flood", 0, 0, kSwitch},
    Parameter{"bridge-unicast-flood", word, "bridge-unicast-flood", 0, 0, kSwitch},
    Parameter{"bridge_fd", number, "bridge-fd", 0, 30},
    Parameter{"bridge_ports", name_list, "bridge-ports"},
    Parameter{"bridge_stp", word, "bridge-stp", 0, 0, kSwitch},
    Parameter{"bridge_vids", vid_list, "bridge-vids"},
    Parameter{"bridge_vlan_aware", boolean, "bridge-vlan-aware"},
    Parameter{"cidr", cidr},
    Parameter{"cidr6", cidr6},
    Parameter{"comments", comment},
    Parameter{"comments6", comment},
    Parameter{"gateway", ip},
    Parameter{"gateway6", ip6},
    Parameter{"hotplug", boolean},
    Parameter{"link-type", word, "link-type", 0, 0, kLinkTypes},
    Parameter{"method", word, "", 0, 0, kMethods},
    Parameter{"method6", word, "", 0, 0, kMethods6},
    Parameter{"mtu", number, "mtu", 1280, 65520},
    Parameter{"netmask", netmask},
    Parameter{"netmask6", length6},
    Parameter{"ovs_bonds", name_list, "ovs-bonds"},
    Parameter{"ovs_bridge", name, "ovs-bridge"},
    Parameter{"ovs_options", text, "ovs-options"},
    Parameter{"ovs_ports", name_list, "ovs-ports"},
    Parameter{"ovs_tag", number, "", 1, 4094},
    Parameter{"slaves", name_list, "bond-slaves"},
    Parameter{"type", interface_type},
    Parameter{"uplink-id", text, "uplink-id"},
    Parameter{"vlan-id", number, "vlan-id", 1, 4094},
    Parameter{"vlan-protocol", word, "vlan-protocol", 0, 0, kVlanProtocols},
    Parameter{"vlan-raw-device", name, "vlan-raw-device"},
    Parameter{"vxlan-id", number, "vxlan-id", 1, 16'777'215},
    Parameter{"vxlan-local-tunnelip", any_ip, "vxlan-local-tunnelip"},
    Parameter{"vxlan-physdev", name, "vxlan-physdev"},
    Parameter{"vxlan-remoteip", ip_list, "vxlan-remoteip"},
    Parameter{"vxlan-svcnodeip", any_ip, "vxlan-svcnodeip"},
};

constexpr std::array<std::string_view, 18> kCommon{"address",  "address6",  "addresses", "autostart", "cidr",    "cidr6",
                                                   "comments", "comments6", "gateway",   "gateway6",  "hotplug", "method",
                                                   "method6",  "mtu",       "netmask",   "netmask6",  "type",    "uplink-id"};
constexpr std::array<std::string_view, 5> kPortParameters{"bridge-access", "bridge-arp-nd-suppress", "bridge-learning",
                                                          "bridge-multicast-flood", "bridge-unicast-flood"};

constexpr std::size_t kLongestText = 1024;

bool has(Words words, std::string_view word) { return std::ranges::find(words, word) != words.end(); }

bool can_be_port(InterfaceType type) {
  switch (type) {
    case InterfaceType::eth:
    case InterfaceType::bond:
    case InterfaceType::vlan:
    case InterfaceType::vxlan:
    case InterfaceType::dummy:
    case InterfaceType::tunnel:
    case InterfaceType::veth:
    case InterfaceType::macvlan:
    case InterfaceType::unknown: return true;
    default: return false;
  }
}

std::unexpected<Error> refuse(std::string what, std::string hint) {
  return fail(Errc::invalid_input, std::move(what), {}, std::move(hint));
}

/// Addresses of interfaces are unicast.
Result<IpAddress> parse_host(std::string_view value, Family family) {
  const auto ip = parse_ip(value);
  const bool v4 = family == Family::ipv4;
  if (!ip || ip->family != family)
    return refuse("'" + printable(value) + "' is not an " + (v4 ? "IPv4" : "IPv6") + " address",
                  v4 ? "write for example 192.0.2.10" : "write for example 2001:db8::10");
  if (ip->is_multicast() || ip->is_unspecified())
    return refuse("'" + printable(value) + "' is no unicast address", "choose a unicast address");
  return *ip;
}

Result<std::string> parse_cidr(std::string_view value, Family family) {
  const bool v4 = family == Family::ipv4;
  const std::string example = v4 ? "write for example 192.0.2.10/24" : "write for example 2001:db8::10/64";
  const auto slash = value.find('/');
  if (slash == std::string_view::npos) return refuse("'" + printable(value) + "' has no prefix length", example);
  auto ip = TRY(parse_host(value.substr(0, slash), family));
  const auto length = parse_number<std::uint8_t>(value.substr(slash + 1));
  if (!length || *length < 8 || *length > ip.width())
    return refuse("prefix length '" + printable(value.substr(slash + 1)) + "' is not from 8 to " + std::to_string(ip.width()), example);
  const InterfaceAddress address{ip, *length};
  if (!v4 && *length < 127 && network_of(address).address == ip)
    return refuse("'" + printable(value) + "' is the address of the subnet itself", "choose an address inside the subnet");
  return format_interface_address(address);
}

Result<std::string> parse_cidr_list(std::string_view value) {
  std::vector<std::string> list;
  for (const auto each : split_list(value)) {
    const bool v6 = each.find(':') != std::string_view::npos;
    list.push_back(TRY(parse_cidr(each, v6 ? Family::ipv6 : Family::ipv4)));
    if (std::ranges::count(list, list.back()) > 1) return refuse("'" + list.back() + "' is there twice", "write each address once");
  }
  return join(list, " ");
}

Result<std::string> parse_name(std::string_view value) {
  if (auto problem = name_problem(value)) return refuse(std::move(*problem), "name an interface");
  return std::string(value);
}

Result<std::string> parse_names(std::string_view value) {
  std::vector<std::string> list;
  bool pattern = false;
  for (const auto each : split_list(value)) {
    if (each == "none") continue;
    const bool mode = each == "glob" || each == "regex" || each == "noglob" || each == "noregex";
    if (mode) pattern = each == "glob" || each == "regex";
    std::string text = mode || pattern ? std::string(each) : TRY(parse_name(each));
    if (mode || pattern || std::ranges::find(list, text) == list.end()) list.push_back(std::move(text));
  }
  return join(list, " ");
}

Result<std::string> parse_vids(std::string_view value) {
  std::vector<std::string> list;
  for (const auto each : split_list(value)) {
    const auto range = parse_vid_range(each);
    if (!range || range->first < 2 || (each.find('-') != std::string_view::npos && range->first == range->second))
      return refuse("'" + printable(each) + "' is neither a VLAN id nor a range from 2 to 4094", "write for example 2-100 200 4094");
    list.emplace_back(each);
  }
  if (list.empty()) return refuse("the list of VLANs is empty", "delete the parameter to have the default");
  return join(list, " ");
}

Result<std::string> parse_ip_list(std::string_view value) {
  std::vector<std::string> list;
  for (const auto each : split_list(value)) list.push_back(format_ip(TRY(parse_ip(each))));
  return join(list, " ");
}

Result<std::string> parse_word(const Parameter& parameter, std::string_view value) {
  if (parameter.words.data() == kSwitch.data())
    if (const auto on = parse_switch(value)) return std::string(*on ? "on" : "off");
  std::string text(value);
  if (parameter.name == "bond_mode") text = bond_mode_name(value);
  if (parameter.name == "vlan-protocol") text = to_lower(value);
  if (has(parameter.words, text)) return text;
  std::vector<std::string> words(parameter.words.begin(), parameter.words.end());
  const auto meant = nearest(value, words);
  return refuse("'" + printable(value) + "' is not one of " + join(words, ", "),
                meant ? "did you mean '" + *meant + "'?" : "write one of these words");
}

Result<std::string> parse_comment(std::string_view value) {
  std::string text;
  for (auto line : split(value, '\n')) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    const bool control = std::ranges::any_of(line, [](char c) { return c != '\t' && has_control_character(std::string_view(&c, 1)); });
    if (control || !is_utf8(line)) return refuse("the comment holds a control character or bytes that are not UTF-8", "remove them");
    const auto end = line.find_last_not_of(" \t");
    text += std::string(line.substr(0, end == std::string_view::npos ? 0 : end + 1)) + "\n";
  }
  while (text.ends_with("\n\n") || text == "\n") text.pop_back();
  return text;
}

Result<std::string> parse_text(std::string_view value) {
  if (value.size() > kLongestText) return refuse("the text is longer than " + std::to_string(kLongestText) + " bytes", "shorten it");
  if (const auto possible = interfaces::check_value(value); !possible) return fail(possible.error());
  return std::string(trim(value));
}

}  // namespace

std::span<const Parameter> all_parameters() { return kParameters; }

const Parameter* find_parameter(std::string_view parameter) {
  const auto found = std::ranges::find(kParameters, parameter, &Parameter::name);
  return found == kParameters.end() ? nullptr : &*found;
}

bool takes(InterfaceType type, std::string_view parameter) {
  if (parameter == "uplink-id") return type == InterfaceType::eth || type == InterfaceType::bond;
  if (parameter == "bridge-disable-mac-learning") return type == InterfaceType::bridge;
  if (parameter == "vlan-protocol" && type == InterfaceType::vlan) return true;
  return has(kCommon, parameter) || (can_be_port(type) && has(kPortParameters, parameter)) || has(type_row(type).parameters, parameter);
}

std::vector<std::string> edit_parameters(InterfaceType type) {
  std::vector<std::string> names;
  for (const auto& parameter : kParameters)
    if (takes(type, parameter.name)) names.emplace_back(parameter.name);
  return names;
}

std::optional<std::string> name_problem(std::string_view name) {
  const std::string shown = "'" + printable(name, 40) + "'";
  if (name.empty()) return "the name is empty";
  if (has_control_character(name) || !is_utf8(name)) return "the name " + shown + " holds a control character or bytes that are not UTF-8";
  if (name.size() > 15) return "the name " + shown + " has " + std::to_string(name.size()) + " bytes; 15 are possible";
  if (name == "." || name == ".." || name == "all" || name == "none" || name == "default") return "no interface can be named " + shown;
  if (name.find_first_of(" /[]$\\%,;\"'`") != std::string_view::npos || name.front() == '#' || name.front() == '-')
    return "the name " + shown + " holds a character that names can't have";
  if (name.find(':') != std::string_view::npos && split_alias_name(name).root.empty())
    return "the name " + shown + " has a ':' that is not followed by a number";
  return std::nullopt;
}

Result<std::string> parse_parameter(const Parameter& parameter, std::string_view value) {
  // A line break in a value would smuggle in a statement; no list may take it for a separator either.
  if (parameter.syntax != comment && has_control_character(value)) return refuse("the value holds a control character", "remove it");
  switch (parameter.syntax) {
    case boolean:
      if (const auto on = parse_switch(value)) return std::string(*on ? "1" : "0");
      return refuse("'" + printable(value) + "' is neither 1 nor 0", "write 1 or 0");
    case text: return parse_text(value);
    case comment: return parse_comment(value);
    case cidr: return parse_cidr(value, Family::ipv4);
    case cidr6: return parse_cidr(value, Family::ipv6);
    case ip: return format_ip(TRY(parse_host(value, Family::ipv4)));
    case ip6: return format_ip(TRY(parse_host(value, Family::ipv6)));
    case any_ip: return format_ip(TRY(parse_ip(value)));
    case ip_list: return parse_ip_list(value);
    case netmask: {
      const auto number = parse_number<std::uint8_t>(value);
      if (number && *number <= 32) return std::to_string(*number);
      if (const auto length = parse_netmask(value)) return std::to_string(*length);
      return refuse("'" + printable(value) + "' is not a netmask", "write for example 255.255.255.0");
    }
    case length6: {
      const auto number = parse_number<std::uint8_t>(value);
      if (number && *number <= 128) return std::to_string(*number);
      return refuse("'" + printable(value) + "' is not a length from 0 to 128", "write for example 64");
    }
    case cidr_list: return parse_cidr_list(value);
    case number: {
      const auto parsed = parse_number<std::uint32_t>(value);
      if (parsed && *parsed >= parameter.low && *parsed <= parameter.high) return std::to_string(*parsed);
      const std::string range = std::to_string(parameter.low) + " to " + std::to_string(parameter.high);
      return refuse("'" + printable(value) + "' is not a number from " + range, "write a number from " + range);
    }
    case word: return parse_word(parameter, value);
    case name: return parse_name(value);
    case name_list: return parse_names(value);
    case vid_list: return parse_vids(value);
    case interface_type: return std::string(value);
  }
  return refuse("the parameter has no value", "");
}

}  // namespace drawbridge::network
