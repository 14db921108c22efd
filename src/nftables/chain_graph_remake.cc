// The graph after a change of the program.
#include <algorithm>

#include "nftables/chain_graph.h"
#include "nftables/program_sets.h"
#include "nftables/rule_maker.h"

namespace drawbridge::nftables {
namespace {

bool is_affected(const Object& object, const ProgramChange& change) {
  if (const auto* of = std::get_if<OfNamedSet>(&object.source)) return change.sets.contains(of->set);
  if (const auto* of = std::get_if<OfPortTable>(&object.source)) return change.port_tables.contains(of->table);
  if (const auto* of = std::get_if<OfNumbers>(&object.source)) return change.port_tables.contains(of->table);
  if (const auto* of = std::get_if<OfDispatch>(&object.source)) return change.dispatch_tables.contains(of->table);
  if (const auto* of = std::get_if<OfMacs>(&object.source)) return change.mac_tables.contains(of->table);
  return false;
}

}  // namespace

/// Chains of lists that read differently at each place have other names than those of lists that don't.
bool ChainGraph::still_reads_as_before(const ProgramChange& change) {
  std::map<std::string, bool, std::less<>> before;
  for (const std::string& list : change.lists)
    if (auto known = differs_.extract(list)) before.insert(std::move(known));
  return std::ranges::all_of(
      before, [&](const auto& entry) { return !program_->lists.contains(entry.first) || differs_by_place(entry.first) == entry.second; });
}

/// False: another definition, and so another set.
bool ChainGraph::replace(TableObjects& objects, const Object& object, Set set) {
  const Set& now = *objects.table().sets.find(object.name)->second;
  if (now == set) return true;
  if (now.keys != set.keys || now.intervals != set.intervals || now.kind != set.kind) return false;
  objects.put(object, std::make_shared<const Set>(std::move(set)));
  return true;
}

Result<bool> ChainGraph::remake_set(TableObjects& objects, Object& object) {
  if (const auto* of = std::get_if<OfNamedSet>(&object.source)) {
    auto sets = TRY(named_sets(*program_, of->set, of->key));
    std::size_t known = 0;
    for (const auto& name : {hosts_name(of->set, of->key), networks_name(of->set, of->key)})
      if (objects.find(name) != nullptr) ++known;
    if (known != sets.size()) return false;
    return std::ranges::all_of(sets, [&](auto& made) {
      const Object* same = objects.find(made.first);
      return same != nullptr && replace(objects, *same, std::move(made.second));
    });
  }
  if (const auto* of = std::get_if<OfPortTable>(&object.source)) {
    Set set = TRY(port_table_set(*program_, of->table, of->key));
    return replace(objects, object, std::move(set));
  }
  if (const auto* of = std::get_if<OfNumbers>(&object.source)) {
    Set map = TRY(number_map(*program_, of->table, of->kind));
    return replace(objects, object, std::move(map));
  }
  if (const auto* of = std::get_if<OfDispatch>(&object.source)) {
    const auto table = program_->dispatch_tables.find(of->table);
    if (table == program_->dispatch_tables.end() || map_name("lists/", *table, *of->place) != object.name) return false;
    TRY_VOID(fill_dispatch(objects, object));
  } else if (const auto* macs = std::get_if<OfMacs>(&object.source)) {
    const auto table = program_->mac_tables.find(macs->table);
    if (table == program_->mac_tables.end() || map_name("macs/", *table, *macs->place) != object.name) return false;
    TRY_VOID(fill_macs(objects, object));
  }
  return true;
}

Result<bool> ChainGraph::remake_sets(TableObjects& objects, const ProgramChange& change) {
  if (change.sets.empty() && change.port_tables.empty() && change.dispatch_tables.empty() && change.mac_tables.empty()) return true;
  // By name: whatever is remade may take others away.
  std::vector<std::string> affected;
  objects.for_each([&](const Object& object) {
    if (is_affected(object, change)) affected.push_back(object.name);
  });
  for (const std::string& name : affected)
    if (Object* const object = objects.find(name))
      if (!TRY(remake_set(objects, *object))) return false;
  return true;
}

Result<bool> ChainGraph::remake(const rules::Program& program, const ProgramChange& change) {
  program_ = &program;
  if (worth_a_set(program) != worth_ || !still_reads_as_before(change)) return false;
  for (auto& [family, objects] : tables_) {
    for (const std::string& list : change.lists) {
      if (!program.lists.contains(list)) continue;
      for (Object* chain : objects.of_list(list)) TRY_VOID(fill_chain(objects, *chain));
    }
    if (!TRY(remake_sets(objects, change))) return false;
    // A list that is gone must have gone with its users.
    for (const std::string& list : change.lists)
      if (!program.lists.contains(list) && !objects.of_list(list).empty()) return false;
  }
  return true;
}

}  // namespace drawbridge::nftables
