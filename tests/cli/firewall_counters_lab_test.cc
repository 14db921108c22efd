// What each line of the firewall's files has matched, with real packets.
#include <gmock/gmock.h>

#include "tests/cli/firewall_lab.h"

namespace drawbridge::e2e {
namespace {

using testing::HasSubstr;

TEST_F(FirewallLab, LinesAreCountedAndKeepTheirCounts) {
  tree().write(kCluster, kEnabled);
  tree().write(kHost, "[RULES]\nIN ACCEPT -p udp -dport 53\nIN ACCEPT -p icmp\n");
  start();
  ASSERT_TRUE(becomes(are_in_force));
  EXPECT_THAT(firewall({"counters"}).err, HasSubstr("counters on"));
  EXPECT_THAT(rules(), testing::Not(HasSubstr("counter")));
  EXPECT_EQ(firewall({"counters", "on"}).exit, 0);
  ASSERT_TRUE(becomes([] { return rules().contains("counter"); }));
  for (int ping = 0; ping < 3; ++ping) ASSERT_TRUE(gateway_reaches("100.64.0.102"));
  const auto counted = [&](const std::string& line, const std::string& packets) {
    const std::string found = firewall({"--json", "counters"}).out;
    return found.contains("host.fw\",\"line\":" + line + ",\"text\":\"IN ACCEPT -p icmp\",\"packets\":" + packets + ",");
  };
  EXPECT_TRUE(counted("3", "3")) << firewall({"--json", "counters"}).out;
  tree().write(kHost, "[RULES]\n\nIN ACCEPT -p udp -dport 54\nIN ACCEPT -p icmp\n");
  ASSERT_TRUE(becomes([] { return rules().contains("dport 54"); })) << rules();
  EXPECT_TRUE(counted("4", "3")) << firewall({"counters"}).out;
  EXPECT_EQ(firewall({"verify"}).exit, 0);
  stop(SIGTERM);
  EXPECT_EQ(firewall({"start"}).exit, 0);
  EXPECT_TRUE(counted("4", "3")) << firewall({"counters"}).out;
  EXPECT_EQ(firewall({"counters", "off"}).exit, 0);
  EXPECT_EQ(firewall({"start"}).exit, 0);
  EXPECT_THAT(rules(), testing::Not(HasSubstr("counter")));
}

}  // namespace
}  // namespace drawbridge::e2e
