// apply, confirm, rollback and their kin on a real kernel.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <chrono>
#include <thread>

#include "tests/cli/node.h"

namespace drawbridge::e2e {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

namespace json = boost::json;

class ApplyLab : public testing::Test {
 protected:
  void SetUp() override {
    if (const std::string reason = Node::why_not(); !reason.empty()) GTEST_SKIP() << reason;
    node = std::make_unique<Node>();
    tree().write(Tree::kInterfaces, kDefaultInterfaces);
  }

  const Tree& tree() const { return node->tree(); }

  /// The default configuration, applied and confirmed.
  void bring_up() {
    const auto applied = node->run({"network", "apply", "--yes"});
    ASSERT_EQ(applied.exit, 0) << applied.out << applied.err;
  }

  /// The management address in a wrong subnet, gateway gone.
  void make_bad_change() {
    const auto set = node->run({"network", "set", "vmbr0", "cidr=10.77.0.5/24", "--delete", "gateway"});
    ASSERT_EQ(set.exit, 0) << set.err;
  }

  /// Until the change awaits its confirmation; false after ten seconds.
  bool wait_until_awaiting() const {
    for (int i = 0; i < 200; ++i) {
      if (node->run({"network", "status", "--json"}).out.find("\"awaiting\"") != std::string::npos) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    return false;
  }

  std::unique_ptr<Node> node;
};

TEST_F(ApplyLab, TheDefaultConfiguration) {
  const auto applied = node->run({"network", "apply", "--yes"});
  EXPECT_EQ(applied.exit, 0) << applied.out << applied.err;
  EXPECT_THAT(applied.out, HasSubstr("Applied "));
  EXPECT_TRUE(node->has_address("100.64.0.102/22"));
  EXPECT_THAT(shell("ip -o link show enp5s0"), HasSubstr("master vmbr0"));
  EXPECT_THAT(shell("ip route"), HasSubstr("default via 100.64.0.1 dev vmbr0"));
  EXPECT_THAT(shell("ping -c 1 -W 3 100.64.0.1"), HasSubstr(" 0% packet loss"));
  const auto show = node->run({"network", "show"});
  EXPECT_THAT(show.out, HasSubstr("vmbr0"));
  EXPECT_THAT(show.out, HasSubstr("Yes"));
}

TEST_F(ApplyLab, TwiceIsNothing) {
  tree().write(Tree::kInterfaces, std::string(kDefaultInterfaces) + "\tpost-up echo ran >> " + tree().path("hooks") + "\n");
  bring_up();
  EXPECT_EQ(tree().read("hooks"), "ran\n");
  EXPECT_EQ(node->run({"network", "plan", "--json"}).out, "[]\n");
  const auto again = node->run({"network", "apply", "--yes", "--json"});
  EXPECT_EQ(again.exit, 0) << again.err;
  const auto document = json::parse(again.out);
  EXPECT_EQ(document.at("outcome").as_string(), "nothing-to-do");
  EXPECT_THAT(document.at("plan").as_array(), IsEmpty());
  EXPECT_EQ(tree().read("hooks"), "ran\n");
}

TEST_F(ApplyLab, AsDocument) {
  const auto applied = node->run({"network", "apply", "--yes", "--json"});
  EXPECT_EQ(applied.exit, 0) << applied.err;
  const auto document = json::parse(applied.out);
  EXPECT_EQ(document.at("outcome").as_string(), "confirmed");
  EXPECT_GE(document.at("generation").as_int64(), 1);
  EXPECT_GT(document.at("facts_verified").as_int64(), 0);
  EXPECT_FALSE(document.at("plan").as_array().empty());
  EXPECT_TRUE(document.at("warnings").is_array());
}

TEST_F(ApplyLab, APendingChangeBecomesTheRunningOne) {
  bring_up();
  ASSERT_EQ(node->run({"network", "set", "vmbr0", "cidr=100.64.0.103/22"}).exit, 0);
  const auto applied = node->run({"network", "apply", "--yes"});
  EXPECT_EQ(applied.exit, 0) << applied.err;
  EXPECT_FALSE(tree().has(Tree::kPending));
  EXPECT_THAT(tree().read(Tree::kInterfaces), HasSubstr("100.64.0.103/22"));
  EXPECT_TRUE(node->has_address("100.64.0.103/22"));
  EXPECT_FALSE(node->has_address("100.64.0.102/22"));
}

TEST_F(ApplyLab, ABadChangeIsUndoneWhenTheGatewayIsLost) {
  bring_up();
  const std::string before = node->state();
  make_bad_change();
  const auto applied = node->run({"network", "apply", "--yes"});
  EXPECT_EQ(applied.exit, 5) << applied.out << applied.err;
  EXPECT_THAT(applied.out, HasSubstr("Rolled back"));
  EXPECT_EQ(node->state(), before);
  EXPECT_EQ(tree().read(Tree::kInterfaces), kDefaultInterfaces);
  EXPECT_TRUE(tree().has(Tree::kPending));
}

TEST_F(ApplyLab, WithoutConfirmationItIsUndoneAtTheDeadline) {
  bring_up();
  const std::string before = node->state();
  make_bad_change();
  const auto applied = node->run({"network", "apply", "--confirm-within", "1", "--json"});
  EXPECT_EQ(applied.exit, 5) << applied.err;
  EXPECT_EQ(json::parse(applied.out).at("outcome").as_string(), "rolled-back");
  EXPECT_EQ(node->state(), before);
  EXPECT_EQ(tree().read(Tree::kInterfaces), kDefaultInterfaces);
  EXPECT_EQ(node->run({"network", "confirm"}).exit, 1);
}

TEST_F(ApplyLab, AConfirmationFromElsewhereKeepsIt) {
  bring_up();
  make_bad_change();
  Running apply({"--root", tree().root(), "network", "apply", "--confirm-within", "30"});
  ASSERT_TRUE(wait_until_awaiting());
  EXPECT_EQ(tree().read(Tree::kInterfaces), kDefaultInterfaces);
  EXPECT_EQ(node->run({"network", "apply", "--yes"}).exit, 4);
  const auto confirmed = node->run({"network", "confirm"});
  EXPECT_EQ(confirmed.exit, 0) << confirmed.err;
  const auto applied = apply.wait();
  EXPECT_EQ(applied.exit, 0) << applied.out << applied.err;
  EXPECT_TRUE(node->has_address("10.77.0.5/24"));
  EXPECT_THAT(tree().read(Tree::kInterfaces), HasSubstr("10.77.0.5/24"));
}

TEST_F(ApplyLab, ARollbackFromElsewhereUndoesIt) {
  bring_up();
  const std::string before = node->state();
  make_bad_change();
  Running apply({"--root", tree().root(), "network", "apply", "--confirm-within", "30"});
  ASSERT_TRUE(wait_until_awaiting());
  const auto undone = node->run({"network", "rollback"});
  EXPECT_EQ(undone.exit, 0) << undone.err;
  EXPECT_EQ(apply.wait().exit, 5);
  EXPECT_EQ(node->state(), before);
}

TEST_F(ApplyLab, WithoutWaitingAGuardKeepsTheDeadline) {
  bring_up();
  const std::string before = node->state();
  make_bad_change();
  const auto applied = node->run({"network", "apply", "--yes", "--confirm-within", "2", "--no-wait", "--json"});
  EXPECT_EQ(applied.exit, 0) << applied.err;
  EXPECT_EQ(json::parse(applied.out).at("outcome").as_string(), "awaiting");
  EXPECT_TRUE(node->has_address("10.77.0.5/24"));
  for (int i = 0; i < 100 && node->state() != before; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(100));
  EXPECT_EQ(node->state(), before);
}

TEST_F(ApplyLab, AKilledTerminalDoesNotKeepABadChange) {
  bring_up();
  const std::string before = node->state();
  make_bad_change();
  Running apply({"--root", tree().root(), "network", "apply", "--confirm-within", "3"});
  ASSERT_TRUE(wait_until_awaiting());
  ::kill(apply.pid(), SIGHUP);
  EXPECT_EQ(apply.wait().exit, 128 + SIGHUP);
  for (int i = 0; i < 100 && node->state() != before; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(100));
  EXPECT_EQ(node->state(), before);
}

TEST_F(ApplyLab, AMissingNicIsRefusedUnlessForced) {
  tree().write(Tree::kInterfaces, with(kDefaultInterfaces, "enp5s0", "enp9s0"));
  const auto refused = node->run({"network", "apply", "--yes"});
  EXPECT_EQ(refused.exit, 3) << refused.out;
  EXPECT_THAT(refused.err, HasSubstr("enp9s0"));
  EXPECT_THAT(shell("ip link show vmbr0"), HasSubstr("does not exist"));
  const auto forced = node->run({"network", "apply", "--yes", "--force"});
  EXPECT_EQ(forced.exit, 0) << forced.err;
  EXPECT_TRUE(node->has_address("100.64.0.102/22"));
}

TEST_F(ApplyLab, AKindThatTheKernelLacksLeadsBack) {
  const bool has_bonds = shell("ip link add bond9 type bond && ip link delete bond9 && echo yes").contains("yes");
  tree().write(Tree::kInterfaces, std::string(kDefaultInterfaces) + "\nauto bond0\niface bond0 inet manual\n\tbond-slaves none\n");
  const auto applied = node->run({"network", "apply", "--yes"});
  EXPECT_EQ(applied.exit, has_bonds ? 0 : 5) << applied.out << applied.err;
  if (has_bonds) return;
  EXPECT_THAT(applied.err, HasSubstr("bond0"));
  EXPECT_THAT(shell("ip link show vmbr0"), HasSubstr("does not exist"));
}

TEST_F(ApplyLab, ABrokenFileChangesNothing) {
  tree().write(Tree::kInterfaces, with(kDefaultInterfaces, "100.64.0.102/22", "100.64.0.302/22"));
  const auto refused = node->run({"network", "apply", "--yes"});
  EXPECT_EQ(refused.exit, 3);
  EXPECT_THAT(refused.err, HasSubstr("interfaces:8:10: error: "));
  EXPECT_THAT(shell("ip link show vmbr0"), HasSubstr("does not exist"));
}

TEST_F(ApplyLab, HistoryAndTheWayBackToAGeneration) {
  bring_up();
  ASSERT_EQ(node->run({"network", "set", "vmbr0", "cidr=100.64.0.103/22"}).exit, 0);
  ASSERT_EQ(node->run({"network", "apply", "--yes"}).exit, 0);
  const auto history = json::parse(node->run({"network", "history", "--json"}).out).as_array();
  ASSERT_GE(history.size(), 2U);
  const auto first = std::to_string(history.at(history.size() - 2).at("generation").as_int64());
  EXPECT_THAT(node->run({"network", "history"}).out, HasSubstr("Generation"));
  const auto back = node->run({"network", "rollback", first, "--yes"});
  EXPECT_EQ(back.exit, 0) << back.out << back.err;
  EXPECT_TRUE(node->has_address("100.64.0.102/22"));
  EXPECT_EQ(tree().read(Tree::kInterfaces), kDefaultInterfaces);
}

TEST_F(ApplyLab, StatusTellsDrift) {
  bring_up();
  EXPECT_EQ(node->run({"network", "status", "--check"}).exit, 0);
  shell("ip address del 100.64.0.102/22 dev vmbr0");
  const auto drifted = node->run({"network", "status", "--check", "--json"});
  EXPECT_EQ(drifted.exit, 1) << drifted.err;
  EXPECT_FALSE(json::parse(drifted.out).at("drift").as_array().empty());
  EXPECT_THAT(node->run({"network", "status"}).out, HasSubstr("add-address"));
}

TEST_F(ApplyLab, ASnapshotIsWhatAPlanReads) {
  tree().write("before.json", node->run({"network", "snapshot"}).out);
  const auto live = node->run({"network", "plan", "--json"});
  EXPECT_EQ(live.exit, 0) << live.err;
  const auto recorded = node->run({"network", "plan", "--json", "--against", tree().path("before.json")});
  EXPECT_EQ(recorded.out, live.out);
}

}  // namespace
}  // namespace drawbridge::e2e
