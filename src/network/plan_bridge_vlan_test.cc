// Plans for the VLANs of bridge ports and of bridges.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "network/plan_types_testing.h"

namespace drawbridge::network {
namespace {

using namespace testing;  // NOLINT
using ::testing::HasSubstr;
using ::testing::Not;

Desired aware_bridge(std::vector<BridgeVlan> vlans) {
  Desired files = files_of({port_of("enp5s0", "vmbr0", 3), make_link("vmbr0", "bridge", 2)});
  files.links["vmbr0"].data["vlan_filtering"] = asked(number(1), 4);
  files.links["enp5s0"].vlans = asked(std::move(vlans), 5);
  return files;
}

BridgeVlan range(std::uint16_t first, std::uint16_t last, bool pvid = false) { return {"enp5s0", first, last, pvid, pvid, false}; }

TEST(PlanBridgeVlan, ATrunkIsOneMessage) {
  const Desired files = aware_bridge({range(1, 1, true), range(2, 4094)});
  EXPECT_THAT(words(make_plan(machine(), files, {})), HasSubstr("add-vlan enp5s0 vid 2-4094 <- interfaces:5\n"));
  EXPECT_THAT(words(make_plan(machine(), files, {})), Not(HasSubstr("remove-vlan")));
  expect_sound(machine(), files, {});
}

TEST(PlanBridgeVlan, OnlyWhatDiffersIsTold) {
  const Desired before = aware_bridge({range(1, 1, true), range(10, 20), range(30, 40)});
  const Desired after = aware_bridge({range(10, 12), range(14, 45), range(50, 50, true)});
  const Snapshot now = applied(machine(), before);
  EXPECT_EQ(words(make_plan(now, after, before)),
            "add-vlan enp5s0 vid 50 pvid untagged <- interfaces:5\n"
            "add-vlan enp5s0 vid 21-45 <- interfaces:5\n"
            "remove-vlan enp5s0 vid 1 untagged <- interfaces:5 ! VLAN 1 no longer passes enp5s0\n"
            "remove-vlan enp5s0 vid 13 <- interfaces:5 ! VLAN 13 no longer passes enp5s0\n");
  expect_sound(now, after, before);
}

TEST(PlanBridgeVlan, AnyNumberOfHolesIsFilledByOneMessage) {
  std::vector<BridgeVlan> holes{range(1, 1, true)};
  for (std::uint16_t vid = 2; vid < 1000; vid = static_cast<std::uint16_t>(vid + 2)) holes.push_back(range(vid, vid));
  const Desired before = aware_bridge(holes);
  const Desired after = aware_bridge({range(1, 1, true), range(2, 4094)});
  const Snapshot now = applied(machine(), before);
  EXPECT_EQ(words(make_plan(now, after, before)), "add-vlan enp5s0 vid 3-4094 <- interfaces:5\n");
}

TEST(PlanBridgeVlan, OverlappingLinesMeanTheUnion) {
  expect_sound(machine(), aware_bridge({range(1, 100), range(5, 5, true), range(50, 120)}), {});
}

TEST(PlanBridgeVlan, APortWithoutLineGoesBackToTheDefault) {
  const Desired before = aware_bridge({range(7, 7, true), range(10, 20)});
  Desired after = before;
  after.links["enp5s0"].vlans.reset();
  const Snapshot now = applied(machine(), before);
  EXPECT_EQ(words(make_plan(now, after, before)),
            "add-vlan enp5s0 vid 1 pvid untagged <- interfaces:5\n"
            "remove-vlan enp5s0 vid 7 untagged <- interfaces:5 ! VLAN 7 no longer passes enp5s0\n"
            "remove-vlan enp5s0 vid 10-20 <- interfaces:5 ! VLAN 10-20 no longer passes enp5s0\n");
  expect_sound(now, after, before);
}

TEST(PlanBridgeVlan, TheBridgesOwnAreAddedAndOnlyThePreviousOnesTakenOut) {
  Desired before = aware_bridge({range(1, 1, true)});
  before.links["vmbr0"].vlans = asked(std::vector<BridgeVlan>{{"vmbr0", 10, 12, false, false, true}}, 6);
  Snapshot now = applied(machine(), before);
  must(now, AddBridgeVlan{{"vmbr0", 99, 99, false, false, true}});
  Desired after = before;
  after.links["vmbr0"].vlans = asked(std::vector<BridgeVlan>{{"vmbr0", 12, 13, false, false, true}}, 6);
  EXPECT_EQ(words(make_plan(now, after, before)),
            "add-vlan vmbr0 vid 13 self <- interfaces:6\n"
            "remove-vlan vmbr0 vid 10-11 self <- interfaces:6 ! VLAN 10-11 no longer passes vmbr0\n");
  expect_sound(now, after, before);
}

TEST(PlanBridgeVlan, ABridgeThatItsPortLeftIsGivenAMacBeforeItsVlans) {
  const auto own = [](std::uint16_t first, std::uint16_t last) { return BridgeVlan{"vmbr0", first, last, false, false, true}; };
  const Desired before = aware_bridge({range(1, 1, true)});
  Snapshot now = applied(machine(), before);
  Desired without_port = files_of({make_link("enp5s0", "", 3), before.links.at("vmbr0")});
  now = run(now, make_plan(now, without_port, before));
  ASSERT_TRUE(now.links.at("vmbr0").mac.is_zero());
  EXPECT_EQ(words(make_plan(now, without_port, without_port)), "") << "without VLANs of its own it needs none";
  Desired after = without_port;
  after.links["vmbr0"].vlans = asked(std::vector<BridgeVlan>{own(20, 25)}, 6);
  const auto told = words(make_plan(now, after, without_port));
  EXPECT_THAT(told, ::testing::MatchesRegex("set-mac vmbr0 address .[26ae](:..)+ <- interfaces:6\n"
                                            "add-vlan vmbr0 vid 20-25 self <- interfaces:6\n"));
  EXPECT_EQ(told, words(make_plan(now, after, without_port))) << "no lot is drawn";
  Snapshot elsewhere = now;
  elsewhere.links.at("enp5s0").permanent_mac = MacAddress{{2, 9, 9, 9, 9, 9}};
  EXPECT_NE(told, words(make_plan(elsewhere, after, without_port))) << "no two machines have the same";
  expect_sound(now, after, without_port);
  // And on the way back, where the VLANs were there before the MAC went.
  const Desired with_both = [&] {
    Desired files = before;
    files.links["vmbr0"].vlans = after.links["vmbr0"].vlans;
    return files;
  }();
  Snapshot left = applied(machine(), with_both);
  left = run(left, make_plan(left, after, with_both));
  expect_sound(left, without_port, after);
}

TEST(PlanBridgeVlan, ANewDefaultPvidNeedsAMacToo) {
  const Desired before = files_of({make_link("vmbr0", "bridge", 2), port_of("enp5s0", "vmbr0", 3)});
  const Desired without_port = files_of({make_link("vmbr0", "bridge", 2)});
  Snapshot now = applied(machine(), before);
  now = run(now, make_plan(now, without_port, before));
  Desired after = without_port;
  after.links["vmbr0"].data["vlan_default_pvid"] = asked(number(7), 4);
  expect_sound(now, after, without_port);
  after.links["vmbr0"].data["vlan_default_pvid"] = asked(number(0), 4);
  EXPECT_EQ(words(make_plan(now, after, without_port)), "set-data vmbr0 bridge vlan_default_pvid 0 <- interfaces:4\n");
}

TEST(PlanBridgeVlan, ANewDefaultPvidIsOnePlan) {
  const Desired before = aware_bridge({range(1, 1, true), range(10, 20)});
  Desired after = before;
  after.links["vmbr0"].data["vlan_default_pvid"] = asked(number(7), 6);
  Snapshot now = applied(machine(), before);
  plug_guest(now, "tap100i0", "vmbr0");
  plug_guest(now, "tap101i0", "vmbr0", 98);
  must(now, AddBridgeVlan{{"tap101i0", 7, 7, true, true, false}});
  must(now, RemoveBridgeVlan{{"tap101i0", 1, 1, false, false, false}});
  const auto plan = make_plan(now, after, before);
  EXPECT_THAT(words(plan), HasSubstr("add-vlan enp5s0 vid 1 pvid untagged <- interfaces:5\n"
                                     "remove-vlan enp5s0 vid 7 untagged <- interfaces:5"));
  expect_sound(now, after, before);
  // A port with the new default as its own, which the way back must not take for one with the old.
  const auto state = run(now, plan);
  EXPECT_EQ(run(state, make_inverse(now, plan, state)).bridge_vlans, now.bridge_vlans);
}

TEST(PlanBridgeVlan, FilteringStartsWhenThePortsKnowTheirVlans) {
  Desired before = aware_bridge({});
  before.links["enp5s0"].vlans.reset();
  before.links["vmbr0"].data.clear();
  const Desired after = aware_bridge({range(1, 1, true), range(2, 50)});
  EXPECT_EQ(words(make_plan(applied(machine(), before), after, before)),
            "add-vlan enp5s0 vid 2-50 <- interfaces:5\n"
            "set-data vmbr0 bridge vlan_filtering 1 <- interfaces:4 ! tagged frames on the ports of vmbr0 are filtered from now on\n");
}

}  // namespace
}  // namespace drawbridge::network
