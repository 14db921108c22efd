// Containers of one program, started by Debian's LXC: wired by the hook that it calls, as files of ours or of somebody else's say.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <memory>

#include "tests/cli/must_run.h"
#include "tests/cli/node.h"

namespace drawbridge::e2e {
namespace {

using testing::HasSubstr;
using testing::Not;

class ContainerLab : public testing::Test {
 protected:
  void SetUp() override {
    if (const std::string reason = Node::why_not(); !reason.empty()) GTEST_SKIP() << reason;
    if (::access("/usr/bin/lxc-start", X_OK) != 0 || ::access("/bin/busybox", X_OK) != 0) DRAWBRIDGE_CANT_RUN("no lxc-start or no busybox");
    node = std::make_unique<Node>();
    node->tree().write(Tree::kInterfaces, kDefaultInterfaces);
    shell("ip link add vmbr1 type bridge && ip addr add 192.0.2.1/24 dev vmbr1 && ip link set up vmbr1");
    rootfs = node->tree().path("rootfs");
    for (const auto* folder : {"bin", "sbin", "proc", "sys", "dev"}) std::filesystem::create_directories(rootfs + "/" + folder);
    std::filesystem::copy_file("/bin/busybox", rootfs + "/bin/busybox");
    node->tree().write("rootfs/sbin/init", "#!/bin/busybox sh\ntrap 'exit 0' PWR TERM\n/bin/busybox sleep 600 &\nwait\n");
    std::filesystem::permissions(rootfs + "/sbin/init", std::filesystem::perms(0755));
  }
  void TearDown() override {
    if (node) guest({"stop", "101", "--force"});
  }
  Finished guest(std::vector<std::string> words) const {
    words.insert(words.begin(), {"--node", "n1", "guest"});
    return node->run(std::move(words));
  }
  static bool is_port_of(const std::string& device, const std::string& bridge) {
    return shell("ip -o link show dev " + device).contains("master " + bridge + " ");
  }

  std::unique_ptr<Node> node;
  std::string rootfs;
};

TEST_F(ContainerLab, SomebodyElsesConfigurationCallsTheHook) {
  const auto& tree = node->tree();
  tree.write("etc/pve/nodes/n1/lxc/101.conf", "hostname: web\nnet0: name=eth0,bridge=vmbr1,hwaddr=BC:24:11:00:00:01,type=veth\n");
  std::filesystem::create_directories(tree.path("hooks"));
  for (const auto* name : {"lxc-ifup", "lxc-ifdown"}) std::filesystem::create_symlink(DRAWBRIDGE_PROGRAM, tree.path("hooks/") + name);
  tree.write("lxc/101/config", "lxc.uts.name = web\nlxc.rootfs.path = dir:" + rootfs +
                                   "\nlxc.apparmor.profile = unconfined\n"
                                   "lxc.net.0.type = veth\nlxc.net.0.veth.pair = veth101i0\nlxc.net.0.name = eth0\n"
                                   "lxc.net.0.flags = up\nlxc.net.0.ipv4.address = 192.0.2.7/24\n"
                                   "lxc.net.0.hwaddr = BC:24:11:00:00:01\nlxc.net.0.script.up = " +
                                   tree.path("hooks/lxc-ifup") + "\nlxc.net.0.script.down = " + tree.path("hooks/lxc-ifdown") + "\n");
  const std::string lxc = " -P " + tree.path("lxc") + " -n 101";
  const auto started = shell("DRAWBRIDGE_ROOT=" + tree.root() + " DRAWBRIDGE_NODE=n1 timeout 60 lxc-start -d -o " + tree.path("log") + lxc);
  EXPECT_EQ(started, "") << tree.read("log");
  EXPECT_TRUE(is_port_of("veth101i0", "vmbr1")) << shell("ip link") << tree.read("log");
  EXPECT_EQ(shell("cat /proc/sys/net/ipv6/conf/veth101i0/disable_ipv6"), "1\n") << "as the card's port";
  EXPECT_THAT(shell("ping -c 2 -w 10 192.0.2.7"), HasSubstr(" 0% packet loss"));
  EXPECT_EQ(shell("timeout 60 lxc-stop -k" + lxc), "");
  EXPECT_THAT(shell("ip -o link"), Not(HasSubstr("veth101i0")));
}

TEST_F(ContainerLab, StartsTalksAndStops) {
  const auto created = guest({"create", "101", "--lxc", "hostname=web", "rootfs=" + rootfs, "memory=64", "cores=1",
                              "net0=name=eth0,bridge=vmbr1,ip=192.0.2.7/24,gw=192.0.2.1", "net1=name=eth1,bridge=vmbr1,link_down=1"});
  ASSERT_EQ(created.exit, 0) << created.err;
  const auto started = guest({"start", "101"});
  ASSERT_EQ(started.exit, 0) << started.err;
  EXPECT_TRUE(is_port_of("veth101i0", "vmbr1")) << shell("ip link");
  EXPECT_FALSE(is_port_of("veth101i1", "vmbr1")) << "its cable is out";
  EXPECT_THAT(shell("ping -c 2 -w 10 192.0.2.7"), HasSubstr(" 0% packet loss"));
  EXPECT_THAT(guest({"list"}).out, HasSubstr("running"));
  EXPECT_EQ(guest({"start", "101"}).exit, 4);
  EXPECT_EQ(guest({"delete", "101"}).exit, 4);
  const auto stopped = guest({"stop", "101", "--timeout", "20"});
  EXPECT_EQ(stopped.exit, 0) << stopped.err;
  EXPECT_THAT(stopped.err + stopped.out, HasSubstr("is stopped"));
  EXPECT_THAT(shell("ip -o link"), Not(HasSubstr("veth101")));
  EXPECT_FALSE(node->tree().has("run/drawbridge/guests/lxc/101/config"));
  EXPECT_EQ(guest({"stop", "101"}).exit, 0);
}

TEST_F(ContainerLab, WhatCantBeStartedIsToldWithItsLine) {
  node->tree().write("etc/pve/nodes/n1/lxc/101.conf", "hostname: web\nrootfs: local:101/disk.raw\nunprivileged: 1\n");
  const auto refused = guest({"start", "101"});
  EXPECT_EQ(refused.exit, 3) << refused.err;
  EXPECT_THAT(refused.err, HasSubstr("101.conf:3:"));
  node->tree().write("etc/pve/nodes/n1/lxc/101.conf", "hostname: web\nrootfs: /nonexistent\n");
  const auto failed = guest({"start", "101"});
  EXPECT_EQ(failed.exit, 4) << failed.err;
  EXPECT_THAT(failed.err, HasSubstr("LXC could not start it: "));
  EXPECT_FALSE(node->tree().has("run/drawbridge/guests/lxc/101/config"));
}

/// Needs no LXC: on the contrary.
TEST(ContainerWithoutLxc, StartSaysWhatIsMissing) {
  if (const std::string reason = Node::why_not(); !reason.empty()) GTEST_SKIP() << reason;
  const Node node;
  node.tree().write(Tree::kInterfaces, kDefaultInterfaces);
  std::filesystem::create_directories(node.tree().path("rootfs/sbin"));
  node.tree().write("etc/pve/nodes/n1/lxc/101.conf", "hostname: web\nrootfs: " + node.tree().path("rootfs") + "\n");
  const std::string paths = std::getenv("PATH");
  ::setenv("PATH", "/nonexistent", 1);
  const auto started = node.run({"--node", "n1", "guest", "start", "101"});
  const auto stopped = node.run({"--node", "n1", "guest", "stop", "101"});
  ::setenv("PATH", paths.c_str(), 1);
  EXPECT_NE(started.exit, 0);
  EXPECT_THAT(started.err, HasSubstr("started by LXC, which is not here"));
  EXPECT_THAT(started.err, HasSubstr("apt install lxc"));
  EXPECT_FALSE(node.tree().has("run/drawbridge/guests/lxc/101/config")) << "nothing is left behind";
  EXPECT_THAT(stopped.err, Not(HasSubstr("LXC could not stop it")));
}

}  // namespace
}  // namespace drawbridge::e2e
