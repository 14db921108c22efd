#include "lab/scenario_states.h"

#include <gtest/gtest.h>

namespace drawbridge::lab {
namespace {

const std::string kGood = R"({
  "title": "t",
  "node": {"ports": {"enp1s0": {"switch": "left", "bond": "lag"}, "enp2s0": {"switch": "right"}}, "addresses": ["192.0.2.2"]},
  "switches": {"left": {"bonds": {"lag": {}}}, "right": {}},
  "links": [{"between": ["left", "right"], "mlag": true}],
  "hosts": {"gw": {"ports": {"eth0": {"switch": "left"}, "eth1": {"switch": "right"}},
                   "bonds": {"bond0": {"ports": ["eth0", "eth1"], "addresses": ["192.0.2.1/24"]}}}},
  "guests": {"web": {"vmid": 110, "ports": {"net0": {"bridge": "vmbr0", "trunk": [10], "addresses": ["192.0.2.110/24"],
                                                     "vlans": {"10": {"addresses": ["10.0.10.1/24"]}}}}}},
  "traffic": [{"from": "web", "to": "gw", "protocol": "icmp", "expect": "pass"},
              {"from": "node", "to": "gw", "protocol": "icmp", "expect": "pass"}],
  "findings": ["bond-slave-down"],
  "states": [
    {"name": "one", "cut": ["node/enp1s0", "left"], "flows": [{"from": "web", "to": "gw", "outage-ms": 1000}], "findings": ["b", "a"],
     "traffic": [{"from": "node", "to": "gw", "protocol": "icmp", "expect": "block", "ways": "one"},
                 {"from": "web", "to": "node", "protocol": "tcp", "port": 22, "expect": "pass"}]},
    {"name": "two", "mend": ["left"], "cut": ["right"], "watch-ms": 500}
  ]
})";

/// kGood with one text in it replaced.
std::string with(const std::string& part, const std::string& by) {
  std::string text = kGood;
  const auto at = text.find(part);
  EXPECT_NE(at, std::string::npos) << part;
  return text.replace(at, part.size(), by);
}

/// "LINE:COLUMN code" of the first finding, and its hint if it has one.
std::string finding(const std::string& text) {
  const auto parsed = parse_scenario(text, "s.json");
  if (parsed.diagnostics.empty()) return "none";
  const Diagnostic& one = parsed.diagnostics[0];
  return std::to_string(one.where.line) + ":" + std::to_string(one.where.column) + " " + one.code +
         (one.hint.empty() ? "" : ", " + one.hint);
}

TEST(ScenarioStates, AreReadOneAfterTheOther) {
  const auto [scenario, diagnostics] = parse_scenario(kGood, "s.json");
  ASSERT_TRUE(diagnostics.empty()) << format_diagnostic(diagnostics[0]);
  ASSERT_EQ(scenario.states.size(), 2U);
  const State& one = scenario.states[0];
  EXPECT_EQ(one.cut, (std::vector<Cable>{{"node", "enp1s0"}, {"left", ""}}));
  EXPECT_EQ(one.findings, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(one.watched.count(), 3000);
  ASSERT_EQ(one.flows.size(), 2U) << "both ways";
  EXPECT_EQ(one.flows[1].from + " " + one.flows[1].to + " " + format_ip(one.flows[1].target), "gw web 192.0.2.110");
  EXPECT_EQ(one.flows[1].outage.count(), 1000);
  EXPECT_EQ(scenario.findings, (std::vector<std::string>{"bond-slave-down"}));
  const State& two = scenario.states[1];
  EXPECT_EQ(two.mended, (std::vector<Cable>{{"left", ""}}));
  EXPECT_EQ(two.watched.count(), 500);
  EXPECT_EQ(two.findings, one.findings) << "as before, where nothing else is said";
}

TEST(ScenarioStates, TakeTheTrafficOfTheStateBeforeAndChangeIt) {
  const Scenario scenario = parse_scenario(kGood, "s.json").scenario;
  ASSERT_EQ(scenario.checks.size(), 4U);
  ASSERT_EQ(scenario.states[0].checks.size(), 6U) << "one is replaced, two are new";
  EXPECT_TRUE(scenario.checks[2].passes);
  EXPECT_FALSE(scenario.states[0].checks[2].passes) << "node to gw";
  EXPECT_TRUE(scenario.states[0].checks[3].passes) << "gw to node: only one way was changed";
  EXPECT_FALSE(scenario.states[1].checks[2].passes);
}

TEST(ScenarioStates, ReadLinksAndBondsAndVlans) {
  const Scenario scenario = parse_scenario(kGood, "s.json").scenario;
  EXPECT_EQ(scenario.links, (std::vector<SwitchLink>{{"left", "right", true}}));
  ASSERT_EQ(scenario.hosts[0].bonds.size(), 1U);
  EXPECT_EQ(scenario.hosts[0].bonds[0].ports, (std::vector<std::string>{"eth0", "eth1"}));
  EXPECT_EQ(scenario.guests[0].ports[0].vlans.trunk, (std::vector<std::uint16_t>{10}));
  ASSERT_EQ(scenario.guests[0].ports[0].tagged.size(), 1U);
  EXPECT_EQ(scenario.guests[0].ports[0].tagged[0].id, 10);
  EXPECT_EQ(cables_of(scenario).size(), 7U) << "two of the node, two of the host, one link, two switches";
}

TEST(ScenarioStates, FaultsHaveAPlaceAndACure) {
  EXPECT_EQ(finding(with("[\"node/enp1s0\"", "[\"node/enp1s1\"")), "14:29 cable-unknown, did you mean \"node/enp1s0\"?");
  EXPECT_EQ(finding(with("\"mend\": [\"left\"]", "\"mend\": [\"right\"]")), "17:30 cable-whole");
  EXPECT_EQ(finding(with("\"cut\": [\"right\"]", "\"cut\": [\"node/enp1s0\"]")), "17:47 cable-cut");
  EXPECT_EQ(finding(with("\"mend\": [\"left\"], \"cut\": [\"right\"], ", "")), "17:5 state-unchanged, give \"cut\", \"mend\" or \"run\"");
  EXPECT_EQ(finding(with("\"two\"", "\"one\"")), "17:14 state-twice");
  EXPECT_EQ(finding(with("\"mend\"", "\"mends\"")), "17:30 member-unknown, did you mean \"mend\"?");
  EXPECT_EQ(finding(with(", \"outage-ms\": 1000", "")),
            "14:63 member-missing, how long traffic may be lost, in milliseconds; 0: not at all");
  EXPECT_EQ(finding(with("\"outage-ms\": 1000", "\"outage-ms\": 60001")), "14:104 number-invalid");
  EXPECT_EQ(finding(with("\"flows\": [{\"from\": \"web\"", "\"flows\": [{\"from\": \"wen\"")),
            "14:72 party-unknown, did you mean \"web\"?");
  EXPECT_EQ(finding(with("[\"b\", \"a\"]", "[\"b\", \"A!\"]")), "14:130 finding-invalid, such as \"bond-slave-down\"");
  EXPECT_EQ(finding(with("\"watch-ms\": 500", "\"watch-ms\": 70000")), "17:69 number-invalid");
}

TEST(ScenarioStates, CommandsAreAChangeToo) {
  const std::string run = R"("run": [{"command": ["ip", "link"], "in": "web", "exit": 2, "says": "no"}, {"command": ["true"]}], )";
  const auto [scenario, diagnostics] = parse_scenario(with("\"mend\": [\"left\"], \"cut\": [\"right\"], ", run), "s.json");
  ASSERT_TRUE(diagnostics.empty()) << format_diagnostic(diagnostics[0]);
  const auto& commands = scenario.states[1].commands;
  ASSERT_EQ(commands.size(), 2U);
  EXPECT_EQ(commands[0].words, (std::vector<std::string>{"ip", "link"}));
  EXPECT_EQ(commands[0].in + std::to_string(commands[0].exit) + commands[0].says, "web2no");
  EXPECT_EQ(commands[1].in, kNode) << "where nothing is said";

  const auto broken = [&](const std::string& entry) { return finding(with("\"watch-ms\": 500", "\"run\": [" + entry + "]")); };
  EXPECT_EQ(broken("{\"command\": []}"), "17:65 command-empty, such as [\"ip\", \"link\"]");
  EXPECT_EQ(broken("{\"command\": [\"true\"], \"in\": \"wep\"}"), "17:93 party-unknown, did you mean \"web\"?");
  EXPECT_EQ(broken("{\"command\": [\"true\"], \"exit\": 256}"), "17:95 number-invalid");
}

TEST(ScenarioStates, RatesAreReadBothWays) {
  const std::string rate = R"({"from": "web", "to": "gw", "protocol": "udp", "bytes-per-second": 1048576})";
  const Scenario scenario =
      parse_scenario(with("\"findings\": [\"bond-", "\"rates\": [" + rate + "], \"findings\": [\"bond-"), "s.json").scenario;
  ASSERT_EQ(scenario.rates.size(), 2U);
  EXPECT_EQ(scenario.rates[1].from + " " + format_ip(scenario.rates[1].target), "gw 192.0.2.110");
  EXPECT_EQ(scenario.rates[1].bytes_per_second, 1048576U);
  EXPECT_TRUE(scenario.states[0].rates.empty()) << "they take long: each state says its own";
  EXPECT_EQ(finding(with("\"watch-ms\": 500", R"("rates": [{"from": "web", "to": "gw", "protocol": "icmp", "bytes-per-second": 1}])")),
            "17:107 rate-protocol");
}

TEST(ScenarioStates, LinksAndBondsAreChecked) {
  EXPECT_EQ(finding(with("[\"left\", \"right\"], \"mlag\"", "[\"left\", \"rigth\"], \"mlag\"")),
            "5:13 switch-unknown, did you mean \"right\"?");
  EXPECT_EQ(finding(with("[\"left\", \"right\"], \"mlag\"", "[\"left\"], \"mlag\"")), "5:13 link-invalid");
  EXPECT_EQ(finding(with("\"mlag\": true}]", "\"mlag\": true}, {\"between\": [\"right\", \"left\"]}]")), "5:59 link-loop");
  EXPECT_EQ(finding(with("\"ports\": [\"eth0\", \"eth1\"]", "\"ports\": [\"eth0\", \"eth2\"]")).substr(0, 17), "7:58 port-unknown");
  EXPECT_EQ(finding(with("\"ports\": [\"eth0\", \"eth1\"]", "\"ports\": []")), "7:39 bond-empty");
  EXPECT_EQ(finding(with("\"eth0\": {\"switch\": \"left\"}", "\"eth0\": {\"switch\": \"left\", \"addresses\": [\"192.0.2.3/24\"]}")),
            "7:50 slave-address, they belong to the bond");
  EXPECT_EQ(finding(with("\"10\": {", "\"11\": {")), "9:70 vlan-not-carried, add it to the port's \"trunk\"");
  EXPECT_EQ(finding(with("\"10\": {", "\"x\": {")), "9:69 vlan-invalid, a number from 1 to 4094, in quotes");
}

TEST(ScenarioStates, WhoIsCutOffNeedsNoProofOfLife) {
  const std::string cut =
      with("\"traffic\": [{\"from\": \"node\", \"to\": \"gw\", \"protocol\": \"icmp\", \"expect\": \"block\", \"ways\": \"one\"}",
           "\"traffic\": [{\"from\": \"gw\", \"to\": \"node\", \"protocol\": \"icmp\", \"expect\": \"block\", \"ways\": \"one\"},"
           "{\"from\": \"gw\", \"to\": \"web\", \"protocol\": \"icmp\", \"expect\": \"block\", \"ways\": \"one\"}");
  EXPECT_EQ(finding(cut).substr(3), "5 block-unproven, add an entry from it that must pass") << "the right switch still has a cable to gw";
  std::string both = cut;
  both.replace(both.find("\"left\"], \"flows\""), 6, "\"left\", \"right\"");
  both.replace(both.find(", \"cut\": [\"right\"]"), 18, "");
  EXPECT_EQ(finding(both), "none");
}

}  // namespace
}  // namespace drawbridge::lab
