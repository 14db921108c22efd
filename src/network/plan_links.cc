// Links: made, changed in place, put under their masters, raised, deleted.
#include <algorithm>
#include <utility>

#include "base/text.h"
#include "network/link_defaults.h"
#include "network/link_rules.h"
#include "network/plan_one.h"

namespace drawbridge::network {
namespace {

/// The bridge that a port leaves would follow its smaller MTU, and take its own VLANs down with it for good.
bool leaves_with_smaller_mtu(const One& one) {
  const Link& link = one.link();
  if (link.master.empty() || !one.wanted.mtu || one.wanted.mtu->value >= link.mtu) return false;
  return one.wanted.master && one.wanted.master->value != link.master;
}

void plan_one(const One& one) {
  const bool bridge = one.kind() == "bridge";
  // Written to /proc, they would part a batch of requests in two; and a guest's port gets no address in between.
  if (one.wanted.guest) plan_sysctls(one);
  // A port that leaves a bond gets its own MAC and MTU back from the kernel.
  const bool leaves_first = is_bond_port(one.planner, one.link()) || leaves_with_smaller_mtu(one);
  if (leaves_first) plan_master(one);
  // A bridge's MAC and MTU follow its ports until somebody sets them, so they come last.
  if (!bridge) {
    plan_mac(one);
    plan_mtu(one);
  }
  plan_alias(one);
  if (bridge && one.link().mac.is_zero()) plan_missing_mac(one);
  plan_data(one);
  plan_ethtool(one);
  plan_fdb(one);
  if (!leaves_first) plan_master(one);
  plan_port(one);
  plan_lost_stations(one);
  plan_vlans(one);
  plan_new_stations(one);
  if (!one.wanted.guest) plan_sysctls(one);
  plan_rate(one);
  if (bridge) {
    plan_mac(one);
    plan_mtu(one);
  }
  plan_up(one);
}

/// The MAC that a link will have when the plan is done.
std::optional<MacAddress> coming_mac(const Planner& planner, const std::string& name) {
  if (name.empty()) return std::nullopt;
  const Link* link = planner.find(name);
  if (link == nullptr) return std::nullopt;
  const DesiredLink* wanted = planner.wanted(name);
  const DesiredLink* before = planner.wanted_before(name);
  if (wanted != nullptr && wanted->mac) return wanted->mac->value;
  if (before != nullptr && before->mac && link->permanent_mac) return link->permanent_mac;
  // A port that leaves its bond gets its own back.
  const bool stays = wanted != nullptr && wanted->master && wanted->master->value == link->master;
  if (!stays && link->permanent_mac && is_bond_port(planner, *link)) return link->permanent_mac;
  return link->mac.is_zero() ? std::nullopt : std::optional(link->mac);
}

/// The MTU that the new link can have at once: not above the one below, which may be raised later; and a bridge forgets it when
/// its first port comes.
std::optional<std::uint32_t> first_mtu(const Planner& planner, const DesiredLink& wanted) {
  if (!wanted.mtu || wanted.kind == "bridge") return std::nullopt;
  constexpr std::uint32_t kMostHeader = 70;  // of a VXLAN over IPv6
  const std::uint32_t header = wanted.kind == "vxlan" ? kMostHeader : 0;
  for (const auto lower : lowers_of(wanted)) {
    const Link* below = planner.find(lower);
    if (below == nullptr || below->mtu < wanted.mtu->value + header) return std::nullopt;
  }
  return wanted.mtu->value;
}

/// Of a bridge, what kernels built without VLANs tell all the same but refuse, even as it is.
bool is_vlans_off(std::string_view name, const AttributeValue& value) {
  const bool of_vlans = name == "vlan_filtering" || name == "mcast_vlan_snooping" || name == "mst_enabled";
  return of_vlans && value == AttributeValue{std::uint64_t{0}};
}

/// The attributes that the new link is made with. Restoring says of most kinds only what is not usual anyway, for the kernel refuses
/// some of its own defaults; a bridge's defaults are the machine's.
Attributes first_data(const DesiredLink& wanted) {
  const auto mode = wanted.data.find("mode");
  const auto* word = mode == wanted.data.end() ? nullptr : std::get_if<std::string>(&mode->second.value);
  Attributes data;
  for (const auto& [name, asked] : wanted.data) {
    if (names_port(wanted.kind, name)) continue;
    const auto* usual = usual_data(wanted.kind, name);
    const bool as_usual = usual != nullptr && *usual == asked.value;
    const bool unknown = word != nullptr && !is_supported(wanted.kind, name, *word);
    if (wanted.exact_addresses && wanted.kind == "bridge" && is_vlans_off(name, asked.value)) continue;
    if (!wanted.exact_addresses || wanted.kind == "bridge" || (!as_usual && !unknown)) data.emplace(name, asked.value);
  }
  return data;
}

void create(Planner& planner, const DesiredLink& wanted) {
  CreateLink operation{wanted.name, wanted.kind, first_data(wanted), {}, {}, {}};
  if (wanted.parent) operation.parent = wanted.parent->value;
  operation.mac = coming_mac(planner, wanted.mac_from);
  if (wanted.initial_mac) operation.mac = wanted.initial_mac;
  if (wanted.mac) operation.mac = wanted.mac->value;
  if (operation.mac && operation.mac->is_zero()) operation.mac.reset();
  operation.mtu = first_mtu(planner, wanted);
  if (wanted.alias) operation.alias = wanted.alias->value;
  planner.emit(std::move(operation), wanted.where);
}

/// What two links can't have at the same time, so that the old one has to go before the new one comes.
using Claim = std::pair<std::string, AttributeValue>;

template <class Get>
std::optional<Claim> claim_of(const std::string& kind, const std::string& parent, const Get& get) {
  const auto text = [&](const char* name) {
    const AttributeValue* value = get(name);
    const auto* string = value == nullptr ? nullptr : std::get_if<std::string>(value);
    return string == nullptr ? std::string() : *string;
  };
  if (kind == "vlan" || kind == "vxlan") {
    const AttributeValue* id = get("id");
    if (id == nullptr) return std::nullopt;
    return Claim{kind + " " + (kind == "vlan" ? parent + " " + text("protocol") : std::string()), *id};
  }
  if (is_tunnel(kind)) return Claim{kind + " " + text("local"), AttributeValue{text("remote")}};
  return std::nullopt;
}

std::optional<Claim> claim_of(const Link& link) {
  return claim_of(link.kind, link.parent, [&](const char* name) -> const AttributeValue* {
    const auto found = link.data.find(name);
    return found == link.data.end() ? nullptr : &found->second;
  });
}

std::optional<Claim> claim_of(const DesiredLink& link) {
  return claim_of(link.kind, link.parent ? link.parent->value : std::string(), [&](const char* name) -> const AttributeValue* {
    const auto found = link.data.find(name);
    return found == link.data.end() ? usual_data(link.kind, name) : &found->second.value;
  });
}

/// A port of a bridge that stays: the bridge's MTU may follow its departure, so that comes before the bridge is looked at.
bool is_port_of_staying_bridge(const Planner& planner, const Link& link) {
  const auto master = planner.now.links.find(link.master);
  return master != planner.now.links.end() && master->second.kind == "bridge" && planner.wanted(link.master) != nullptr &&
         !planner.doomed.contains(link.master);
}

using Claims = std::map<Claim, const DesiredLink*>;
Claims claims_of_new(const Planner& planner) {
  Claims claims;
  for (const auto& entry : planner.entries()) {
    if (entry.wanted == nullptr || !planner.is_new(*entry.name)) continue;
    if (auto claim = claim_of(*entry.wanted)) claims.emplace(std::move(*claim), entry.wanted);
  }
  return claims;
}

/// The kernel will refuse the new link, and say no more than "File exists".
void warn_of_kept_claims(Planner& planner, const Claims& claims) {
  for (const auto& name : planner.kept) {
    const auto link = planner.now.links.find(name);
    const auto claim = link == planner.now.links.end() ? std::nullopt : claim_of(link->second);
    const auto taken = claim ? claims.find(*claim) : claims.end();
    if (taken == claims.end()) continue;
    const DesiredLink& wanted = *taken->second;
    planner.warn(wanted.where, "id-taken",
                 printable(wanted.name) + " can't be made: " + printable(name) + " is the same " + printable(wanted.kind) +
                     ", and stays because it is in use",
                 "free " + printable(name) + " first, or keep its name");
  }
}

/// Dropped links whose place a new one takes, and those that others follow.
Names in_the_way(Planner& planner) {
  const auto claims = claims_of_new(planner);
  warn_of_kept_claims(planner, claims);
  Names found;
  for (const auto& name : planner.doomed) {
    const auto link = planner.now.links.find(name);
    if (planner.wanted(name) != nullptr || link == planner.now.links.end()) continue;
    const auto claim = claim_of(link->second);
    if ((claim && claims.contains(*claim)) || is_port_of_staying_bridge(planner, link->second)) found.insert(name);
  }
  return found;
}

SourceLocation line_of_deletion(const Planner& planner, const std::string& name) {
  if (const DesiredLink* wanted = planner.wanted(name)) return wanted->where;
  const DesiredLink* before = planner.wanted_before(name);
  return before == nullptr ? SourceLocation{} : before->where;
}

/// Unless it goes by itself with another one of `names`.
void delete_all(Planner& planner, const Names& names) {
  for (const auto& name : names) {
    const auto root = planner.goes_with.find(name);
    if (root != planner.goes_with.end() && names.contains(root->second)) continue;
    if (planner.find(name) != nullptr) planner.emit(DeleteLink{name}, line_of_deletion(planner, name));
  }
}

bool has_foreign_addresses(const Planner& planner, const std::string& name) {
  return std::ranges::any_of(planner.addresses_of(name), [](const Address& address) { return !is_link_local6(address); });
}

void drop_physical(Planner& planner, const Entry& entry) {
  static const DesiredLink kNothing;
  const One one{planner, *entry.name, kNothing, entry.before, entry.start};
  // The uplink of a bridge that stays for its guests stays with it.
  if (planner.kept.contains(one.name) || planner.kept.contains(one.link().master)) return;
  plan_mac(one);
  plan_mtu(one);
  plan_alias(one);
  plan_sysctls(one);
  const Link& link = one.link();
  const bool ours = entry.before->up && entry.before->up->value && link.up && !link.loopback;
  if (ours && link.master.empty() && !has_foreign_addresses(planner, one.name)) planner.emit(SetUp{one.name, false}, entry.before->where);
}

bool is_virtual_and_absent(const Planner& planner, const Entry& entry) {
  return entry.wanted != nullptr && !entry.wanted->kind.empty() && (entry.start == nullptr || planner.doomed.contains(*entry.name));
}

void plan_entry(Planner& planner, const Entry& entry) {
  const bool is_new = entry.start == nullptr || planner.doomed.contains(*entry.name);
  plan_one({planner, *entry.name, *entry.wanted, is_new ? nullptr : entry.before, is_new ? nullptr : entry.start});
}

}  // namespace

const Link& One::link() const {
  static const Link kNone;
  const Link* link = planner.find(name);
  return link == nullptr ? kNone : *link;
}

bool is_bond_port(const Planner& planner, const Link& link) {
  if (link.master.empty()) return false;
  const Link* master = planner.find(link.master);
  return master != nullptr && master->kind == "bond";
}

void plan_new_links(Planner& planner) {
  Names first = planner.remade;
  first.merge(in_the_way(planner));
  delete_all(planner, first);
  const bool any = std::ranges::any_of(planner.entries(), [&](const Entry& entry) { return is_virtual_and_absent(planner, entry); });
  if (!any) return;
  for (const auto* wanted : lower_first(planner.desired()))
    if (!wanted->kind.empty() && planner.find(wanted->name) == nullptr) create(planner, *wanted);
}

void plan_links(Planner& planner) {
  // What changes one link may change others: only where all are as they should be the order doesn't matter.
  const bool settled = planner.plan.operations.empty() && !planner.would_act([&] {
    for (const auto& entry : planner.entries())
      if (entry.wanted != nullptr) plan_entry(planner, entry);
  });
  if (settled) return;
  for (const auto* wanted : lower_first(planner.desired(), &planner)) {
    const bool is_new = planner.is_new(wanted->name);
    const auto start = planner.now.links.find(wanted->name);
    plan_one({planner, wanted->name, *wanted, is_new ? nullptr : planner.wanted_before(wanted->name), is_new ? nullptr : &start->second});
  }
}

void plan_deleted_links(Planner& planner) {
  Names dropped;
  for (const auto& name : planner.doomed)
    if (planner.wanted(name) == nullptr) dropped.insert(name);
  delete_all(planner, dropped);
}

void plan_dropped_links(Planner& planner) {
  for (const auto& entry : planner.entries())
    if (entry.wanted == nullptr && entry.before->kind.empty() && entry.start != nullptr && planner.is_dropped(*entry.name))
      drop_physical(planner, entry);
}

}  // namespace drawbridge::network
