// The "traffic", "rates", "flows" and commands of a scenario and of its states: all that names who takes part.
#pragma once

#include "lab/scenario.h"
#include "lab/scenario_reader.h"

namespace drawbridge::lab {

/// Reads "traffic" into `scenario.checks`, one check for each way of each entry. The other parts must have been read.
/// Complains about what proves nothing, as below.
void read_checks(const ReadValue& root, Scenario& scenario);

/// Reads "traffic" of a state into `checks`, which hold those of the state before: an entry about the same traffic takes the place of
/// the one before, any other is added.
void read_state_checks(const ReadValue& state, const Scenario& scenario, std::vector<Check>& checks);

/// Complains, at `place`, about a check that expects a block from somebody of whom no check expects anything to pass: a dead world
/// would fulfil it. Whoever is cut off is excused.
void complain_about_unproven(const ReadValue& place, const std::vector<Check>& checks);

/// Reads "flows" of a state.
void read_flows(const ReadValue& state, const Scenario& scenario, std::vector<Flow>& flows);

/// Reads "rates" of a scenario or of a state, one for each way.
void read_rates(const ReadValue& value, const Scenario& scenario, std::vector<RateCheck>& rates);

/// Reads "run" of a state.
void read_commands(const ReadValue& state, const Scenario& scenario, std::vector<Command>& commands);

}  // namespace drawbridge::lab
