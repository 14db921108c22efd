// Where stages stand in the kernel (docs/decisions/0023), and what rules can know and do there.
#pragma once

#include <span>
#include <string_view>

#include "nftables/ruleset.h"
#include "rules/program.h"

namespace drawbridge::nftables {

/// What rules can know and do at a hook. Lists that ask for none of it are one chain for all places of their family.
struct Place {
  TableFamily family = TableFamily::inet;
  std::string_view word;  ///< ends the names of chains that differ by place: "pre", "in"
  bool in = false;        ///< the device by which the packet came is known
  bool out = false;       ///< the one by which it leaves is known
  bool rejects = false;
};

/// One base chain of a stage.
struct StageHook {
  Place place;
  Hook hook = Hook::prerouting;
  std::int32_t priority = 0;
};

std::span<const StageHook> hooks_of(rules::Stage stage);
/// "guest-out": the name of the stage's base chains.
std::string_view chain_of(rules::Stage stage);

}  // namespace drawbridge::nftables
