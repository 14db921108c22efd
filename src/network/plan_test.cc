// The planner's decisions one by one: addresses, routes, names; what holds for all of them is in plan_property_test.cc.
#include "network/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "network/plan_testing.h"

namespace drawbridge::network {
namespace {

using namespace testing;  // NOLINT
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(Plan, TheDefaultConfigurationOnABareNode) {
  EXPECT_EQ(words(make_plan(machine({"enp5s0"}, false), default_configuration(), {})),
            "create-link vmbr0 kind bridge address 02:00:00:00:00:05 forward_delay 0 stp_state 0 <- interfaces:6\n"
            "set-master enp5s0 master vmbr0 <- interfaces:9\n"
            "set-sysctl enp5s0 ipv6.disable_ipv6 = 1 <- interfaces:9\n"
            "set-up enp5s0 <- interfaces:9\n"
            "set-up vmbr0 <- interfaces:6\n"
            "add-address vmbr0 100.64.0.102/22 <- interfaces:7\n"
            "set-route default via 100.64.0.1 dev vmbr0 onlink <- interfaces:8\n");
}

TEST(Plan, NothingToDo) {
  const Node node;
  EXPECT_EQ(words(node.plan(node.files)), "");
  EXPECT_EQ(words(make_plan(node.kernel, node.files, {})), "");
}

TEST(Plan, WhatAnotherToolSetUpIsTakenOver) {
  Node node;
  for (auto& address : node.kernel.addresses) {
    address.protocol = 0;
    address.broadcast.reset();
  }
  for (auto& route : node.kernel.routes)
    if (route.destination.is_default()) {
      route.protocol = 4;
      route.nexthops.front().onlink = false;
    }
  EXPECT_EQ(words(make_plan(node.kernel, node.files, {})), "");
}

TEST(Plan, AnAddressMovesToAnotherSubnetNewBeforeOld) {
  const Node node;
  Desired desired = node.files;
  desired.links["vmbr0"].addresses = {asked(make_address("vmbr0", "10.7.0.2/24"), 7)};
  EXPECT_EQ(words(node.plan(desired)),
            "add-address vmbr0 10.7.0.2/24 <- interfaces:7\n"
            "remove-address vmbr0 100.64.0.102/22 <- interfaces:7 ! connections to 100.64.0.102 end\n");
}

TEST(Plan, TheOnlyAddressIsReplacedInItsSubnetAndTheGatewayComesBack) {
  const Node node;
  Desired desired = node.files;
  desired.links["vmbr0"].addresses = {asked(make_address("vmbr0", "100.64.0.103/22"), 7)};
  EXPECT_EQ(words(node.plan(desired)),
            "remove-address vmbr0 100.64.0.102/22 <- interfaces:7 ! connections to 100.64.0.102 end\n"
            "add-address vmbr0 100.64.0.103/22 <- interfaces:7\n"
            "set-route default via 100.64.0.1 dev vmbr0 onlink <- interfaces:8\n");
}

TEST(Plan, WhereSecondariesArePromotedTheNewOneComesFirst) {
  Node node;
  node.kernel.links["vmbr0"].sysctl["ipv4.promote_secondaries"] = 1;
  Desired desired = node.files;
  desired.links["vmbr0"].addresses = {asked(make_address("vmbr0", "100.64.0.103/22"), 7)};
  EXPECT_EQ(words(node.plan(desired)),
            "add-address vmbr0 100.64.0.103/22 <- interfaces:7\n"
            "remove-address vmbr0 100.64.0.102/22 <- interfaces:7 ! connections to 100.64.0.102 end\n");
}

TEST(Plan, ForeignSecondariesAndRoutesThatGoAlongComeBack) {
  Node node;
  must(node.kernel, AddAddress{make_address("vmbr0", "100.64.0.200/22", 0)});
  auto route = make_route("10.50.0.0/16", "100.64.0.7", "vmbr0", 4);
  route.preferred_source = parse_ip("100.64.0.200").value();
  must(node.kernel, SetRoute{route});
  Desired desired = node.files;
  desired.links["vmbr0"].addresses = {asked(make_address("vmbr0", "10.7.0.2/24"), 7)};
  EXPECT_EQ(words(node.plan(desired)),
            "add-address vmbr0 10.7.0.2/24 <- interfaces:7\n"
            "remove-address vmbr0 100.64.0.102/22 <- interfaces:7 ! connections to 100.64.0.102 end\n"
            "add-address vmbr0 100.64.0.200/22 <- interfaces:6\n"
            "set-route 10.50.0.0/16 via 100.64.0.7 dev vmbr0 onlink src 100.64.0.200 <- interfaces:6\n");
}

TEST(Plan, AChangedGatewayIsOneOperation) {
  const Node node;
  Desired desired = node.files;
  desired.routes = {asked(make_route("0.0.0.0/0", "100.64.0.2", "vmbr0"), 8)};
  EXPECT_EQ(words(node.plan(desired)),
            "set-route default via 100.64.0.2 dev vmbr0 onlink <- interfaces:8 ! the default gateway changes from 100.64.0.1 on vmbr0 to "
            "100.64.0.2 on vmbr0\n");
}

TEST(Plan, AGatewayThatIsTakenOutGoes) {
  const Node node;
  Desired desired = node.files;
  desired.routes.clear();
  EXPECT_EQ(words(node.plan(desired)),
            "remove-route default via 100.64.0.1 dev vmbr0 onlink <- interfaces:8 ! the default gateway 100.64.0.1 on vmbr0 goes\n");
}

TEST(Plan, HowLongAnAddressIsPreferredIsSetInPlace) {
  Node node;
  const auto with_time = [&](std::uint32_t seconds) {
    Desired desired = node.files;
    auto address = make_address("vmbr0", "2001:db8::1/64");
    address.preferred = {seconds};
    desired.links["vmbr0"].addresses.push_back(asked(address, 8));
    return desired;
  };
  constexpr auto kForever = PreferredLifetime::kForever;
  const auto set = [](const std::string& time) { return "add-address vmbr0 2001:db8::1/64" + time + " <- interfaces:8\n"; };
  const auto step = [&](std::uint32_t before, std::uint32_t after) {
    const Plan plan = make_plan(node.kernel, with_time(after), with_time(before));
    node.kernel = run(node.kernel, plan);
    EXPECT_EQ(words(make_plan(node.kernel, with_time(after), with_time(before))), "") << words(plan);
    return words(plan);
  };
  EXPECT_EQ(step(kForever, kForever), set(""));
  EXPECT_EQ(step(kForever, 0), set(" preferred_lft 0"));
  EXPECT_EQ(step(0, 0), "");
  EXPECT_EQ(step(0, 600), set(" preferred_lft 600"));
  EXPECT_EQ(step(600, 900), "") << "it runs already; how much is left of what isn't told";
  const auto has_left = [&](std::uint32_t seconds) {
    const auto address = make_address("vmbr0", "2001:db8::1/64").address;
    std::ranges::find(node.kernel.addresses, address, &Address::address)->preferred = {seconds};
  };
  has_left(17);
  EXPECT_EQ(step(600, 600), "") << "time passes";
  has_left(0);
  EXPECT_EQ(step(600, 600), "") << "and has passed";
  EXPECT_EQ(words(make_plan(node.kernel, with_time(600), {})), set(" preferred_lft 600")) << "it never was theirs";
  EXPECT_EQ(step(600, kForever), set(""));
}

TEST(Plan, AForeignRouteAndAddressStay) {
  Node node;
  must(node.kernel, AddAddress{make_address("vmbr0", "192.0.2.9/32", 0)});
  must(node.kernel, SetRoute{make_route("10.50.0.0/16", "100.64.0.7", "vmbr0", 4)});
  EXPECT_EQ(words(node.plan(node.files)), "");
}

TEST(Plan, ADormantStanzaIsLeftAsItIs) {
  const Node node;
  Desired desired;
  desired.links["lo"] = make_link("lo");
  desired.dormant = {"vmbr0", "enp5s0"};
  EXPECT_EQ(words(node.plan(desired)), "");
}

TEST(Plan, APartOfTheFilesLeavesTheRestAlone) {
  const Node node;
  Desired part;
  part.links["vmbr9"] = make_link("vmbr9", "bridge", 20);
  EXPECT_EQ(words(make_plan(node.kernel, part, {})),
            "create-link vmbr9 kind bridge <- interfaces:20\n"
            "set-up vmbr9 <- interfaces:20\n");
}

TEST(Plan, AMissingNicIsAWarningThatNamesWhatIsThere) {
  const Plan plan = make_plan(machine({"enp6s0"}), default_configuration(), {});
  ASSERT_EQ(plan.warnings.size(), 1U);
  EXPECT_EQ(plan.warnings[0].code, "nic-missing");
  EXPECT_EQ(plan.warnings[0].where.line, 9U);
  EXPECT_EQ(plan.warnings[0].hint, "did you mean 'enp6s0'? this machine has enp6s0");
  EXPECT_THAT(words(plan), HasSubstr("set-master enp5s0 master vmbr0"));
  const Desired possible = without_missing_links(default_configuration(), machine({"enp6s0"}));
  const Plan rest = make_plan(machine({"enp6s0"}), possible, {});
  EXPECT_TRUE(rest.warnings.empty());
  EXPECT_THAT(words(rest), AllOf(Not(HasSubstr("enp5s0")), HasSubstr("add-address vmbr0")));
}

TEST(Plan, AnAltnameMeansItsLink) {
  Snapshot now = machine({"eth0"});
  now.links["eth0"].altnames = {"enp5s0"};
  const Plan plan = make_plan(now, default_configuration(), {});
  EXPECT_TRUE(plan.warnings.empty());
  EXPECT_THAT(words(plan), HasSubstr("set-master eth0 master vmbr0"));
  EXPECT_EQ(words(make_plan(run(now, plan), default_configuration(), default_configuration())), "");
}

TEST(Plan, ANameTakenByAnotherKindIsReportedAndLeftAlone) {
  Snapshot now = machine();
  must(now, CreateLink{"vmbr0", "dummy", {}, {}, {}, ""});
  const Plan plan = make_plan(now, default_configuration(), {});
  ASSERT_FALSE(plan.warnings.empty());
  EXPECT_EQ(plan.warnings[0].code, "name-taken");
  EXPECT_THAT(words(plan), Not(HasSubstr("delete-link")));
}

TEST(Plan, Ipv6AddressesOfTheSameValueAreRemovedFirst) {
  Snapshot now = machine({"e0", "e1"});
  Desired before;
  before.links["e0"] = make_link("e0");
  before.links["e0"].addresses = {asked(make_address("e0", "2001:db8::1/64"))};
  before.links["e1"] = make_link("e1");
  now = run(now, make_plan(now, before, {}));
  Desired after = before;
  std::swap(after.links["e0"].addresses, after.links["e1"].addresses);
  after.links["e1"].addresses[0].value.link = "e1";
  EXPECT_EQ(words(make_plan(now, after, before)),
            "remove-address e0 2001:db8::1/64 <- interfaces:1 ! connections through 2001:db8::1 pause while it moves to e1\n"
            "add-address e1 2001:db8::1/64 <- interfaces:1\n");
}

TEST(Plan, AnotherOrderOfAddressesChangesNothing) {
  Node node;
  Desired before = node.files;
  before.links["vmbr0"].addresses.push_back(asked(make_address("vmbr0", "100.64.0.103/22"), 8));
  const Snapshot kernel = run(node.kernel, make_plan(node.kernel, before, node.files));
  Desired after = before;
  std::swap(after.links["vmbr0"].addresses[0], after.links["vmbr0"].addresses[1]);
  EXPECT_EQ(words(make_plan(kernel, after, before)), "");
}

TEST(Plan, TwoRoutesOfOneKeyDontFightForEver) {
  Node node;
  Desired desired = node.files;
  desired.routes.push_back(asked(make_route("0.0.0.0/0", "100.64.0.9", "vmbr0"), 30));
  const Plan plan = node.plan(desired);
  EXPECT_EQ(plan.operations.size(), 1U);
  EXPECT_EQ(words(make_plan(run(node.kernel, plan), desired, desired)), "");
}

TEST(PlanJson, IsTheContractOfTheCommandLine) {
  const Node node;
  Desired desired = node.files;
  desired.routes = {asked(make_route("0.0.0.0/0", "100.64.0.2", "vmbr0"), 8)};
  EXPECT_EQ(plan_json(node.plan(desired)), R"([{"op":"set-route","object":"default","detail":"via 100.64.0.2 dev vmbr0 onlink",)"
                                           R"("why":{"file":"interfaces","line":8},"disruptive":true}])"
                                           "\n");
  EXPECT_EQ(plan_json({}), "[]\n");
}

}  // namespace
}  // namespace drawbridge::network
