// Bonds: options that the kernel changes only while the bond is down, and those for which it has to let go of its ports.
#include <algorithm>
#include <array>

#include "network/link_rules.h"
#include "network/plan_one.h"

namespace drawbridge::network {
namespace {

constexpr std::array<std::string_view, 3> kDelays{"downdelay", "peer_notify_delay", "updelay"};

std::string mode_after(const One& one, const Changed& changes) {
  const auto changed = text_of(changes.data, "mode");
  return std::string(changed.empty() ? text_of(one.link().data, "mode") : changed);
}

/// Without options that the mode doesn't know, unless a line of the file insists: the kernel refuses even their defaults.
void drop_unsupported(const One& one, Changed& changes) {
  const auto mode = mode_after(one, changes);
  erase_if(changes.data, [&](const auto& entry) {
    const bool insisted = !one.wanted.exact_addresses && one.wanted.data.contains(entry.first);
    return !insisted && !is_supported("bond", entry.first, mode);
  });
}

bool is_port_of(const Planner& planner, const AttributeValue& name, const std::string& bond) {
  const auto* text = std::get_if<std::string>(&name);
  const Link* link = text == nullptr ? nullptr : planner.find(*text);
  return link != nullptr && link->master == bond;
}

/// A primary that is no port yet would be accepted and forgotten.
void drop_absent_ports(const One& one, Changed& changes) {
  erase_if(changes.data, [&](const auto& entry) {
    return names_port("bond", entry.first) && entry.second != AttributeValue{std::string()} &&
           !is_port_of(one.planner, entry.second, one.name);
  });
}

/// Delays are counted in steps of the link monitor's interval: they go before it does.
void emit_in_order(const One& one, Changed changes) {
  const auto miimon = changes.data.find("miimon");
  if (miimon != changes.data.end() && miimon->second == AttributeValue{std::uint64_t{0}}) {
    Attributes delays;
    for (const auto name : kDelays)
      if (const auto found = changes.data.find(name); found != changes.data.end()) {
        delays.emplace(name, found->second);
        changes.data.erase(name);
      }
    if (!delays.empty()) one.planner.emit(SetLinkData{one.name, "bond", std::move(delays)}, changes.where);
  }
  if (!changes.data.empty()) one.planner.emit(SetLinkData{one.name, "bond", std::move(changes.data)}, changes.where);
}

void take_down(const One& one, const SourceLocation& why) {
  if (!one.link().up) return;
  one.planner.raise_again.insert(one.name);
  one.planner.emit(SetUp{one.name, false}, why);
}

bool needs(const Changed& changes, Change change) {
  return std::ranges::any_of(changes.data, [&](const auto& entry) { return change_of("bond", entry.first) == change; });
}

/// What only the old mode knows has to be set while it is there.
void leave_old_mode(const One& one, const Changed& changes) {
  const auto& present = one.link().data;
  const auto old_mode = text_of(present, "mode");
  const auto new_mode = text_of(changes.data, "mode");
  Attributes last;
  for (const auto& [name, value] : changes.data)
    if (is_supported("bond", name, old_mode) && !is_supported("bond", name, new_mode) && !names_port("bond", name))
      last.emplace(name, value);
  if (!last.empty()) one.planner.emit(SetLinkData{one.name, "bond", std::move(last)}, changes.where);
}

void change_without_ports(const One& one, Changed changes) {
  for (const auto* port : one.planner.stack().ports_of(one.name)) {
    const Link* present = one.planner.find(port->name);
    if (present != nullptr && present->master == one.name) one.planner.emit(SetMaster{port->name, ""}, changes.where);
  }
  if (changes.data.contains("mode") || needs(changes, Change::down)) take_down(one, changes.where);
  if (changes.data.contains("mode")) leave_old_mode(one, changes);
  drop_unsupported(one, changes);
  erase_if(changes.data, [](const auto& entry) { return names_port("bond", entry.first); });
  const SourceLocation where = changes.where;
  emit_in_order(one, std::move(changes));
  // A bond without ports draws a new MAC by lot, which nobody on the wire would know.
  const bool own = text_of(one.link().data, "fail_over_mac") == "active";
  if (!own && !one.start->mac.is_zero() && one.link().mac != one.start->mac) one.planner.emit(SetMac{one.name, one.start->mac}, where);
}

}  // namespace

void plan_bond_modes(Planner& planner) {
  for (const auto& entry : planner.entries()) {
    if (entry.wanted == nullptr || entry.start == nullptr || entry.start->kind != "bond" || planner.doomed.contains(*entry.name)) continue;
    const One one{planner, *entry.name, *entry.wanted, entry.before, entry.start};
    auto changes = changed_data(one);
    if (needs(changes, Change::no_ports)) change_without_ports(one, std::move(changes));
  }
}

void plan_bond_data(const One& one, Changed changes) {
  drop_unsupported(one, changes);
  drop_absent_ports(one, changes);
  if (changes.data.empty()) return;
  if (needs(changes, Change::down)) take_down(one, changes.where);
  emit_in_order(one, std::move(changes));
}

}  // namespace drawbridge::network
