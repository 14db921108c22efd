#include "lab/scenario_run.h"

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cerrno>
#include <map>
#include <set>
#include <thread>

#include "base/text.h"
#include "lab/cache_folder.h"
#include "lab/cut.h"
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

/// Changes the cables in a process of its own: setting a device down takes the kernel as long as a bond needs to notice, and the flows
/// must go on meanwhile, or nothing would ever be lost.
class Changer {
 public:
  explicit Changer(std::function<Result<void>()> change) : change_(std::move(change)) {}

  Result<void> start() {
    const pid_t parent = getpid();
    pid_ = fork();
    if (pid_ < 0) return fail_errno(errno, "fork");
    if (pid_ > 0) return {};
    die_with(parent);
    const auto done = change_();
    if (!done) say(done.error().what);
    _exit(done ? 0 : 1);
  }

  Result<void> finish() {
    int status = 0;
    while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    if (shell_status(status) != 0) return fail(Errc::unavailable, "the cables could not be changed");
    return {};
  }

 private:
  std::function<Result<void>()> change_;
  pid_t pid_ = -1;
};

class ScenarioRun {
 public:
  explicit ScenarioRun(const Scenario& scenario) : scenario_(scenario) {}

  Result<StateSeen> begin() {
    StateSeen seen;
    seen.name = "every cable plugged";
    TRY_VOID(look(scenario_.checks, scenario_.findings, seen));
    return seen;
  }

  Result<StateSeen> enter(const State& state) {
    StateSeen seen;
    seen.name = state.name;
    seen.change = change_of(state);
    std::set<Cable> after = cut_;
    for (const Cable& cable : state.mended) after.erase(cable);
    after.insert(state.cut.begin(), state.cut.end());
    const auto change = [&] { return change_cables(scenario_, cut_, after); };
    if (state.flows.empty()) {
      TRY_VOID(change());
    } else {
      Changer changer(change);
      TRY_VOID(flow_through(state, changer, seen));
      TRY_VOID(changer.finish());
    }
    cut_ = std::move(after);
    TRY_VOID(look(state.checks, state.findings, seen));
    return seen;
  }

 private:
  Result<void> flow_through(const State& state, Changer& changer, StateSeen& seen) {
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
      return changer.start();
    };
    seen.flows = TRY(run_flows(state.flows, state.watched, steady, counted_change));
    return {};
  }

  Result<void> look(const std::vector<Check>& checks, const std::vector<std::string>& findings, StateSeen& seen) const {
    seen.traffic = TRY(run_checks(checks));
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
