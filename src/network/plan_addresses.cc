// Addresses. What is new comes first where it can stand beside what goes, so that a subnet is never without an address; what
// can't waits until the old ones are gone. IPv4 primaries take their secondaries with them: those are put back at the end.
#include <algorithm>

#include "network/planner.h"

namespace drawbridge::network {
namespace {

bool is_v4(const Address& address) { return address.address.address.is_v4(); }

Prefix subnet_of(const Address& address) { return network_of({address.peer.value_or(address.address.address), address.address.length}); }

bool shares_subnet(const Address& a, const Address& b) { return is_v4(a) && is_v4(b) && a.link == b.link && subnet_of(a) == subnet_of(b); }

IpAddress effective_broadcast(const Address& address) { return address.broadcast.value_or(broadcast_of(address.address)); }

/// Replacing corrects who set an address and for how long; all else needs a new one.
bool replacing_suffices(const Address& present, const Address& wanted) {
  if (!is_v4(present)) return present.address == wanted.address && present.peer == wanted.peer;
  return present.address == wanted.address && present.peer == wanted.peer && present.scope == wanted.scope &&
         present.label == wanted.label && present.broadcast == wanted.broadcast;
}

struct Removal {
  Address address;
  SourceLocation why;
};

const Asked<Address>* find_asked(const DesiredLink* link, const Address& address) {
  if (link == nullptr) return nullptr;
  const auto found =
      std::ranges::find_if(link->addresses, [&](const Asked<Address>& asked) { return is_same_address(asked.value, address); });
  return found == link->addresses.end() ? nullptr : &*found;
}

/// The line of another link of the files that claims an address for itself.
const Asked<Address>* claimed_elsewhere(const Planner& planner, const Address& address) {
  for (const auto& [name, link] : planner.desired.links) {
    if (name == address.link) continue;
    for (const auto& asked : link.addresses)
      if (asked.value.address.address == address.address.address) return &asked;
  }
  return nullptr;
}

/// Why an address that `wanted` does not list has to go; nullopt: it stays.
std::optional<SourceLocation> reason_to_go(const Planner& planner, const Address& address, const DesiredLink* wanted) {
  const DesiredLink* before = planner.wanted_before(address.link);
  if (const auto* asked = find_asked(before, address)) return asked->where;
  if (wanted != nullptr && wanted->exact_addresses) {
    if (address.permanent && !is_link_local6(address)) return wanted->where;
    return std::nullopt;
  }
  if (address.protocol == kOwnProtocol) return wanted != nullptr ? wanted->where : before->where;
  const bool is_port = wanted != nullptr && wanted->master && !wanted->master->value.empty();
  if (is_port)
    if (const auto* claim = claimed_elsewhere(planner, address)) return claim->where;
  return std::nullopt;
}

/// Restoring also means who is primary: a subnet whose roles are wrong is taken down and built again.
void add_wrong_roles(const Planner& planner, const DesiredLink& wanted, std::vector<Removal>& removals) {
  std::vector<Prefix> wrong;
  const auto& present = planner.state.addresses;
  for (const auto& asked : wanted.addresses) {
    const auto in_role = [&](const Address& a) { return is_same_address(a, asked.value) && a.secondary == asked.value.secondary; };
    const auto out_of_role = [&](const Address& a) { return is_same_address(a, asked.value) && a.secondary != asked.value.secondary; };
    const bool primary_lacks = !asked.value.secondary && std::ranges::none_of(present, in_role);
    if (is_v4(asked.value) && (primary_lacks || std::ranges::any_of(present, out_of_role))) wrong.push_back(subnet_of(asked.value));
  }
  for (const auto& address : present) {
    if (address.link != wanted.name || !is_v4(address) || !address.permanent) continue;
    const auto known = [&](const Removal& removal) { return removal.address == address; };
    if (std::ranges::find(wrong, subnet_of(address)) != wrong.end() && std::ranges::none_of(removals, known))
      removals.push_back({address, wanted.where});
  }
}

std::vector<Removal> removals_of(const Planner& planner, const std::string& name) {
  const DesiredLink* wanted = planner.wanted(name);
  std::vector<Removal> removals;
  for (const auto& address : planner.state.addresses) {
    if (address.link != name) continue;
    if (const auto* asked = find_asked(wanted, address)) {
      const bool fine = satisfies(address, asked->value, wanted->exact_addresses) || replacing_suffices(address, asked->value);
      if (!fine) removals.push_back({address, asked->where});
    } else if (const auto why = reason_to_go(planner, address, wanted)) {
      removals.push_back({address, *why});
    }
  }
  if (wanted != nullptr && wanted->exact_addresses) add_wrong_roles(planner, *wanted, removals);
  // Secondaries first: whether the kernel promotes them or drops them, none is left over.
  std::ranges::stable_sort(removals, std::greater{}, [](const Removal& removal) { return removal.address.secondary; });
  return removals;
}

/// Links whose addresses the files have a say in, and that are not about to be deleted.
std::vector<std::string> links_in_scope(const Planner& planner) {
  std::vector<std::string> names;
  for (const auto& [name, link] : planner.desired.links) names.push_back(name);
  for (const auto& [name, link] : planner.previous.links)
    if (planner.is_dropped(name) && !planner.doomed.contains(name)) names.push_back(name);
  return names;
}

std::vector<Removal> all_removals(const Planner& planner) {
  std::vector<Removal> all;
  for (const auto& name : links_in_scope(planner)) {
    auto removals = removals_of(planner, name);
    std::ranges::move(removals, std::back_inserter(all));
  }
  return all;
}

bool promotes(const Planner& planner, const std::string& name) {
  const Link* link = planner.find(name);
  if (link == nullptr) return false;
  const auto setting = link->sysctl.find("ipv4.promote_secondaries");
  return setting != link->sysctl.end() && setting->second != 0;
}

/// True if the address can't be added, or would not survive, before `removal`.
bool must_wait_for(const Planner& planner, const Address& address, const Address& removal, bool exact) {
  if (shares_subnet(address, removal)) return exact || (!removal.secondary && !promotes(planner, address.link));
  if (address.address.address != removal.address.address) return false;
  // IPv6 has an address once per link, and looks for duplicates on the wire.
  return !is_v4(address) || address.link == removal.link;
}

bool is_satisfied(const Planner& planner, const Address& wanted, bool exact) {
  return std::ranges::any_of(planner.state.addresses,
                             [&](const Address& present) { return is_same_address(present, wanted) && satisfies(present, wanted, exact); });
}

/// Restoring adds primaries first, since the first of a subnet becomes its primary.
std::vector<Asked<Address>> in_order(const DesiredLink& link) {
  auto addresses = link.addresses;
  if (link.exact_addresses) std::ranges::stable_sort(addresses, {}, [](const Asked<Address>& asked) { return asked.value.secondary; });
  return addresses;
}

bool can_hold(const Link& link, const Address& address) {
  if (is_v4(address)) return true;
  const auto disabled = link.sysctl.find("ipv6.disable_ipv6");
  return link.up && (disabled == link.sysctl.end() || disabled->second == 0);
}

/// What was there at the start, was not to go, and went as a side effect.
void restore_lost(Planner& planner) {
  for (const auto& address : planner.now.addresses) {
    const Link* link = planner.find(address.link);
    if (link == nullptr || is_link_local6(address) || !can_hold(*link, address) || planner.doomed.contains(address.link)) continue;
    const auto same = [&](const Address& present) { return is_same_address(present, address); };
    if (std::ranges::any_of(planner.state.addresses, same)) continue;
    const DesiredLink* wanted = planner.wanted(address.link);
    const DesiredLink* before = planner.wanted_before(address.link);
    const bool in_scope = wanted != nullptr || planner.is_dropped(address.link);
    const bool had_to_go = in_scope && find_asked(wanted, address) == nullptr && reason_to_go(planner, address, wanted).has_value();
    if (had_to_go) continue;
    const SourceLocation why = wanted != nullptr ? wanted->where : before != nullptr ? before->where : SourceLocation{};
    planner.try_emit(AddAddress{address}, why);
  }
}

}  // namespace

bool is_link_local6(const Address& address) { return address.address.address.is_v6() && address.address.address.is_link_local(); }

bool is_same_address(const Address& a, const Address& b) {
  if (a.link != b.link || a.address.address != b.address.address) return false;
  return !is_v4(a) || (a.address.length == b.address.length && a.peer == b.peer);
}

bool satisfies(const Address& present, const Address& wanted, bool exact) {
  if (present.address != wanted.address || present.peer != wanted.peer || !present.permanent) return false;
  if (exact && (present.protocol != wanted.protocol || present.secondary != wanted.secondary)) return false;
  if (!is_v4(present)) return true;
  if (exact) return present.scope == wanted.scope && present.label == wanted.label && present.broadcast == wanted.broadcast;
  const bool same_label = wanted.label.empty() || present.label == wanted.label;
  return present.scope == wanted.scope && same_label && effective_broadcast(present) == effective_broadcast(wanted);
}

void plan_addresses_to_add(Planner& planner) {
  const auto removals = all_removals(planner);
  for (const auto& [name, link] : planner.desired.links) {
    for (const auto& asked : in_order(link)) {
      const auto waits = [&](const Removal& removal) { return must_wait_for(planner, asked.value, removal.address, link.exact_addresses); };
      if (!is_satisfied(planner, asked.value, link.exact_addresses) && std::ranges::none_of(removals, waits))
        planner.emit(AddAddress{asked.value}, asked.where);
    }
  }
}

void plan_addresses_to_remove(Planner& planner) {
  for (const auto& removal : all_removals(planner)) {
    const auto same = [&](const Address& present) { return is_same_address(present, removal.address); };
    if (std::ranges::any_of(planner.state.addresses, same)) planner.emit(RemoveAddress{removal.address}, removal.why);
  }
}

void plan_addresses_left(Planner& planner) {
  for (const auto& [name, link] : planner.desired.links)
    for (const auto& asked : in_order(link))
      if (!is_satisfied(planner, asked.value, link.exact_addresses) && !planner.missing.contains(name))
        planner.emit(AddAddress{asked.value}, asked.where);
  restore_lost(planner);
}

}  // namespace drawbridge::network
