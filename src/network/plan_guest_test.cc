// Limits, stations and moves of guests' ports in the planner.
#include <gtest/gtest.h>

#include "network/plan_serial.h"
#include "network/plan_testing.h"

namespace drawbridge::network {
namespace {

using namespace testing;  // NOLINT

const MacAddress kMac{{0xBC, 0x24, 0x11, 0, 0, 1}};

std::string words(const Plan& plan) {
  std::string text;
  for (const auto& planned : plan.operations) {
    const auto detail = operation_detail(planned.operation);
    text += operation_name(planned.operation) + " " + operation_object(planned.operation) + (detail.empty() ? "" : " " + detail) + "\n";
  }
  return text;
}

Snapshot node() {
  auto node = machine({"enp5s0", "tap100i0"});
  for (const auto* bridge : {"vmbr0", "vmbr1"}) must(node, CreateLink{bridge, "bridge", {}, {}, {}, ""});
  must(node, SetMaster{"enp5s0", "vmbr0"});
  must(node, SetMaster{"tap100i0", "vmbr0"});
  return node;
}

Desired port(const std::string& bridge, bool guest) {
  Desired desired;
  auto& link = desired.links["tap100i0"];
  link = make_link("tap100i0");
  link.master = asked(bridge);
  link.guest = guest;
  return desired;
}

TEST(PlanGuest, OnlyItsGuestMovesAPort) {
  EXPECT_EQ(words(make_plan(node(), port("vmbr1", false), {})), "");
  EXPECT_EQ(words(make_plan(node(), port("vmbr1", true), {})),
            "set-down tap100i0\n"
            "set-master tap100i0 master vmbr1\n"
            "set-up tap100i0\n");
}

TEST(PlanGuest, ABridgeGoesWithItsLastGuestOnlyIfThatLeaves) {
  auto now = node();
  must(now, SetMaster{"enp5s0", ""});
  Desired previous;
  previous.links["vmbr0"] = make_link("vmbr0", "bridge");
  EXPECT_EQ(words(make_plan(now, {}, previous)), "");
  EXPECT_EQ(words(make_plan(now, port("vmbr1", true), previous)),
            "set-down tap100i0\n"
            "set-master tap100i0 master vmbr1\n"
            "set-up tap100i0\n"
            "delete-link vmbr0\n");
}

TEST(PlanGuest, ALimitAndItsEnd) {
  auto now = node();
  auto desired = port("vmbr0", true);
  desired.links["tap100i0"].rate = asked(RateLimit{1'000'000, 0});
  const auto plan = make_plan(now, desired, {});
  EXPECT_EQ(words(plan), "set-rate tap100i0 egress 1000000bps ingress unlimited\n");
  for (const auto& planned : plan.operations) must(now, planned.operation);
  EXPECT_TRUE(make_plan(now, desired, desired).empty());
  EXPECT_EQ(words(make_plan(now, port("vmbr0", true), desired)), "set-rate tap100i0 egress unlimited ingress unlimited\n");
  EXPECT_EQ(words(make_inverse(node(), plan, now)), "set-rate tap100i0 egress unlimited ingress unlimited\n");
}

TEST(PlanGuest, StationsComeAndGo) {
  auto now = node();
  auto desired = port("vmbr0", true);
  desired.links["tap100i0"].port_fdb = asked(std::vector<PortFdbEntry>{{"tap100i0", kMac, 0}});
  const auto plan = make_plan(now, desired, {});
  EXPECT_EQ(words(plan), "add-fdb tap100i0 bc:24:11:00:00:01 master static\n");
  for (const auto& planned : plan.operations) must(now, planned.operation);
  EXPECT_EQ(words(make_plan(now, port("vmbr0", true), desired)), "remove-fdb tap100i0 bc:24:11:00:00:01 master static\n");
  EXPECT_EQ(words(make_inverse(node(), plan, now)), "remove-fdb tap100i0 bc:24:11:00:00:01 master static\n");
}

TEST(PlanGuest, TheJournalKeepsThem) {
  Plan plan;
  plan.operations = {{SetRateLimit{"tap100i0", {1, std::uint64_t{1} << 40U}}, line(1), false, ""},
                     {AddPortFdb{{"tap100i0", kMac, 7}}, line(2), false, ""},
                     {RemovePortFdb{{"tap100i0", kMac, 0}}, line(3), true, "risk"}};
  EXPECT_EQ(plan_from_json(plan_to_json(plan), "plan.json").value(), plan);
  auto desired = port("vmbr0", true);
  desired.links["tap100i0"].rate = asked(RateLimit{5, 6});
  desired.links["tap100i0"].port_fdb = asked(std::vector<PortFdbEntry>{{"tap100i0", kMac, 7}});
  EXPECT_EQ(desired_from_json(desired_to_json(desired), "desired.json").value(), desired);
}

}  // namespace
}  // namespace drawbridge::network
