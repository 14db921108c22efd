// Before anything is planned: which kernel links the names mean, what is missing, and which names are somebody else's.
#include <algorithm>
#include <tuple>

#include "base/text.h"
#include "network/link_rules.h"
#include "network/planner.h"

namespace drawbridge::network {
namespace {

/// Alternative names of this machine that the files use.
class Altnames {
 public:
  explicit Altnames(const Snapshot& now) : now_(now) {
    for (const auto& [name, link] : now.links)
      for (const auto& altname : link.altnames) names_.emplace_back(altname, name);
    std::ranges::sort(names_);
  }

  bool empty() const { return names_.empty(); }
  /// nullptr: it is none, or a link has it as its name.
  const std::string* find(std::string_view name) const {
    const auto found = std::ranges::lower_bound(names_, name, {}, [](const Pair& pair) -> std::string_view { return pair.first; });
    return found == names_.end() || found->first != name || now_.links.contains(name) ? nullptr : &found->second;
  }
  void translate(std::string& name) const {
    if (const auto* known = find(name)) name = *known;
  }

 private:
  using Pair = std::pair<std::string, std::string>;
  const Snapshot& now_;
  std::vector<Pair> names_;
};

bool has_repeated_routes(const Desired& desired) {
  if (desired.routes.size() < 2) return false;
  using Key = std::tuple<Prefix, std::uint32_t, std::uint32_t>;
  std::vector<Key> keys;
  keys.reserve(desired.routes.size());
  constexpr std::uint32_t kMetric6 = 1024;
  for (const auto& [route, where] : desired.routes) {
    const bool usual6 = route.metric == 0 && route.destination.address.is_v6();
    keys.emplace_back(route.destination, route.table, usual6 ? kMetric6 : route.metric);
  }
  std::ranges::sort(keys);
  return std::ranges::adjacent_find(keys) != keys.end();
}

DesiredLink translated(const DesiredLink& link, const Altnames& altnames) {
  DesiredLink copy = link;
  altnames.translate(copy.name);
  if (copy.master) altnames.translate(copy.master->value);
  if (copy.parent) altnames.translate(copy.parent->value);
  altnames.translate(copy.mac_from);
  for (auto& address : copy.addresses) address.value.link = copy.name;
  for (auto& entry : copy.fdb) entry.value.link = copy.name;
  for (auto& [name, asked] : copy.data)
    if (auto* target = std::get_if<std::string>(&asked.value); target != nullptr && names_link(copy.kind, name))
      altnames.translate(*target);
  if (copy.vlans)
    for (auto& vlan : copy.vlans->value) vlan.link = copy.name;
  return copy;
}

bool uses_altnames(const Desired& desired, const Altnames& altnames) {
  if (altnames.empty()) return false;
  const auto is_altname = [&](const std::string& name) { return altnames.find(name) != nullptr; };
  if (std::ranges::any_of(desired.dormant, is_altname)) return true;
  for (const auto& [name, link] : desired.links) {
    if (is_altname(name) || (link.master && is_altname(link.master->value)) || (link.parent && is_altname(link.parent->value))) return true;
    if (is_altname(link.mac_from)) return true;
    for (const auto& [attribute, asked] : link.data)
      if (const auto* text = std::get_if<std::string>(&asked.value); text != nullptr && is_altname(*text)) return true;
  }
  for (const auto& route : desired.routes)
    if (std::ranges::any_of(route.value.nexthops, [&](const Nexthop& hop) { return is_altname(hop.link); })) return true;
  return false;
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

void report_missing(Planner& planner, const DesiredLink& link) {
  planner.missing.insert(link.name);
  const SourceLocation& where = link.master ? link.master->where : link.where;
  planner.warn(where, "nic-missing", "there is no network interface '" + printable(link.name) + "'",
               hint_for_missing(planner.now, link.name));
}

void look_at(Planner& planner, const Entry& entry) {
  const DesiredLink& link = *entry.wanted;
  if (link.kind.empty()) {
    if (entry.start == nullptr) report_missing(planner, link);
    return;
  }
  if (entry.start == nullptr || entry.start->kind == link.kind) return;
  const std::string& present = entry.start->kind;
  if (entry.before != nullptr && entry.before->kind == present && !present.empty()) return;  // ours: it makes way
  planner.refused.insert(link.name);
  planner.warn(link.where, "name-taken",
               printable(link.name) + " should be a " + link.kind + ", but there is already " +
                   (present.empty() ? std::string("a network card") : "a " + printable(present)) + " of that name",
               "choose another name, or delete the link with 'ip link delete " + printable(link.name) + "'");
}

}  // namespace

std::optional<Desired> with_kernel_names(const Snapshot& now, const Desired& desired) {
  const Altnames altnames(now);
  const bool repeated = has_repeated_routes(desired);
  if (!repeated && !uses_altnames(desired, altnames)) return std::nullopt;
  Desired renamed;
  renamed.exact_routes = desired.exact_routes;
  for (auto name : desired.dormant) {
    altnames.translate(name);
    renamed.dormant.insert(name);
  }
  for (const auto& [name, link] : desired.links) {
    auto copy = translated(link, altnames);
    std::string key = copy.name;
    renamed.links.try_emplace(std::move(key), std::move(copy));
  }
  for (auto route : desired.routes) {
    for (auto& hop : route.value.nexthops) altnames.translate(hop.link);
    // Two routes of one key would replace each other for ever: the last one counts.
    if (repeated) std::erase_if(renamed.routes, [&](const Asked<Route>& other) { return has_same_key(other.value, route.value); });
    renamed.routes.push_back(std::move(route));
  }
  return renamed;
}

void plan_names(Planner& planner) {
  for (const auto& entry : planner.entries())
    if (entry.wanted != nullptr) look_at(planner, entry);
  planner.leave_refused_alone();
}

}  // namespace drawbridge::network
