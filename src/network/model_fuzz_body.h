// What must hold of the model for any bytes whatever; run by the fuzz target and, over its seeds, by a plain test.
#pragma once

#include <algorithm>
#include <sstream>
#include <string>
#include <string_view>

#include "base/text.h"
#include "network/interface.h"
#include "network/normalise.h"
#include "network/option_key.h"
#include "network/ovs_desired.h"
#include "network/port_list.h"
#include "network/show.h"

namespace drawbridge::network {

/// An option in the one form that all ways of writing it share.
inline std::string meaning_of_option(const OptionLine& option) {
  std::string value = option.raw.substr(option.raw.find(' ') + 1);
  if (const auto* key = find_option_key(option.name)) {
    if (key->name == "bond-mode") value = bond_mode_name(value);
    if (key->name == "bridge-stp" || key->name == "bridge-vlan-aware")
      if (const auto on = parse_switch(value)) value = *on ? "yes" : "no";
    if (key->name != "ovs-options") {
      const auto words = split_words(value);
      value = join({words.begin(), words.end()}, " ");
    }
  }
  return option.name + " " + value;
}

/// All that a model says, without places, and without the defaults that the canonical layout spells out.
inline std::string meaning(const Model& model) {
  static const std::vector<std::string> defaults{"bridge-ports none",  "bridge-stp no",   "bridge-fd 0",
                                                 "bridge-vids 2-4094", "bond-miimon 100", "bond-mode balance-rr"};
  std::ostringstream out;
  for (const auto& [name, interface] : model.interfaces) {
    out << name << " " << type_name(interface.type) << " " << interface.declared << interface.autostart << interface.hotplug << " "
        << interface.method.value_or("-") << " " << interface.method6.value_or("-") << " " << join(interface.classes, " ") << "\n";
    for (const auto& family : interface.families) out << (!family ? "typeless " : *family == Family::ipv4 ? "inet " : "inet6 ");
    for (const auto& line : interface.addresses)
      out << "\n"
          << format_interface_address(line.address) << " " << line.scope.value_or("-") << " "
          << (line.broadcast ? format_ip(*line.broadcast) : "-") << " " << (line.peer ? format_ip(*line.peer) : "-") << " "
          << line.preferred.seconds;
    for (const auto& line : interface.gateways) out << "\ngateway " << format_ip(line.gateway) << " " << line.metric.value_or(0);
    for (const auto& hook : interface.hooks) out << "\n" << static_cast<int>(hook.phase) << " " << hook.command;
    out << "\n" << interface.comments << interface.comments6;
    // Of known options only each one's own order counts, and of the rest all of it.
    std::vector<std::string> known;
    for (const auto& option : interface.options) {
      if (is_address_option(option.name)) continue;
      const std::string text = meaning_of_option(option);
      const std::string family = !option.family ? "typeless " : *option.family == Family::ipv4 ? "inet " : "inet6 ";
      if (find_option_key(option.name) == nullptr)
        out << family << text << "\n";
      else if (std::ranges::find(defaults, text) == defaults.end())
        known.push_back(family + text);
    }
    std::ranges::stable_sort(known, {}, [](const std::string& text) { return text.substr(0, text.find(' ', text.find(' ') + 1)); });
    for (const auto& text : known) out << text << "\n";
  }
  return out.str();
}

/// What is broken in the kernel terms of the model, or an empty text.
inline std::string check_resolved(const Model& model, const Snapshot* kernel) {
  const Resolved resolved = resolve(model, kernel);
  for (const auto& finding : resolved.diagnostics)
    if (finding.where.line == 0 || finding.message.empty() || finding.code.empty())
      return "a finding without place or text: " + format_diagnostic(finding);
  for (const auto& [name, link] : resolved.desired.links) {
    if (link.name != name) return "a link under another name: " + name;
    if (link.kind == "vlan" && (!link.parent || !link.data.contains("id"))) return "a VLAN without parent or id: " + name;
    if (link.kind == "bond" && !link.data.contains("mode")) return "a bond without mode: " + name;
    if (link.kind == "vxlan" && !link.data.contains("id")) return "a VXLAN without id: " + name;
    if (link.kind == "vrf" && !link.data.contains("table")) return "a VRF without table: " + name;
  }
  for (const auto& route : resolved.desired.routes)
    if (!route.value.nexthops.empty() && !resolved.desired.links.contains(route.value.nexthops.front().link))
      return "a route through a link that is not there";
  for (const auto& [name, port] : resolve_ovs(model).ports)
    if (port.bridge.empty()) return "an OVS port without bridge: " + name;
  return "";
}

/// What is broken, or an empty text.
inline std::string check_model(std::string_view bytes) {
  const auto model_of = [](std::string_view text) { return make_model(interfaces::read_configuration("interfaces", text, {}), nullptr); };
  const Model model = model_of(bytes);
  if (show_json(model, nullptr).empty()) return "show_json gives nothing";
  static_cast<void>(show_rows(model, nullptr));
  Snapshot kernel;
  Link& link = kernel.links["eth0"];
  link.name = "eth0";
  link.altnames = {"enp1s0"};
  const Model against_kernel = make_model(interfaces::read_configuration("interfaces", bytes, {}), &kernel);
  static_cast<void>(show_json(against_kernel, &kernel));
  for (const auto& broken : {check_resolved(model, nullptr), check_resolved(against_kernel, &kernel)})
    if (!broken.empty()) return broken;
  for (const auto& finding : validate(model, &kernel))
    if (finding.where.line == 0 || finding.message.empty() || finding.code.empty())
      return "a finding without place or text: " + format_diagnostic(finding);
  const std::string canonical = normalise(bytes, "interfaces");
  const std::string again = normalise(canonical, "interfaces");
  if (again != canonical) return "normalise is not idempotent:\n" + canonical + "\nthen\n" + again;
  const std::string before = meaning(model);
  const std::string after = meaning(model_of(canonical));
  if (before != after) return "normalise changes the meaning:\n" + before + "\nto\n" + after + "\nby\n" + canonical;
  return "";
}

}  // namespace drawbridge::network
