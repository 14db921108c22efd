// What turns one ruleset into another, and leaves alone what both have: counters, contents of dynamic sets, limits' states.
#pragma once

#include <string>
#include <vector>

#include "nftables/ruleset.h"

namespace drawbridge::nftables {

/// A chain that stays, with other rules.
struct ChainChange {
  ChainPointer from, to;
};

/// A set that stays, with other elements. Elements whose value changed go and come.
struct SetChange {
  SetPointer from, to;
  Set removed, added;  ///< the elements alone
};

/// In the order in which it is done. Chains that are emptied can then be removed, or written anew.
struct TableDelta {
  bool remove = false;  ///< the whole table
  bool create = false;  ///< it, and then all that follows
  std::vector<std::string> emptied_chains;
  Named<SetChange> changed_sets;
  std::vector<std::string> removed_sets, removed_chains, removed_helpers;
  Named<Helper> added_helpers;
  Named<ChainPointer> added_chains;  ///< without rules
  Named<SetPointer> added_sets;      ///< with elements
  Named<ChainChange> changed_chains;
  Named<ChainPointer> written_chains;  ///< all rules
  bool is_empty() const;
};

/// Only what changes is in it; it shares its values with the rulesets.
struct Delta {
  std::string name;                          ///< of the tables
  std::map<TableFamily, TableDelta> tables;  ///< none of them empty
};

/// Of rulesets of one name. A table with anything foreign (but for rules) is replaced as a whole. What can't change its kind in place is
/// made anew: sets of another type, chains at another hook; and chains that use such a set are written anew. Linear in both; what
/// both share by pointer costs nothing.
Delta make_delta(const Ruleset& from, const Ruleset& to);

}  // namespace drawbridge::nftables
