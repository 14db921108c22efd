// Both tables' objects as a program's stages, lists, sets and tables need them. Each list is made once for all places where it reads
// alike.
#pragma once

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "nftables/compile.h"
#include "nftables/name.h"
#include "nftables/objects.h"
#include "rules/program.h"

namespace drawbridge::nftables {

/// What differs between two programs, by name.
struct ProgramChange {
  std::set<std::string, std::less<>> lists, sets, port_tables, dispatch_tables, mac_tables;
  bool is_empty() const { return lists.empty() && sets.empty() && port_tables.empty() && dispatch_tables.empty() && mac_tables.empty(); }
};

class ChainGraph {
 public:
  explicit ChainGraph(const CompileOptions& options) : options_(options) { clear(); }

  /// Everything from nothing. Errors leave it half made.
  Result<void> make(const rules::Program& program);
  /// What follows from the change. False: that is more than parts (names change, or the kind of a set): to be made from nothing. Errors and
  /// false leave it half made.
  Result<bool> remake(const rules::Program& program, const ProgramChange& change);

  const Ruleset& ruleset() const { return ruleset_; }
  std::map<TableFamily, TableObjects>& tables() { return tables_; }
  const std::map<TableFamily, TableObjects>& tables() const { return tables_; }

 private:
  struct Scene {
    const Place& place;
    TableObjects& objects;
    Object& user;
  };

  void clear();
  Result<void> make_stage(rules::Stage stage, const std::string& list);
  Result<void> fill_chain(TableObjects& objects, Object& chain);
  Result<std::vector<Statement>> action_of(const rules::Action& action, const Scene& scene);
  Result<std::string> number_map_of(const std::string& table, Set::Kind kind, const Scene& scene);
  Result<Statement> zone_of(const rules::SetZone& set, const Scene& scene);
  std::string use_helper(const rules::SetHelper& set, const Scene& scene);
  Result<std::string> use_list(const std::string& list, const Place& place, TableObjects& objects, Object& user);
  Result<void> deepen(Object& object, std::size_t depth);
  using Fill = Result<void> (ChainGraph::*)(TableObjects&, Object&);
  Result<void> use_map(const std::string& name, MadeOf source, const Scene& scene, Fill fill);
  Result<Statement> dispatch(const rules::Dispatch& dispatch, const Scene& scene);
  Result<Statement> dispatch_by_mac(const rules::DispatchByMac& dispatch, const Scene& scene);
  Result<void> fill_dispatch(TableObjects& objects, Object& map);
  Result<void> fill_macs(TableObjects& objects, Object& map);

  Result<bool> remake_sets(TableObjects& objects, const ProgramChange& change);
  Result<bool> remake_set(TableObjects& objects, Object& object);
  bool replace(TableObjects& objects, const Object& object, Set set);
  bool still_reads_as_before(const ProgramChange& change);

  static std::string variant(std::string name, bool differs, const Place& place);
  bool differs_by_place(const std::string& list, std::size_t depth = 0);
  bool asks_place(const rules::Rule& rule, std::size_t depth);
  /// A map's name; `kind` "lists/" or "macs/". `table`: its entry among the program's.
  template <class Table>
  std::string map_name(std::string kind, const Table& table, const Place& place);

  CompileOptions options_;
  const rules::Program* program_ = nullptr;  ///< while it is made
  std::size_t worth_ = 2;
  Ruleset ruleset_;
  std::map<TableFamily, TableObjects> tables_;
  std::map<std::string, bool, std::less<>> differs_;
};

template <class Table>
std::string ChainGraph::map_name(std::string kind, const Table& table, const Place& place) {
  const bool differs = std::ranges::any_of(table.second, [&](const auto& entry) { return differs_by_place(entry.second); });
  return variant(std::move(kind) + object_name(table.first), differs, place);
}

}  // namespace drawbridge::nftables
