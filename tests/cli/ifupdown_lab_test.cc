// The familiar commands on a real kernel.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <filesystem>
#include <memory>

#include "tests/cli/node.h"

namespace drawbridge::e2e {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

namespace json = boost::json;

constexpr const char* kGuestBridge =
    "\niface vmbr1 inet static\n\taddress 10.6.0.1/24\n\tbridge-ports none\n\tbridge-stp off\n\tbridge-fd 0\n";

class IfupdownLab : public testing::Test {
 protected:
  void SetUp() override {
    if (const std::string reason = Node::why_not(); !reason.empty()) GTEST_SKIP() << reason;
    node = std::make_unique<Node>();
    tree().write(Tree::kInterfaces, std::string(kDefaultInterfaces) + kGuestBridge);
  }
  const Tree& tree() const { return node->tree(); }
  static bool exists(const std::string& link) { return shell("ip link show " + link).find("does not exist") == std::string::npos; }

  std::unique_ptr<Node> node;
};

TEST_F(IfupdownLab, IfupBringsUpWhatIsAutoAndSaysNothing) {
  const auto up = node->run({"ifup", "-a"});
  EXPECT_EQ(up.exit, 0) << up.err;
  EXPECT_THAT(up.out, IsEmpty());
  EXPECT_THAT(up.err, IsEmpty());
  EXPECT_TRUE(node->has_address("100.64.0.102/22"));
  EXPECT_FALSE(exists("vmbr1"));
}

TEST_F(IfupdownLab, IfupOfOneNameLeavesTheRest) {
  const auto up = node->run({"ifup", "vmbr1"});
  EXPECT_EQ(up.exit, 0) << up.err;
  EXPECT_TRUE(node->has_address("10.6.0.1/24"));
  EXPECT_FALSE(exists("vmbr0"));
  EXPECT_EQ(node->run({"network", "history", "--json"}).out, "[]\n");
}

TEST_F(IfupdownLab, NoActOnlyTells) {
  const auto up = node->run({"ifup", "-n", "vmbr1"});
  EXPECT_EQ(up.exit, 0) << up.err;
  EXPECT_THAT(up.out, HasSubstr("create-link"));
  EXPECT_FALSE(exists("vmbr1"));
}

TEST_F(IfupdownLab, IfdownTakesItAway) {
  ASSERT_EQ(node->run({"ifup", "-a"}).exit, 0);
  ASSERT_EQ(node->run({"ifup", "vmbr1"}).exit, 0);
  const auto down = node->run({"ifdown", "vmbr1"});
  EXPECT_EQ(down.exit, 0) << down.err;
  EXPECT_FALSE(exists("vmbr1"));
  EXPECT_TRUE(node->has_address("100.64.0.102/22"));
}

TEST_F(IfupdownLab, IfdownOfABridgeSetsItsPortsFree) {
  ASSERT_EQ(node->run({"ifup", "-a"}).exit, 0);
  const auto down = node->run({"ifdown", "vmbr0"});
  EXPECT_EQ(down.exit, 0) << down.err;
  EXPECT_FALSE(exists("vmbr0"));
  EXPECT_THAT(shell("ip -o link show enp5s0"), testing::Not(HasSubstr("master")));
  EXPECT_THAT(shell("ip -br link show enp5s0"), HasSubstr("UP"));
  EXPECT_THAT(shell("ip route"), IsEmpty());
}

TEST_F(IfupdownLab, UnknownNamesFail) {
  const auto up = node->run({"ifup", "vmbr9"});
  EXPECT_EQ(up.exit, 1);
  EXPECT_THAT(up.err, HasSubstr("vmbr9"));
  EXPECT_EQ(node->run({"ifdown", "vmbr9"}).exit, 1);
  EXPECT_EQ(node->run({"ifup"}).exit, 2);
}

TEST_F(IfupdownLab, OnlyTheAdministrativeState) {
  ASSERT_EQ(node->run({"ifup", "-a"}).exit, 0);
  const auto down = node->run({"ifdown", "--admin-state", "vmbr0"});
  EXPECT_EQ(down.exit, 0) << down.err;
  EXPECT_THAT(shell("ip -br link show vmbr0"), HasSubstr("DOWN"));
  EXPECT_TRUE(node->has_address("100.64.0.102/22"));
  const auto up = node->run({"ifup", "--admin-state", "vmbr0"});
  EXPECT_EQ(up.exit, 0) << up.err;
  EXPECT_THAT(shell("ip -br link show vmbr0"), HasSubstr("UP"));
  EXPECT_EQ(node->run({"ifup", "--admin-state", "vmbr1"}).exit, 1);
  EXPECT_FALSE(exists("vmbr1"));
}

TEST_F(IfupdownLab, WhatABridgeStandsOnIsNotTakenDown) {
  ASSERT_EQ(node->run({"ifup", "-a"}).exit, 0);
  const auto down = node->run({"ifdown", "enp5s0"});
  EXPECT_EQ(down.exit, 1);
  EXPECT_THAT(down.err, HasSubstr("vmbr0 stands on enp5s0"));
  EXPECT_THAT(shell("ip -br link show enp5s0"), HasSubstr("UP"));
  EXPECT_EQ(node->run({"ifdown", "-f", "enp5s0"}).exit, 0);
  EXPECT_THAT(shell("ip -br link show enp5s0"), HasSubstr("DOWN"));
}

TEST_F(IfupdownLab, APortJoinsTheBridgeThatIsThere) {
  ASSERT_EQ(node->run({"ifup", "-a"}).exit, 0);
  shell("ip link set enp5s0 nomaster; ip link set enp5s0 down");
  ASSERT_EQ(node->run({"ifup", "-k", "enp5s0"}).exit, 0);
  EXPECT_THAT(shell("ip -o link show enp5s0"), testing::Not(HasSubstr("master")));
  const auto up = node->run({"ifup", "enp5s0"});
  EXPECT_EQ(up.exit, 0) << up.err;
  EXPECT_THAT(shell("ip -o link show enp5s0"), HasSubstr("master vmbr0"));
}

TEST_F(IfupdownLab, WhatTheFileNoLongerHasIsStillTakenDown) {
  tree().write(Tree::kInterfaces, std::string(kDefaultInterfaces) + "\nauto vmbr1" + kGuestBridge);
  ASSERT_EQ(node->run({"ifreload", "-a"}).exit, 0);
  tree().write(Tree::kInterfaces, kDefaultInterfaces);
  EXPECT_EQ(node->run({"ifdown", "-u", "vmbr1"}).exit, 1);
  const auto down = node->run({"ifdown", "vmbr1"});
  EXPECT_EQ(down.exit, 0) << down.err;
  EXPECT_FALSE(exists("vmbr1"));
}

TEST_F(IfupdownLab, IfreloadMakesTheKernelMatchTheFile) {
  tree().write(Tree::kInterfaces, with(std::string(kDefaultInterfaces) + kGuestBridge, "\niface vmbr1", "\nauto vmbr1\niface vmbr1"));
  ASSERT_EQ(node->run({"ifreload", "-a"}).exit, 0);
  EXPECT_TRUE(node->has_address("10.6.0.1/24"));
  tree().write(Tree::kInterfaces, with(kDefaultInterfaces, "100.64.0.102", "100.64.0.104"));
  const auto reload = node->run({"ifreload", "-a"});
  EXPECT_EQ(reload.exit, 0) << reload.err;
  EXPECT_FALSE(exists("vmbr1"));
  EXPECT_TRUE(node->has_address("100.64.0.104/22"));
  EXPECT_FALSE(node->has_address("100.64.0.102/22"));
}

/// The scripts that packages bring: of every interface to which something happens, and of no other.
TEST_F(IfupdownLab, ScriptsOfTheSystemRunWhereSomethingHappens) {
  const std::string note = "#!/bin/sh\necho \"$IFACE $ADDRFAM $METHOD $MODE $PHASE $VERBOSITY\" >> " + tree().path("notes") + "\n";
  for (const auto* folder : {"if-pre-up.d", "if-up.d", "if-down.d", "if-post-down.d"})
    tree().write_program(std::string("etc/network/") + folder + "/note", note);
  tree().write_program("etc/network/if-up.d/fails", "#!/bin/sh\necho no such luck >&2\nexit 3\n");
  const auto noted = [&] {
    const std::string text = tree().read("notes");
    std::filesystem::remove(tree().path("notes"));
    return text;
  };
  const auto up = node->run({"ifup", "vmbr1"});
  EXPECT_EQ(up.exit, 0) << "a failing script is a warning";
  EXPECT_THAT(up.err, HasSubstr("no such luck"));
  EXPECT_EQ(noted(), "vmbr1 inet static start pre-up 0\nvmbr1 inet static start up 0\n");
  EXPECT_EQ(node->run({"ifup", "vmbr1"}).exit, 0);
  EXPECT_EQ(noted(), "") << "nothing happens";
  EXPECT_EQ(node->run({"ifdown", "vmbr1"}).exit, 0);
  EXPECT_EQ(noted(), "vmbr1 inet static stop down 0\nvmbr1 inet static stop post-down 0\n");
  tree().write("etc/network/ifupdown2/ifupdown2.conf", "addon_scripts_support=0\n");
  EXPECT_EQ(node->run({"ifup", "vmbr1"}).exit, 0);
  EXPECT_EQ(noted(), "") << "the familiar tool's switch";
}

TEST_F(IfupdownLab, AnAddressCanBeDeprecatedFromItsFirstMoment) {
  const std::string lines = std::string(kDefaultInterfaces) + kGuestBridge + "\taddress 2001:db8:6::1/64\n\tpreferred-lifetime 0\n";
  tree().write(Tree::kInterfaces, lines);
  const auto up = node->run({"ifup", "vmbr1"});
  EXPECT_EQ(up.exit, 0) << up.err;
  EXPECT_THAT(up.err, IsEmpty());
  const std::string deprecated = shell("ip -6 addr show dev vmbr1 deprecated");
  EXPECT_THAT(deprecated, HasSubstr("2001:db8:6::1/64"));
  EXPECT_THAT(node->run({"ifup", "-n", "vmbr1"}).out, testing::Not(HasSubstr("add-address")));
  tree().write(Tree::kInterfaces, with(lines, "preferred-lifetime 0", "preferred-lifetime 600"));
  EXPECT_EQ(node->run({"ifup", "vmbr1"}).exit, 0);
  EXPECT_THAT(shell("ip -6 addr show dev vmbr1 deprecated"), testing::Not(HasSubstr("2001:db8:6::1/64")));
  EXPECT_THAT(shell("ip -6 addr show dev vmbr1"), testing::ContainsRegex("preferred_lft [1-9][0-9]*sec"));
}

TEST_F(IfupdownLab, ABrokenFileIsExit1AndChangesNothing) {
  ASSERT_EQ(node->run({"ifreload", "-a"}).exit, 0);
  const std::string before = node->state();
  tree().write(Tree::kInterfaces, with(kDefaultInterfaces, "100.64.0.102/22", "nonsense"));
  const auto reload = node->run({"ifreload", "-a"});
  EXPECT_EQ(reload.exit, 1);
  EXPECT_THAT(reload.err, HasSubstr("interfaces:8:10: error: "));
  EXPECT_EQ(node->state(), before);
}

TEST_F(IfupdownLab, AtBootTheRestComesUp) {
  tree().write(Tree::kInterfaces, std::string(kDefaultInterfaces) + "\nauto bond0\niface bond0 inet manual\n\tbond-slaves none\n");
  const auto up = node->run({"ifup", "-a"});
  EXPECT_EQ(up.exit, 1);
  EXPECT_THAT(up.err, HasSubstr("bond0"));
  EXPECT_TRUE(node->has_address("100.64.0.102/22"));
}

TEST_F(IfupdownLab, IfqueryComparesTheKernelWithTheFile) {
  ASSERT_EQ(node->run({"ifup", "-a"}).exit, 0);
  const auto good = node->run({"ifquery", "-a", "-c", "-o", "json"});
  EXPECT_EQ(good.exit, 0) << good.out << good.err;
  const auto bridge = json::parse(good.out).as_array().at(1);
  EXPECT_EQ(bridge.at("name").as_string(), "vmbr0");
  EXPECT_EQ(bridge.at("status").as_string(), "pass");
  EXPECT_EQ(bridge.at("config_status").at("address").as_string(), "pass");
  EXPECT_EQ(bridge.at("config_status").at("gateway").as_string(), "pass");
  EXPECT_EQ(bridge.at("config_status").at("bridge-ports").as_string(), "pass");

  shell("ip address del 100.64.0.102/22 dev vmbr0");
  const auto bad = node->run({"ifquery", "-a", "-c", "-o", "json"});
  EXPECT_EQ(bad.exit, 1);
  const auto drifted = json::parse(bad.out).as_array().at(1);
  EXPECT_EQ(drifted.at("status").as_string(), "fail");
  EXPECT_EQ(drifted.at("config_status").at("address").as_string(), "fail");
  EXPECT_EQ(drifted.at("config_status").at("bridge-ports").as_string(), "pass");
  EXPECT_THAT(node->run({"ifquery", "-c", "vmbr0"}).out, HasSubstr("[fail]"));
}

TEST_F(IfupdownLab, IfqueryOfTheKernel) {
  ASSERT_EQ(node->run({"ifup", "-a"}).exit, 0);
  const auto running = node->run({"ifquery", "-r", "vmbr0"});
  EXPECT_EQ(running.exit, 0);
  EXPECT_THAT(running.out, HasSubstr("iface vmbr0\n\taddress 100.64.0.102/22\n\tgateway 100.64.0.1\n\tbridge-ports enp5s0\n"));
  EXPECT_EQ(node->run({"ifquery", "--state", "vmbr0"}).out, "vmbr0=vmbr0\n");
  EXPECT_EQ(node->run({"ifquery", "--state", "vmbr1"}).exit, 1);
}

}  // namespace
}  // namespace drawbridge::e2e
