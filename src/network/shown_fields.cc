#include "network/shown_fields.h"

#include <algorithm>

#include "network/option_key.h"
#include "network/port_list.h"

namespace drawbridge::network {

namespace {

/// The value of an option as one text.
std::string text_of(const Interface& interface, const OptionKey& key, const OptionLine& last) {
  if (key.form == OptionForm::names) return port_text(interface, key.name);
  if (key.form == OptionForm::text) return last.value;
  std::string text;
  for (const auto& option : interface.options)
    if (option.name == key.name) text += (text.empty() ? "" : " ") + option.value;
  return text;
}

}  // namespace

ShownFields shown_fields(const Interface& interface) {
  ShownFields fields;
  for (const auto& key : option_keys())
    if (const OptionLine* line = interface.find_option(key.name)) fields[std::string(key.parameter)] = text_of(interface, key, *line);
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
