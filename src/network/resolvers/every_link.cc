// What interfaces of every type have. Absent options are left as the kernel has them.
#include <algorithm>
#include <array>

#include "base/text.h"
#include "network/link_defaults.h"
#include "network/option_key.h"
#include "network/resolvers/resolver.h"

namespace drawbridge::network {
namespace {

constexpr std::uint8_t kScopeHost = 254;
constexpr std::uint32_t kLeastMtu = 68;
constexpr std::uint32_t kMostMtu = 65535;
constexpr std::size_t kMostLabelBytes = 15;

enum class SettingForm : std::uint8_t { number, on_off, eui64 };

struct SettingRow {
  std::string_view option;
  std::string_view key;
  SettingForm form;
};

/// Options of any interface that are settings below /proc/sys/net.
constexpr std::array kSettings{
    SettingRow{"accept-ra", "ipv6.accept_ra", SettingForm::number},
    SettingRow{"arp-accept", "ipv4.arp_accept", SettingForm::on_off},
    SettingRow{"autoconf", "ipv6.autoconf", SettingForm::number},
    SettingRow{"disable-ipv6", "ipv6.disable_ipv6", SettingForm::on_off},
    SettingRow{"ip-forward", "ipv4.forwarding", SettingForm::on_off},
    SettingRow{"ip6-forward", "ipv6.forwarding", SettingForm::on_off},
    SettingRow{"ipv6-addrgen", "ipv6.addr_gen_mode", SettingForm::eui64},
};

constexpr std::array<std::pair<std::string_view, std::uint8_t>, 6> kScopes{
    {{"global", 0}, {"universe", 0}, {"site", 200}, {"link", 253}, {"host", 254}, {"nowhere", 255}}};

std::uint8_t scope_of(const AddressLine& line) {
  if (line.scope) {
    for (const auto& [word, number] : kScopes)
      if (*line.scope == word) return number;
    if (const auto number = parse_number<std::uint8_t>(*line.scope)) return *number;
  }
  return line.address.address.is_loopback() ? kScopeHost : 0;
}

bool stays_down(const Interface& interface) {
  const OptionLine* down = interface.find_option("link-down");
  return down != nullptr && parse_switch(trim(down->value)).value_or(false);
}

void add_mtu(const Interface& interface, DesiredLink& link, Resolving& resolving) {
  const OptionLine* option = interface.find_option("mtu");
  if (option == nullptr) return;
  const auto mtu = parse_number<std::uint32_t>(trim(option->value));
  const std::uint32_t most = interface.type == InterfaceType::loopback ? kLoopbackMtu : kMostMtu;
  if (mtu && *mtu >= kLeastMtu && *mtu <= most) {
    link.mtu = Asked<std::uint32_t>{*mtu, option->where};
    return;
  }
  resolving.error(option->value_where, "value-invalid", "'" + printable(option->value) + "' is no MTU", "write a number from 68 to 65535");
}

void add_mac(const Interface& interface, DesiredLink& link, Resolving& resolving) {
  const OptionLine* option = interface.find_option("hwaddress");
  if (option == nullptr) return;
  const auto words = split_words(option->value);
  const bool typed = words.size() == 2 && words.front() == "ether";
  if ((words.size() == 1 || typed) && words.back() == "random")
    return resolving.not_applied(*option, "a new address at every apply would cut every connection; write one that stays");
  const auto mac = words.size() == 1 || typed ? parse_mac(words.back()) : Result<MacAddress>(fail(Errc::invalid_input, ""));
  if (mac && !mac->is_multicast() && !mac->is_zero()) {
    link.mac = Asked<MacAddress>{*mac, option->where};
    return;
  }
  resolving.error(option->value_where, "value-invalid", "'" + printable(option->value) + "' is no MAC address of a link",
                  "write it as hwaddress 02:00:5e:10:20:30");
}

std::optional<std::uint32_t> parse_setting(const SettingRow& row, std::string_view text) {
  constexpr std::uint32_t kMost = 2;
  if (row.form == SettingForm::number) {
    const auto value = parse_number<std::uint32_t>(text);
    return value && *value <= kMost ? value : std::nullopt;
  }
  const auto on = parse_switch(text);
  if (!on) return std::nullopt;
  // IN6_ADDR_GEN_MODE_EUI64 is 0, _NONE is 1: on means that the kernel makes a link-local address.
  return row.form == SettingForm::eui64 ? (*on ? 0U : 1U) : (*on ? 1U : 0U);
}

void add_settings(const Interface& interface, DesiredLink& link, Resolving& resolving) {
  for (const auto& row : kSettings) {
    const OptionLine* option = interface.find_option(row.option);
    if (option == nullptr) continue;
    const auto value = parse_setting(row, trim(option->value));
    if (value)
      link.sysctl.insert_or_assign(std::string(row.key), Asked<std::uint32_t>{*value, option->where});
    else
      resolving.error(option->value_where, "value-invalid", "'" + printable(option->value) + "' is no value for " + printable(option->name),
                      row.form == SettingForm::number ? "write 0, 1 or 2" : "write on or off");
  }
}

/// A member of a VRF keeps its addresses; only its routes move into the VRF's table.
void add_vrf(const Interface& interface, DesiredLink& link, Resolving& resolving) {
  const OptionLine* option = interface.find_option("vrf");
  if (option == nullptr) return;
  const std::string name(trim(option->value));
  const std::string kind = resolving.kind_of(name);
  if (resolving.vrf_tables.contains(name) || kind == "vrf") {
    link.master = Asked<std::string>{name, option->where};
    return;
  }
  resolving.error(option->value_where, "vrf-unknown", "there is no VRF " + printable(name),
                  "add a stanza for it with vrf-table auto, or correct the name");
}

void add_dhcp(const Interface& interface, DesiredLink& link) {
  if (interface.method == "dhcp") link.dhcp4 = Asked<bool>{true, interface.where};
  if (interface.method6 == "dhcp") link.dhcp6 = Asked<bool>{true, interface.where};
}

/// Addresses from router advertisements: wanted even where forwarding is on, which takes accept_ra 2.
void add_slaac(const Interface& interface, DesiredLink& link) {
  if (interface.method6 != "auto") return;
  link.slaac = Asked<bool>{true, interface.where};
  link.sysctl.try_emplace("ipv6.accept_ra", Asked<std::uint32_t>{2, interface.where});
  link.sysctl.try_emplace("ipv6.autoconf", Asked<std::uint32_t>{1, interface.where});
}

}  // namespace

Asked<Address> make_address(const AddressLine& line, const std::string& link, const std::string& label) {
  Address address;
  address.link = link;
  address.address = line.address;
  address.peer = line.peer;
  const bool v4 = line.address.address.is_v4();
  constexpr std::uint8_t kLongestWithBroadcast = 30;
  if (v4 && !line.address.address.is_loopback() && !line.peer && line.address.length <= kLongestWithBroadcast)
    address.broadcast = broadcast_of(line.address);
  if (v4 && line.broadcast) address.broadcast = line.broadcast;
  address.preferred = line.preferred;
  address.scope = v4 ? scope_of(line) : 0;
  if (v4 && label != link && label.size() <= kMostLabelBytes) address.label = label;
  address.protocol = kOwnProtocol;
  return {std::move(address), line.where};
}

void add_methods(const Interface& interface, DesiredLink& link, Resolving& /*resolving*/) {
  // A link that stays down can reach no server.
  if (!stays_down(interface)) add_dhcp(interface, link);
  add_slaac(interface, link);
}

DesiredLink make_common(const Interface& interface, Resolving& resolving) {
  DesiredLink link;
  link.name = interface.name;
  link.where = interface.where;
  const bool down = stays_down(interface);
  link.up = Asked<bool>{!down, down ? interface.find_option("link-down")->where : interface.where};
  add_mtu(interface, link, resolving);
  add_mac(interface, link, resolving);
  if (const auto* alias = interface.find_option("alias")) link.alias = Asked<std::string>{alias->value, alias->where};
  add_settings(interface, link, resolving);
  add_ethtool(interface, link, resolving);
  add_methods(interface, link, resolving);
  add_vrf(interface, link, resolving);
  for (const auto& line : interface.addresses) link.addresses.push_back(make_address(line, interface.name, interface.name));
  link.hooks = interface.hooks;
  return link;
}

}  // namespace drawbridge::network
