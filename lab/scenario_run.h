// A whole scenario, tried inside its world: with every cable plugged, and then in each of its states.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "lab/change.h"
#include "lab/flow.h"
#include "lab/scenario.h"
#include "lab/throughput.h"
#include "lab/traffic.h"

namespace drawbridge::lab {

/// A cable that was cut under way, and how many frames it carried just before. With too few, no flow ran through it, and what was not
/// lost proves nothing.
struct CutSeen {
  Cable cable;
  std::uint64_t frames = 0;
  bool operator==(const CutSeen&) const = default;
};

struct StateSeen {
  std::string name;
  std::string change;         ///< "cut node/enp1s0"; empty: every cable is plugged
  std::vector<CutSeen> cuts;  ///< of a state with flows
  std::vector<CommandSeen> commands;
  std::vector<FlowSeen> flows;
  std::vector<Seen> traffic;
  std::vector<RateSeen> rates;
  std::vector<std::string> expected_findings, findings;  ///< sorted codes
};

/// True if all of it is what the scenario expects.
bool as_expected(const StateSeen& seen);
bool as_expected(const CutSeen& seen);

/// What `drawbridge network status` finds at the links now, as sorted codes.
Result<std::vector<std::string>> live_findings();

/// Runs inside a world, with the node set up and the guests started. `tell` gets each state as soon as it has been tried.
Result<std::vector<StateSeen>> run_scenario(const Scenario& scenario, const std::function<void(const StateSeen&)>& tell);

/// For people, and for --json: {"name","change","ok","cuts":[…],"commands":[…],"flows":[…],"traffic":[…],"rates":[…],"findings":{…}}.
std::string format_state(const StateSeen& seen);
std::string format_states_json(const std::vector<StateSeen>& all);

}  // namespace drawbridge::lab
