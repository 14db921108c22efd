// What the firewall's files say is in force as long as it should be, with real packets. Takes a kernel whose bridges know connections.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>

#include <filesystem>

#include "tests/cli/firewall_lab.h"

namespace drawbridge::e2e {
namespace {

using testing::HasSubstr;
using testing::Not;

/// On a kernel that can't take the rules: those of this machine's own, where its bridges know no connections.
class FirewallRefused : public testing::Test {};

TEST_F(FirewallRefused, NoPortIsWiredWithoutTheRulesThatThereShouldBe) {
  if (const std::string reason = Node::why_not(); !reason.empty()) GTEST_SKIP() << reason;
  const Node node;
  const Tree& tree = node.tree();
  if (shell("nft -c 'table bridge probe { chain c { type filter hook prerouting priority 0; ct state new reject; }; }' 2>&1").empty())
    GTEST_SKIP() << "this kernel takes all rules";
  tree.write(Tree::kInterfaces, kDefaultInterfaces);
  tree.write(kCluster, kEnabled);
  tree.write("etc/pve/nodes/n1/qemu-server/100.conf", "net0: virtio=02:00:00:00:01:00,bridge=vmbr0\n");
  shell("ip link add vmbr0 type bridge; ip link set vmbr0 up; ip tuntap add dev tap100i0 mode tap");
  Running service({"--root", tree.root(), "--node", "n1", "daemon"});
  const auto is_wired = [] { return shell("ip -o link show dev tap100i0").contains("master vmbr0 "); };
  for (int wait = 0; wait < 200 && !tree.has("run/drawbridge/service.sock"); ++wait) ::poll(nullptr, 0, 10);
  ::poll(nullptr, 0, 500);
  EXPECT_FALSE(is_wired());
  tree.write(kCluster, "[OPTIONS]\nenable: 0\n");
  for (int wait = 0; wait < 500 && !is_wired(); ++wait) ::poll(nullptr, 0, 10);
  EXPECT_TRUE(is_wired()) << "the firewall is off: nobody waits for rules";
  ::kill(service.pid(), SIGTERM);
  const std::string said = service.wait().err;
  EXPECT_THAT(said, HasSubstr("ports are not wired"));
  EXPECT_THAT(said, HasSubstr("rules-not-in-force"));
}

TEST_F(FirewallRefused, NorIsOneByHand) {
  if (const std::string reason = Node::why_not(); !reason.empty()) GTEST_SKIP() << reason;
  const Node node;
  const Tree& tree = node.tree();
  tree.write(Tree::kInterfaces, kDefaultInterfaces);
  tree.write(kCluster, kEnabled);
  tree.write("etc/pve/nodes/n1/qemu-server/100.conf", "net0: virtio=02:00:00:00:01:00,bridge=vmbr0\n");
  shell("ip link add vmbr0 type bridge; ip link set vmbr0 up; ip tuntap add dev tap100i0 mode tap");
  const auto is_wired = [] { return shell("ip -o link show dev tap100i0").contains("master vmbr0 "); };
  const Finished refused = tree.run({"--node", "n1", "guest", "plug", "100", "net0"});
  EXPECT_EQ(refused.exit, 4) << refused.err;
  EXPECT_THAT(refused.err, HasSubstr("firewall start"));
  EXPECT_FALSE(is_wired());
  // A stopped firewall, or one that is off, keeps nobody waiting.
  tree.write(kStopped, "by hand\n");
  EXPECT_EQ(tree.run({"--node", "n1", "guest", "plug", "100", "net0"}).exit, 0);
  EXPECT_TRUE(is_wired());
}

TEST_F(FirewallLab, APortByHandWaitsForItsRules) {
  tree().write(kCluster, kEnabled);
  tree().write("etc/pve/nodes/n1/qemu-server/100.conf", "net0: virtio=02:00:00:00:01:00,bridge=vmbr0,firewall=1\n");
  shell("ip tuntap add dev tap100i0 mode tap");
  EXPECT_EQ(node->run({"--node", "n1", "guest", "plug", "100", "net0"}).exit, 4);
  EXPECT_FALSE(is_port("tap100i0"));
  EXPECT_EQ(firewall({"start"}).exit, 0);
  EXPECT_EQ(node->run({"--node", "n1", "guest", "plug", "100", "net0"}).exit, 0);
  EXPECT_TRUE(is_port("tap100i0"));
}

TEST_F(FirewallLab, DamagedSavedRulesAreNoRules) {
  tree().write(kCluster, kEnabled);
  tree().write("var/lib/drawbridge/firewall/rules", "drawbridge ruleset 1\nnonsense");
  const Finished started = firewall({"start", "--boot"});
  EXPECT_EQ(started.exit, 0) << started.err;
  EXPECT_TRUE(are_in_force()) << "the files say what they are";
  EXPECT_EQ(firewall({"verify"}).exit, 0);
}

TEST_F(FirewallLab, EmergencyRulesLetAdministratorsInAndNobodyElse) {
  // Files that can't be read, and nothing of last time.
  tree().write(kCluster, "");
  shell("truncate -s 65M " + tree().path(kCluster));
  tree().write("var/lib/drawbridge/firewall/rules", "damaged");
  tree().write("etc/pve/nodes/n1/qemu-server/100.conf", "net0: virtio=02:00:00:00:01:00,bridge=vmbr0,firewall=1\n");
  start();
  ASSERT_TRUE(becomes(are_in_force));
  const std::string emergency = rules();
  EXPECT_THAT(emergency, HasSubstr("100.64.0.0"));
  EXPECT_FALSE(gateway_reaches("100.64.0.102")) << "an echo request is no administration";
  const Guest guest("tap100i0", "02:00:00:00:01:00", "100.64.0.10");
  ASSERT_TRUE(becomes([] { return is_port("tap100i0"); }));
  EXPECT_FALSE(guest.reaches("100.64.0.1"));
  // When they can be read they are in force.
  tree().write(kCluster, std::string(kEnabled) + "[RULES]\nIN ACCEPT -p icmp\n");
  EXPECT_TRUE(becomes([&] { return gateway_reaches("100.64.0.102"); }));
  stop(SIGTERM);
  EXPECT_THAT(said, HasSubstr("emergency rules are in force"));
}

TEST_F(FirewallLab, ANewFileOfTheNodeIsAdoptedOnceABoot) {
  tree().write(kCluster, kEnabled);
  tree().write(kHost, "# old\n");
  tree().write(std::string(kHost) + ".new", "[RULES]\nIN ACCEPT -p icmp\n");
  start();
  EXPECT_TRUE(becomes([&] { return gateway_reaches("100.64.0.102"); }));
  EXPECT_FALSE(tree().has(std::string(kHost) + ".new"));
  tree().write(std::string(kHost) + ".new", "# of the next boot\n");
  stop(SIGTERM);
  start();
  ::poll(nullptr, 0, 500);
  EXPECT_TRUE(tree().has(std::string(kHost) + ".new"));
}

TEST_F(FirewallLab, ASavedFileIsInForce) {
  start();
  EXPECT_TRUE(gateway_reaches("100.64.0.102"));
  tree().write(kCluster, kEnabled);
  ASSERT_TRUE(becomes(are_in_force)) << rules();
  EXPECT_FALSE(gateway_reaches("100.64.0.102"));
  tree().write(kHost, "[RULES]\nIN ACCEPT -p icmp\n");
  EXPECT_TRUE(becomes([&] { return gateway_reaches("100.64.0.102"); }));
  tree().write(kHost, "[RULES]\nIN DROP -p icmp -log info\nIN ACCEPT -p icmp\n");
  EXPECT_TRUE(becomes([&] { return !gateway_reaches("100.64.0.102"); }));
  EXPECT_TRUE(becomes([&] { return tree().read("var/log/pve-firewall.log").contains("SRC=100.64.0.1"); }));
  EXPECT_THAT(firewall({"log", "--rule", "host.fw:2"}).out, HasSubstr("100.64.0.1"));
  tree().write(kCluster, "[OPTIONS]\nenable: 0\n");
  EXPECT_TRUE(becomes([&] { return !are_in_force(); }));
  EXPECT_TRUE(gateway_reaches("100.64.0.102"));
}

TEST_F(FirewallLab, GuestsOfOneBridgeAreKeptApart) {
  tree().write(kCluster, kEnabled);
  tree().write("etc/pve/nodes/n1/qemu-server/100.conf", "net0: virtio=02:00:00:00:01:00,bridge=vmbr0,firewall=1\n");
  tree().write("etc/pve/nodes/n1/qemu-server/101.conf", "net0: virtio=02:00:00:00:01:01,bridge=vmbr0\n");
  tree().write(kGuest, kEnabled);
  start();
  const Guest closed("tap100i0", "02:00:00:00:01:00", "100.64.0.10");
  const Guest open("tap101i0", "02:00:00:00:01:01", "100.64.0.11");
  ASSERT_TRUE(becomes([] { return is_port("tap100i0") && is_port("tap101i0"); })) << shell("ip link");
  EXPECT_FALSE(open.reaches("100.64.0.10"));
  EXPECT_TRUE(closed.reaches("100.64.0.11")) << rules();
  EXPECT_FALSE(open.reaches("100.64.0.10")) << "the way back of what the other asked is no way in";
  EXPECT_TRUE(closed.reaches("100.64.0.1"));
  tree().write(kGuest, std::string(kEnabled) + "[RULES]\nIN ACCEPT -p icmp -source 100.64.0.11\n");
  EXPECT_TRUE(becomes([&] { return open.reaches("100.64.0.10"); }));
  // Another's MAC address.
  closed.in("ip link set eth0 address 02:00:00:00:01:99");
  EXPECT_FALSE(closed.reaches("100.64.0.11"));
}

TEST_F(FirewallLab, NoFrameComesBeforeTheRules) {
  tree().write(kCluster, kEnabled);
  tree().write(kGuest, "[OPTIONS]\nenable: 1\npolicy_out: DROP\n");
  tree().write("etc/pve/nodes/n1/qemu-server/101.conf", "net0: virtio=02:00:00:00:01:01,bridge=vmbr0\n");
  start();
  ASSERT_TRUE(becomes(are_in_force));
  const Guest witness("tap101i0", "02:00:00:00:01:01", "100.64.0.11");
  ASSERT_TRUE(becomes([] { return is_port("tap101i0"); }));
  witness.in("nft \"table inet w { chain c { type filter hook input priority 0; ip saddr 100.64.0.10 counter; }; }\"");
  for (int round = 0; round < 3; ++round) {
    const Guest guest("tap100i0", "02:00:00:00:01:00", "100.64.0.10");
    guest.in("ip neigh add 100.64.0.11 lladdr 02:00:00:00:01:01 dev eth0; ping -q -i 0.01 -c 300 100.64.0.11 >/dev/null 2>&1 &");
    // Its configuration appears while it sends already.
    tree().write("etc/pve/nodes/n1/qemu-server/100.conf", "net0: virtio=02:00:00:00:01:00,bridge=vmbr0,firewall=1\n");
    ASSERT_TRUE(becomes([] { return is_port("tap100i0"); }));
    ::poll(nullptr, 0, 500);
    shell("rm " + tree().path("etc/pve/nodes/n1/qemu-server/100.conf") + "; ip link del tap100i0");
  }
  EXPECT_THAT(witness.in("nft list table inet w"), HasSubstr("packets 0 ")) << rules();
}

TEST_F(FirewallLab, AStopIsHonouredUntilTheStart) {
  tree().write(kCluster, kEnabled);
  start();
  ASSERT_TRUE(becomes(are_in_force));
  const Finished stopped = firewall({"stop"});
  EXPECT_EQ(stopped.exit, 0) << stopped.err;
  EXPECT_FALSE(are_in_force());
  EXPECT_TRUE(tree().has(kStopped));
  tree().write(kHost, "[RULES]\nIN ACCEPT -p tcp -dport 80\n");
  ::poll(nullptr, 0, 500);
  EXPECT_FALSE(are_in_force()) << "a saved file ends no stop";
  stop(SIGTERM);
  EXPECT_EQ(firewall({"start", "--boot"}).exit, 0);
  start();
  EXPECT_FALSE(are_in_force()) << "nor does a reboot";
  EXPECT_THAT(firewall({"status"}).out, HasSubstr("enabled/stopped"));
  EXPECT_EQ(firewall({"start"}).exit, 0);
  EXPECT_TRUE(are_in_force());
  EXPECT_THAT(firewall({"status"}).out, HasSubstr("enabled/running"));
  tree().write(kHost, "[RULES]\nIN ACCEPT -p tcp -dport 81\n");
  EXPECT_TRUE(becomes([] { return rules().contains("dport 81"); })) << rules();
}

TEST_F(FirewallLab, TheRulesOutliveTheService) {
  tree().write(kCluster, kEnabled);
  start();
  ASSERT_TRUE(becomes(are_in_force));
  stop(SIGKILL);
  EXPECT_TRUE(are_in_force());
  EXPECT_FALSE(gateway_reaches("100.64.0.102"));
  start();
  stop(SIGTERM);
  EXPECT_TRUE(are_in_force());
  // The next boot, before anything can be read.
  shell("nft flush ruleset");
  std::filesystem::remove_all(tree().path("etc/pve"));
  EXPECT_EQ(firewall({"start", "--boot"}).exit, 0);
  EXPECT_TRUE(are_in_force());
  EXPECT_FALSE(gateway_reaches("100.64.0.102"));
  // Nor does a service that finds no files take them for files that say nothing.
  start();
  EXPECT_TRUE(are_in_force());
}

TEST_F(FirewallLab, ABootWithDamagedSavedRulesAndNoFilesIsNotOpen) {
  tree().write(kCluster, kEnabled);
  start();
  ASSERT_TRUE(becomes(are_in_force));
  stop(SIGTERM);
  shell("nft flush ruleset");
  std::filesystem::remove_all(tree().path("etc/pve"));
  tree().write(kSaved, "damaged");
  const auto refused = firewall({"start"});
  EXPECT_NE(refused.exit, 0);
  EXPECT_THAT(refused.err, HasSubstr("is the cluster's file system mounted?"));
  const auto boot = firewall({"start", "--boot"});
  EXPECT_EQ(boot.exit, 0) << boot.err;
  EXPECT_THAT(boot.err, HasSubstr("emergency rules are in force"));
  EXPECT_TRUE(are_in_force());
  EXPECT_TRUE(tree().has(kSaved)) << "by them the service knows that there are files to wait for";
}

// The rules stay as they are while they can't be as the files say, and come back if somebody takes them away meanwhile.
TEST_F(FirewallLab, WhatCantBeReplacedIsNotLostEither) {
  tree().write(kCluster, kEnabled);
  start();
  ASSERT_TRUE(becomes(are_in_force));
  ASSERT_TRUE(becomes([&] { return tree().has(kSaved); }));
  {
    const NoLogModule kernel;
    ASSERT_TRUE(NoLogModule::holds());
    tree().write(kHost, "[OPTIONS]\nlog_level_in: info\n");  // nobody's line
    ::poll(nullptr, 0, 3'000);
    shell("nft flush ruleset");
    EXPECT_TRUE(becomes(are_in_force));
  }
  stop(SIGTERM);
  EXPECT_THAT(said, HasSubstr("rules-not-in-force"));
}

TEST_F(FirewallLab, AClusterFileSystemThatComesAfterTheServiceIsNoticed) {
  start();
  tree().write("cluster/firewall/cluster.fw", kEnabled);
  tree().write("cluster/nodes/n1/qemu-server/100.conf", "net0: virtio=02:00:00:00:01:00,bridge=vmbr0,firewall=1\n");
  shell("ip tuntap add dev tap100i0 mode tap");
  ::poll(nullptr, 0, 500);
  EXPECT_FALSE(are_in_force());
  shell("mount --bind " + tree().path("cluster") + " " + tree().path("etc/pve"));
  EXPECT_TRUE(becomes(are_in_force));
  EXPECT_TRUE(becomes([] { return is_port("tap100i0"); })) << "its guests are noticed as well";
  tree().write(kHost, "[RULES]\nIN ACCEPT -p tcp -dport 82\n");
  EXPECT_TRUE(becomes([] { return rules().contains("dport 82"); })) << rules();
  shell("umount -l " + tree().path("etc/pve"));
  ::poll(nullptr, 0, 1'000);
  EXPECT_TRUE(are_in_force()) << "that it has gone is nobody's decision";
}

TEST_F(FirewallLab, AFileThatCantBeReadStaysInForceAndThatIsTold) {
  tree().write(kCluster, kEnabled);
  tree().write(kHost, "[RULES]\nIN ACCEPT -p icmp\n");
  start();
  ASSERT_TRUE(becomes(are_in_force));
  shell("truncate -s 65M " + tree().path(kHost));  // more than is ever read
  tree().write(kCluster, std::string(kEnabled) + "# changed\n");
  tree().write("etc/pve/firewall/100.fw", kEnabled);
  ::poll(nullptr, 0, 500);
  EXPECT_TRUE(gateway_reaches("100.64.0.102"));
  stop(SIGTERM);
  EXPECT_THAT(said, HasSubstr("host.fw"));
  EXPECT_THAT(said, HasSubstr("last good version"));
}

TEST_F(FirewallLab, WhatTheKernelHoldsIsProven) {
  tree().write(kCluster, kEnabled);
  tree().write(kHost, "[RULES]\nIN ACCEPT -p tcp -dport 80\n");
  start();
  ASSERT_TRUE(becomes(are_in_force));
  stop(SIGTERM);
  const Finished equal = firewall({"verify"});
  EXPECT_EQ(equal.exit, 0) << equal.out << equal.err;
  shell("nft insert rule inet drawbridge host-in tcp dport 23 accept");
  const Finished differs = firewall({"verify"});
  EXPECT_EQ(differs.exit, 1);
  EXPECT_THAT(differs.out, HasSubstr("23"));
  EXPECT_THAT(firewall({"--json", "verify"}).out, HasSubstr("\"unexpected\""));
  EXPECT_EQ(firewall({"start"}).exit, 0);
  EXPECT_EQ(firewall({"verify"}).exit, 0);
  shell("nft flush ruleset");
  EXPECT_EQ(firewall({"verify"}).exit, 1);
}

TEST_F(FirewallLab, WhatSomebodyElseDoesToTheRulesIsPutRight) {
  tree().write(kCluster, kEnabled);
  start();
  ASSERT_TRUE(becomes(are_in_force));
  shell("nft flush ruleset");
  EXPECT_TRUE(becomes(are_in_force));
  ::poll(nullptr, 0, 1'500);
  shell("nft insert rule inet drawbridge host-in accept");
  EXPECT_TRUE(becomes([&] { return firewall({"verify"}).exit == 0; }));
  EXPECT_FALSE(gateway_reaches("100.64.0.102"));
  stop(SIGTERM);
  EXPECT_THAT(said, HasSubstr("nft (pid"));
}

TEST_F(FirewallLab, OthersTablesAreLeftAlone) {
  shell("nft 'table inet mine { chain c { type filter hook input priority 5; counter; }; }; table bridge mine { }'");
  tree().write(kCluster, kEnabled);
  start();
  ASSERT_TRUE(becomes(are_in_force));
  firewall({"restart"});
  firewall({"stop"});
  EXPECT_THAT(rules(), HasSubstr("table inet mine"));
  EXPECT_THAT(rules(), HasSubstr("table bridge mine"));
  EXPECT_THAT(rules(), Not(HasSubstr("drawbridge")));
}

TEST_F(FirewallLab, ATrialEndsByItself) {
  tree().write(kCluster, "[OPTIONS]\nenable: " + shell("echo -n $(($(date +%s) - 60 + 6))") + "\n");
  start();
  EXPECT_TRUE(becomes(are_in_force)) << firewall({"check"}).err;
  EXPECT_TRUE(becomes([] { return !are_in_force(); }));
}

}  // namespace
}  // namespace drawbridge::e2e
