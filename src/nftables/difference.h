// In what a ruleset differs from what it should be, for people.
#pragma once

#include <string>
#include <vector>

#include "nftables/ruleset.h"

namespace drawbridge::nftables {

struct Difference {
  enum class Kind : std::uint8_t {
    missing,     ///< wanted, and not there
    unexpected,  ///< there, and not wanted: somebody else's
    changed,
  } kind = Kind::missing;
  TableFamily family = TableFamily::inet;
  std::string object;  ///< "rule 3 of chain host-in", "element 10.0.0.1 of set hosts"; a rule's number is where it was found, or should be
  std::string origin;  ///< of a rule of ours: its comment, file and line
  std::string wanted, found;  ///< as nft writes it; empty where there is nothing to say
  bool operator==(const Difference&) const = default;
};

struct Differences {
  std::vector<Difference> list;  ///< no more than asked for
  std::size_t count = 0;         ///< of all
};

/// None: the rulesets are equal. What both share by pointer is not looked at.
Differences find_differences(const Ruleset& wanted, const Ruleset& found, std::size_t most = 100);

/// "inet: rule 3 of chain host-in (host.fw:7) is missing: accept"
std::string format_difference(const Difference& difference);

}  // namespace drawbridge::nftables
