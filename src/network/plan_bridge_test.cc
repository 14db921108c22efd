// The planner's decisions about bridges, their ports and the guests at them.
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

const auto kOn = AttributeValue{std::uint64_t{1}};

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
