// The planner's decisions one by one; what holds for all of them is in plan_property_test.cc.
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

const auto kOn = AttributeValue{std::uint64_t{1}};

/// The default configuration, applied.
struct Node {
  Desired files = default_configuration();
  Snapshot kernel = run(machine(), make_plan(machine(), files, {}));

  Plan plan(const Desired& desired) const { return make_plan(kernel, desired, files); }
};

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

TEST(Plan, ABridgeThatIsTakenOutIsDeletedAndItsPortReleased) {
  const Node node;
  Desired desired = node.files;
  desired.links.erase("vmbr0");
  desired.links.erase("enp5s0");
  desired.routes.clear();
  EXPECT_EQ(words(node.plan(desired)),
            "release enp5s0 nomaster <- interfaces:9 ! enp5s0 no longer carries traffic of vmbr0\n"
            "set-sysctl enp5s0 ipv6.disable_ipv6 = 0 <- interfaces:9\n"
            "delete-link vmbr0 <- interfaces:6 ! vmbr0 goes, with its addresses and routes\n"
            "set-down enp5s0 <- interfaces:4 ! nothing passes enp5s0 any more\n");
}

TEST(Plan, ABridgeWithGuestsStaysWithItsUplinkButLosesTheHostsAddress) {
  Node node;
  plug_guest(node.kernel, "tap100i0", "vmbr0");
  Desired desired = node.files;
  desired.links.erase("vmbr0");
  desired.links.erase("enp5s0");
  desired.routes.clear();
  const Plan plan = node.plan(desired);
  EXPECT_EQ(
      words(plan),
      "remove-address vmbr0 100.64.0.102/22 <- interfaces:7 ! connections to 100.64.0.102 end\n"
      "warning bridge-kept: vmbr0 is no longer asked for, but stays because tap100i0 uses it (move them to another bridge, then apply "
      "again)\n");
  EXPECT_EQ(run(node.kernel, plan).links.at("enp5s0").master, "vmbr0");
}

TEST(Plan, ABridgeWithAPortOfSomebodyElseStays) {
  Node node;
  must(node.kernel, CreateLink{"lxc7", "veth", {}, {}, {}, "lxc7p"});
  must(node.kernel, SetMaster{"lxc7", "vmbr0"});
  Desired desired = node.files;
  desired.links.erase("vmbr0");
  desired.links["enp5s0"] = make_link("enp5s0");
  desired.routes.clear();
  const Plan plan = node.plan(desired);
  EXPECT_THAT(words(plan), AllOf(Not(HasSubstr("delete-link")), HasSubstr("lxc7 uses it")));
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

TEST(Plan, AForeignAddressOnANewPortMovesIfTheFileClaimsIt) {
  Snapshot now = machine();
  must(now, AddAddress{make_address("enp5s0", "100.64.0.102/22", 0)});
  must(now, SetRoute{make_route("0.0.0.0/0", "100.64.0.1", "enp5s0", 3)});
  const Plan plan = make_plan(now, default_configuration(), {});
  EXPECT_EQ(words(plan),
            "create-link vmbr0 kind bridge address 02:00:00:00:00:05 forward_delay 0 stp_state 0 <- interfaces:6\n"
            "set-master enp5s0 master vmbr0 <- interfaces:9 ! traffic of enp5s0 itself stops: a port's addresses are not used\n"
            "set-sysctl enp5s0 ipv6.disable_ipv6 = 1 <- interfaces:9\n"
            "set-up vmbr0 <- interfaces:6\n"
            "add-address vmbr0 100.64.0.102/22 <- interfaces:7\n"
            "remove-address enp5s0 100.64.0.102/22 <- interfaces:7 ! connections through 100.64.0.102 pause while it moves to vmbr0\n"
            "set-route default via 100.64.0.1 dev vmbr0 onlink <- interfaces:8 ! the default gateway changes from 100.64.0.1 on enp5s0 to "
            "100.64.0.1 on vmbr0\n");
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

TEST(Plan, GuestsFollowTheMtuOfTheirBridge) {
  Node node;
  plug_guest(node.kernel, "tap100i0", "vmbr0");
  Desired desired = node.files;
  desired.links["vmbr0"].mtu = asked(9000U, 12);
  desired.links["enp5s0"].mtu = asked(9000U, 13);
  const Plan plan = node.plan(desired);
  EXPECT_EQ(words(plan),
            "set-mtu enp5s0 mtu 9000 <- interfaces:13 ! enp5s0 may lose its link for some seconds while the driver changes the MTU\n"
            "set-mtu tap100i0 mtu 9000 <- interfaces:12\n"
            "set-mtu vmbr0 mtu 9000 <- interfaces:12\n");
  const Snapshot after = run(node.kernel, plan);
  EXPECT_EQ(words(make_plan(after, node.files, desired)),
            "set-mtu enp5s0 mtu 1500 <- interfaces:13 ! enp5s0 may lose its link for some seconds while the driver changes the MTU\n"
            "set-mtu tap100i0 mtu 1500 <- interfaces:12 ! packets of more than 1500 bytes no longer pass tap100i0\n"
            "set-mtu vmbr0 mtu 1500 <- interfaces:12\n")
      << "lines that are taken out go back to the default";
}

TEST(Plan, AGuestWithAnMtuOfItsOwnIsLeftAlone) {
  Node node;
  plug_guest(node.kernel, "tap100i0", "vmbr0");
  must(node.kernel, SetMtu{"vmbr0", 1500});
  must(node.kernel, SetMtu{"tap100i0", 1400});
  node.kernel.links["vmbr0"].mtu = 1500;
  EXPECT_EQ(words(node.plan(node.files)), "");
}

TEST(Plan, GuestsFollowVlanAwareness) {
  Node node;
  plug_guest(node.kernel, "tap100i0", "vmbr0");
  Desired desired = node.files;
  desired.links["vmbr0"].data["vlan_filtering"] = asked(kOn, 14);
  EXPECT_EQ(words(node.plan(desired)),
            "add-vlan tap100i0 vid 2-4094 <- interfaces:14\n"
            "set-data vmbr0 bridge vlan_filtering 1 <- interfaces:14 ! tagged frames on the ports of vmbr0 are filtered from now on\n");
}

TEST(Plan, StpSaysHowLongItSilencesThePorts) {
  const Node node;
  Desired desired = node.files;
  desired.links["vmbr0"].data["stp_state"] = asked(kOn, 10);
  desired.links["vmbr0"].data["forward_delay"] = asked(AttributeValue{std::uint64_t{1500}}, 11);
  const Plan plan = node.plan(desired);
  EXPECT_EQ(words(plan),
            "set-data vmbr0 bridge forward_delay 1500 stp_state 1 <- interfaces:11 ! STP keeps all ports of vmbr0 silent for about 30 s\n");
  EXPECT_EQ(words(make_plan(run(node.kernel, plan), node.files, desired)),
            "set-data vmbr0 bridge stp_state 0 <- interfaces:10\n"
            "set-data vmbr0 bridge forward_delay 0 <- interfaces:11\n")
      << "the kernel refuses a short delay in the message that switches STP off";
}

TEST(Plan, AValueThatIsTakenOutGoesBackToItsDefault) {
  Node node;
  Desired before = node.files;
  before.links["vmbr0"].data["ageing_time"] = asked(AttributeValue{std::uint64_t{60000}}, 12);
  before.links["vmbr0"].alias = asked(std::string("house"), 13);
  const Snapshot kernel = run(node.kernel, make_plan(node.kernel, before, node.files));
  EXPECT_EQ(words(make_plan(kernel, node.files, before)),
            "set-alias vmbr0 alias \"\" <- interfaces:13\n"
            "set-data vmbr0 bridge ageing_time 30000 <- interfaces:12\n");
  EXPECT_EQ(words(make_plan(kernel, node.files, {})), "") << "what nobody is known to have asked for stays";
}

TEST(Plan, APortMovesStraightToItsNewBridge) {
  const Node node;
  Desired desired = node.files;
  desired.links["vmbr1"] = make_link("vmbr1", "bridge", 20);
  desired.links["enp5s0"].master = asked(std::string("vmbr1"), 21);
  EXPECT_EQ(words(node.plan(desired)),
            "create-link vmbr1 kind bridge <- interfaces:20\n"
            "set-master enp5s0 master vmbr1 <- interfaces:21 ! enp5s0 moves from vmbr0 to vmbr1\n"
            "set-up vmbr1 <- interfaces:20\n");
}

TEST(Plan, ABridgeDoesNotKeepTheMacOfACardThatLeftIt) {
  Node node;
  node.kernel.links["enp6s0"] = make_nic("enp6s0", 6);
  Desired desired = node.files;
  desired.links["enp5s0"] = make_link("enp5s0");
  desired.links["enp6s0"] = make_link("enp6s0", "", 21);
  desired.links["enp6s0"].master = asked(std::string("vmbr0"), 9);
  desired.links["vmbr0"].mac_from = "enp6s0";
  const Plan plan = node.plan(desired);
  EXPECT_THAT(words(plan), HasSubstr("set-mac vmbr0 address 02:00:00:00:00:06 <- interfaces:9"));
  EXPECT_EQ(words(make_plan(run(node.kernel, plan), desired, desired)), "");
}

TEST(Plan, ABridgeKeepsTheMacOfAnyOfItsPorts) {
  Node node;
  node.kernel.links["enp6s0"] = make_nic("enp6s0", 6);
  Desired desired = node.files;
  desired.links["enp6s0"] = make_link("enp6s0", "", 21);
  desired.links["enp6s0"].master = asked(std::string("vmbr0"), 9);
  desired.links["vmbr0"].mac_from = "enp6s0";
  EXPECT_THAT(words(node.plan(desired)), Not(HasSubstr("set-mac")));
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

// ---- hooks

DesiredHook hook(HookPhase phase, const std::string& command, std::uint32_t number = 20) { return {phase, command, {}, line(number)}; }

Desired with_hooks(Desired desired) {
  auto& hooks = desired.links["vmbr0"].hooks;
  for (const auto phase :
       {HookPhase::pre_up, HookPhase::up, HookPhase::post_up, HookPhase::pre_down, HookPhase::down, HookPhase::post_down})
    hooks.push_back(hook(phase, "do " + hook_phase_name(phase)));
  return desired;
}

std::string order_of(const Plan& plan) {
  std::string order;
  for (const auto& planned : plan.operations) {
    const auto* run = std::get_if<RunHook>(&planned.operation);
    order += run != nullptr ? hook_phase_name(run->phase) + "! " : operation_name(planned.operation) + " ";
  }
  return order;
}

TEST(PlanHooks, StandAroundWhatHappensToTheirLink) {
  const Plan plan = make_plan(machine({"enp5s0"}, false), with_hooks(default_configuration()), {});
  EXPECT_EQ(order_of(plan), "pre-up! create-link set-master set-sysctl set-up set-up add-address set-route up! post-up! ");
}

TEST(PlanHooks, DontRunWithoutAChangeOfTheirLink) {
  Node node;
  const Desired hooked = with_hooks(node.files);
  EXPECT_EQ(order_of(make_plan(node.kernel, hooked, hooked)), "");
  EXPECT_EQ(order_of(make_plan(node.kernel, hooked, {})), "") << "the files before are not known";
  Desired aliased = hooked;
  aliased.links["vmbr0"].alias = asked(std::string("x"));
  EXPECT_EQ(order_of(make_plan(node.kernel, aliased, hooked)), "set-alias ");
}

TEST(PlanHooks, ANewLineRunsAlone) {
  Node node;
  const Desired before = with_hooks(node.files);
  Desired after = before;
  after.links["vmbr0"].hooks.push_back(hook(HookPhase::up, "one more"));
  after.links["vmbr0"].hooks.push_back(hook(HookPhase::down, "one less"));
  const Plan plan = make_plan(node.kernel, after, before);
  EXPECT_EQ(words(plan), "run-hook vmbr0 up one more <- interfaces:20\n");
  EXPECT_FALSE(plan.changes_kernel());
  ASSERT_EQ(plan.undo_hooks.size(), 1U);
  EXPECT_EQ(std::get<RunHook>(plan.undo_hooks[0].operation).command, "one less");
}

TEST(PlanHooks, ADownLineThatIsTakenOutRunsALastTime) {
  Node node;
  const Desired before = with_hooks(node.files);
  EXPECT_EQ(order_of(make_plan(node.kernel, node.files, before)), "pre-down! down! post-down! ");
}

TEST(PlanHooks, DownSideRunsWhereTheLinkGoes) {
  Node node;
  const Desired before = with_hooks(node.files);
  Desired after = before;
  after.links.erase("vmbr0");
  after.links["enp5s0"] = make_link("enp5s0");
  after.routes.clear();
  EXPECT_EQ(order_of(make_plan(node.kernel, after, before)), "release set-sysctl pre-down! down! delete-link post-down! ");
}

TEST(PlanHooks, ANewAddressRunsTheUpSide) {
  Node node;
  const Desired before = with_hooks(node.files);
  Desired after = before;
  after.links["vmbr0"].addresses.push_back(asked(make_address("vmbr0", "10.7.0.2/24"), 9));
  EXPECT_EQ(order_of(make_plan(node.kernel, after, before)), "pre-up! add-address up! post-up! ");
}

TEST(PlanHooks, TheWayBackRunsTheOtherSide) {
  const Snapshot bare = machine({"enp5s0"}, false);
  const Plan plan = make_plan(bare, with_hooks(default_configuration()), {});
  const Plan back = make_inverse(bare, plan, run(bare, plan));
  EXPECT_TRUE(order_of(back).starts_with("pre-down! down! ")) << order_of(back);
  EXPECT_TRUE(order_of(back).ends_with("post-down! ")) << order_of(back);
}

// ---- the way back

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

// ---- output

TEST(PlanJson, IsTheContractOfTheCommandLine) {
  const Node node;
  Desired desired = node.files;
  desired.routes = {asked(make_route("0.0.0.0/0", "100.64.0.2", "vmbr0"), 8)};
  EXPECT_EQ(plan_json(node.plan(desired)), R"([{"op":"set-route","object":"default","detail":"via 100.64.0.2 dev vmbr0 onlink",)"
                                           R"("why":{"file":"interfaces","line":8},"disruptive":true}])"
                                           "\n");
  EXPECT_EQ(plan_json({}), "[]\n");
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

TEST(Plan, ABridgeWithoutAMacIsGivenOneBeforeItsVlans) {
  Node node;
  node.kernel.links.at("vmbr0").mac = {};
  Desired files = node.files;
  files.links["vmbr0"].mac = asked(MacAddress{{2, 8, 8, 8, 8, 8}}, 20);
  files.links["vmbr0"].vlans = asked(std::vector<BridgeVlan>{{"vmbr0", 20, 25, false, false, true}}, 21);
  EXPECT_THAT(words(node.plan(files)), HasSubstr("add-vlan vmbr0 vid 20-25 self"));
  EXPECT_LT(words(node.plan(files)).find("set-mac vmbr0"), words(node.plan(files)).find("add-vlan vmbr0"));
}

}  // namespace
}  // namespace drawbridge::network
