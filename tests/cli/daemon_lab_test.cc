// Commands that run in the service: the same answers, from another process.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <memory>

#include "tests/cli/node.h"

namespace drawbridge::e2e {
namespace {

using testing::HasSubstr;

constexpr const char* kSocket = "run/drawbridge/service.sock";

/// A line whose command tells the processes above it.
std::string lineage_hook(const Tree& tree) {
  return "\tup p=$$; while [ $p -gt 1 ]; do echo $p; p=$(sed 's/.*) . //' /proc/$p/stat | cut -d' ' -f1); done >" + tree.path("lineage") +
         "\n";
}

class DaemonLab : public testing::Test {
 protected:
  void SetUp() override {
    if (const std::string reason = Node::why_not(); !reason.empty()) GTEST_SKIP() << reason;
    node = std::make_unique<Node>();
    tree().write(Tree::kInterfaces, kDefaultInterfaces + lineage_hook(tree()));
  }
  const Tree& tree() const { return node->tree(); }
  void start() {
    service = std::make_unique<Running>(std::vector<std::string>{"--root", tree().root(), "daemon"});
    for (int i = 0; i < 500 && !tree().has(kSocket); ++i) ::poll(nullptr, 0, 10);
    ASSERT_TRUE(tree().has(kSocket));
  }
  void stop() {
    if (!service) return;
    ::kill(service->pid(), SIGTERM);
    EXPECT_EQ(service->wait().exit, 0);
    service.reset();
  }
  void TearDown() override { stop(); }
  bool ran_in_service() const { return ("\n" + tree().read("lineage")).contains("\n" + std::to_string(service->pid()) + "\n"); }

  std::unique_ptr<Node> node;
  std::unique_ptr<Running> service;
};

TEST_F(DaemonLab, AppliesAsTheCommandItselfWould) {
  start();
  const auto up = node->run({"ifreload", "-a"});
  EXPECT_EQ(up.exit, 0) << up.err;
  EXPECT_TRUE(node->has_address("100.64.0.102/22"));
  EXPECT_TRUE(ran_in_service()) << tree().read("lineage");
  EXPECT_EQ(node->run({"ifquery", "-a", "-c"}).exit, 0);
  EXPECT_EQ(node->run({"network", "plan"}).out, node->run({"network", "plan"}, {.environment = {"DRAWBRIDGE_SERVICE=off"}}).out);
}

TEST_F(DaemonLab, SeesEveryChangeOfFileAndKernel) {
  start();
  ASSERT_EQ(node->run({"ifreload", "-a"}).exit, 0);
  tree().write(Tree::kInterfaces, with(tree().read(Tree::kInterfaces), "100.64.0.102/22", "100.64.0.103/22"));
  ASSERT_EQ(node->run({"ifreload", "-a"}).exit, 0);
  EXPECT_TRUE(node->has_address("100.64.0.103/22"));
  EXPECT_FALSE(node->has_address("100.64.0.102/22"));
  shell("ip addr del 100.64.0.103/22 dev vmbr0");
  EXPECT_EQ(node->run({"network", "status", "--check"}).exit, 1);
  ASSERT_EQ(node->run({"ifreload", "-a"}).exit, 0);
  EXPECT_TRUE(node->has_address("100.64.0.103/22"));
  shell("ip link set vmbr0 mtu 1400 && ip link set vmbr0 mtu 1500 && ip link delete vmbr0");
  ASSERT_EQ(node->run({"ifreload", "-a"}).exit, 0);
  EXPECT_TRUE(node->has_address("100.64.0.103/22"));
  EXPECT_EQ(node->run({"network", "status", "--check"}).exit, 0);
}

TEST_F(DaemonLab, ASourcedFileIsWatchedToo) {
  tree().write(Tree::kInterfaces, std::string(kDefaultInterfaces) + "\nsource /etc/network/interfaces.d/*\n");
  start();
  ASSERT_EQ(node->run({"ifreload", "-a"}).exit, 0);
  tree().write("etc/network/interfaces.d/guests", "auto vmbr7\niface vmbr7 inet static\n\taddress 10.7.0.1/24\n\tbridge-ports none\n");
  ASSERT_EQ(node->run({"ifreload", "-a"}).exit, 0);
  EXPECT_TRUE(node->has_address("10.7.0.1/24"));
}

TEST_F(DaemonLab, MistakesAreToldWhereTheCommandWasTyped) {
  start();
  tree().write(Tree::kInterfaces, std::string(kDefaultInterfaces) + "\tmtu many\n");
  const auto refused = node->run({"network", "apply", "--yes"});
  EXPECT_EQ(refused.exit, 3);
  EXPECT_THAT(refused.err, HasSubstr("interfaces:13:"));
}

TEST_F(DaemonLab, ABadChangeIsUndoneHereAsWell) {
  start();
  ASSERT_EQ(node->run({"ifreload", "-a"}).exit, 0);
  const auto before = node->state();
  tree().write(Tree::kInterfaces, with(kDefaultInterfaces, "100.64.0.102/22", "192.0.2.2/24"));
  const auto undone = node->run({"network", "apply", "--yes", "--confirm-within", "1"});
  EXPECT_EQ(undone.exit, 5) << undone.err;
  EXPECT_EQ(node->state(), before);
}

TEST_F(DaemonLab, WithoutTheServiceCommandsRunByThemselves) {
  start();
  ASSERT_EQ(node->run({"ifreload", "-a"}, {.environment = {"DRAWBRIDGE_SERVICE=off"}}).exit, 0);
  EXPECT_FALSE(ran_in_service());
  ::kill(service->pid(), SIGKILL);
  service->wait();
  service.reset();
  shell("ip link delete vmbr0");
  EXPECT_EQ(node->run({"ifreload", "-a"}).exit, 0);
  EXPECT_TRUE(node->has_address("100.64.0.102/22"));
}

TEST_F(DaemonLab, AnotherNetworkNamespaceIsNotServed) {
  start();
  const auto there = node->run({"network", "plan"});
  EXPECT_THAT(there.out, HasSubstr("vmbr0"));
  const auto elsewhere = run({"--root", tree().root(), "network", "snapshot"});
  EXPECT_EQ(elsewhere.exit, 0);
  const auto words = shell("unshare -n " DRAWBRIDGE_PROGRAM " --root " + tree().root() + " ifup -n vmbr0 2>&1");
  EXPECT_THAT(words, HasSubstr("enp5s0")) << "the NIC of this namespace is missing in the other one";
}

}  // namespace
}  // namespace drawbridge::e2e
