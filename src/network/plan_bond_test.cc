// Plans for bonds: when ports join and leave, and what a change of the bond asks of them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "network/plan_types_testing.h"

namespace drawbridge::network {
namespace {

using namespace testing;  // NOLINT
using ::testing::HasSubstr;

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

}  // namespace
}  // namespace drawbridge::network
