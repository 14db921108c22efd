// A ruleset as text that `nft -f` loads.
#pragma once

#include <string>

#include "nftables/ruleset.h"

namespace drawbridge::nftables {

/// Both tables, each replacing what was there. Each rule ends in its comment.
std::string format_ruleset(const Ruleset& ruleset);
/// "meta l4proto 6 th dport 22 accept", without the comment.
std::string format_rule(const Rule& rule);
std::string format_chain(const std::string& name, const Chain& chain);
/// The set's declaration with its elements.
std::string format_set(const std::string& name, const Set& set);
/// "{ 22, 80-90 }"; of maps with their values.
std::string format_elements(const Set& set);
std::string format_helper(const std::string& name, const Helper& helper);

}  // namespace drawbridge::nftables
