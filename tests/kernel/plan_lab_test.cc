// The planner against the kernel that runs here: random pairs of configurations, each in a network namespace of its own. Two plans that
// lead to the same files must lead to the same kernel, and the way back must lead back. Natively with the kinds that this kernel has.
//
// RC_PARAMS="max_success=500" runs more of them.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <sched.h>
#include <unistd.h>

#include <cstdlib>

#include "kernel/rtnetlink.h"
#include "network/plan_generators.h"
#include "network/planner.h"

namespace drawbridge::network {
namespace {

using namespace testing;  // NOLINT

constexpr int kCases = 15;

/// At once: RapidCheck runs a failed case again to describe it, and on a kernel that may end well.
void fail(const std::string& what) {
  ADD_FAILURE() << what;
  RC_FAIL(what.substr(0, what.find('\n')));
}

bool takes(kernel::Rtnetlink& kernel, const Operation& operation) { return !kernel.execute({&operation, 1}).error; }

bool has(kernel::Rtnetlink& kernel, const std::string& kind, const Attributes& data = {}, const std::string& parent = {}) {
  const std::string name = "probe-" + kind;
  if (!takes(kernel, CreateLink{name, kind, data, {}, {}, parent})) return false;
  return takes(kernel, DeleteLink{name});
}

Kinds kinds_of_this_kernel() {
  auto kernel = kernel::Rtnetlink::open().value();
  Kinds kinds;
  kinds.vlans = has(kernel, "vlan", {{"id", std::uint64_t{5}}}, "lo");
  kinds.bonds = has(kernel, "bond");
  kinds.vrfs = has(kernel, "vrf", {{"table", std::uint64_t{1001}}});
  kinds.vxlans = has(kernel, "vxlan", {{"id", std::uint64_t{5}}});
  kinds.dummies = has(kernel, "dummy");
  kinds.vlan_filtering = has(kernel, "bridge", {{"vlan_filtering", std::uint64_t{1}}});
  kinds.dhcp = false;  // A client is a process, and none of the kernel's matters.
  kinds.veths = true;
  kinds.sysctls = true;
  return kinds;
}

/// A machine with three cards that nobody has configured, in a namespace of its own.
class Node {
 public:
  static Node make() {
    RC_ASSERT(unshare(CLONE_NEWNET) == 0);
    Node node;
    std::uint8_t last = 5;
    node.execute(SetUp{"lo", true});
    for (const auto& name : kNics) {
      node.execute(CreateLink{name, "veth", {}, MacAddress{{2, 0, 0, 0, 0, last++}}, {}, name + "p"});
      node.execute(SetUp{name + "p", true});
      node.execute(SetSysctl{name, "ipv4.promote_secondaries", 1});
    }
    return node;
  }

  Snapshot look() { return kernel_.snapshot().value(); }

  /// Runs the plan, and nothing may be left to do.
  Plan apply(const Desired& desired, const Desired& previous) {
    const auto plan = make_plan(look(), desired, previous);
    run(plan);
    const auto again = make_plan(look(), desired, previous);
    if (!again.empty()) fail("again:\n" + words(again) + "first:\n" + words(plan) + snapshot_to_json(look()));
    return plan;
  }

  void run(const Plan& plan) {
    for (const auto& planned : plan.operations) execute(planned.operation, words(plan));
  }

 private:
  void execute(const Operation& operation, const std::string& context = {}) {
    const auto ran = kernel_.execute({&operation, 1});
    if (ran.error)
      fail(operation_name(operation) + " " + operation_object(operation) + " " + operation_detail(operation) + ": " + ran.error->what +
           "\n" + context + snapshot_to_json(look()));
  }

  kernel::Rtnetlink kernel_ = kernel::Rtnetlink::open().value();
};

void compare(const std::string& is, const std::string& should_be, const Plan& plan) {
  if (is != should_be) fail("is:\n" + is + "should be:\n" + should_be + words(plan));
}

/// The kernel refuses an IPv6 gateway with `onlink` that it would reach through another link.
bool is_ambiguous(const Route& route, const Desired& desired) {
  if (route.destination.address.is_v4()) return false;
  return std::ranges::any_of(desired.links, [&](const auto& entry) {
    return entry.first != route.nexthops.front().link &&
           std::ranges::any_of(entry.second.addresses, [](const auto& address) { return address.value.address.address.is_v6(); });
  });
}

void there_and_back(const Kinds& kinds) {
  Desired a = random_desired(kinds);
  Desired b = random_desired(kinds);
  for (auto* files : {&a, &b})
    std::erase_if(files->routes, [&](const auto& route) { return is_ambiguous(route.value, a) || is_ambiguous(route.value, b); });
  auto clean = Node::make();
  clean.apply(b, {});
  const auto direct = clean.look();

  auto node = Node::make();
  node.apply(a, {});
  const auto with_a = node.look();
  const auto plan = node.apply(b, a);
  const auto through_a = node.look();
  compare(configured_part(through_a, b), configured_part(direct, b), plan);

  const auto back = make_inverse(with_a, plan, through_a);
  node.run(back);
  compare(snapshot_to_json(comparable(node.look(), plan)), snapshot_to_json(comparable(with_a, plan)), plan);
}

TEST(PlanLab, TheWayThereDoesNotMatterAndTheWayBackLeadsBack) {
  if (geteuid() != 0 || unshare(CLONE_NEWNET) != 0) GTEST_SKIP() << "no network namespace to be had";
  const auto kinds = kinds_of_this_kernel();
  auto params = rc::detail::configuration().testParams;
  if (::getenv("RC_PARAMS") == nullptr) {
    params.maxSuccess = kCases;
    params.disableShrinking = true;  // It would take longer than anybody waits.
  }
  const auto result = rc::detail::checkTestable([&] { there_and_back(kinds); }, rc::detail::TestMetadata{}, params);
  // Its own message lists every number that was drawn.
  rc::detail::FailureResult failure;
  EXPECT_FALSE(result.match(failure)) << "after " << failure.numSuccess + 1 << " pairs, RC_PARAMS=\"seed=" << params.seed << "\":\n"
                                      << failure.description;
  EXPECT_TRUE(result.is<rc::detail::SuccessResult>());
}

}  // namespace
}  // namespace drawbridge::network
