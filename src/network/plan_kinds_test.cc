// Plans for VRFs, VXLANs, tunnels and cables: what changes in place, what is made anew, and the way back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "network/plan_types_testing.h"

namespace drawbridge::network {
namespace {

using namespace testing;  // NOLINT
using ::testing::HasSubstr;

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

TEST(PlanVrf, WhatItsTableDoesNotKnowIsReachedByNoOtherTable) {
  Desired before = files_of({vrf("blue", 1001, 2)});
  for (const auto* destination : {"0.0.0.0/0", "::/0"}) {
    Route end;
    end.destination = parse_prefix(destination).value();
    end.type = 7;
    end.metric = 4278198272;
    end.table = 1001;
    end.protocol = kOwnProtocol;
    before.routes.push_back(asked(end, 3));
  }
  EXPECT_EQ(words(make_plan(machine(), before, {})),
            "create-link blue kind vrf table 1001 <- interfaces:2\n"
            "set-up blue <- interfaces:2\n"
            "set-route default unreachable metric 4278198272 table 1001 <- interfaces:3\n"
            "set-route default6 unreachable metric 4278198272 table 1001 <- interfaces:3\n");
  const Snapshot now = applied(machine(), before);
  EXPECT_EQ(words(make_plan(now, {}, before)),
            "delete-link blue <- interfaces:2 ! blue goes, with its addresses and routes\n"
            "remove-route default unreachable metric 4278198272 table 1001 <- interfaces:3\n"
            "remove-route default6 unreachable metric 4278198272 table 1001 <- interfaces:3\n")
      << "no link takes them along";
  expect_sound(machine(), before, {});
  expect_sound(now, {}, before);
  Desired left_alone;
  left_alone.dormant = {"blue"};
  EXPECT_EQ(words(make_plan(now, left_alone, before)), "");
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

}  // namespace
}  // namespace drawbridge::network
