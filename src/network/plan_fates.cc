// Which links are deleted, which are made anew, and which stay although nobody asks for them, because somebody uses them.
#include <algorithm>

#include "base/text.h"
#include "network/link_defaults.h"
#include "network/link_rules.h"
#include "network/planner.h"

namespace drawbridge::network {
namespace {

/// The value that an attribute is about to have; nullptr: nobody says.
const AttributeValue* coming_value(const Entry& entry, std::string_view name) {
  if (const auto wanted = entry.wanted->data.find(name); wanted != entry.wanted->data.end()) return &wanted->second.value;
  if (entry.before == nullptr || !entry.before->data.contains(name)) return nullptr;
  const auto& usual = default_data(entry.wanted->kind);
  const auto found = usual.find(name);
  return found == usual.end() ? nullptr : &found->second;
}

bool has_other_value(const Entry& entry, std::string_view name) {
  const auto* coming = coming_value(entry, name);
  return coming != nullptr && !is_same_value(entry.start->data, name, *coming);
}

/// A VXLAN keeps the family of its addresses.
bool changes_family(const Entry& entry) {
  if (entry.wanted->kind != "vxlan") return false;
  const auto& data = entry.wanted->data;
  const bool wants4 = data.contains("local") || data.contains("group");
  const bool wants6 = data.contains("local6") || data.contains("group6");
  const bool is4 = entry.start->data.contains("local") || entry.start->data.contains("group");
  const bool is6 = entry.start->data.contains("local6") || entry.start->data.contains("group6");
  return (wants4 && is6) || (wants6 && is4);
}

/// What only a new link can have; empty: the link can stay.
std::string reason_for_anew(const Entry& entry) {
  const DesiredLink& wanted = *entry.wanted;
  if (wanted.kind.empty() || entry.start == nullptr) return {};
  if (entry.start->kind != wanted.kind) return "kind " + wanted.kind;
  if (wanted.parent && is_bound_to_parent(wanted.kind) && entry.start->parent != wanted.parent->value) {
    // The other end of a cable may live in a guest; a macvlan's device may be elsewhere as well.
    if (!wanted.parent->value.empty() && !(wanted.kind == "veth" && entry.start->parent.empty()))
      return (wanted.kind == "veth" ? "peer " : "device ") + wanted.parent->value;
  }
  const auto names_fixed = [&](const auto& data) -> std::string {
    for (const auto& [name, asked] : data)
      if (change_of(wanted.kind, name) == Change::anew && has_other_value(entry, name)) return name;
    return {};
  };
  if (auto name = names_fixed(wanted.data); !name.empty()) return name;
  if (entry.before != nullptr)
    if (auto name = names_fixed(entry.before->data); !name.empty()) return name;
  return changes_family(entry) ? "the addresses' family" : "";
}

class Fates {
 public:
  explicit Fates(Planner& planner) : planner_(planner) {}

  void run() {
    std::vector<std::pair<const Entry*, std::string>> anew;
    std::vector<const Entry*> dropped;
    for (const auto& entry : planner_.entries()) {
      if (entry.wanted != nullptr) {
        if (auto reason = reason_for_anew(entry); !reason.empty()) anew.emplace_back(&entry, std::move(reason));
      } else if (entry.start != nullptr && entry.before->kind == entry.start->kind && !entry.start->kind.empty() &&
                 planner_.is_dropped(*entry.name)) {
        dropped.push_back(&entry);
      }
    }
    if (anew.empty() && dropped.empty()) return;
    for (const auto* entry : dropped) planner_.doomed.insert(*entry->name);
    for (const auto& [entry, reason] : anew) planner_.doomed.insert(*entry->name);
    keep_used(dropped);
    for (const auto& [entry, reason] : anew) make_anew(*entry, reason);
    note_what_goes_along();
    planner_.leave_refused_alone();
  }

 private:
  bool leaves(const Link& port, std::string_view master) const {
    const DesiredLink* before = planner_.wanted_before(port.name);
    const DesiredLink* after = planner_.wanted(port.name);
    const bool ours = before != nullptr && before->master && before->master->value == master;
    return ours || (after != nullptr && after->master && after->master->value != master);
  }

  /// A guest's port, unless its guest says where it goes.
  bool stays_plugged(const Link& port, std::string_view master) const {
    if (!is_guest_port(port.name)) return false;
    const DesiredLink* wanted = planner_.wanted(port.name);
    return wanted == nullptr || !wanted->guest || !wanted->master || wanted->master->value == master;
  }

  /// Who would lose something if the link were deleted.
  std::vector<std::string> users_of(const std::string& name) const {
    std::vector<std::string> users;
    for (const auto* port : planner_.stack().ports_of(name))
      if (stays_plugged(*port, name) || (!leaves(*port, name) && !planner_.doomed.contains(port->name))) users.push_back(port->name);
    for (const auto* upper : planner_.stack().uppers_of(name))
      if (!planner_.doomed.contains(upper->name)) users.push_back(upper->name);
    return users;
  }

  /// A link that stays keeps what it stands on, and its uplinks.
  void keep_used(const std::vector<const Entry*>& dropped) {
    std::vector<std::string> open;
    for (const auto* entry : dropped) {
      const auto users = users_of(*entry->name);
      if (users.empty()) continue;
      keep(*entry->name, entry->before->where, users);
      open.push_back(*entry->name);
    }
    while (!open.empty()) {
      const std::string name = std::move(open.back());
      open.pop_back();
      for (const auto& below : links_below(name)) {
        if (planner_.kept.contains(below) || !planner_.is_dropped(below)) continue;
        if (planner_.doomed.contains(below)) keep(below, planner_.wanted_before(below)->where, {name});
        planner_.kept.insert(below);
        open.push_back(below);
      }
    }
  }

  std::vector<std::string> links_below(const std::string& name) const {
    std::vector<std::string> below;
    const auto link = planner_.now.links.find(name);
    if (link == planner_.now.links.end()) return below;
    if (const auto lower = lower_of(link->second); !lower.empty()) below.emplace_back(lower);
    for (const auto* port : planner_.stack().ports_of(name)) below.push_back(port->name);
    return below;
  }

  void keep(const std::string& name, const SourceLocation& where, const std::vector<std::string>& users) {
    planner_.doomed.erase(name);
    planner_.kept.insert(name);
    const auto link = planner_.now.links.find(name);
    const bool bridge = link != planner_.now.links.end() && link->second.kind == "bridge";
    planner_.warn(
        where, bridge ? "bridge-kept" : "link-kept",
        printable(name) + " is no longer asked for, but stays because " + join(users, ", ") + (users.size() == 1 ? " uses it" : " use it"),
        bridge ? "move them to another bridge, then apply again" : "remove or move them, then apply again");
  }

  /// Links that go with `name`, however far above; false: one of them would not come back.
  bool goes_without_loss(const std::string& name, std::string& obstacle) const {
    std::vector<std::string> open{name};
    while (!open.empty()) {
      const std::string each = std::move(open.back());
      open.pop_back();
      const DesiredLink* wanted = planner_.wanted(each);
      const bool ours = (wanted != nullptr && !wanted->kind.empty()) || planner_.doomed.contains(each);
      if (!ours) {
        obstacle = each;
        return false;
      }
      for (const auto* upper : planner_.stack().uppers_of(each)) open.push_back(upper->name);
    }
    return true;
  }

  void make_anew(const Entry& entry, const std::string& reason) {
    const std::string& name = *entry.name;
    std::string obstacle;
    const bool same_kind = entry.start->kind == entry.wanted->kind;
    if (!same_kind)
      for (const auto* port : planner_.stack().ports_of(name))
        if (stays_plugged(*port, name) || !leaves(*port, name)) obstacle = port->name;
    if (obstacle.empty() && goes_without_loss(name, obstacle)) {
      planner_.remade.insert(name);
      return;
    }
    planner_.doomed.erase(name);
    planner_.refused.insert(name);
    planner_.warn(entry.wanted->where, "link-kept",
                  printable(name) + " would have to be made anew (" + printable(reason) + "), but stays as it is because " +
                      printable(obstacle) + " uses it",
                  "remove or move it, then apply again");
  }

  /// True if the link below it goes as well.
  bool stands_on_doomed(const std::string& name) const {
    const auto link = planner_.now.links.find(name);
    return link != planner_.now.links.end() && planner_.doomed.contains(lower_of(link->second));
  }

  std::vector<const Link*> goes_along_with(const std::string& name) const {
    auto along = planner_.stack().uppers_of(name);
    const auto link = planner_.now.links.find(name);
    const bool cable = link != planner_.now.links.end() && link->second.kind == "veth";
    const auto peer = cable ? planner_.now.links.find(link->second.parent) : planner_.now.links.end();
    if (peer != planner_.now.links.end()) along.push_back(&peer->second);
    return along;
  }

  void note_what_goes_along() {
    const Names chosen = planner_.doomed;
    for (const auto& root : chosen) {
      if (stands_on_doomed(root) || planner_.goes_with.contains(root)) continue;
      std::vector<std::string> open{root};
      while (!open.empty()) {
        const std::string name = std::move(open.back());
        open.pop_back();
        for (const auto* link : goes_along_with(name)) {
          if (link->name == root || !planner_.goes_with.emplace(link->name, root).second) continue;
          planner_.doomed.insert(link->name);
          if (planner_.wanted(link->name) != nullptr) planner_.remade.insert(link->name);
          open.push_back(link->name);
        }
      }
    }
  }

  Planner& planner_;
};

}  // namespace

void plan_fates(Planner& planner) { Fates(planner).run(); }

}  // namespace drawbridge::network
