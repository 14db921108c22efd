#include "lab/scenario_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <map>
#include <set>
#include <thread>

#include "base/text.h"
#include "lab/cut.h"
#include "lab/guest_start.h"
#include "lab/subprocess.h"

namespace drawbridge::lab {
namespace {

/// A flow sends 50 probes in the second before a cut and gets as many answers, a half of them by one of two links. Neighbour discovery
/// and the switches' own talk were seen to make up to 12 frames.
constexpr std::uint64_t kLeastFrames = 30;
/// How long findings may take to be as expected: LACP needs seconds to make up its mind.
constexpr std::chrono::seconds kFindingsPatience{15};

std::string change_of(const State& state) {
  std::vector<std::string> parts;
  for (const auto& [verb, cables] : {std::pair("mend ", &state.mended), std::pair("cut ", &state.cut)}) {
    for (const Cable& cable : *cables) parts.push_back(verb + format_cable(cable));
  }
  return join(parts, ", ");
}

Result<std::vector<std::string>> await_findings(const std::vector<std::string>& expected) {
  const auto end = std::chrono::steady_clock::now() + kFindingsPatience;
  while (true) {
    auto found = TRY(live_findings());
    if (found == expected || std::chrono::steady_clock::now() >= end) return found;
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
  }
}

class ScenarioRun {
 public:
  explicit ScenarioRun(const Scenario& scenario) : scenario_(scenario) {}

  Result<StateSeen> begin() {
    StateSeen seen;
    seen.name = "every cable plugged";
    TRY_VOID(look(scenario_.checks, scenario_.rates, scenario_.findings, seen));
    return seen;
  }

  Result<StateSeen> enter(const State& state) {
    StateSeen seen;
    seen.name = state.name;
    seen.change = change_of(state);
    std::set<Cable> after = cut_;
    for (const Cable& cable : state.mended) after.erase(cable);
    after.insert(state.cut.begin(), state.cut.end());
    Change change([&] { return change_cables(scenario_, cut_, after); }, state.commands);
    if (!state.flows.empty()) TRY_VOID(flow_through(state, change, seen));
    seen.commands = TRY(state.flows.empty() ? change.run() : change.finish());
    TRY_VOID(await_rules());
    cut_ = std::move(after);
    TRY_VOID(look(state.checks, state.rates, state.findings, seen));
    return seen;
  }

 private:
  Result<void> flow_through(const State& state, Change& change, StateSeen& seen) {
    std::map<Cable, std::uint64_t> carried;
    const auto steady = [&]() -> Result<void> {
      for (const Cable& cable : state.cut) carried[cable] = TRY(frames_carried(scenario_, cable));
      return {};
    };
    // A flow that must lose nothing runs elsewhere; one that may lose something must have run through what is cut.
    const bool through = std::any_of(state.flows.begin(), state.flows.end(), [](const Flow& flow) { return flow.outage.count() > 0; });
    const auto counted_change = [&]() -> Result<void> {
      for (const Cable& cable : through ? state.cut : std::vector<Cable>{}) {
        const auto frames = TRY(frames_carried(scenario_, cable));
        seen.cuts.push_back(CutSeen{cable, frames - carried[cable]});
      }
      return change.start();
    };
    seen.flows = TRY(run_flows(state.flows, state.watched, steady, counted_change));
    return {};
  }

  Result<void> look(const std::vector<Check>& checks, const std::vector<RateCheck>& rates, const std::vector<std::string>& findings,
                    StateSeen& seen) const {
    seen.traffic = TRY(run_checks(checks));
    seen.rates = TRY(measure_rates(rates));
    seen.expected_findings = findings;
    seen.findings = TRY(await_findings(findings));
    return {};
  }

  const Scenario& scenario_;
  std::set<Cable> cut_;
};

}  // namespace

bool as_expected(const CutSeen& seen) { return seen.frames >= kLeastFrames; }

bool as_expected(const StateSeen& seen) {
  return std::all_of(seen.traffic.begin(), seen.traffic.end(), [](const Seen& one) { return as_expected(one); }) &&
         std::all_of(seen.flows.begin(), seen.flows.end(), [](const FlowSeen& one) { return as_expected(one); }) &&
         std::all_of(seen.cuts.begin(), seen.cuts.end(), [](const CutSeen& one) { return as_expected(one); }) &&
         std::all_of(seen.commands.begin(), seen.commands.end(), [](const CommandSeen& one) { return as_expected(one); }) &&
         std::all_of(seen.rates.begin(), seen.rates.end(), [](const RateSeen& one) { return as_expected(one); }) &&
         seen.findings == seen.expected_findings;
}

Result<std::vector<std::string>> live_findings() {
  const Ended ended = TRY(run_program({own_path(), "--json", "network", "status"}));
  boost::json::error_code problem;
  const boost::json::value document = boost::json::parse(ended.output, problem);
  const auto* object = problem ? nullptr : document.if_object();
  const auto* findings = object == nullptr ? nullptr : object->if_contains("findings");
  if (findings == nullptr || !findings->is_array())
    return fail(Errc::unavailable, fmt::format("\"network status\" (status {}) tells no findings: {}", ended.status, ended.error_output));
  std::set<std::string> codes;
  for (const auto& one : findings->get_array()) {
    const auto* finding = one.if_object();
    const auto* code = finding == nullptr ? nullptr : finding->if_contains("code");
    if (code != nullptr && code->is_string()) codes.emplace(code->get_string());
  }
  return std::vector<std::string>(codes.begin(), codes.end());
}

Result<std::vector<StateSeen>> run_scenario(const Scenario& scenario, const std::function<void(const StateSeen&)>& tell) {
  ScenarioRun run(scenario);
  std::vector<StateSeen> all;
  all.push_back(TRY(run.begin()));
  tell(all.back());
  for (const State& state : scenario.states) {
    all.push_back(TRY(run.enter(state)));
    tell(all.back());
  }
  return all;
}

}  // namespace drawbridge::lab
