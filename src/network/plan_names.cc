// Before anything is planned: which kernel links the names mean, what is missing, and what may not be deleted.
#include <algorithm>

#include "base/text.h"
#include "network/link_defaults.h"
#include "network/planner.h"

namespace drawbridge::network {
namespace {

std::string kernel_name(const Snapshot& now, const std::string& name) {
  const Link* link = now.find_link(name);
  return link == nullptr ? name : link->name;
}

Desired with_kernel_names(const Snapshot& now, const Desired& desired) {
  Desired renamed;
  renamed.exact_routes = desired.exact_routes;
  for (const auto& name : desired.dormant) renamed.dormant.insert(kernel_name(now, name));
  for (const auto& [name, link] : desired.links) {
    DesiredLink copy = link;
    copy.name = kernel_name(now, name);
    if (copy.master && !copy.master->value.empty()) copy.master->value = kernel_name(now, copy.master->value);
    if (!copy.mac_from.empty()) copy.mac_from = kernel_name(now, copy.mac_from);
    for (auto& address : copy.addresses) address.value.link = copy.name;
    const std::string key = copy.name;
    renamed.links.try_emplace(key, std::move(copy));
  }
  for (auto route : desired.routes) {
    for (auto& hop : route.value.nexthops) hop.link = kernel_name(now, hop.link);
    // Two routes of one key would replace each other for ever: the last one counts.
    std::erase_if(renamed.routes, [&](const Asked<Route>& other) { return has_same_key(other.value, route.value); });
    renamed.routes.push_back(std::move(route));
  }
  return renamed;
}

std::string existing_nics(const Snapshot& now) {
  std::vector<std::string> nics;
  for (const auto& [name, link] : now.links)
    if (link.kind.empty() && link.ethernet && !link.loopback) nics.push_back(name);
  constexpr std::size_t kMostNamed = 6;
  const bool more = nics.size() > kMostNamed;
  if (more) nics.resize(kMostNamed);
  return nics.empty() ? "this machine has no network card" : "this machine has " + join(nics, ", ") + (more ? " and more" : "");
}

std::string hint_for_missing(const Snapshot& now, const std::string& name) {
  std::vector<std::string> names;
  for (const auto& [each, link] : now.links) {
    if (!link.kind.empty() || link.loopback) continue;
    names.push_back(each);
    names.insert(names.end(), link.altnames.begin(), link.altnames.end());
  }
  const auto near = nearest(name, names);
  return (near ? "did you mean '" + *near + "'? " : std::string()) + existing_nics(now);
}

void find_missing(Planner& planner) {
  for (const auto& [name, link] : planner.desired.links) {
    const Link* present = planner.find(name);
    if (link.kind.empty() && present == nullptr) {
      planner.missing.insert(name);
      const SourceLocation& where = link.master ? link.master->where : link.where;
      planner.warn(where, "nic-missing", "there is no network interface '" + printable(name) + "'", hint_for_missing(planner.now, name));
    }
    if (link.kind.empty() || present == nullptr || present->kind == link.kind) continue;
    const DesiredLink* before = planner.wanted_before(name);
    if (before != nullptr && before->kind == present->kind && !present->kind.empty()) {
      planner.doomed.insert(name);
      continue;
    }
    planner.refused.insert(name);
    planner.warn(link.where, "name-taken",
                 printable(name) + " should be a " + link.kind + ", but there is already " +
                     (present->kind.empty() ? std::string("a network card") : "a " + printable(present->kind)) + " of that name",
                 "choose another name, or delete the link with 'ip link delete " + printable(name) + "'");
  }
}

/// Who would lose something if the link were deleted; empty: nobody.
std::vector<std::string> users_of(const Planner& planner, const std::string& name) {
  std::vector<std::string> users;
  for (const auto& [other_name, other] : planner.now.links) {
    const DesiredLink* before = planner.wanted_before(other_name);
    const DesiredLink* after = planner.wanted(other_name);
    if (other.master == name) {
      const bool ours = before != nullptr && before->master && before->master->value == name;
      const bool leaves = after != nullptr && after->master && after->master->value != name;
      if (is_guest_port(other_name) || (!ours && !leaves)) users.push_back(other_name);
    }
    const bool stands_on_it = other.parent == name && !other.kind.empty() && other.kind != "veth";
    if (stands_on_it && (before == nullptr || !planner.is_dropped(other_name))) users.push_back(other_name);
  }
  return users;
}

void find_doomed(Planner& planner) {
  for (const auto& [name, before] : planner.previous.links) {
    const Link* present = planner.find(name);
    if (before.kind.empty() || present == nullptr || present->kind != before.kind || !planner.is_dropped(name)) continue;
    const auto users = users_of(planner, name);
    if (users.empty()) {
      planner.doomed.insert(name);
      continue;
    }
    planner.kept.insert(name);
    planner.warn(
        before.where, "bridge-kept",
        printable(name) + " is no longer asked for, but stays because " + join(users, ", ") + (users.size() == 1 ? " uses it" : " use it"),
        "move them to another bridge, then apply again");
  }
}

}  // namespace

void plan_names(Planner& planner) {
  planner.desired = with_kernel_names(planner.now, planner.desired);
  planner.previous = with_kernel_names(planner.now, planner.previous);
  find_missing(planner);
  for (const auto& name : planner.refused) planner.desired.links.erase(name);
  for (const auto& name : planner.refused) planner.desired.dormant.insert(name);
  find_doomed(planner);
}

}  // namespace drawbridge::network
