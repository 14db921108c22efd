// The way back from a plan.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "network/plan.h"
#include "network/plan_testing.h"

namespace drawbridge::network {
namespace {

using namespace testing;  // NOLINT
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(Restore, DeletesWhatThePlanMadeAndTouchesNothingElse) {
  const Snapshot bare = machine({"enp5s0", "enp6s0"}, false);
  const Plan plan = make_plan(bare, default_configuration(), {});
  Snapshot after = run(bare, plan);
  must(after, network::SetUp{"enp6s0", true});
  const Snapshot back = run(after, make_inverse(bare, plan, after));
  EXPECT_EQ(comparable(back, plan), comparable(bare, plan));
  EXPECT_TRUE(back.links.at("enp6s0").up);
  EXPECT_FALSE(back.links.contains("vmbr0"));
}

TEST(Restore, LeavesToTheMakerOfATapWhatItSets) {
  Node node;
  Link tap = node.kernel.links.at("enp5s0");
  tap.name = "tap100i0";
  tap.index = 77;
  tap.kind = "tun";
  tap.master.clear();
  tap.data = {{"persist", std::uint64_t{0}}};
  node.kernel.links["tap100i0"] = tap;
  const Plan plan{{{SetMtu{"tap100i0", 1400}, {}, false, {}}}, {}, {}};
  Snapshot now = run(node.kernel, plan);
  now.links.at("tap100i0").data["persist"] = std::uint64_t{1};
  const auto back = make_inverse(node.kernel, plan, now);
  ASSERT_EQ(back.operations.size(), 1U) << words(back);
  EXPECT_EQ(back.operations.front().operation, Operation(SetMtu{"tap100i0", node.kernel.links.at("enp5s0").mtu}));
  EXPECT_EQ(comparable(run(now, back), plan), comparable(node.kernel, plan));
}

TEST(Restore, LeavesOutACardThatWasPulled) {
  const Node node;
  Desired desired = node.files;
  desired.links["vmbr0"].addresses.clear();
  desired.links["enp5s0"].mtu = asked(9000U);
  const Plan plan = node.plan(desired);
  Snapshot after = run(node.kernel, plan);
  after.links.erase("enp5s0");
  const Plan back = make_inverse(node.kernel, plan, after);
  for (const auto& planned : back.operations) must(after, planned.operation);
  EXPECT_EQ(after.addresses.size(), node.kernel.addresses.size());
}

TEST(Restore, AGuestThatStoppedMeanwhileIsNotMadeAnew) {
  Node node;
  plug_guest(node.kernel, "tap100i0", "vmbr0");
  Desired desired = node.files;
  desired.links["vmbr0"].mtu = asked(1400U);
  const Plan plan = node.plan(desired);
  Snapshot after = run(node.kernel, plan);
  must(after, DeleteLink{"tap100i0"});
  const Plan back = make_inverse(node.kernel, plan, after);
  for (const auto& planned : back.operations) must(after, planned.operation);
  EXPECT_EQ(after.links.at("vmbr0").mtu, 1500U);
}

TEST(PlanBack, ACostThatTheKernelDerivesIsNotNailedDown) {
  Node node;
  node.kernel.links.at("enp5s0").port["cost"] = std::uint64_t{100};
  Desired files = node.files;
  files.links["enp5s0"].alias = asked(std::string("uplink"));
  const auto plan = node.plan(files);
  auto after = run(node.kernel, plan);
  // The carrier came, and with it another speed.
  after.links.at("enp5s0").port["cost"] = std::uint64_t{2};
  EXPECT_THAT(words(make_inverse(node.kernel, plan, after)), Not(HasSubstr("cost")));
  after.links.at("enp5s0").alias.clear();
  EXPECT_EQ(comparable(after, plan), comparable(node.kernel, plan));
  files.links["enp5s0"].port["cost"] = asked(AttributeValue{std::uint64_t{50}});
  const auto set = node.plan(files);
  EXPECT_THAT(words(make_inverse(node.kernel, set, run(node.kernel, set))), HasSubstr("bridge_slave cost 100"));
}

TEST(PlanBack, ABridgeIsMadeAgainOnAKernelThatKnowsNoVlans) {
  Node node;
  node.kernel.links.at("vmbr0").data.erase("vlan_default_pvid");
  node.kernel.bridge_vlans.clear();
  for (const auto* name : {"vlan_filtering", "mcast_vlan_snooping", "mst_enabled"})
    node.kernel.links.at("vmbr0").data[name] = std::uint64_t{0};
  Desired files;
  files.links["enp5s0"] = make_link("enp5s0");
  const auto plan = node.plan(files);
  const auto back = words(make_inverse(node.kernel, plan, run(node.kernel, plan)));
  EXPECT_THAT(back, HasSubstr("create-link vmbr0 kind bridge"));
  EXPECT_THAT(back, AllOf(Not(HasSubstr("vlan_filtering")), Not(HasSubstr("mcast_vlan_snooping")), Not(HasSubstr("mst_enabled")),
                          Not(HasSubstr("remove-vlan"))));
}

}  // namespace
}  // namespace drawbridge::network
