// Cutting and mending cables, inside a world. A cut cable is one whose end at the switch is set down: both sides lose the carrier at
// once, as they do when somebody pulls a plug.
#pragma once

#include <set>

#include "base/result.h"
#include "lab/cabling.h"
#include "lab/scenario.h"

namespace drawbridge::lab {

/// Goes from one set of cut cables to another.
Result<void> change_cables(const Scenario& scenario, const std::set<Cable>& before, const std::set<Cable>& after);

/// Frames that a cable has carried so far, both ways. A whole switch: all of its cables.
Result<std::uint64_t> frames_carried(const Scenario& scenario, const Cable& cable);

}  // namespace drawbridge::lab
