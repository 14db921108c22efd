// Addresses. What is new comes first where it can stand beside what goes, so that a subnet is never without an address; what
// can't waits until the old ones are gone. IPv4 primaries take their secondaries with them: those are put back at the end.
#include <algorithm>
#include <map>

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

/// Given by a router's advertisement: an address with a lifetime whose subnet is a whole network.
bool is_advertised(const Address& address) {
  constexpr std::uint8_t kHost = 128;  // what DHCPv6 gives
  return !is_v4(address) && !address.permanent && !is_link_local6(address) && address.address.length != kHost;
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

/// Why an address that `wanted` does not list has to go; nullopt: it stays.
std::optional<SourceLocation> reason_to_go(const Planner& planner, const Address& address, const DesiredLink* wanted,
                                           const DesiredLink* before) {
  if (const auto* asked = find_asked(before, address)) return asked->where;
  if (wanted != nullptr && wanted->exact_addresses) {
    if (address.permanent && !is_link_local6(address)) return wanted->where;
    return std::nullopt;
  }
  if (address.protocol == kOwnProtocol && address.permanent) return wanted != nullptr ? wanted->where : before->where;
  if (is_advertised(address) && before != nullptr && before->slaac && before->slaac->value) {
    const bool still = wanted != nullptr && wanted->slaac && wanted->slaac->value;
    if (!still) return before->slaac->where;
  }
  const bool is_port = wanted != nullptr && wanted->master && !wanted->master->value.empty();
  if (is_port)
    if (const auto* claim = planner.asked_elsewhere(address.address.address, address.link)) return claim->where;
  return std::nullopt;
}

/// Restoring also means who is primary: a subnet whose roles are wrong is taken down and built again.
void add_wrong_roles(const Planner& planner, const DesiredLink& wanted, std::vector<Removal>& removals) {
  std::vector<Prefix> wrong;
  const auto present = planner.addresses_of(wanted.name);
  for (const auto& asked : wanted.addresses) {
    const auto in_role = [&](const Address& a) { return is_same_address(a, asked.value) && a.secondary == asked.value.secondary; };
    const auto out_of_role = [&](const Address& a) { return is_same_address(a, asked.value) && a.secondary != asked.value.secondary; };
    const bool primary_lacks = !asked.value.secondary && std::ranges::none_of(present, in_role);
    if (is_v4(asked.value) && (primary_lacks || std::ranges::any_of(present, out_of_role))) wrong.push_back(subnet_of(asked.value));
  }
  for (const auto& address : present) {
    if (!is_v4(address) || !address.permanent) continue;
    const auto known = [&](const Removal& removal) { return removal.address == address; };
    if (std::ranges::find(wrong, subnet_of(address)) != wrong.end() && std::ranges::none_of(removals, known))
      removals.push_back({address, wanted.where});
  }
}

void add_removals(const Planner& planner, const Entry& entry, std::vector<Removal>& all) {
  std::vector<Removal> removals;
  for (const auto& address : planner.addresses_of(entry)) {
    if (const auto* asked = find_asked(entry.wanted, address)) {
      const bool fine = satisfies(address, asked->value, entry.wanted->exact_addresses) || replacing_suffices(address, asked->value);
      if (!fine) removals.push_back({address, asked->where});
    } else if (const auto why = reason_to_go(planner, address, entry.wanted, entry.before)) {
      removals.push_back({address, *why});
    }
  }
  if (entry.wanted != nullptr && entry.wanted->exact_addresses) add_wrong_roles(planner, *entry.wanted, removals);
  // Secondaries first: whether the kernel promotes them or drops them, none is left over.
  std::ranges::stable_sort(removals, std::greater{}, [](const Removal& removal) { return removal.address.secondary; });
  std::ranges::move(removals, std::back_inserter(all));
}

/// Of links whose addresses the files have a say in, and that are not about to be deleted; by link.
std::vector<Removal> all_removals(const Planner& planner) {
  std::vector<Removal> all;
  for (const auto& entry : planner.entries()) {
    const bool in_scope =
        entry.wanted != nullptr || (!planner.desired().dormant.contains(*entry.name) && !planner.doomed.contains(*entry.name));
    if (in_scope) add_removals(planner, entry, all);
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

/// The removals that adding an address may have to wait for: those of its link, and those of the same IPv6 address elsewhere.
class Removals {
 public:
  explicit Removals(std::vector<Removal> all) : all_(std::move(all)) {
    for (const auto& removal : all_)
      if (!is_v4(removal.address)) ipv6_.emplace(removal.address.address.address, &removal);
  }

  bool make_wait(const Planner& planner, const Address& address, bool exact) const {
    const auto waits = [&](const Removal& removal) { return must_wait_for(planner, address, removal.address, exact); };
    const auto by_link = [](const Removal& removal) -> const std::string& { return removal.address.link; };
    if (std::ranges::any_of(std::ranges::equal_range(all_, address.link, {}, by_link), waits)) return true;
    const auto [first, last] = ipv6_.equal_range(address.address.address);
    return std::any_of(first, last, [&](const auto& pair) { return waits(*pair.second); });
  }

 private:
  std::vector<Removal> all_;
  std::multimap<IpAddress, const Removal*> ipv6_;
};

/// What the files asked to count down already may have run out by now: it is as it should be.
Address as_far_as_time_has_run(Address wanted, const Address& present, const DesiredLink* before) {
  if (!wanted.preferred.counts_down() || !present.preferred.is_over()) return wanted;
  const auto* asked = find_asked(before, wanted);
  if (asked != nullptr && asked->value.preferred.counts_down()) wanted.preferred = present.preferred;
  return wanted;
}

bool is_satisfied(std::span<const Address> present, const Address& wanted, const Entry& entry) {
  return std::ranges::any_of(present, [&](const Address& address) {
    return is_same_address(address, wanted) &&
           satisfies(address, as_far_as_time_has_run(wanted, address, entry.before), entry.wanted->exact_addresses);
  });
}

/// Those that are not as asked. Restoring adds primaries first, since the first of a subnet becomes its primary.
std::vector<const Asked<Address>*> to_add(const Planner& planner, const Entry& entry) {
  std::vector<const Asked<Address>*> addresses;
  const DesiredLink& link = *entry.wanted;
  const auto present = planner.addresses_of(entry);
  for (const auto& asked : link.addresses)
    if (!is_satisfied(present, asked.value, entry)) addresses.push_back(&asked);
  if (link.exact_addresses) std::ranges::stable_sort(addresses, {}, [](const auto* asked) { return asked->value.secondary; });
  return addresses;
}

bool can_hold(const Link& link, const Address& address) {
  if (is_v4(address)) return true;
  const auto disabled = link.sysctl.find("ipv6.disable_ipv6");
  return link.up && (disabled == link.sysctl.end() || disabled->second == 0);
}

/// What was there at the start, was not to go, and went as a side effect.
void restore_lost(Planner& planner) {
  if (planner.plan.operations.empty()) return;
  for (const auto& address : planner.now.addresses) {
    const Link* link = planner.find(address.link);
    if (link == nullptr || is_link_local6(address) || !can_hold(*link, address) || !address.permanent) continue;
    const auto same = [&](const Address& present) { return is_same_address(present, address); };
    if (std::ranges::any_of(planner.addresses_of(address.link), same)) continue;
    const DesiredLink* wanted = planner.wanted(address.link);
    const DesiredLink* before = planner.wanted_before(address.link);
    const bool in_scope = wanted != nullptr || planner.is_dropped(address.link);
    const bool had_to_go = in_scope && find_asked(wanted, address) == nullptr && reason_to_go(planner, address, wanted, before).has_value();
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
  if (present.preferred != wanted.preferred) return false;
  if (exact && (present.protocol != wanted.protocol || present.secondary != wanted.secondary)) return false;
  if (!is_v4(present)) return true;
  if (exact) return present.scope == wanted.scope && present.label == wanted.label && present.broadcast == wanted.broadcast;
  const bool same_label = wanted.label.empty() || present.label == wanted.label;
  return present.scope == wanted.scope && same_label && effective_broadcast(present) == effective_broadcast(wanted);
}

void plan_addresses_to_add(Planner& planner) {
  const Removals removals(all_removals(planner));
  for (const auto& entry : planner.entries()) {
    if (entry.wanted == nullptr || entry.wanted->addresses.empty()) continue;
    for (const auto* asked : to_add(planner, entry))
      if (!removals.make_wait(planner, asked->value, entry.wanted->exact_addresses)) planner.emit(AddAddress{asked->value}, asked->where);
  }
}

void plan_addresses_to_remove(Planner& planner) {
  for (const auto& removal : all_removals(planner)) {
    const auto same = [&](const Address& present) { return is_same_address(present, removal.address); };
    if (std::ranges::any_of(planner.addresses_of(removal.address.link), same)) planner.emit(RemoveAddress{removal.address}, removal.why);
  }
}

void plan_addresses_left(Planner& planner) {
  for (const auto& entry : planner.entries()) {
    if (entry.wanted == nullptr || entry.wanted->addresses.empty() || planner.missing.contains(*entry.name)) continue;
    for (const auto* asked : to_add(planner, entry)) planner.emit(AddAddress{asked->value}, asked->where);
  }
  restore_lost(planner);
}

}  // namespace drawbridge::network
