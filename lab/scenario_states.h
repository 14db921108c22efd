// The "states" of a scenario: which cables are cut and mended, one state after the other, and what holds in each.
#pragma once

#include "lab/scenario.h"
#include "lab/scenario_reader.h"

namespace drawbridge::lab {

/// Reads "findings" and "states". Everything else must have been read. Complains about a cable that is not there, that is cut twice
/// or mended whole, and about a state in which nothing changes.
void read_states(const ReadValue& root, Scenario& scenario);

/// Every cable that can be cut, whole switches included: "node/enp1s0", "left", "left/right".
std::vector<Cable> cables_of(const Scenario& scenario);

}  // namespace drawbridge::lab
