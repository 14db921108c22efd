// Where commands of the files stand in a plan.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "network/plan.h"
#include "network/plan_testing.h"

namespace drawbridge::network {
namespace {

using namespace testing;  // NOLINT

DesiredHook hook(HookPhase phase, const std::string& command, std::uint32_t number = 20) { return {phase, command, {}, line(number)}; }

Desired with_hooks(Desired desired) {
  auto& hooks = desired.links["vmbr0"].hooks;
  for (const auto phase :
       {HookPhase::pre_up, HookPhase::up, HookPhase::post_up, HookPhase::pre_down, HookPhase::down, HookPhase::post_down})
    hooks.push_back(hook(phase, "do " + hook_phase_name(phase)));
  return desired;
}

std::string order_of(const Plan& plan) {
  std::string order;
  for (const auto& planned : plan.operations) {
    const auto* run = std::get_if<RunHook>(&planned.operation);
    order += run != nullptr ? hook_phase_name(run->phase) + "! " : operation_name(planned.operation) + " ";
  }
  return order;
}

TEST(PlanHooks, StandAroundWhatHappensToTheirLink) {
  const Plan plan = make_plan(machine({"enp5s0"}, false), with_hooks(default_configuration()), {});
  EXPECT_EQ(order_of(plan), "pre-up! create-link set-master set-sysctl set-up set-up add-address set-route up! post-up! ");
}

TEST(PlanHooks, DontRunWithoutAChangeOfTheirLink) {
  Node node;
  const Desired hooked = with_hooks(node.files);
  EXPECT_EQ(order_of(make_plan(node.kernel, hooked, hooked)), "");
  EXPECT_EQ(order_of(make_plan(node.kernel, hooked, {})), "") << "the files before are not known";
  Desired aliased = hooked;
  aliased.links["vmbr0"].alias = asked(std::string("x"));
  EXPECT_EQ(order_of(make_plan(node.kernel, aliased, hooked)), "set-alias ");
}

TEST(PlanHooks, ANewLineRunsAlone) {
  Node node;
  const Desired before = with_hooks(node.files);
  Desired after = before;
  after.links["vmbr0"].hooks.push_back(hook(HookPhase::up, "one more"));
  after.links["vmbr0"].hooks.push_back(hook(HookPhase::down, "one less"));
  const Plan plan = make_plan(node.kernel, after, before);
  EXPECT_EQ(words(plan), "run-hook vmbr0 up one more <- interfaces:20\n");
  EXPECT_FALSE(plan.changes_kernel());
  ASSERT_EQ(plan.undo_hooks.size(), 1U);
  EXPECT_EQ(std::get<RunHook>(plan.undo_hooks[0].operation).command, "one less");
}

TEST(PlanHooks, ADownLineThatIsTakenOutRunsALastTime) {
  Node node;
  const Desired before = with_hooks(node.files);
  EXPECT_EQ(order_of(make_plan(node.kernel, node.files, before)), "pre-down! down! post-down! ");
}

TEST(PlanHooks, DownSideRunsWhereTheLinkGoes) {
  Node node;
  const Desired before = with_hooks(node.files);
  Desired after = before;
  after.links.erase("vmbr0");
  after.links["enp5s0"] = make_link("enp5s0");
  after.routes.clear();
  EXPECT_EQ(order_of(make_plan(node.kernel, after, before)), "release set-sysctl pre-down! down! delete-link post-down! ");
}

TEST(PlanHooks, ANewAddressRunsTheUpSide) {
  Node node;
  const Desired before = with_hooks(node.files);
  Desired after = before;
  after.links["vmbr0"].addresses.push_back(asked(make_address("vmbr0", "10.7.0.2/24"), 9));
  EXPECT_EQ(order_of(make_plan(node.kernel, after, before)), "pre-up! add-address up! post-up! ");
}

TEST(PlanHooks, TheWayBackRunsTheOtherSide) {
  const Snapshot bare = machine({"enp5s0"}, false);
  const Plan plan = make_plan(bare, with_hooks(default_configuration()), {});
  const Plan back = make_inverse(bare, plan, run(bare, plan));
  EXPECT_TRUE(order_of(back).starts_with("pre-down! down! ")) << order_of(back);
  EXPECT_TRUE(order_of(back).ends_with("post-down! ")) << order_of(back);
}

}  // namespace
}  // namespace drawbridge::network
