// A line that the kernel refuses: all others are in force, and it opens nothing.
#include <gmock/gmock.h>

#include "tests/cli/firewall_lab.h"

namespace drawbridge::e2e {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST_F(FirewallLab, ALineThatTheKernelRefusesKeepsNoOtherFromBeingInForce) {
  tree().write(kCluster, kEnabled);
  start();
  ASSERT_TRUE(becomes(are_in_force));
  {
    const NoLogModule kernel;
    ASSERT_TRUE(NoLogModule::holds()) << shell("lsmod");
    tree().write(
        kHost, "[RULES]\nIN ACCEPT -p tcp -dport 80 -log info\nIN DROP -p icmp -log info\nIN ACCEPT -p icmp\nIN ACCEPT -p tcp -dport 82\n");
    ASSERT_TRUE(becomes([] { return rules().contains("dport 82"); })) << rules();
    EXPECT_THAT(rules(), HasSubstr("dport 80")) << "it is the log that can't be, not the rule";
    EXPECT_THAT(rules(), Not(HasSubstr("log prefix")));
    EXPECT_FALSE(gateway_reaches("100.64.0.102")) << "what blocks goes on to block";
    ASSERT_TRUE(becomes([&] { return firewall({"status"}).err.contains("rule-refused"); }));
    const std::string told = firewall({"status"}).err;
    EXPECT_THAT(told, HasSubstr("host.fw:2: error: the kernel refuses"));
    EXPECT_THAT(told, HasSubstr("host.fw:3: error: the kernel refuses"));
    EXPECT_THAT(firewall({"--json", "status"}).out, HasSubstr("\"code\":\"rule-refused\""));
    const Finished verified = firewall({"verify"});
    EXPECT_EQ(verified.exit, 1);
    EXPECT_THAT(verified.out, HasSubstr("host.fw:2"));
    EXPECT_THAT(verified.out, Not(HasSubstr("host.fw:5"))) << verified.out;
    // Further changes begin with what is known, wherever it stands.
    tree().write(kHost, "[RULES]\nIN ACCEPT -p icmp\nIN ACCEPT -p tcp -dport 80 -log info\n");
    EXPECT_TRUE(becomes([&] { return gateway_reaches("100.64.0.102"); }));
    EXPECT_TRUE(becomes([&] { return firewall({"status"}).err.contains("host.fw:3: error: the kernel refuses"); }));
  }
  EXPECT_EQ(firewall({"start"}).exit, 0) << "whoever has mended the kernel says so";
  EXPECT_THAT(rules(), HasSubstr("log prefix"));
  EXPECT_TRUE(becomes([&] { return firewall({"verify"}).exit == 0; })) << firewall({"verify"}).out;
  EXPECT_THAT(firewall({"status"}).err, Not(HasSubstr("rule-refused")));
  ::poll(nullptr, 0, 2'000);
  EXPECT_THAT(rules(), HasSubstr("log prefix")) << "the service does not know better";
  stop(SIGTERM);
  EXPECT_THAT(said, HasSubstr("host.fw:2: error: the kernel refuses"));
}

TEST_F(FirewallLab, ManyLinesThatTheKernelRefusesAreNoMoreThanOne) {
  tree().write(kCluster, kEnabled);
  start();
  ASSERT_TRUE(becomes(are_in_force));
  const NoLogModule kernel;
  ASSERT_TRUE(NoLogModule::holds());
  std::string lines = "[RULES]\n";
  for (int port = 1000; port < 1200; ++port) lines += "IN ACCEPT -p tcp -dport " + std::to_string(port) + " -log info\n";
  tree().write(kHost, lines + "IN ACCEPT -p icmp\n");
  EXPECT_TRUE(becomes([] { return rules().contains("dport 1199"); })) << rules();
  EXPECT_TRUE(gateway_reaches("100.64.0.102"));
  ASSERT_TRUE(becomes([&] { return firewall({"status"}).err.contains("168 lines more"); })) << firewall({"status"}).err;
}

/// Somebody who changes rulesets of his own all the time.
class Churn {
 public:
  Churn()
      : pid_(shell("(while :; do echo add table inet churn; echo delete table inet churn; done | nft -i) >/dev/null 2>&1 </dev/null & echo "
                   "-n $!")) {}
  ~Churn() { shell("pkill -P " + pid_ + "; kill " + pid_); }
  Churn(const Churn&) = delete;
  Churn& operator=(const Churn&) = delete;

 private:
  std::string pid_;
};

TEST_F(FirewallLab, WhoeverChangesRulesetsAllTheTimeKeepsNoNewRulesOut) {
  tree().write(kCluster, kEnabled);
  tree().write(kHost, "[RULES]\nIN ACCEPT -p tcp -dport 80\n");
  start();
  ASSERT_TRUE(becomes([&] { return are_in_force() && tree().has(kSaved); }));
  stop(SIGKILL);
  std::string lines = "[RULES]\n";
  for (int port = 1000; port < 1200; ++port)
    lines += "IN ACCEPT -p tcp -source 10.0.0." + std::to_string(port % 200) + " -dport " + std::to_string(port) + "\n";
  tree().write(kHost, lines + "IN ACCEPT -p icmp\n");
  const Churn churn;  // nft could not list anything now
  start();
  EXPECT_TRUE(becomes([&] { return gateway_reaches("100.64.0.102"); }));
  ::poll(nullptr, 0, 3'000);
  EXPECT_TRUE(gateway_reaches("100.64.0.102")) << "what was in force last does not come back";
  tree().write(kHost, lines);
  EXPECT_TRUE(becomes([&] { return !gateway_reaches("100.64.0.102"); }));
  stop(SIGTERM);
  EXPECT_THAT(said, Not(HasSubstr("last in force")));
  EXPECT_THAT(said, Not(HasSubstr("rules-not-in-force"))) << said;
}

}  // namespace
}  // namespace drawbridge::e2e
