// What rules log is in the log files as long as the service runs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>

#include "tests/cli/node.h"

namespace drawbridge::e2e {
namespace {

using testing::HasSubstr;

constexpr const char* kLog = "var/log/pve-firewall.log";
constexpr const char* kJson = "var/log/drawbridge/firewall.json";

class FirewallLogLab : public testing::Test {
 protected:
  void SetUp() override {
    if (const std::string reason = Node::why_not(); !reason.empty()) GTEST_SKIP() << reason;
    node = std::make_unique<Node>();
    tree().write(Tree::kInterfaces, kDefaultInterfaces);
    shell(
        "ip link set lo up && nft 'table inet t { chain c { type filter hook output priority 0; "
        "ip daddr 127.0.0.1 icmp type echo-request log prefix \":0:6:PVEFW-HOST-OUT: DROP: #host.fw:3\" group 0 drop; }; }'");
    service = std::make_unique<Running>(std::vector<std::string>{"--root", tree().root(), "--node", "n1", "daemon"});
    ASSERT_TRUE(becomes([&] { return tree().has("run/drawbridge/service.sock"); }));
  }
  void TearDown() override {
    if (!service) return;
    ::kill(service->pid(), SIGTERM);
    service->wait();
  }

  const Tree& tree() const { return node->tree(); }
  std::string log() const { return tree().has(kLog) ? tree().read(kLog) : std::string(); }
  static void ping() { shell("ping -c 1 -W 0.1 127.0.0.1"); }
  static bool becomes(const std::function<bool()>& condition) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!condition()) {
      if (std::chrono::steady_clock::now() > until) return false;
      ::poll(nullptr, 0, 5);
    }
    return true;
  }

  std::unique_ptr<Node> node;
  std::unique_ptr<Running> service;
};

TEST_F(FirewallLogLab, EachPacketIsALineAndAnObject) {
  ping();
  ASSERT_TRUE(becomes([&] { return log().ends_with('\n'); }));
  EXPECT_THAT(log(), HasSubstr("0 6 PVEFW-HOST-OUT "));
  EXPECT_THAT(log(), HasSubstr(" DROP: OUT=lo SRC=127.0.0.1 DST=127.0.0.1 LEN=84 "));
  EXPECT_THAT(log(), HasSubstr("PROTO=ICMP TYPE=8 CODE=0 ID="));
  ASSERT_TRUE(becomes([&] { return tree().has(kJson); }));
  EXPECT_THAT(tree().read(kJson), HasSubstr(R"("chain":"PVEFW-HOST-OUT","action":"DROP","rule":"host.fw:3","in":null,"out":"lo",)"));
}

TEST_F(FirewallLogLab, RotationLosesNothing) {
  ping();
  ASSERT_TRUE(becomes([&] { return log().ends_with('\n'); }));
  std::filesystem::rename(tree().root() + "/" + kLog, tree().root() + "/" + kLog + ".1");
  ping();
  ASSERT_TRUE(becomes([&] { return log().ends_with('\n'); }));
  EXPECT_EQ(std::ranges::count(log(), '\n'), 1);
  EXPECT_EQ(std::ranges::count(tree().read(std::string(kLog) + ".1"), '\n'), 1);
}

TEST_F(FirewallLogLab, IsShownAsItGrowsWithTheRuleOfEachLine) {
  ping();
  ASSERT_TRUE(becomes([&] { return tree().has(kJson); }));
  const Finished shown = node->run({"firewall", "log"});
  EXPECT_EQ(shown.exit, 0) << shown.err;
  EXPECT_THAT(shown.out, HasSubstr("host      DROP          host.fw:3      >lo SRC=127.0.0.1 DST=127.0.0.1 "));
  EXPECT_EQ(node->run({"firewall", "log", "--guest", "100"}).out, "");
  EXPECT_THAT(node->run({"firewall", "log", "--rule", "host.fw", "--json"}).out, HasSubstr(R"("rule":"host.fw:3")"));

  Running follower({"--root", tree().root(), "firewall", "log", "--follow", "--json"});
  ping();
  ASSERT_TRUE(becomes([&] { return std::ranges::count(tree().read(kJson), '\n') == 2; }));
  ::poll(nullptr, 0, 500);
  ::kill(follower.pid(), SIGTERM);
  EXPECT_EQ(std::ranges::count(follower.wait().out, '\n'), 2);
}

TEST_F(FirewallLogLab, ASecondServiceOfTheNamespaceLeavesTheLogToTheFirst) {
  const Tree other;
  other.write(Tree::kInterfaces, kDefaultInterfaces);
  Running second({"--root", other.root(), "--node", "n1", "daemon"});
  ASSERT_TRUE(becomes([&] { return other.has("run/drawbridge/service.sock"); }));
  ::kill(second.pid(), SIGTERM);
  const Finished finished = second.wait();
  EXPECT_EQ(finished.exit, 0);
  EXPECT_THAT(finished.err, HasSubstr("the firewall's log is not written: "));
}

}  // namespace
}  // namespace drawbridge::e2e
