#include "network/planner.h"

#include <algorithm>
#include <tuple>

#include "network/link_rules.h"

namespace drawbridge::network {
namespace {

/// Walks along a sorted map or vector while the names asked for grow.
template <class Map>
class Cursor {
 public:
  explicit Cursor(const Map& map) : at_(map.begin()), end_(map.end()) {}
  const typename Map::mapped_type* seek(const std::string& name) {
    while (at_ != end_ && at_->first < name) ++at_;
    return at_ != end_ && at_->first == name ? &at_->second : nullptr;
  }

 private:
  typename Map::const_iterator at_;
  typename Map::const_iterator end_;
};

class AddressCursor {
 public:
  explicit AddressCursor(const std::vector<Address>& all) : at_(all.data()), end_(all.data() + all.size()) {}
  std::span<const Address> seek(const std::string& name) {
    while (at_ != end_ && at_->link < name) ++at_;
    const auto* first = at_;
    while (at_ != end_ && at_->link == name) ++at_;
    return {first, at_};
  }

 private:
  const Address* at_;
  const Address* end_;
};

template <class T>
std::span<const T> entries_of(const std::vector<T>& all, std::string_view link) {
  const auto range = std::ranges::equal_range(all, link, {}, [](const T& entry) -> std::string_view { return entry.link; });
  return {range.begin(), range.end()};
}

template <class Map>
const typename Map::mapped_type* find_in(const Map& map, std::string_view name) {
  const auto found = map.find(name);
  return found == map.end() ? nullptr : &found->second;
}

}  // namespace

StackIndex::StackIndex(const Snapshot& now) {
  for (const auto& [name, link] : now.links) {
    if (!link.master.empty()) ports_.emplace_back(link.master, &link);
    if (const auto lower = lower_of(link); !lower.empty()) uppers_.emplace_back(lower, &link);
  }
  const auto by_key = [](const auto& pair) { return pair.first; };
  std::ranges::stable_sort(ports_, {}, by_key);
  std::ranges::stable_sort(uppers_, {}, by_key);
}

std::vector<const Link*> StackIndex::of(const Pairs& pairs, std::string_view key) {
  std::vector<const Link*> links;
  for (const auto& [first, link] : std::ranges::equal_range(pairs, key, {}, [](const auto& pair) { return pair.first; }))
    links.push_back(link);
  return links;
}

Planner::Planner(const Snapshot& snapshot, const Desired& wanted, const Desired& before)
    : now(snapshot), desired_(&wanted), previous_(&before) {
  own_desired_ = with_kernel_names(now, wanted);
  if (own_desired_) desired_ = &*own_desired_;
  own_previous_ = with_kernel_names(now, before);
  if (own_previous_) previous_ = &*own_previous_;
  merge_entries();
}

void Planner::merge_entries() {
  entries_.clear();
  entries_.reserve(std::max(desired_->links.size(), previous_->links.size()));
  Cursor links(now.links);
  AddressCursor addresses(now.addresses);
  auto wanted = desired_->links.begin();
  auto before = previous_->links.begin();
  while (wanted != desired_->links.end() || before != previous_->links.end()) {
    const bool only_before = wanted == desired_->links.end() || (before != previous_->links.end() && before->first < wanted->first);
    const bool only_wanted = !only_before && (before == previous_->links.end() || wanted->first < before->first);
    const std::string& name = only_before ? before->first : wanted->first;
    entries_.push_back(
        {&name, only_before ? nullptr : &wanted->second, only_wanted ? nullptr : &before->second, links.seek(name), addresses.seek(name)});
    if (!only_before) ++wanted;
    if (!only_wanted) ++before;
  }
}

void Planner::leave_refused_alone() {
  if (refused.empty()) return;
  if (!own_desired_) own_desired_ = *desired_;
  desired_ = &*own_desired_;
  for (const auto& name : refused) {
    own_desired_->links.erase(name);
    own_desired_->dormant.insert(name);
  }
  merge_entries();
}

const StackIndex& Planner::stack() const {
  if (!stack_) stack_.emplace(now);
  return *stack_;
}

void Planner::emit(Operation operation, const SourceLocation& why) {
  acted_ = true;
  if (probing_) return;
  std::string risk = risk_of(*this, operation);
  if (!model_) model_.emplace(now);
  std::ignore = model_->apply(operation);
  const bool disruptive = !risk.empty();
  plan.operations.push_back({std::move(operation), why, disruptive, std::move(risk)});
}

bool Planner::try_emit(Operation operation, const SourceLocation& why) {
  acted_ = true;
  if (probing_) return true;
  std::string risk = risk_of(*this, operation);
  if (!model_) model_.emplace(now);
  if (!model_->apply(operation)) return false;
  const bool disruptive = !risk.empty();
  plan.operations.push_back({std::move(operation), why, disruptive, std::move(risk)});
  return true;
}

void Planner::warn(const SourceLocation& where, std::string code, std::string message, std::string hint) {
  acted_ = true;
  if (probing_) return;
  plan.warnings.push_back({where, Severity::warning, std::move(code), std::move(message), std::move(hint), {}});
}

const Link* Planner::find(std::string_view name) const { return find_in(state().links, name); }
const DesiredLink* Planner::wanted(std::string_view name) const { return find_in(desired_->links, name); }
const DesiredLink* Planner::wanted_before(std::string_view name) const { return find_in(previous_->links, name); }

bool Planner::is_dropped(std::string_view name) const {
  return wanted_before(name) != nullptr && wanted(name) == nullptr && !desired_->dormant.contains(name);
}

std::span<const Address> Planner::addresses_of(std::string_view link) const { return entries_of(state().addresses, link); }
std::span<const BridgeVlan> Planner::vlans_of(std::string_view link) const { return entries_of(state().bridge_vlans, link); }
std::span<const FdbEntry> Planner::fdb_of(std::string_view link) const { return entries_of(state().fdb, link); }
std::span<const PortFdbEntry> Planner::port_fdb_of(std::string_view link) const { return entries_of(state().port_fdb, link); }

bool Planner::has_client(const DhcpClient& client) const { return std::ranges::binary_search(state().dhcp_clients, client); }

const Asked<Address>* Planner::asked_elsewhere(const IpAddress& address, std::string_view link) const {
  if (!asked_addresses_) {
    asked_addresses_.emplace();
    for (const auto& [name, wanted] : desired_->links)
      for (const auto& asked : wanted.addresses) asked_addresses_->emplace_back(asked.value.address.address, &asked);
    std::ranges::stable_sort(*asked_addresses_, {}, [](const auto& pair) { return pair.first; });
  }
  for (const auto& [ip, asked] : std::ranges::equal_range(*asked_addresses_, address, {}, [](const auto& pair) { return pair.first; }))
    if (asked->value.link != link) return asked;
  return nullptr;
}

}  // namespace drawbridge::network
