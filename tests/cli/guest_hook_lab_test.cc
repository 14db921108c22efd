// What LXC and libvirt call, with the words, the environment and the XML that they give.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>

#include <memory>

#include "tests/cli/node.h"

namespace drawbridge::e2e {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* kServer = DRAWBRIDGE_SOURCE_DIR "/tests/guest/libvirt/server.xml";
constexpr const char* kMachine = "etc/pve/nodes/n1/qemu-server/100.conf";

class GuestHookLab : public testing::Test {
 protected:
  void SetUp() override {
    if (const std::string reason = Node::why_not(); !reason.empty()) GTEST_SKIP() << reason;
    node = std::make_unique<Node>();
    node->tree().write(Tree::kInterfaces, kDefaultInterfaces);
    node->tree().write("etc/pve/nodes/n1/lxc/101.conf", "hostname: web\nnet0: name=eth0,bridge=vmbr1,hwaddr=BC:24:11:00:00:01,type=veth\n");
    node->tree().write(kMachine, "name: mail\nnet0: virtio=52:54:00:6B:3C:01,bridge=vmbr1\nnet1: virtio=52:54:00:6B:3C:03,bridge=vmbr1\n");
    for (const auto* bridge : {"br0", "vmbr1"}) shell(std::string("ip link add ") + bridge + " type bridge && ip link set up " + bridge);
  }

  Finished hook(const std::string& name, const std::vector<std::string>& words, const std::string& input = "/dev/null",
                std::vector<std::string> environment = {}) const {
    environment.push_back("DRAWBRIDGE_ROOT=" + node->tree().root());
    environment.emplace_back("DRAWBRIDGE_NODE=n1");
    return run(words, {.environment = environment, .program = "/usr/lib/drawbridge/bin/" + name, .input = input});
  }
  Finished libvirt(const std::string& operation, const std::string& input = kServer) const {
    return hook("libvirt-hook", {"mail & news", operation, operation == "stopped" ? "end" : "begin", "-"}, input);
  }
  /// As libvirt leaves it: in the bridge of the <interface>.
  static void make_tap(const std::string& name) {
    shell("ip tuntap add dev " + name + " mode tap && ip link set " + name + " master br0 up");
  }
  static void make_veth(const std::string& name) { shell("ip link add " + name + " type veth peer name inside"); }
  static bool is_port_of(const std::string& device, const std::string& bridge) {
    return shell("ip -o link show dev " + device).contains("master " + bridge + " ");
  }

  std::unique_ptr<Node> node;
};

TEST_F(GuestHookLab, LibvirtsDeviceBecomesThePortOfItsCard) {
  make_tap("vnet7");
  make_tap("vnet8");
  const auto started = libvirt("started");
  EXPECT_EQ(started.exit, 0) << started.err;
  EXPECT_EQ(started.out, "") << "libvirt takes it for another XML";
  EXPECT_TRUE(is_port_of("vnet7", "vmbr1")) << shell("ip link");
  EXPECT_EQ(shell("cat /proc/sys/net/ipv6/conf/vnet7/disable_ipv6"), "1\n");
  EXPECT_TRUE(is_port_of("vnet8", "br0")) << "it is nobody's";
  EXPECT_THAT(started.err, HasSubstr("type direct has no port"));
  const auto stopped = libvirt("stopped");
  EXPECT_EQ(stopped.exit, 0) << stopped.err;
  EXPECT_THAT(shell("ip -o link show dev vnet7"), Not(HasSubstr("master")));
  EXPECT_TRUE(is_port_of("vnet8", "br0"));
}

// Rules know cards by the names of their devices: under any other it would be a port without a firewall.
TEST_F(GuestHookLab, ACardWithAFirewallNeedsTheNameThatRulesKnow) {
  node->tree().write(kMachine, "net0: virtio=52:54:00:6B:3C:01,bridge=vmbr1,firewall=1\n");
  make_tap("vnet7");
  const auto started = libvirt("start");
  EXPECT_NE(started.exit, 0);
  EXPECT_THAT(started.err, HasSubstr("call the device tap100i0 (libvirt: <target dev='tap100i0'/>)"));
  EXPECT_FALSE(is_port_of("vnet7", "vmbr1"));
}

TEST_F(GuestHookLab, ItIsWiredBeforeTheDomainRuns) {
  EXPECT_EQ(libvirt("start").exit, 0) << "the device may come later";
  make_tap("vnet7");
  EXPECT_EQ(libvirt("start").exit, 0);
  EXPECT_TRUE(is_port_of("vnet7", "vmbr1"));
}

TEST_F(GuestHookLab, LibvirtMayStartWhatIsNotOurs) {
  node->tree().write(kMachine, "net0: virtio=52:54:00:6B:3C:0A,bridge=vmbr1\n");
  make_tap("vnet7");
  const std::string before = node->state();
  const auto started = libvirt("started");
  EXPECT_EQ(started.exit, 0);
  EXPECT_THAT(started.err, HasSubstr("no card of domain 'mail & news' is one of a guest of this node"));
  EXPECT_EQ(node->state(), before);
}

TEST_F(GuestHookLab, WhatCannotBeDoneIsToldAndChangesNothing) {
  const std::string before = node->state();
  const auto missing = libvirt("started");
  EXPECT_EQ(missing.exit, 3);
  EXPECT_THAT(missing.err, HasSubstr("there is no device vnet7"));
  node->tree().write("broken.xml", "<domain>\n<devices>\n<interface");
  const auto broken = libvirt("started", node->tree().path("broken.xml"));
  EXPECT_EQ(broken.exit, 3);
  EXPECT_THAT(broken.err, HasSubstr("domain.xml:3:"));
  const auto again = libvirt("reconnect", node->tree().path("broken.xml"));
  EXPECT_EQ(again.exit, 0) << "libvirt would kill a domain that runs";
  EXPECT_THAT(again.err, HasSubstr("domain.xml:3:"));
  EXPECT_EQ(libvirt("release", node->tree().path("broken.xml")).exit, 0);
  EXPECT_EQ(node->state(), before);
}

TEST_F(GuestHookLab, LxcsDeviceBecomesThePortOfItsCard) {
  make_veth("veth101i0");
  const auto up = hook("lxc-ifup", {"101", "net", "up", "veth", "br0", "veth101i0"});
  EXPECT_EQ(up.exit, 0) << up.err;
  EXPECT_TRUE(is_port_of("veth101i0", "vmbr1")) << shell("ip link");
  const auto down = hook("lxc-ifdown", {"101", "net", "down", "veth", "br0", "veth101i0"});
  EXPECT_EQ(down.exit, 0) << down.err;
  EXPECT_THAT(shell("ip -o link show dev veth101i0"), Not(HasSubstr("master")));
}

TEST_F(GuestHookLab, LxcsDeviceIsFoundByTheContainersConfiguration) {
  make_veth("webhost");
  node->tree().write("web/config", "lxc.net.0.type = veth\nlxc.net.0.veth.pair = webhost\nlxc.net.0.hwaddr = bc:24:11:00:00:01\n");
  const auto up = hook("lxc-ifup", {"veth", "webhost"}, "/dev/null",
                       {"LXC_NAME=web", "LXC_HOOK_SECTION=net", "LXC_HOOK_TYPE=up", "LXC_NET_TYPE=veth", "LXC_NET_PEER=webhost",
                        "LXC_CONFIG_FILE=" + node->tree().path("web/config")});
  EXPECT_EQ(up.exit, 0) << up.err;
  EXPECT_TRUE(is_port_of("webhost", "vmbr1")) << shell("ip link");
}

TEST_F(GuestHookLab, LxcIsToldWhatIsNoCard) {
  make_veth("webhost");
  const std::string before = node->state();
  const auto unknown = hook("lxc-ifup", {"web", "net", "up", "veth", "webhost"});
  EXPECT_EQ(unknown.exit, 3);
  EXPECT_THAT(unknown.err, HasSubstr("webhost of container 'web' is no card of a guest of this node"));
  const auto missing = hook("lxc-ifup", {"101", "net", "up", "veth", "veth101i0"});
  EXPECT_EQ(missing.exit, 3);
  EXPECT_THAT(missing.err, HasSubstr("there is no device veth101i0"));
  EXPECT_EQ(hook("lxc-ifup", {"101"}).exit, 3);
  EXPECT_EQ(node->state(), before);
}

// LXC calls its hook while the device is still there, and its card still names a bridge.
TEST_F(GuestHookLab, WhatTheHookUnpluggedTheServiceLeavesAlone) {
  const auto& tree = node->tree();
  Running service({"--root", tree.root(), "--node", "n1", "daemon"});
  const auto becomes = [](const auto& condition) {
    for (int i = 0; i < 600 && !condition(); ++i) ::poll(nullptr, 0, 20);
    return condition();
  };
  ASSERT_TRUE(becomes([&] { return tree.has("run/drawbridge/service.sock"); }));
  make_veth("veth101i0");
  ASSERT_TRUE(becomes([] { return is_port_of("veth101i0", "vmbr1"); }));
  const std::string monitor = shell("ip -o monitor link >" + tree.path("seen") + " 2>&1 </dev/null & echo $!");
  ::poll(nullptr, 0, 200);  // until it listens
  const auto down = hook("lxc-ifdown", {"101", "net", "down", "veth", "br0", "veth101i0"});
  EXPECT_EQ(down.exit, 0) << down.err;
  shell("ip link set veth101i0 mtu 1400");  // something that wakes the service
  ::poll(nullptr, 0, 1'000);
  shell("kill " + monitor.substr(0, monitor.find('\n')));
  EXPECT_THAT(shell("ip -o link show dev veth101i0"), Not(HasSubstr("master")));
  const auto seen = tree.read("seen");
  EXPECT_THAT(seen.substr(seen.find("mtu 1400")), Not(HasSubstr("master vmbr1"))) << seen;

  // The container starts again, and its device is another one.
  shell("ip link delete veth101i0");
  make_veth("veth101i0");
  EXPECT_TRUE(becomes([] { return is_port_of("veth101i0", "vmbr1"); })) << shell("ip link");
  ::kill(service.pid(), SIGTERM);
  service.wait();
}

}  // namespace
}  // namespace drawbridge::e2e
