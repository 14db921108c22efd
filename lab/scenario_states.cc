#include "lab/scenario_states.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "lab/cabling.h"
#include "lab/scenario_checks.h"
#include "lab/scenario_ports.h"

namespace drawbridge::lab {
namespace {

constexpr std::uint64_t kLongestWatch = 60000;
/// A bound on what a scenario can ask for: a state takes some seconds.
constexpr std::size_t kMostStates = 32;

class StateReader {
 public:
  explicit StateReader(Scenario& scenario) : scenario_(scenario), cables_(cables_of(scenario)) {}

  void read(const ReadValue& value) {
    if (!value.expect_members({"name", "cut", "mend", "run", "flows", "watch-ms", "traffic", "rates", "findings"})) return;
    if (scenario_.states.size() >= kMostStates) return value.complain("states-too-many", "a scenario has at most 32 states");
    State state;
    state.name = value.text("name", true);
    const auto same = [&](const State& other) { return other.name == state.name; };
    if (std::any_of(scenario_.states.begin(), scenario_.states.end(), same))
      value.find("name")->complain("state-twice", "there is a state \"" + printable(state.name) + "\" already");
    value.each_element("mend", [&](const ReadValue& element) { read_mended(element, state); });
    value.each_element("cut", [&](const ReadValue& element) { read_cut(element, state); });
    read_commands(value, scenario_, state.commands);
    if (state.cut.empty() && state.mended.empty() && state.commands.empty())
      value.complain("state-unchanged", "nothing changes in this state", "give \"cut\", \"mend\" or \"run\"");
    read_rates(value, scenario_, state.rates);
    read_flows(value, scenario_, state.flows);
    if (const auto watch = value.find("watch-ms"))
      state.watched = std::chrono::milliseconds(watch->as_number(0, kLongestWatch).value_or(0));
    const bool first = scenario_.states.empty();
    state.checks = first ? scenario_.checks : scenario_.states.back().checks;
    read_state_checks(value, scenario_, state.checks);
    mark_cut_off(state.checks);
    complain_about_unproven(value, state.checks);
    state.findings = first ? scenario_.findings : scenario_.states.back().findings;
    read_findings(value, state.findings);
    scenario_.states.push_back(std::move(state));
  }

  static void read_findings(const ReadValue& value, std::vector<std::string>& findings) {
    if (!value.find("findings")) return;
    findings.clear();
    value.each_element("findings", [&](const ReadValue& element) {
      std::string code = element.as_text();
      const auto good = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
      if (code.empty() || !std::all_of(code.begin(), code.end(), good))
        return element.complain("finding-invalid", "\"" + printable(code) + "\" is no code of a finding", "such as \"bond-slave-down\"");
      findings.push_back(std::move(code));
    });
    std::sort(findings.begin(), findings.end());
    findings.erase(std::unique(findings.begin(), findings.end()), findings.end());
  }

 private:
  std::optional<Cable> cable(const ReadValue& element) const {
    const std::string name = element.as_text();
    std::vector<std::string> names;
    for (const Cable& one : cables_) {
      if (format_cable(one) == name) return one;
      names.push_back(format_cable(one));
    }
    if (!name.empty()) element.complain("cable-unknown", "there is no cable or switch \"" + printable(name) + "\"", suggest(name, names));
    return std::nullopt;
  }

  void read_cut(const ReadValue& element, State& state) {
    const auto found = cable(element);
    if (!found) return;
    if (!cut_.insert(*found).second) return element.complain("cable-cut", "\"" + format_cable(*found) + "\" is cut already");
    state.cut.push_back(*found);
  }

  void read_mended(const ReadValue& element, State& state) {
    const auto found = cable(element);
    if (!found) return;
    if (cut_.erase(*found) == 0) return element.complain("cable-whole", "\"" + format_cable(*found) + "\" is not cut");
    state.mended.push_back(*found);
  }

  /// Whoever has no cable left can't prove to be alive by what it sends; nor can anybody across the node's cables if all are cut.
  void mark_cut_off(std::vector<Check>& checks) const {
    const std::set<SwitchEnd> down = ends_down(scenario_, cut_);
    std::set<std::string> connected, hosts;
    const auto outside = [&](const std::string& name) { return name != kNode && hosts.contains(name); };
    for (const Plug& plug : plugs_of(scenario_)) {
      hosts.insert(plug.cable.owner);
      if (!down.contains(plug.end)) connected.insert(plug.cable.owner);
    }
    for (Check& check : checks) {
      const bool across = outside(check.from) != outside(check.to) && !connected.contains(std::string(kNode));
      check.cut_off = across || (outside(check.from) && !connected.contains(check.from));
    }
  }

  Scenario& scenario_;
  std::vector<Cable> cables_;
  std::set<Cable> cut_;
};

}  // namespace

std::vector<Cable> cables_of(const Scenario& scenario) {
  std::vector<Cable> all;
  for (const Port& port : scenario.node_ports) all.push_back(Cable{std::string(kNode), port.name});
  for (const Host& host : scenario.hosts) {
    for (const Port& port : host.ports) all.push_back(Cable{host.name, port.name});
  }
  for (const SwitchLink& link : scenario.links) all.push_back(Cable{link.first, link.second});
  for (const Switch& one : scenario.switches) all.push_back(Cable{one.name, ""});
  return all;
}

void read_states(const ReadValue& root, Scenario& scenario) {
  StateReader::read_findings(root, scenario.findings);
  read_rates(root, scenario, scenario.rates);
  StateReader reader(scenario);
  root.each_element("states", [&](const ReadValue& state) { reader.read(state); });
}

}  // namespace drawbridge::lab
