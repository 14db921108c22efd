#include "network/validate_identity.h"

#include <algorithm>
#include <array>
#include <tuple>

#include "base/text.h"
#include "network/option_key.h"
#include "network/types/derived_links.h"
#include "network/types/types.h"

namespace drawbridge::network {
namespace {

/// The kernel's name, so that an alternative name is no other link.
std::string link_name(const std::string& name, const Checks& checks) {
  const Link* link = checks.kernel() == nullptr ? nullptr : checks.kernel()->find_link(name);
  return link == nullptr ? name : link->name;
}

/// VLANs are told apart by parent, id and protocol.
using VlanKey = std::tuple<std::string, std::uint32_t, std::string>;

struct VlanPlace {
  std::string name;
  std::optional<SourceLocation> where;  ///< nullopt: only the kernel has it
};

class VlanFinder {
 public:
  explicit VlanFinder(Checks& checks) : checks_(checks) {}

  void run() {
    for (const auto& [name, interface] : checks_.model().interfaces)
      if (interface.type == InterfaceType::vlan) add_declared(interface);
    for (const auto& [name, masters] : checks_.all_masters())
      if (checks_.model().find(name) == nullptr) add_implied(name, masters.front().where);
    if (checks_.kernel() != nullptr)
      for (const auto& [name, link] : checks_.kernel()->links) compare(link);
  }

 private:
  void add_declared(const Interface& vlan) {
    const auto id = parse_number<std::uint32_t>(vlan_id_of(vlan));
    const std::string parent = parent_of(vlan);
    if (!id || parent.empty()) return;
    const std::string protocol = to_lower(trim(vlan.option("vlan-protocol")));
    add({link_name(parent, checks_), *id, protocol.empty() ? "802.1q" : protocol}, {vlan.name, vlan.where}, parent);
  }

  /// "eth0.5" in a list of ports is made as VLAN 5 of eth0.
  void add_implied(const std::string& name, const SourceLocation& where) {
    const auto split = split_vlan_name(name);
    const auto id = parse_number<std::uint32_t>(split.number);
    if (id) add({link_name(std::string(split.root), checks_), *id, "802.1q"}, {name, where}, std::string(split.root));
  }

  void add(VlanKey key, VlanPlace place, const std::string& parent) {
    const auto id = std::get<1>(key);
    const auto [entry, is_new] = seen_.try_emplace(std::move(key), place);
    if (is_new) return;
    checks_.error(*place.where, "vlan-duplicate",
                  "VLAN " + std::to_string(id) + " of " + printable(parent) + " is both " + printable(entry->second.name) + " and " +
                      printable(place.name),
                  "remove one of them; the other is at " + format_location(*entry->second.where));
  }

  void compare(const Link& link) {
    if (link.kind != "vlan" || link.parent.empty() || is_in_files(link)) return;
    const auto id = link.data.find("id");
    const auto protocol = link.data.find("protocol");
    const auto* number = id == link.data.end() ? nullptr : std::get_if<std::uint64_t>(&id->second);
    if (number == nullptr) return;
    const auto* word = protocol == link.data.end() ? nullptr : std::get_if<std::string>(&protocol->second);
    const auto found = seen_.find({link.parent, static_cast<std::uint32_t>(*number), word == nullptr ? "802.1q" : to_lower(*word)});
    if (found == seen_.end()) return;
    checks_.warn(*found->second.where, "vlan-in-use",
                 "VLAN " + std::to_string(*number) + " of " + printable(link.parent) + " is " + printable(link.name) +
                     " at present, of which the files don't speak",
                 "if it was made by hand, delete it with 'ip link delete " + printable(link.name) + "' first");
  }

  bool is_in_files(const Link& link) const {
    const auto known = [&](const std::string& name) { return checks_.model().find(name) != nullptr || !checks_.masters(name).empty(); };
    return known(link.name) || std::ranges::any_of(link.altnames, known);
  }

  Checks& checks_;
  std::map<VlanKey, VlanPlace> seen_;
};

void check_vxlan_ids(Checks& checks) {
  std::map<std::uint32_t, const Interface*> seen;
  for (const auto& [name, interface] : checks.model().interfaces) {
    const auto* line = interface.find_option("vxlan-id");
    const auto id = line == nullptr ? std::nullopt : parse_number<std::uint32_t>(trim(line->value));
    if (!id) continue;
    const auto [entry, is_new] = seen.try_emplace(*id, &interface);
    if (!is_new)
      checks.error(line->value_where, "vxlan-duplicate",
                   "VXLAN id " + std::to_string(*id) + " is also that of " + printable(entry->second->name),
                   "choose another id; the other is at " + format_location(entry->second->where));
  }
}

void check_vrf_tables(Checks& checks) {
  constexpr std::uint32_t kFirstReserved = 253;
  constexpr std::uint32_t kLastReserved = 255;
  std::map<std::uint32_t, const Interface*> seen;
  for (const auto& [name, interface] : checks.model().interfaces) {
    const auto* line = interface.find_option("vrf-table");
    const auto table = line == nullptr ? std::nullopt : parse_number<std::uint32_t>(trim(line->value));
    if (!table) continue;
    if (*table >= kFirstReserved && *table <= kLastReserved)
      checks.error(line->value_where, "vrf-table-reserved", "table " + std::to_string(*table) + " is one of the machine's own",
                   "choose another, or write auto");
    const auto [entry, is_new] = seen.try_emplace(*table, &interface);
    if (!is_new)
      checks.error(line->value_where, "vrf-table-duplicate",
                   "table " + std::to_string(*table) + " is also that of VRF " + printable(entry->second->name),
                   "choose another, or write auto; the other is at " + format_location(entry->second->where));
  }
}

void check_derived_name(const Interface& interface, const std::string& name, const SourceLocation& where, Checks& checks) {
  if (name.size() > kLongestLinkName)
    checks.error(
        where, "name-too-long",
        "this line makes a link named " + printable(name) + ", which has " + std::to_string(name.size()) + " bytes; 15 are possible",
        "use a shorter name for " + printable(interface.name));
  else if (const Interface* other = checks.model().find(name); other != nullptr && other->declared)
    checks.error(where, "name-derived-twice", "this line makes a link named " + printable(name) + ", which has a stanza of its own",
                 "rename the interface at " + format_location(other->where));
}

void check_derived(const Interface& interface, Checks& checks) {
  for (const auto& line : virtual_lines(interface)) {
    if (!line.problem.empty()) continue;
    check_derived_name(interface, line.link, line.option->where, checks);
    if (!checks.masters(interface.name).empty())
      checks.error(line.option->where, "virtual-address-on-port", printable(interface.name) + " is a port and takes no virtual addresses",
                   "move the line to " + printable(checks.masters(interface.name).front().master->name));
  }
  const auto* up = interface.find_option("bridge-always-up");
  if (up != nullptr && parse_switch(trim(up->value)).value_or(false))
    check_derived_name(interface, keeper_of(interface.name), up->where, checks);
}

/// Guests with a VLAN tag on a bridge that is not VLAN-aware get a bridge of their own, named after it: "vmbr0v4094".
void check_room_for_tags(const Interface& interface, Checks& checks) {
  constexpr std::size_t kLongest = 10;
  const bool plain = interface.type == InterfaceType::bridge && !parse_switch(trim(interface.option("bridge-vlan-aware"))).value_or(false);
  if (!plain || interface.name.size() <= kLongest || interface.name.size() > kLongestLinkName || !interface.declared) return;
  checks.warn(interface.where, "name-without-room",
              "guests with a VLAN tag need a bridge named " + printable(interface.name) + "v4094, which is longer than 15 bytes",
              "use at most 10 bytes, or make the bridge VLAN-aware, if guests shall have tags");
}

/// Two stanzas that mean one link by its name and its alternative name: the kernel can follow only one.
void check_same_link(Checks& checks) {
  if (checks.kernel() == nullptr) return;
  std::map<const Link*, const Interface*> seen;
  for (const auto& [name, interface] : checks.model().interfaces) {
    const Link* link = interface.declared ? checks.kernel()->find_link(name) : nullptr;
    if (link == nullptr) continue;
    const auto [entry, is_new] = seen.try_emplace(link, &interface);
    if (!is_new)
      checks.warn(interface.where, "link-twice",
                  printable(name) + " and " + printable(entry->second->name) + " are one link, " + printable(link->name),
                  "put everything into the stanza at " + format_location(entry->second->where));
  }
}

/// A port listed under its name here and its alternative name there.
void check_same_port(Checks& checks) {
  if (checks.kernel() == nullptr) return;
  std::map<const Link*, std::pair<std::string, const Mastership*>> seen;
  for (const auto& [name, masters] : checks.all_masters()) {
    const Link* link = masters.empty() ? nullptr : checks.kernel()->find_link(name);
    if (link == nullptr) continue;
    const auto [entry, is_new] = seen.try_emplace(link, name, &masters.front());
    if (is_new) continue;
    const auto& [other, mastership] = entry->second;
    checks.error(masters.front().where, "port-in-two-masters",
                 printable(name) + " is the same link as " + printable(other) + ", a port of " + printable(mastership->master->name),
                 "remove it from one of them; the other mention is at " + format_location(mastership->where));
  }
}

void check_vrf_member(const Interface& interface, Checks& checks) {
  const auto* line = interface.find_option("vrf");
  const auto& masters = checks.masters(interface.name);
  if (line != nullptr && !masters.empty())
    checks.error(
        line->value_where, "port-in-two-masters",
        printable(interface.name) + " is in VRF " + printable(line->value) + " and a port of " + printable(masters.front().master->name),
        "put " + printable(masters.front().master->name) + " into the VRF instead");
}

}  // namespace

void check_identities(Checks& checks) {
  VlanFinder(checks).run();
  check_vxlan_ids(checks);
  check_vrf_tables(checks);
  check_same_link(checks);
  check_same_port(checks);
  for (const auto& [name, interface] : checks.model().interfaces) {
    check_derived(interface, checks);
    check_room_for_tags(interface, checks);
    check_vrf_member(interface, checks);
  }
}

}  // namespace drawbridge::network
