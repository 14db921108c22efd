// Ports: under which master a link stands, and how.
#include <algorithm>

#include "network/link_defaults.h"
#include "network/link_rules.h"
#include "network/plan_one.h"

namespace drawbridge::network {
namespace {

SourceLocation line_of_master(const DesiredLink& link) { return link.master ? link.master->where : link.where; }

/// The port goes back to what it was before it became one, as far as the files had asked for it.
void release_port(Planner& planner, const std::string& name, const DesiredLink& before) {
  planner.emit(SetMaster{name, ""}, line_of_master(before));
  const DesiredLink* wanted = planner.wanted(name);
  for (const auto& [key, asked] : before.sysctl) {
    if (wanted != nullptr && wanted->sysctl.contains(key)) continue;
    const auto usual = default_sysctls().find(key);
    const Link* link = planner.find(name);
    if (link == nullptr || usual == default_sysctls().end()) continue;
    const auto present = link->sysctl.find(key);
    if (present != link->sysctl.end() && present->second != usual->second) planner.emit(SetSysctl{name, key, usual->second}, asked.where);
  }
}

/// A bond takes a link only while that is down, and raises it.
void join(Planner& planner, const std::string& name, const std::string& master, const SourceLocation& why) {
  const Link* link = planner.find(name);
  const Link* to = planner.find(master);
  const bool bond = to != nullptr && to->kind == "bond";
  // One that leaves another bond is down by then.
  if (bond && link != nullptr && is_bond_port(planner, *link)) planner.emit(SetMaster{name, ""}, why);
  if (const Link* now = planner.find(name); bond && now != nullptr && now->up) planner.emit(SetUp{name, false}, why);
  planner.emit(SetMaster{name, master}, why);
}

/// What a port had at the start and lost with its master.
void restore_port(Planner& planner, const Link& start, const SourceLocation& why) {
  join(planner, start.name, start.master, why);
  const Link* master = planner.find(start.master);
  const Link* link = planner.find(start.name);
  if (master == nullptr || link == nullptr || link->master != start.master) return;
  Attributes lost;
  for (const auto& [name, value] : start.port)
    if (!is_learned(name) && !is_same_value(link->port, name, value)) lost.emplace(name, value);
  if (!lost.empty()) planner.emit(SetPortData{start.name, master->kind, std::move(lost)}, why);
  if (link->up != start.up) planner.emit(SetUp{start.name, start.up}, why);
}

/// True if the master is there again as what it was.
bool is_back(const Planner& planner, const std::string& master) {
  const auto start = planner.now.links.find(master);
  const Link* link = planner.find(master);
  return start != planner.now.links.end() && link != nullptr && link->kind == start->second.kind;
}

const AttributeValue* usual_port(std::string_view master_kind, const std::string& name) {
  const auto& usual = default_port(master_kind);
  const auto found = usual.find(name);
  return found == usual.end() ? nullptr : &found->second;
}

/// A guest's port is down while it changes its bridge: for a moment it would be in VLANs that are not its own.
void pull_cable(const One& one, const SourceLocation& where) {
  one.planner.emit(SetUp{one.name, false}, where);
  one.planner.raise_again.insert(one.name);
}

}  // namespace

void plan_master(const One& one) {
  if (!one.wanted.master) return;
  const auto& [master, where] = *one.wanted.master;
  const Link& link = one.link();
  if (link.master == master || (is_guest_port(one.name) && !one.wanted.guest && !link.master.empty())) return;
  if (one.wanted.guest && link.up && !master.empty()) pull_cable(one, where);
  if (master.empty()) {
    one.planner.emit(SetMaster{one.name, master}, where);
  } else {
    join(one.planner, one.name, master, where);
  }
}

void plan_port(const One& one) {
  const bool same_files = one.before != nullptr && one.before->master && one.before->master->value == one.link().master;
  if (one.wanted.port.empty() && (!same_files || one.before->port.empty())) return;
  const Link* master = one.link().master.empty() ? nullptr : one.planner.find(one.link().master);
  if (master == nullptr) return;
  const auto mode = text_of(master->data, "mode");
  Changed changes;
  const auto visit = [&](const std::string& name, const AttributeValue& value, const SourceLocation& where) {
    const bool knows = master->kind != "bond" || name != "prio" || is_supported("bond", "primary", mode);
    if (knows && !is_same_value(one.link().port, name, value)) changes.add(name, value, where);
  };
  const auto usual = [&](const std::string& name) { return usual_port(master->kind, name); };
  for_each_target(one.wanted.port, same_files ? &one.before->port : nullptr, usual, visit);
  if (!changes.data.empty()) one.planner.emit(SetPortData{one.name, master->kind, changes.data}, changes.where);
}

void plan_released_ports(Planner& planner) {
  for (const auto& entry : planner.entries()) {
    if (entry.before == nullptr || entry.start == nullptr || !entry.before->master || entry.before->master->value.empty()) continue;
    if ((entry.wanted != nullptr && entry.wanted->master) || is_guest_port(*entry.name)) continue;
    const std::string& master = entry.before->master->value;
    const Link* link = planner.find(*entry.name);
    const bool stays = planner.kept.contains(master) || planner.desired().dormant.contains(master);
    if (link != nullptr && link->master == master && !stays && !planner.doomed.contains(*entry.name))
      release_port(planner, *entry.name, *entry.before);
  }
}

void plan_lost_ports(Planner& planner) {
  if (planner.plan.operations.empty()) return;
  for (const auto& [name, start] : planner.now.links) {
    if (start.master.empty() || planner.doomed.contains(name)) continue;
    const Link* link = planner.find(name);
    const DesiredLink* wanted = planner.wanted(name);
    if (link == nullptr || !link->master.empty() || (wanted != nullptr && wanted->master) || planner.is_dropped(name)) continue;
    const DesiredLink* master = planner.wanted(start.master);
    const DesiredLink* before = planner.wanted_before(name);
    const bool released = before != nullptr && before->master && before->master->value == start.master;
    if (master != nullptr && !released && is_back(planner, start.master)) restore_port(planner, start, master->where);
  }
}

}  // namespace drawbridge::network
