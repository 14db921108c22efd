// Which rules two lists have in common, in order.
#pragma once

#include <span>
#include <utility>
#include <vector>

#include "nftables/ruleset.h"

namespace drawbridge::nftables {

/// Pairs of indices of equal rules, ascending in both: the most that there can be, but for lists so long and so different that looking
/// for them would cost more than they are worth.
std::vector<std::pair<std::size_t, std::size_t>> common_rules(std::span<const Rule> a, std::span<const Rule> b);

}  // namespace drawbridge::nftables
