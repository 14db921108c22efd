#include "nftables/delta.h"

#include <algorithm>
#include <set>
#include <span>

namespace drawbridge::nftables {
namespace {

using ObjectNames = std::set<std::string, std::less<>>;

/// Walks two maps in step. `each(name, a, b)`: pointers to both values, nullptr where there is none.
template <class T, class Each>
void in_step(const Named<T>& a, const Named<T>& b, Each each) {
  auto left = a.begin();
  auto right = b.begin();
  while (left != a.end() || right != b.end()) {
    const int order = left == a.end() ? 1 : right == b.end() ? -1 : left->first.compare(right->first);
    const std::string& name = order <= 0 ? left->first : right->first;
    each(name, order <= 0 ? &left->second : nullptr, order >= 0 ? &right->second : nullptr);
    if (order <= 0) ++left;
    if (order >= 0) ++right;
  }
}

template <class T>
bool are_equal(const std::shared_ptr<const T>& a, const std::shared_ptr<const T>& b) {
  return a == b || *a == *b;
}

bool have_one_definition(const Set& a, const Set& b) {
  return a.keys == b.keys && a.intervals == b.intervals && a.kind == b.kind && a.timeout_seconds == b.timeout_seconds;
}

void copy_element(const Set& from, std::size_t at, Set& to) {
  const auto parts = std::span(from.parts).subspan(at * from.keys.count, from.keys.count);
  to.parts.insert(to.parts.end(), parts.begin(), parts.end());
  if (!from.values.empty()) to.values.push_back(from.values[at]);
}

SetChange change_of(const SetPointer& from, const SetPointer& to) {
  SetChange change{from, to, *to, {}};
  change.removed.parts.clear();
  change.removed.values.clear();
  change.added = change.removed;
  const auto parts = [](const Set& set, std::size_t at) { return std::span(set.parts).subspan(at * set.keys.count, set.keys.count); };
  std::size_t a = 0, b = 0;
  while (a < from->size() || b < to->size()) {
    std::strong_ordering order = std::strong_ordering::equal;
    if (a == from->size()) {
      order = std::strong_ordering::greater;
    } else if (b == to->size()) {
      order = std::strong_ordering::less;
    } else {
      const auto left = parts(*from, a), right = parts(*to, b);
      order = std::lexicographical_compare_three_way(left.begin(), left.end(), right.begin(), right.end());
    }
    const bool same = order == 0 && (to->values.empty() || from->values[a] == to->values[b]);
    if (!same && order <= 0) copy_element(*from, a, change.removed);
    if (!same && order >= 0) copy_element(*to, b, change.added);
    if (order <= 0) ++a;
    if (order >= 0) ++b;
  }
  return change;
}

/// The set, map or object that the statement uses; nullptr: none.
struct UsedObject {
  const std::string* operator()(const Lookup& lookup) const { return &lookup.set; }
  const std::string* operator()(const VerdictLookup& lookup) const { return &lookup.map; }
  const std::string* operator()(const LimitEach& limit) const { return &limit.set; }
  const std::string* operator()(const SetMark& set) const { return &set.map; }
  const std::string* operator()(const SetLabel& set) const { return &set.map; }
  const std::string* operator()(const SetZoneFrom& set) const { return &set.map; }
  const std::string* operator()(const SetHelper& set) const { return &set.object; }
  template <class Other>
  const std::string* operator()(const Other&) const {
    return nullptr;
  }
};

bool uses_any(const Chain& chain, const ObjectNames& objects) {
  if (objects.empty()) return false;
  return std::ranges::any_of(chain.rules, [&](const Rule& rule) {
    return std::ranges::any_of(rule.statements, [&](const Statement& statement) {
      const std::string* used = std::visit(UsedObject{}, statement);
      return used != nullptr && objects.contains(*used);
    });
  });
}

class TableDifference {
 public:
  TableDifference(const Table& from, const Table& to) : from_(from), to_(to) {}

  TableDelta run() {
    in_step(from_.helpers, to_.helpers, [this](const auto& name, const auto* a, const auto* b) { helper(name, a, b); });
    in_step(from_.sets, to_.sets, [this](const auto& name, const auto* a, const auto* b) { set(name, a, b); });
    in_step(from_.chains, to_.chains, [this](const auto& name, const auto* a, const auto* b) { chain(name, a, b); });
    return std::move(delta_);
  }

 private:
  void helper(const std::string& name, const Helper* a, const Helper* b) {
    if (a != nullptr && b != nullptr && *a == *b) return;
    if (a != nullptr) delta_.removed_helpers.push_back(name);
    if (b != nullptr) delta_.added_helpers.emplace(name, *b);
    if (a != nullptr && b != nullptr) remade_.insert(name);
  }

  void set(const std::string& name, const SetPointer* a, const SetPointer* b) {
    if (a != nullptr && b != nullptr) {
      if (are_equal(*a, *b)) return;
      if (have_one_definition(**a, **b)) {
        delta_.changed_sets.emplace(name, change_of(*a, *b));
        return;
      }
      remade_.insert(name);
    }
    if (a != nullptr) delta_.removed_sets.push_back(name);
    if (b != nullptr) delta_.added_sets.emplace(name, *b);
  }

  void chain(const std::string& name, const ChainPointer* a, const ChainPointer* b) {
    const bool stays = a != nullptr && b != nullptr && (*a)->base == (*b)->base;
    if (stays && !uses_any(**a, remade_)) {
      if (!are_equal(*a, *b)) delta_.changed_chains.emplace(name, ChainChange{*a, *b});
      return;
    }
    if (a != nullptr && !(*a)->rules.empty()) delta_.emptied_chains.push_back(name);
    if (a != nullptr && !stays) delta_.removed_chains.push_back(name);
    if (b != nullptr && !stays) delta_.added_chains.emplace(name, *b);
    if (b != nullptr && !(*b)->rules.empty()) delta_.written_chains.emplace(name, *b);
  }

  const Table& from_;
  const Table& to_;
  TableDelta delta_;
  ObjectNames remade_;
};

}  // namespace

bool TableDelta::is_empty() const {
  return !remove && !create && emptied_chains.empty() && changed_sets.empty() && removed_sets.empty() && removed_chains.empty() &&
         removed_helpers.empty() && added_helpers.empty() && added_chains.empty() && added_sets.empty() && changed_chains.empty() &&
         written_chains.empty();
}

Delta make_delta(const Ruleset& from, const Ruleset& to) {
  Delta delta{to.name, {}};
  const Table nothing;
  for (const TableFamily family : {TableFamily::inet, TableFamily::bridge}) {
    const auto a = from.tables.find(family);
    const auto b = to.tables.find(family);
    const bool was = a != from.tables.end(), will = b != to.tables.end();
    const bool anew = was && !a->second.foreign.empty();
    TableDelta table;
    if (will) table = TableDifference(was && !anew ? a->second : nothing, b->second).run();
    table.remove = was && (anew || !will);
    table.create = will && (anew || !was);
    if (!table.is_empty()) delta.tables.emplace(family, std::move(table));
  }
  return delta;
}

}  // namespace drawbridge::nftables
