// The "traffic" part of a scenario.
#pragma once

#include "lab/scenario.h"
#include "lab/scenario_reader.h"

namespace drawbridge::lab {

/// Reads "traffic" into `scenario.checks`, one check for each way of each entry. The other parts must have been read.
/// Complains about a check that expects a block from somebody of whom no check expects anything to pass: a dead world would
/// fulfil it.
void read_checks(const ReadValue& root, Scenario& scenario);

}  // namespace drawbridge::lab
