#include "network/shown_fields.h"

#include <algorithm>

#include "network/option_key.h"
#include "network/port_list.h"

namespace drawbridge::network {

ShownFields shown_fields(const Interface& interface) {
  ShownFields fields;
  for (const auto& key : option_keys()) {
    const OptionLine* line = interface.find_option(key.name);
    if (line == nullptr) continue;
    std::string value = line->value;
    if (key.form == OptionForm::names) value = port_text(interface, key.name);
    if (key.form == OptionForm::repeated) {
      value.clear();
      for (const auto& each : interface.options)
        if (each.name == key.name) value += (value.empty() ? "" : " ") + each.value;
    }
    fields[std::string(key.parameter)] = std::move(value);
  }
  if (const auto* stp = interface.find_option("bridge-stp")) fields["bridge_stp"] = parse_switch(stp->value).value_or(false) ? "on" : "off";
  if (const auto* aware = interface.find_option("bridge-vlan-aware"))
    fields["bridge_vlan_aware"] = parse_switch(aware->value).value_or(false) ? 1 : 0;
  if (const auto* mode = interface.find_option("bond-mode")) fields["bond_mode"] = bond_mode_name(mode->value);
  const TypeRow& row = type_row(interface.type);
  if (row.show != nullptr) row.show(interface, fields);
  return fields;
}

ShownComments shown_comments(const Interface& interface) {
  const bool only_v6 =
      !interface.families.empty() && std::ranges::all_of(interface.families, [](const auto& family) { return family == Family::ipv6; });
  if (only_v6) return {interface.comments + interface.comments6, ""};
  return {interface.comments, interface.comments6};
}

}  // namespace drawbridge::network
