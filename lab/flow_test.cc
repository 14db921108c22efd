#include "lab/flow.h"

#include <gtest/gtest.h>

#include "lab/scenario_run.h"

namespace drawbridge::lab {
namespace {

using std::chrono::milliseconds;

std::vector<SentProbe> probes(const std::string& answers) {
  std::vector<SentProbe> all;
  for (const char c : answers) all.push_back({milliseconds(20 * static_cast<int>(all.size())), c == '.'});
  return all;
}

TEST(Outage, ReachesFromTheFirstLossToTheEndOfTheLast) {
  const milliseconds between{20};
  EXPECT_EQ(outage_of({}, between).count(), 0);
  EXPECT_EQ(outage_of(probes("....."), between).count(), 0);
  EXPECT_EQ(outage_of(probes("..x.."), between).count(), 20);
  EXPECT_EQ(outage_of(probes("..x.x."), between).count(), 60) << "what is answered in between is within it";
  EXPECT_EQ(outage_of(probes("...xx"), between).count(), 40) << "it has not ended";
  EXPECT_EQ(outage_of(probes("xxx"), between).count(), 60);
}

TEST(Outage, BoundsAreKept) {
  FlowSeen seen;
  seen.flow.outage = milliseconds(60);
  seen.outage = milliseconds(60);
  seen.sent = 100;
  EXPECT_FALSE(as_expected(seen)) << "it never flowed";
  seen.steady = true;
  EXPECT_TRUE(as_expected(seen));
  seen.outage = milliseconds(61);
  EXPECT_FALSE(as_expected(seen));
}

StateSeen good_state() {
  StateSeen seen;
  seen.name = "the cable is cut";
  seen.change = "cut node/enp1s0";
  seen.cuts = {{{"node", "enp1s0"}, 50}};
  seen.flows.resize(1);
  seen.flows[0].flow.from = "web";
  seen.flows[0].flow.to = "gateway";
  seen.flows[0].steady = true;
  seen.flows[0].sent = 150;
  seen.expected_findings = seen.findings = {"bond-slave-down"};
  return seen;
}

TEST(State, IsAsExpectedOnlyIfAllOfItIs) {
  EXPECT_TRUE(as_expected(good_state()));
  StateSeen state = good_state();
  state.findings.clear();
  EXPECT_FALSE(as_expected(state));
  EXPECT_NE(format_state(state).find("findings: none; expected: bond-slave-down   <-- not as expected"), std::string::npos);
  state = good_state();
  state.cuts[0].frames = 2;
  EXPECT_FALSE(as_expected(state)) << "nothing flowed through what was cut";
  EXPECT_NE(format_state(state).find("no flow ran through it"), std::string::npos);
  state = good_state();
  state.traffic.push_back(Seen{});
  EXPECT_FALSE(as_expected(state)) << "something must pass and did not";
}

TEST(State, TheReportNamesIt) {
  const std::string text = format_state(good_state());
  EXPECT_EQ(text.substr(0, text.find('\n')), "== the cable is cut (cut node/enp1s0)");
  const std::string json = format_states_json({good_state()});
  EXPECT_NE(json.find(R"("name":"the cable is cut","change":"cut node/enp1s0","ok":true)"), std::string::npos) << json;
  EXPECT_NE(json.find(R"("cable":"node/enp1s0","frames":50,"ok":true)"), std::string::npos) << json;
}

}  // namespace
}  // namespace drawbridge::lab
