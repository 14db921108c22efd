#include "guest/tag_leftovers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "guest/port_testing.h"
#include "guest/tag_bridge.h"

namespace drawbridge::guest {
namespace {

using namespace testing;  // NOLINT
using network::CreateLink;
using network::Snapshot;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> unused(const Snapshot& now, const BridgePolicies& policies = kNoPolicies) {
  return unused_helpers(NodeNetwork(now, policies), {});
}

/// Deletes them; what was done, in words.
std::string collect(Snapshot& now) {
  const auto plan = plan_collect(unused(now), NodeNetwork(now, kNoPolicies));
  run(now, plan);
  return words(plan);
}

CreateLink vlan_20(const std::string& name, const std::string& alias = {}) {
  return {name, "vlan", {{"id", number(20)}}, {}, {}, "eno1", alias};
}

TEST(HelperLeftovers, AreCollected) {
  auto now = node();
  wire(now, card("vmbr0", 20));
  must(now, network::DeleteLink{"tap100i0"});
  const NodeNetwork network(now, kNoPolicies);
  EXPECT_THAT(unused_helpers(network, {}), ElementsAre("vmbr0v20"));
  EXPECT_TRUE(unused_helpers(network, {"vmbr0v20"}).empty());
  EXPECT_EQ(words(plan_collect(unused_helpers(network, {}), network)), "delete-link eno1.20\ndelete-link vmbr0v20\n");
}

TEST(HelperLeftovers, HelpersOfOthersAreNone) {
  auto now = node();
  must(now, network::CreateLink{"vmbr0v7", "bridge", {}, {}, {}, ""});
  EXPECT_TRUE(unused_helpers(NodeNetwork(now, kNoPolicies), {}).empty()) << "no VLAN 7 in it";
  wire(now, card("vmbr0", 20));
  must(now, network::DeleteLink{"tap100i0"});
  BridgePolicies in_the_file;
  in_the_file.described.insert("vmbr0v20");
  EXPECT_TRUE(unused_helpers(NodeNetwork(now, in_the_file), {}).empty());
  must(now, network::AddAddress{network::testing::make_address("vmbr0v20", "10.0.20.1/24")});
  EXPECT_TRUE(unused_helpers(NodeNetwork(now, kNoPolicies), {}).empty());
}

// Whoever makes a helper may be killed at any step.
TEST(HelperLeftovers, HalfOfAHelperIsCollected) {
  auto now = node();
  must(now, vlan_20("eno1.20", "drawbridge: eno1.20"));
  EXPECT_THAT(unused(now), ElementsAre("eno1.20"));
  must(now, CreateLink{"vmbr0v20", "bridge", {}, {}, {}, "", "drawbridge: vmbr0v20"});
  EXPECT_THAT(unused(now), ElementsAre("eno1.20", "vmbr0v20"));
  EXPECT_EQ(collect(now), "delete-link eno1.20\ndelete-link vmbr0v20\n");
  EXPECT_THAT(unused(now), IsEmpty());
}

TEST(HelperLeftovers, WhatHasNoMarkIsSomebodyElses) {
  auto now = node();
  must(now, vlan_20("eno1.20"));
  must(now, CreateLink{"vmbr0v20", "bridge", {}, {}, {}, "", "of the printers"});
  EXPECT_THAT(unused(now), IsEmpty());
  must(now, network::SetAlias{"vmbr0v20", "drawbridge: vmbr0v21"});
  EXPECT_THAT(unused(now), IsEmpty()) << "a mark of another name is none";
}

TEST(HelperLeftovers, WhatSomebodyUsesStays) {
  auto now = node();
  must(now, vlan_20("eno1.20", "drawbridge: eno1.20"));
  BridgePolicies in_the_file;
  in_the_file.described.insert("eno1.20");
  EXPECT_THAT(unused(now, in_the_file), IsEmpty());
  must(now, CreateLink{"inner", "vlan", {{"id", number(7)}}, {}, {}, "eno1.20"});
  EXPECT_THAT(unused(now), IsEmpty()) << "a link stands on it";
  must(now, network::DeleteLink{"inner"});
  must(now, network::SetMaster{"eno1.20", "vmbr2"});
  EXPECT_THAT(unused(now), IsEmpty()) << "a port of another bridge";
  must(now, network::SetMaster{"eno1.20", ""});
  must(now, network::AddAddress{network::testing::make_address("eno1.20", "10.0.20.1/24")});
  EXPECT_THAT(unused(now), IsEmpty()) << "the node's own";
}

TEST(HelperLeftovers, AVlanThatWasThereBeforeItsHelperStays) {
  for (const auto* name : {"uplink20", "eno1.20"}) {
    auto now = node();
    must(now, vlan_20(name));
    wire(now, card("vmbr0", 20));
    EXPECT_EQ(now.links.at(name).alias, "");
    run(now, plan_unplug("tap100i0", kLine, NodeNetwork(now, kNoPolicies)));
    EXPECT_FALSE(now.links.contains("vmbr0v20"));
    EXPECT_EQ(now.links.at(name).master, "");
    EXPECT_THAT(unused(now), IsEmpty());
  }
}

TEST(HelperLeftovers, TheHelperOfAnotherProgramGoesAsAWhole) {
  auto now = node();
  must(now, vlan_20("eno1.20"));
  must(now, CreateLink{"vmbr0v20", "bridge", {}, {}, {}, ""});
  must(now, network::SetMaster{"eno1.20", "vmbr0v20"});
  wire(now, card("vmbr0", 20));
  EXPECT_EQ(now.links.at("vmbr0v20").alias, "");
  EXPECT_EQ(words(plan_unplug("tap100i0", kLine, NodeNetwork(now, kNoPolicies))),
            "release tap100i0 nomaster\ndelete-link eno1.20\ndelete-link vmbr0v20\n");
}

// Its frames would leave by a network that the bridge is no longer part of.
TEST(HelperLeftovers, TheVlanOfAFormerUplinkGoes) {
  auto now = node();
  wire(now, card("vmbr0", 20));
  must(now, network::SetMaster{"eno1", ""});
  must(now, network::SetMaster{"eno2", "vmbr0"});
  wire(now, card("vmbr0", 20));
  EXPECT_EQ(now.links.at("eno2.20").master, "vmbr0v20");
  EXPECT_EQ(now.links.at("eno1.20").master, "");
  EXPECT_EQ(collect(now), "delete-link eno1.20\n");
}

}  // namespace
}  // namespace drawbridge::guest
