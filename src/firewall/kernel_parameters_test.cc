#include "firewall/kernel_parameters.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace drawbridge::firewall {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const std::string kMax = "/proc/sys/net/netfilter/nf_conntrack_max";
const std::string kBuckets = "/sys/module/nf_conntrack/parameters/hashsize";
const std::string kEstablished = "/proc/sys/net/netfilter/nf_conntrack_tcp_timeout_established";
const std::string kCall = "/proc/sys/net/bridge/bridge-nf-call-iptables";

Parameters kernel() { return {{kMax, "65536"}, {kBuckets, "65536"}, {kEstablished, "432000"}, {kCall, "0"}}; }

Parameters after(Parameters present, const ParameterPlan& plan) {
  for (const auto& [path, value] : plan.changes) present[path] = value;
  return present;
}

TEST(KernelParameters, RoomForTheUsualNumberOfConnectionsIsMade) {
  const ParameterPlan plan = plan_parameters(wanted_parameters({}, kernel()), kernel(), {}, {});
  EXPECT_THAT(plan.changes, ElementsAre(ParameterChange{kMax, "262144"})) << "its table is large enough already";
  EXPECT_EQ(plan.originals.at(kMax), "65536");
}

TEST(KernelParameters, MoreRoomThanUsualIsLeft) {
  Parameters present = kernel();
  present[kMax] = "1000000";
  EXPECT_EQ(wanted_parameters({}, present).at(kMax), "1000000");
}

TEST(KernelParameters, AnOptionIsTakenAtItsWordDownToTheLeast) {
  NodeOptions options;
  options.conntrack_max = 40000;
  EXPECT_EQ(wanted_parameters(options, kernel()).at(kMax), "40000");
  EXPECT_EQ(wanted_parameters(options, kernel()).at(kBuckets), "10000");
  options.conntrack_max = 5;
  EXPECT_EQ(wanted_parameters(options, kernel()).at(kMax), "32768");
}

TEST(KernelParameters, TheTableGrowsBeforeTheLimit) {
  NodeOptions options;
  options.conntrack_max = 1048576;
  EXPECT_THAT(plan_parameters(wanted_parameters(options, kernel()), kernel(), {}, {}).changes,
              ElementsAre(ParameterChange{kBuckets, "262144"}, ParameterChange{kMax, "1048576"}));
}

TEST(KernelParameters, WhatTheKernelDoesNotHaveIsNotAskedFor) {
  NodeOptions options;
  options.synflood = true;
  options.tcp_timeout_established = 8000;
  EXPECT_THAT(wanted_parameters(options, {}), IsEmpty());
}

TEST(KernelParameters, BridgedFramesDoNotPassTheRulesForRoutedPackets) {
  Parameters present = kernel();
  present[kCall] = "1";
  EXPECT_EQ(wanted_parameters({}, present).at(kCall), "0");
}

TEST(KernelParameters, WhatIsNotWantedAnyMoreGetsItsOldValue) {
  NodeOptions options;
  options.tcp_timeout_established = 8000;
  const Parameters wanted = wanted_parameters(options, kernel());
  const ParameterPlan set = plan_parameters(wanted, kernel(), {}, {});
  const Parameters present = after(kernel(), set);
  EXPECT_EQ(present.at(kEstablished), "8000");
  const ParameterPlan put_back = plan_parameters({}, present, wanted, set.originals);
  EXPECT_EQ(after(present, put_back), kernel());
  EXPECT_THAT(put_back.originals, IsEmpty());
}

TEST(KernelParameters, WhatSomebodyElseChangedSinceStays) {
  const Parameters ours{{kEstablished, "8000"}};
  Parameters present = kernel();
  present[kEstablished] = "9999";
  EXPECT_THAT(plan_parameters({}, present, ours, {{kEstablished, "432000"}}).changes, IsEmpty());
}

TEST(KernelParameters, AnOriginalIsRememberedThroughSecondChanges) {
  Parameters present = kernel();
  const Parameters first{{kEstablished, "8000"}};
  const Parameters second{{kEstablished, "9000"}};
  const ParameterPlan one = plan_parameters(first, present, {}, {});
  present = after(present, one);
  const ParameterPlan two = plan_parameters(second, present, first, one.originals);
  EXPECT_EQ(two.originals.at(kEstablished), "432000");
  EXPECT_THAT(plan_parameters(second, after(present, two), second, two.originals).changes, IsEmpty());
}

RC_GTEST_PROP(KernelParametersProperty, WhatIsWrittenIsWhatIsWanted, (bool synflood, std::uint32_t timeout, std::uint64_t max)) {
  NodeOptions options;
  options.synflood = synflood;
  options.tcp_timeout_established = timeout;
  options.conntrack_max = max % 10'000'000;
  const Parameters wanted = wanted_parameters(options, kernel());
  const ParameterPlan plan = plan_parameters(wanted, kernel(), {}, {});
  const Parameters present = after(kernel(), plan);
  for (const auto& [path, value] : wanted) RC_ASSERT(present.at(path) == value);
  RC_ASSERT(wanted_parameters(options, present) == wanted);
  RC_ASSERT(after(present, plan_parameters({}, present, wanted, plan.originals)) == kernel());
}

}  // namespace
}  // namespace drawbridge::firewall
