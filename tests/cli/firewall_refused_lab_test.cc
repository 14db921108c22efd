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
    EXPECT_THAT(rules(), Not(HasSubstr("dport 80"))) << "left out, closed";
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
  }
  tree().write(kHost, "[RULES]\nIN ACCEPT -p tcp -dport 80 -log info\nIN ACCEPT -p icmp\n");
  EXPECT_TRUE(becomes([] { return rules().contains("dport 80"); })) << rules();
  EXPECT_TRUE(becomes([&] { return firewall({"verify"}).exit == 0; })) << firewall({"verify"}).out;
  EXPECT_THAT(firewall({"status"}).err, Not(HasSubstr("rule-refused")));
  stop(SIGTERM);
  EXPECT_THAT(said, HasSubstr("host.fw:2: error: the kernel refuses"));
}

}  // namespace
}  // namespace drawbridge::e2e
