// Plans for VLANs and what stands on them: the order, what is made anew, and what goes by itself.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "network/plan_types_testing.h"

namespace drawbridge::network {
namespace {

using namespace testing;  // NOLINT
using ::testing::HasSubstr;

TEST(PlanVlan, ParentsComeFirstHoweverTheyAreNamed) {
  const Desired files = files_of({vlan("a", "b", 3, 1), vlan("b", "c", 2, 2), vlan("c", "enp5s0", 1, 3), make_link("enp5s0")});
  const auto plan = make_plan(machine(), files, {});
  EXPECT_EQ(words(plan),
            "create-link c kind vlan link enp5s0 id 1 protocol 802.1Q <- interfaces:3\n"
            "create-link b kind vlan link c id 2 protocol 802.1Q <- interfaces:2\n"
            "create-link a kind vlan link b id 3 protocol 802.1Q <- interfaces:1\n"
            "set-up c <- interfaces:3\n")
      << "the kernel raises VLANs with their raw device";
  expect_sound(machine(), files, {});
}

TEST(PlanVlan, AnotherIdIsAnotherLinkAndWhatStoodOnItComesBack) {
  Desired before = files_of({make_link("enp5s0"), vlan("v", "enp5s0", 5, 2), vlan("v.9", "v", 9, 3), make_link("vmbr0", "bridge", 4)});
  before.links["v"].master = asked(std::string("vmbr0"), 4);
  give_address(before.links["v.9"], "192.0.2.1/24");
  before.routes.push_back(asked(make_route("10.9.0.0/16", "192.0.2.2", "v.9"), 8));
  Snapshot now = applied(machine(), before);
  must(now, AddAddress{make_address("v.9", "192.0.2.200/24", 0)});
  Desired after = before;
  after.links["v"].data["id"] = asked(number(6), 2);
  EXPECT_EQ(words(make_plan(now, after, before)),
            "delete-link v <- interfaces:2 ! v is made anew: it is gone for a moment, with its addresses and routes; so are v.9, which "
            "stand on it\n"
            "create-link v kind vlan link enp5s0 id 6 protocol 802.1Q <- interfaces:2\n"
            "create-link v.9 kind vlan link v id 9 protocol 802.1Q <- interfaces:3\n"
            "set-master v master vmbr0 <- interfaces:4\n"
            "set-up v <- interfaces:2\n"
            "add-address v.9 192.0.2.1/24 <- interfaces:7\n"
            "add-address v.9 192.0.2.200/24 <- interfaces:3\n"
            "set-route 10.9.0.0/16 via 192.0.2.2 dev v.9 onlink <- interfaces:8\n");
  expect_sound(now, after, before);
}

TEST(PlanVlan, SwappedIdsAreFreedBeforeTheyAreTaken) {
  const Desired before = files_of({make_link("enp5s0"), vlan("a", "enp5s0", 5), vlan("b", "enp5s0", 6)});
  Desired after = before;
  std::swap(after.links["a"].data, after.links["b"].data);
  expect_sound(applied(machine(), before), after, before);
  Desired renamed = files_of({make_link("enp5s0"), vlan("b", "enp5s0", 6), vlan("house", "enp5s0", 5)});
  const Snapshot now = applied(machine(), before);
  EXPECT_THAT(words(make_plan(now, renamed, before)), ::testing::StartsWith("delete-link a"));
  expect_sound(now, renamed, before);
}

TEST(PlanVlan, UnderAGuestsDeviceNothingIsMadeAnew) {
  const Desired before = files_of({make_link("enp5s0"), vlan("v", "enp5s0", 5)});
  Snapshot now = applied(machine(), before);
  must(now, CreateLink{"mv100", "macvlan", {{"mode", text("bridge")}}, {}, {}, "v"});
  Desired after = before;
  after.links["v"].data["id"] = asked(number(6));
  const auto plan = make_plan(now, after, before);
  EXPECT_TRUE(plan.operations.empty()) << words(plan);
  ASSERT_EQ(plan.warnings.size(), 1U);
  EXPECT_EQ(plan.warnings[0].message, "v would have to be made anew (id), but stays as it is because mv100 uses it");
  after.links.erase("v");
  after.links.erase("enp5s0");
  const auto dropping = make_plan(now, after, before);
  EXPECT_EQ(words(dropping),
            "warning link-kept: v is no longer asked for, but stays because mv100 uses it (remove or move them, then apply again)\n")
      << "and so does the card below it";
}

TEST(PlanVlan, WhatGoesByItselfNeedsNoOperation) {
  const Desired before = files_of({make_link("vmbr0", "bridge"), vlan("vmbr0.5", "vmbr0", 5), vlan("vmbr0.5.6", "vmbr0.5", 6)});
  const auto plan = make_plan(applied(machine(), before), {}, before);
  EXPECT_EQ(words(plan), "delete-link vmbr0 <- interfaces:1 ! vmbr0 goes, with its addresses and routes, and vmbr0.5 with it\n");
  expect_sound(applied(machine(), before), {}, before);
}

TEST(PlanVlan, HooksOfWhatGoesByItselfRunBeforeAndAfter) {
  Desired before = files_of({make_link("vmbr0", "bridge"), vlan("vmbr0.5", "vmbr0", 5)});
  before.links["vmbr0.5"].hooks.push_back({HookPhase::pre_down, "echo before", {}, line(8)});
  before.links["vmbr0.5"].hooks.push_back({HookPhase::post_down, "echo after", {}, line(9)});
  const auto plan = make_plan(applied(machine(), before), {}, before);
  ASSERT_EQ(plan.operations.size(), 3U);
  EXPECT_TRUE(std::holds_alternative<RunHook>(plan.operations[0].operation));
  EXPECT_TRUE(std::holds_alternative<DeleteLink>(plan.operations[1].operation));
  EXPECT_TRUE(std::holds_alternative<RunHook>(plan.operations[2].operation));
}

TEST(PlanVlan, LargerPacketsFromBelowSmallerOnesByThemselves) {
  const Desired before = files_of({make_link("enp5s0"), vlan("v", "enp5s0", 5)});
  Desired after = before;
  after.links["enp5s0"].mtu = asked(9000U, 4);
  after.links["v"].mtu = asked(9000U, 5);
  const Snapshot now = applied(machine(), before);
  EXPECT_EQ(words(make_plan(now, after, before)),
            "set-mtu enp5s0 mtu 9000 <- interfaces:4 ! enp5s0 may lose its link for some seconds while the driver changes the MTU\n"
            "set-mtu v mtu 9000 <- interfaces:5\n");
  expect_sound(now, after, before);
  const Snapshot large = applied(machine(), after);
  EXPECT_EQ(words(make_plan(large, before, after)),
            "set-mtu enp5s0 mtu 1500 <- interfaces:4 ! enp5s0 may lose its link for some seconds while the driver changes the MTU\n")
      << "the kernel takes the VLAN along";
  expect_sound(large, before, after);
}

TEST(PlanVlan, APortThatLeavesWithSmallerPacketsTakesNoVlanOfTheBridgeDown) {
  Desired before = files_of({port_of("enp5s0", "vmbr0"), port_of("enp6s0", "vmbr0"), make_link("vmbr0", "bridge"),
                             make_link("vmbr1", "bridge"), vlan("v", "vmbr0", 5)});
  const Snapshot now = applied(machine({"enp5s0", "enp6s0"}), before);
  Desired after = before;
  after.links["enp6s0"].master = asked(std::string("vmbr1"), 8);
  after.links["enp6s0"].mtu = asked(1400U, 9);
  const auto plan = make_plan(now, after, before);
  EXPECT_THAT(words(plan), HasSubstr("set-master enp6s0 master vmbr1 <- interfaces:8 ! enp6s0 moves from vmbr0 to vmbr1\n"
                                     "set-mtu enp6s0 mtu 1400"));
  EXPECT_EQ(run(now, plan).links.at("v").mtu, 1500U) << words(plan);
  expect_sound(now, after, before);
}

TEST(PlanVlan, AVlanUnderAnotherNameWhileTheOldOneIsInUse) {
  Desired before;
  before.links["enp5s0"] = make_link("enp5s0");
  before.links["vmbr5"] = make_link("vmbr5", "bridge", 2);
  auto vlan = make_link("enp5s0.5", "vlan", 3);
  vlan.parent = asked(std::string("enp5s0"), 3);
  vlan.data["id"] = asked(AttributeValue{std::uint64_t{5}}, 3);
  vlan.master = asked(std::string("vmbr5"), 3);
  before.links["enp5s0.5"] = vlan;
  Snapshot now = run(machine(), make_plan(machine(), before, {}));
  plug_guest(now, "tap100i0", "vmbr5");
  Desired after;
  after.links["enp5s0"] = before.links["enp5s0"];
  after.links["house"] = vlan;
  after.links["house"].name = "house";
  after.links["house"].master.reset();
  const auto plan = words(make_plan(now, after, before));
  EXPECT_THAT(plan, HasSubstr("warning id-taken: house can't be made: enp5s0.5 is the same vlan, and stays because it is in use (free "
                              "enp5s0.5 first, or keep its name)"));
}

TEST(PlanMissing, WhatStandsOnAMissingCardIsLeftOut) {
  Desired files =
      files_of({port_of("enp9s0", "bond0"), bond("bond0", "active-backup"), vlan("enp9s0.5", "enp9s0", 5), vlan("up", "enp9s0.5", 6)});
  const Desired possible = without_missing_links(files, machine());
  EXPECT_FALSE(possible.links.contains("up"));
  EXPECT_FALSE(possible.links.contains("enp9s0.5"));
  EXPECT_TRUE(possible.links.contains("bond0"));
}

TEST(PlanScale, AHundredThousandLinksOnEachOtherDoNotEndTheProcess) {
  Desired files;
  std::string below = "enp5s0";
  for (int i = 0; i < 100000; ++i) {
    // Names in an order that no walk by name could use.
    const std::string name = "v" + std::to_string((i * 7919) % 100003);
    files.links.emplace(name, vlan(name, below, 5));
    below = name;
  }
  const auto ordered = lower_first(files);
  ASSERT_EQ(ordered.size(), files.links.size());
  EXPECT_EQ(ordered.back()->name, below);
}

}  // namespace
}  // namespace drawbridge::network
