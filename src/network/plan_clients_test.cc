// Plans for what comes from elsewhere: leases, routers, and the settings of drivers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "network/plan_types_testing.h"

namespace drawbridge::network {
namespace {

using namespace testing;  // NOLINT
using ::testing::HasSubstr;

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

}  // namespace
}  // namespace drawbridge::network
