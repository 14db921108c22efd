// What rules have counted.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "nftables/ruleset.h"

namespace drawbridge::nftables {

bool counts(const Chain& chain);

/// `to` with the counts of those rules that `counted` has, too, in the same order, wherever their lines have moved.
Chain carry_counts(const Chain& counted, const Chain& to);

/// By where rules come from ("100.fw:7"): one line may be several rules. A frame that asks a guest's list early, where rejecting is
/// possible, and again at its port is counted once.
std::map<std::string, Counter> sum_counts(const Ruleset& ruleset);

}  // namespace drawbridge::nftables
