// Fewer rules that mean the same.
#pragma once

#include <vector>

#include "rules/program.h"

namespace drawbridge::nftables {

struct MergedRule {
  rules::Rule rule;
  std::vector<std::size_t> members;  ///< the rules that it stands for, by their index in the list, ascending
};

/// The list's rules, merged where their order can't matter. Of a run of rules without a log that all accept, or all drop, or all
/// reject in one way, every packet that any of them matches has one fate, whichever matches it first: the run is a set of rules, not
/// a list. Two of them that differ in the values of one field only become one with both's values. Rules are never moved past a rule
/// that does something else, logs or goes on.
std::vector<MergedRule> merge_rules(const rules::List& list);

}  // namespace drawbridge::nftables
