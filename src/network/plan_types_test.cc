// Plans for every kind of link: order, what changes in place, what is made anew, and the way back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "network/plan_testing.h"
#include "network/planner.h"
#include "network/snapshot_json.h"

namespace drawbridge::network {
namespace {

using namespace testing;  // NOLINT
using ::testing::HasSubstr;
using ::testing::Not;

AttributeValue number(std::uint64_t value) { return AttributeValue{value}; }
AttributeValue text(std::string value) { return AttributeValue{std::move(value)}; }

DesiredLink vlan(const std::string& name, const std::string& parent, std::uint64_t id, std::uint32_t line_number = 1) {
  DesiredLink link = make_link(name, "vlan", line_number);
  link.parent = asked(parent, line_number);
  link.data["id"] = asked(number(id), line_number);
  link.data["protocol"] = asked(text("802.1Q"), line_number);
  return link;
}

DesiredLink port_of(const std::string& name, const std::string& master, std::uint32_t line_number = 1) {
  DesiredLink link = make_link(name, "", line_number);
  link.master = asked(master, line_number);
  return link;
}

DesiredLink bond(const std::string& name, const std::string& mode, std::uint32_t line_number = 1) {
  DesiredLink link = make_link(name, "bond", line_number);
  link.data["mode"] = asked(text(mode), line_number);
  link.data["miimon"] = asked(number(100), line_number);
  return link;
}

DesiredLink vxlan(const std::string& name, std::uint64_t id, std::uint32_t line_number = 1) {
  DesiredLink link = make_link(name, "vxlan", line_number);
  link.data["id"] = asked(number(id), line_number);
  link.data["port"] = asked(number(4789), line_number);
  link.data["local"] = asked(text("192.0.2.1"), line_number);
  return link;
}

DesiredLink vrf(const std::string& name, std::uint64_t table, std::uint32_t line_number = 1) {
  DesiredLink link = make_link(name, "vrf", line_number);
  link.data["table"] = asked(number(table), line_number);
  return link;
}

Desired files_of(std::vector<DesiredLink> links) {
  Desired desired;
  for (auto& link : links) {
    const std::string name = link.name;
    desired.links.emplace(name, std::move(link));
  }
  return desired;
}

void give_address(DesiredLink& link, std::string_view address) { link.addresses.push_back(asked(make_address(link.name, address), 7)); }

/// What every plan promises: it runs, leads to what was asked for, and leads back.
void expect_sound(const Snapshot& now, const Desired& after, const Desired& before) {
  const Plan plan = make_plan(now, after, before);
  const Snapshot state = run(now, plan);
  EXPECT_EQ(words(make_plan(state, after, after)), "") << words(plan);
  EXPECT_EQ(words(make_plan(state, after, before)), "") << words(plan);
  const Plan back = make_inverse(now, plan, state);
  const Snapshot home = run(state, back);
  EXPECT_EQ(snapshot_to_json(comparable(home, plan)), snapshot_to_json(comparable(now, plan))) << words(plan) << "back\n" << words(back);
}

Snapshot applied(const Snapshot& now, const Desired& desired) { return run(now, make_plan(now, desired, {})); }

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

Desired bonded(const std::string& mode) {
  Desired files = files_of({port_of("enp5s0", "bond0", 3), port_of("enp6s0", "bond0", 3), bond("bond0", mode, 2)});
  give_address(files.links["bond0"], "192.0.2.1/24");
  return files;
}

TEST(PlanBond, PortsJoinWhileTheyAreDownAndThePrimaryIsNamedLast) {
  Desired files = bonded("active-backup");
  files.links["bond0"].data["primary"] = asked(text("enp6s0"), 5);
  EXPECT_EQ(words(make_plan(machine({"enp5s0", "enp6s0"}), files, {})),
            "create-link bond0 kind bond miimon 100 mode active-backup <- interfaces:2\n"
            "set-down enp5s0 <- interfaces:3 ! nothing passes enp5s0 any more\n"
            "set-master enp5s0 master bond0 <- interfaces:3\n"
            "set-down enp6s0 <- interfaces:3 ! nothing passes enp6s0 any more\n"
            "set-master enp6s0 master bond0 <- interfaces:3\n"
            "set-data bond0 bond primary enp6s0 <- interfaces:5\n"
            "set-up bond0 <- interfaces:2\n"
            "add-address bond0 192.0.2.1/24 <- interfaces:7\n");
  expect_sound(machine({"enp5s0", "enp6s0"}), files, {});
}

TEST(PlanBond, AnotherModeLetsGoOfThePorts) {
  Desired before = bonded("active-backup");
  before.links["bond0.5"] = vlan("bond0.5", "bond0", 5, 9);
  give_address(before.links["bond0.5"], "2001:db8::1/64");
  const Snapshot now = applied(machine({"enp5s0", "enp6s0"}), before);
  Desired after = before;
  after.links["bond0"].data["mode"] = asked(text("802.3ad"), 2);
  after.links["bond0"].data["ad_lacp_rate"] = asked(text("fast"), 6);
  const auto plan = make_plan(now, after, before);
  EXPECT_THAT(words(plan), HasSubstr("release enp5s0 nomaster <- interfaces:6 ! enp5s0 no longer carries traffic of bond0\n"
                                     "release enp6s0 nomaster <- interfaces:6 ! enp6s0 no longer carries traffic of bond0\n"
                                     "set-down bond0 <- interfaces:6 ! nothing passes bond0 until it is up again\n"
                                     "set-data bond0 bond ad_lacp_rate fast mode 802.3ad <- interfaces:6 ! bond0 carries nothing until its "
                                     "ports are back, and then only if the switches expect mode 802.3ad\n"));
  const Snapshot state = run(now, plan);
  EXPECT_EQ(state.links.at("bond0").mac, now.links.at("bond0").mac);
  EXPECT_EQ(state.links.at("enp5s0").master, "bond0");
  EXPECT_TRUE(state.links.at("bond0.5").up);
  expect_sound(now, after, before);
}

TEST(PlanBond, SomeOptionsNeedItDown) {
  const Desired before = bonded("802.3ad");
  Desired after = before;
  after.links["bond0"].data["ad_lacp_rate"] = asked(text("fast"), 6);
  const Snapshot now = applied(machine({"enp5s0", "enp6s0"}), before);
  EXPECT_EQ(words(make_plan(now, after, before)),
            "set-down bond0 <- interfaces:6 ! nothing passes bond0 until it is up again\n"
            "set-data bond0 bond ad_lacp_rate fast <- interfaces:6 ! bond0 negotiates LACP anew\n"
            "set-up bond0 <- interfaces:2\n");
  expect_sound(now, after, before);
  expect_sound(applied(machine({"enp5s0", "enp6s0"}), after), before, after);
}

TEST(PlanBond, OthersChangeInPlace) {
  const Desired before = bonded("802.3ad");
  Desired after = before;
  after.links["bond0"].data["xmit_hash_policy"] = asked(text("layer3+4"), 6);
  after.links["bond0"].data["updelay"] = asked(number(200), 6);
  const Snapshot now = applied(machine({"enp5s0", "enp6s0"}), before);
  EXPECT_EQ(words(make_plan(now, after, before)), "set-data bond0 bond updelay 200 xmit_hash_policy layer3+4 <- interfaces:6\n");
  expect_sound(now, after, before);
}

TEST(PlanBond, ADefaultThatTheNewModeDoesNotKnowIsLeft) {
  Desired before = bonded("802.3ad");
  before.links["bond0"].data["ad_lacp_rate"] = asked(text("fast"), 6);
  const Desired after = bonded("active-backup");
  expect_sound(applied(machine({"enp5s0", "enp6s0"}), before), after, before);
}

TEST(PlanBond, APortThatLeavesGetsItsOwnBack) {
  Desired before = bonded("active-backup");
  before.links["bond0"].mtu = asked(9000U, 4);
  Desired after = before;
  after.links["enp6s0"] = make_link("enp6s0", "", 8);
  const Snapshot now = applied(machine({"enp5s0", "enp6s0"}), before);
  const auto plan = make_plan(now, after, before);
  EXPECT_EQ(words(plan),
            "release enp6s0 nomaster <- interfaces:3 ! enp6s0 no longer carries traffic of bond0\n"
            "set-up enp6s0 <- interfaces:8\n");
  expect_sound(now, after, before);
}

TEST(PlanBond, ThePortsFollowTheMtuOfTheBond) {
  const Desired before = bonded("active-backup");
  Desired after = before;
  after.links["bond0"].mtu = asked(9000U, 4);
  const Snapshot now = applied(machine({"enp5s0", "enp6s0"}), before);
  EXPECT_EQ(words(make_plan(now, after, before)), "set-mtu bond0 mtu 9000 <- interfaces:4\n");
  expect_sound(now, after, before);
}

TEST(PlanBond, ACardInUseMovesWithItsAddressesIntoABond) {
  Desired before = files_of({make_link("enp5s0"), make_link("enp6s0")});
  give_address(before.links["enp5s0"], "192.0.2.1/24");
  give_address(before.links["enp5s0"], "2001:db8::1/64");
  before.routes.push_back(asked(make_route("0.0.0.0/0", "192.0.2.254", "enp5s0"), 8));
  Desired after = bonded("active-backup");
  give_address(after.links["bond0"], "2001:db8::1/64");
  after.routes.push_back(asked(make_route("0.0.0.0/0", "192.0.2.254", "bond0"), 8));
  const Snapshot now = applied(machine({"enp5s0", "enp6s0"}), before);
  expect_sound(now, after, before);
  expect_sound(applied(machine({"enp5s0", "enp6s0"}), after), before, after);
}

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

TEST(PlanBridgeVlan, FilteringStartsWhenThePortsKnowTheirVlans) {
  Desired before = aware_bridge({});
  before.links["enp5s0"].vlans.reset();
  before.links["vmbr0"].data.clear();
  const Desired after = aware_bridge({range(1, 1, true), range(2, 50)});
  EXPECT_EQ(words(make_plan(applied(machine(), before), after, before)),
            "add-vlan enp5s0 vid 2-50 <- interfaces:5\n"
            "set-data vmbr0 bridge vlan_filtering 1 <- interfaces:4 ! tagged frames on the ports of vmbr0 are filtered from now on\n");
}

TEST(PlanVrf, MembersJoinBeforeTheirAddressesAndRoutes) {
  Desired files = files_of({vrf("blue", 1001, 2), port_of("enp5s0", "blue", 3)});
  give_address(files.links["enp5s0"], "192.0.2.1/24");
  give_address(files.links["enp5s0"], "2001:db8::1/64");
  auto route = make_route("0.0.0.0/0", "192.0.2.254", "enp5s0");
  route.table = 1001;
  files.routes.push_back(asked(route, 8));
  EXPECT_EQ(words(make_plan(machine(), files, {})),
            "create-link blue kind vrf table 1001 <- interfaces:2\n"
            "set-master enp5s0 master blue <- interfaces:3\n"
            "set-up blue <- interfaces:2\n"
            "add-address enp5s0 192.0.2.1/24 <- interfaces:7\n"
            "add-address enp5s0 2001:db8::1/64 <- interfaces:7\n"
            "set-route default via 192.0.2.254 dev enp5s0 onlink table 1001 <- interfaces:8\n");
  expect_sound(machine(), files, {});
  expect_sound(applied(machine(), files), {}, files);
}

TEST(PlanVrf, AddressesSurviveComingAndGoing) {
  Desired before = files_of({make_link("enp5s0")});
  give_address(before.links["enp5s0"], "192.0.2.1/24");
  give_address(before.links["enp5s0"], "2001:db8::1/64");
  Desired after = before;
  after.links["blue"] = vrf("blue", 1001);
  after.links["enp5s0"].master = asked(std::string("blue"));
  Snapshot now = applied(machine(), before);
  must(now, AddAddress{make_address("enp5s0", "2001:db8::200/64", 0)});
  const Snapshot state = run(now, make_plan(now, after, before));
  EXPECT_EQ(state.addresses.size(), now.addresses.size());
  expect_sound(now, after, before);
  expect_sound(applied(machine(), after), before, after);
}

TEST(PlanVrf, AnotherTableIsAnotherVrfAndOthersMembersComeBack) {
  const Desired before = files_of({vrf("blue", 1001)});
  Snapshot now = applied(machine({"enp5s0", "enp6s0"}), before);
  must(now, SetMaster{"enp6s0", "blue"});
  const Desired after = files_of({vrf("blue", 1002)});
  const auto plan = make_plan(now, after, before);
  EXPECT_EQ(run(now, plan).links.at("enp6s0").master, "blue") << words(plan);
  expect_sound(now, after, before);
  EXPECT_THAT(words(make_plan(now, {}, before)), HasSubstr("link-kept: blue is no longer asked for, but stays because enp6s0 uses it"));
}

TEST(PlanVxlan, DestinationsDiffer) {
  Desired before = files_of({vxlan("vx", 100)});
  const auto to = [](const char* address) { return FdbEntry{"vx", {}, parse_ip(address).value()}; };
  before.links["vx"].fdb = {asked(to("192.0.2.2"), 4), asked(to("192.0.2.3"), 4)};
  Snapshot now = applied(machine(), before);
  must(now, AddFdb{to("192.0.2.99")});
  Desired after = before;
  after.links["vx"].fdb = {asked(to("192.0.2.3"), 4), asked(to("192.0.2.4"), 5)};
  EXPECT_EQ(words(make_plan(now, after, before)),
            "add-fdb vx 00:00:00:00:00:00 dst 192.0.2.4 <- interfaces:5\n"
            "remove-fdb vx 00:00:00:00:00:00 dst 192.0.2.2 <- interfaces:4 ! 192.0.2.2 is no longer reached through vx\n");
  expect_sound(now, after, before);
}

TEST(PlanVxlan, TheIdIsForLifeAndTheRestChangesInPlace) {
  const Desired before = files_of({vxlan("vx", 100)});
  const Snapshot now = applied(machine(), before);
  Desired after = before;
  after.links["vx"].data["local"] = asked(text("192.0.2.9"), 4);
  EXPECT_EQ(words(make_plan(now, after, before)),
            "set-data vx vxlan local 192.0.2.9 <- interfaces:4 ! what passes vx comes from or goes to another address from now on\n");
  expect_sound(now, after, before);
  after.links["vx"].data["id"] = asked(number(101), 4);
  EXPECT_THAT(words(make_plan(now, after, before)), ::testing::StartsWith("delete-link vx"));
  expect_sound(now, after, before);
}

TEST(PlanEthtool, OnlyWhatIsAskedForAndKnown) {
  Snapshot now = machine();
  now.links["enp5s0"].ethtool = {{"tso", number(1)}, {"gro", number(1)}, {"ring-rx", number(256)}};
  Desired files = files_of({make_link("enp5s0")});
  files.links["enp5s0"].ethtool["tso"] = asked(number(0), 4);
  files.links["enp5s0"].ethtool["lro"] = asked(number(0), 5);
  const auto plan = make_plan(now, files, {});
  EXPECT_EQ(
      words(plan),
      "set-ethtool enp5s0 tso 0 <- interfaces:4\n"
      "warning ethtool-unknown: the driver of enp5s0 has no setting 'lro', or doesn't tell it (look at 'ethtool enp5s0', or remove the "
      "line)\n");
  const Snapshot state = run(now, plan);
  Desired without = files;
  without.links["enp5s0"].ethtool.clear();
  const auto left = make_plan(state, without, files);
  EXPECT_TRUE(left.operations.empty());
  EXPECT_THAT(words(left), HasSubstr("ethtool-left: 'tso' of enp5s0 stays as it is"));
  const Snapshot back = run(state, make_inverse(now, plan, state));
  EXPECT_EQ(back.links.at("enp5s0").ethtool, now.links.at("enp5s0").ethtool);
}

TEST(PlanDhcp, AClientStartsLastAndStopsFirst) {
  Desired files = files_of({make_link("enp5s0")});
  files.links["enp5s0"].dhcp4 = asked(true, 5);
  const Snapshot bare = machine({"enp5s0"}, false);
  const auto plan = make_plan(bare, files, {});
  EXPECT_EQ(words(plan), "set-up enp5s0 <- interfaces:1\nstart-dhcp enp5s0 inet <- interfaces:5\n");
  Snapshot now = run(bare, plan);
  auto lease = make_address("enp5s0", "192.0.2.77/24", 0);
  lease.permanent = false;
  now.addresses.push_back(lease);
  EXPECT_EQ(words(make_plan(now, files, files)), "");
  Desired fixed = files_of({make_link("enp5s0")});
  give_address(fixed.links["enp5s0"], "192.0.2.77/24");
  EXPECT_EQ(words(make_plan(now, fixed, files)),
            "stop-dhcp enp5s0 inet <- interfaces:5 ! the address that enp5s0 was given goes back to the DHCP server\n"
            "add-address enp5s0 192.0.2.77/24 <- interfaces:7\n");
  EXPECT_THAT(words(make_plan(now, {}, files)), ::testing::StartsWith("stop-dhcp enp5s0"));
}

TEST(PlanDhcp, TheRoutesOfAClientGoWithIt) {
  constexpr std::uint8_t kByCommand = 3;  // RTPROT_BOOT
  Route leased = make_route("0.0.0.0/0", "192.0.2.1", "enp5s0");
  leased.protocol = kByCommand;
  Desired before = files_of({make_link("enp5s0")});
  before.links["enp5s0"].dhcp4 = asked(true, 5);
  Snapshot now = run(machine({"enp5s0"}, false), make_plan(machine({"enp5s0"}, false), before, {}));
  now.routes = {leased};
  Desired fixed = files_of({make_link("enp5s0")});
  give_address(fixed.links["enp5s0"], "192.0.2.77/24");
  fixed.routes.push_back(asked(leased, 6));
  const Plan plan = make_plan(now, fixed, before);
  EXPECT_THAT(words(plan), HasSubstr("set-route default")) << "the one that is there goes";
  EXPECT_THAT(make_plan(now, {}, before).warnings, ::testing::IsEmpty());
  // The way back leaves them to the client.
  EXPECT_THAT(make_restore(now, plan).desired.routes, ::testing::IsEmpty());
  EXPECT_THAT(comparable(now, plan).routes, ::testing::IsEmpty());
}

TEST(PlanDhcp, ALinkMadeAnewGetsItsClientBack) {
  Desired before = files_of({make_link("enp5s0"), vlan("v", "enp5s0", 5)});
  before.links["v"].dhcp4 = asked(true, 5);
  const Snapshot now = applied(machine(), before);
  Desired after = before;
  after.links["v"].data["id"] = asked(number(6));
  const auto told = words(make_plan(now, after, before));
  EXPECT_THAT(told, ::testing::StartsWith("stop-dhcp v"));
  EXPECT_THAT(told, HasSubstr("start-dhcp v"));
  expect_sound(now, after, before);
}

TEST(PlanSlaac, WhatRoutersGaveGoesWhenNobodyAsksForItAnyMore) {
  Desired before = files_of({make_link("enp5s0")});
  before.links["enp5s0"].slaac = asked(true, 5);
  Snapshot now = applied(machine(), before);
  auto given = make_address("enp5s0", "2001:db8::abcd/64", 0);
  must(now, AddAddress{given});
  now.addresses.back().permanent = false;
  auto route = make_route("::/0", "fe80::1", "enp5s0", 9);
  must(now, SetRoute{route});
  EXPECT_EQ(words(make_plan(now, before, before)), "");
  Desired after = files_of({make_link("enp5s0")});
  EXPECT_EQ(
      words(make_plan(now, after, before)),
      "remove-address enp5s0 2001:db8::abcd/64 <- interfaces:5 ! connections to 2001:db8::abcd, which a router or server gave, end\n"
      "remove-route default6 via fe80::1 dev enp5s0 onlink metric 1024 <- interfaces:5 ! the default gateway fe80::1 on enp5s0 goes\n");
}

TEST(PlanTunnel, AnotherEndIsAnotherTunnel) {
  DesiredLink tunnel = make_link("gre1", "gre", 2);
  tunnel.data["local"] = asked(text("192.0.2.1"), 3);
  tunnel.data["remote"] = asked(text("192.0.2.2"), 4);
  tunnel.data["ttl"] = asked(number(64), 5);
  give_address(tunnel, "10.3.0.1/30");
  const Desired before = files_of({tunnel});
  tunnel.data["remote"] = asked(text("192.0.2.3"), 4);
  const Desired after = files_of({tunnel});
  const Snapshot now = applied(machine(), before);
  EXPECT_EQ(words(make_plan(now, after, before)),
            "delete-link gre1 <- interfaces:2 ! gre1 is made anew: it is gone for a moment, with its addresses and routes\n"
            "create-link gre1 kind gre local 192.0.2.1 remote 192.0.2.3 ttl 64 <- interfaces:2\n"
            "set-up gre1 <- interfaces:2\n"
            "add-address gre1 10.3.0.1/30 <- interfaces:7\n");
  expect_sound(now, after, before);
}

TEST(PlanVeth, BothEndsAreOneOperation) {
  DesiredLink one = make_link("va", "veth", 2);
  one.parent = asked(std::string("vb"), 2);
  DesiredLink other = make_link("vb", "veth", 3);
  other.parent = asked(std::string("va"), 3);
  const Desired files = files_of({one, other});
  EXPECT_EQ(words(make_plan(machine(), files, {})),
            "create-link va kind veth link vb <- interfaces:2\n"
            "set-up va <- interfaces:2\n"
            "set-up vb <- interfaces:3\n");
  expect_sound(machine(), files, {});
  EXPECT_EQ(words(make_plan(applied(machine(), files), {}, files)),
            "delete-link va <- interfaces:2 ! va goes, with its addresses and routes\n");
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

TEST(PlanTypes, AVlanUnderAnotherNameWhileTheOldOneIsInUse) {
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

}  // namespace
}  // namespace drawbridge::network
