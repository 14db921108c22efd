#include "network/types/types.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace drawbridge::network {
namespace {

bool all_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

SplitName split_name(std::string_view name, char separator) {
  const auto at = name.rfind(separator);
  if (at == std::string_view::npos || at == 0 || !all_digits(name.substr(at + 1))) return {};
  return {name.substr(0, at), name.substr(at + 1)};
}

}  // namespace

std::span<const TypeRow* const> type_rows() {
  static const std::array<const TypeRow*, 17> rows{
      &bridge_type(), &ovs_bridge_type(), &ovs_bond_type(), &ovs_port_type(), &ovs_int_port_type(), &bond_type(),
      &alias_type(),  &vlan_type(),       &vxlan_type(),    &dummy_type(),    &vrf_type(),          &veth_type(),
      &tunnel_type(), &macvlan_type(),    &loopback_type(), &eth_type(),      &unknown_type()};
  return rows;
}

const TypeRow& type_row(InterfaceType type) {
  for (const TypeRow* row : type_rows())
    if (row->type == type) return *row;
  return unknown_type();
}

std::string type_name(InterfaceType type) { return std::string(type_row(type).word); }

std::optional<InterfaceType> find_type(std::string_view wire_word) {
  if (wire_word == unknown_type().word) return InterfaceType::unknown;
  for (const TypeRow* row : type_rows())
    if (row->word == wire_word) return row->type;
  return std::nullopt;
}

InterfaceType detect_type_by_name(std::string_view name) {
  for (const TypeRow* row : type_rows())
    if (row->told_by_name != nullptr && row->told_by_name(name)) return row->type;
  return InterfaceType::unknown;
}

InterfaceType detect_type(const Interface& interface, const Snapshot* kernel) {
  for (const TypeRow* row : type_rows())
    if (row->told_by_options != nullptr && row->told_by_options(interface)) return row->type;
  const Link* link = kernel == nullptr ? nullptr : kernel->find_link(interface.name);
  if (link != nullptr)
    for (const TypeRow* row : type_rows())
      if (row->told_by_link != nullptr && row->told_by_link(*link)) return row->type;
  return detect_type_by_name(interface.name);
}

bool is_physical(const Link& link) { return link.kind.empty() && link.ethernet && !link.loopback; }

SplitName split_vlan_name(std::string_view name) { return split_name(name, '.'); }
SplitName split_alias_name(std::string_view name) { return split_name(name, ':'); }

bool is_numbered(std::string_view name, std::string_view prefix) {
  return name.starts_with(prefix) && all_digits(name.substr(prefix.size()));
}

std::string parent_of(const Interface& interface) {
  if (interface.type == InterfaceType::alias) return std::string(split_alias_name(interface.name).root);
  if (interface.type != InterfaceType::vlan) return "";
  const auto raw_device = interface.option("vlan-raw-device");
  return std::string(raw_device.empty() ? split_vlan_name(interface.name).root : raw_device);
}

std::string vlan_id_of(const Interface& interface) {
  const auto dotted = split_vlan_name(interface.name);
  if (!dotted.number.empty()) return std::string(dotted.number);
  if (is_numbered(interface.name, "vlan")) return interface.name.substr(4);
  return std::string(interface.option("vlan-id"));
}

std::vector<OvsOption> ovs_options_of(const Interface& interface) {
  std::vector<OvsOption> options;
  for (const auto word : split_words(interface.option("ovs-options"))) {
    const auto equals = word.find('=');
    options.push_back({std::string(word.substr(0, equals)), equals == std::string_view::npos ? "" : std::string(word.substr(equals + 1))});
  }
  return options;
}

std::string ovs_option(const Interface& interface, std::string_view key) {
  std::string value;
  for (const auto& option : ovs_options_of(interface))
    if (option.key == key) value = option.value;
  return value;
}

}  // namespace drawbridge::network
