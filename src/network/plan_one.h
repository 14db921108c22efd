// One link at a time: the parts of plan_links. Private to plan*.cc.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "network/planner.h"

namespace drawbridge::network {

template <class T>
using Settings = std::map<std::string, Asked<T>, std::less<>>;

/// What is asked of one link, and how it is now.
struct One {
  Planner& planner;
  const std::string& name;
  const DesiredLink& wanted;
  const DesiredLink* before;  ///< nullptr for a link that is new: what the previous files asked for went with the old one
  const Link* start;          ///< nullptr: new

  /// At present; a link that is not there, or not yet, is down and without anything.
  const Link& link() const;
  /// Its kind, or the one that it should have.
  const std::string& kind() const { return link().kind.empty() ? wanted.kind : link().kind; }
};

/// A value that something should have, with the line that says so.
template <class T>
struct Target {
  T value;
  const SourceLocation* where;
};

/// As asked, or the usual value if only the previous files asked for it; nullopt: nobody says.
template <class T, class Usual>
std::optional<Target<T>> target(const std::optional<Asked<T>>& wanted, const std::optional<Asked<T>>* before, const Usual& usual) {
  if (wanted) return Target<T>{wanted->value, &wanted->where};
  if (before == nullptr || !*before) return std::nullopt;
  const std::optional<T> value = usual();
  return value ? std::optional(Target<T>{*value, &(*before)->where}) : std::nullopt;
}

/// The same for each setting of a map: `visit` gets name, value and line; `usual` gives a pointer to the default of a name or nullptr.
template <class T, class Usual, class Visit>
void for_each_target(const Settings<T>& wanted, const Settings<T>* before, const Usual& usual, const Visit& visit) {
  for (const auto& [name, asked] : wanted) visit(name, asked.value, asked.where);
  if (before == nullptr || before->empty()) return;
  for (const auto& [name, asked] : *before) {
    if (wanted.contains(name)) continue;
    const T* value = usual(name);
    if (value != nullptr) visit(name, *value, asked.where);
  }
}

/// Several attributes travel in one message; the line of the first stands for them.
struct Changed {
  Attributes data;
  SourceLocation where;
  void add(const std::string& name, const AttributeValue& value, const SourceLocation& line) {
    if (data.empty()) where = line;
    data.insert_or_assign(name, value);
  }
};

/// Attributes of the link's kind that have to change.
Changed changed_data(const One& one);
/// Default of an attribute of the kind; nullptr: there is none.
const AttributeValue* usual_data(std::string_view kind, const std::string& name);

void plan_mac(const One& one);
/// Of a bridge whose last port took the MAC along when it left: without one it takes no VLAN of its own.
void plan_missing_mac(const One& one);
void plan_mtu(const One& one);
void plan_alias(const One& one);
void plan_sysctls(const One& one);
void plan_ethtool(const One& one);
void plan_data(const One& one);
void plan_bond_data(const One& one, Changed changes);
void plan_fdb(const One& one);
void plan_master(const One& one);
void plan_port(const One& one);
void plan_vlans(const One& one);
/// True if the bridge lacks a VLAN of its own that it should have.
bool lacks_own_vlan(const One& one);
void plan_guest_vlans(const One& one, const SourceLocation& why);
void plan_rate(const One& one);
void plan_lost_stations(const One& one);  ///< while the port is still in their VLANs
void plan_new_stations(const One& one);
void plan_up(const One& one);

/// True if the link is a port of a bond at present.
bool is_bond_port(const Planner& planner, const Link& link);

}  // namespace drawbridge::network
