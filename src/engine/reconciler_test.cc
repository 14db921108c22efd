// The reconciler on a kernel in memory: what it does for each change, and what a refusal leaves behind.
#include "engine/reconciler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "doors/fake_clock.h"
#include "doors/fake_kernel.h"
#include "engine/port_work.h"
#include "guest/document.h"
#include "guest/port_testing.h"

namespace drawbridge::engine {
namespace {

using guest::testing::must;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// Notices what differs between two looks, as a real one does by notifications.
class FakeFollowed final : public FollowedKernel {
 public:
  explicit FakeFollowed(network::Snapshot state) : kernel_(std::move(state)) {}
  Result<network::Snapshot> snapshot() override { return kernel_.snapshot(); }
  doors::Execution execute(std::span<const network::Operation> operations) override {
    executed_ += operations.size();
    return kernel_.execute(operations);
  }
  Result<const network::Snapshot*> glance() override {
    seen_ = TRY(kernel_.snapshot());
    return &seen_;
  }
  Names take_changes() override {
    Names names;
    for (const auto& [name, link] : seen_.links)
      if (const auto old = told_.links.find(name); old == told_.links.end() || old->second != link) names.insert(name);
    for (const auto& [name, link] : told_.links)
      if (!seen_.links.contains(name)) names.insert(name);
    told_ = seen_;
    return names;
  }
  doors::FakeKernel& kernel() { return kernel_; }
  network::Snapshot& state() { return kernel_.state(); }
  std::size_t executed() const { return executed_; }

 private:
  doors::FakeKernel kernel_;
  network::Snapshot seen_;
  network::Snapshot told_;
  std::size_t executed_ = 0;
};

guest::Guest vm(guest::Vmid vmid, const std::string& text) {
  return guest::make_guest(guest::parse_document(text, "100.conf"), vmid, guest::Kind::qemu, "n1");
}

guest::BridgePolicies policies() {
  guest::BridgePolicies all;
  all.bridges["vmbr0"].ports = {"eno1"};
  return all;
}

class ReconcilerTest : public testing::Test {
 protected:
  void with(const std::string& text) { reconciler.set_guests({vm(100, text)}); }
  std::optional<std::chrono::nanoseconds> run() { return reconciler.run(); }
  std::string master() { return kernel.state().links.at("tap100i0").master; }

  FakeFollowed kernel{guest::testing::node()};
  doors::FakeClock clock;
  std::vector<std::string> log;
  Reconciler reconciler{kernel, clock, [this](const Diagnostic& line) { log.push_back(line.message); }};
};

constexpr const char* kOnVmbr0 = "net0: virtio=BC:24:11:00:00:01,bridge=vmbr0\n";
constexpr const char* kTagged = "net0: virtio=BC:24:11:00:00:01,bridge=vmbr0,tag=44\n";
constexpr const char* kOnVmbr2 = "net0: virtio=BC:24:11:00:00:01,bridge=vmbr2\n";

TEST_F(ReconcilerTest, WiresWhatIsThereAndNothingElse) {
  with(kOnVmbr0);
  EXPECT_EQ(run(), std::nullopt);
  EXPECT_EQ(master(), "vmbr0");
  EXPECT_EQ(kernel.state().links.at("tap101i0").master, "");
  EXPECT_THAT(log, ElementsAre(HasSubstr("tap100i0 of VM 100 (VM100) on node n1 is in vmbr0")));
}

TEST_F(ReconcilerTest, DoesNothingWhenNothingChanges) {
  with(kOnVmbr0);
  run();
  const auto executed = kernel.executed();
  for (int i = 0; i < 3; ++i) EXPECT_EQ(run(), std::nullopt);
  EXPECT_EQ(kernel.executed(), executed);
}

TEST_F(ReconcilerTest, WhatComesWhileAPortIsWiredIsNotForgotten) {
  with("net0: virtio=BC:24:11:00:00:01,bridge=vmbr0\nnet1: virtio=BC:24:11:00:00:02,bridge=vmbr2\n");
  kernel.kernel().call_before(0, [this] { guest::testing::plug_device(kernel.state(), "tap100i1"); });
  run();
  EXPECT_EQ(master(), "vmbr0");
  EXPECT_EQ(kernel.state().links.at("tap100i1").master, "vmbr2");
}

TEST_F(ReconcilerTest, SomebodyElsesHandIsUndone) {
  with(kOnVmbr0);
  run();
  must(kernel.state(), network::SetMaster{"tap100i0", "vmbr2"});
  run();
  EXPECT_EQ(master(), "vmbr0");
}

TEST_F(ReconcilerTest, SaysOnceWhatItWaitsFor) {
  with("net0: virtio=BC:24:11:00:00:01,bridge=vmbr7\n");
  run();
  run();
  EXPECT_THAT(log, ElementsAre(HasSubstr("tap100i0 waits for vmbr7")));
  must(kernel.state(), network::CreateLink{"vmbr7", "bridge", {}, {}, {}, ""});
  run();
  EXPECT_EQ(master(), "vmbr7");
}

TEST_F(ReconcilerTest, AHelperWithoutGuestsGoesAfterAWhile) {
  reconciler.set_policies(policies());
  with(kTagged);
  run();
  ASSERT_EQ(master(), "vmbr0v44");
  kernel.state().links.erase("tap100i0");
  const auto next = run();
  ASSERT_TRUE(next);
  EXPECT_TRUE(kernel.state().links.contains("vmbr0v44"));
  clock.advance(*next - clock.boot_time());
  run();
  EXPECT_FALSE(kernel.state().links.contains("vmbr0v44"));
  EXPECT_FALSE(kernel.state().links.contains("eno1.44"));
  EXPECT_EQ(run(), std::nullopt);
}

TEST_F(ReconcilerTest, AHelperThatIsNeededAgainStays) {
  reconciler.set_policies(policies());
  with(kTagged);
  run();
  const auto tap = kernel.state().links.at("tap100i0");
  kernel.state().links.erase("tap100i0");
  run();
  clock.advance(std::chrono::seconds(5));
  auto again = tap;
  again.index += 1000;
  again.master.clear();
  kernel.state().links.emplace("tap100i0", again);
  run();
  clock.advance(std::chrono::seconds(60));
  run();
  EXPECT_EQ(master(), "vmbr0v44");
}

// Refused at any of its steps, a move ends where it began, is tried again after a while, and then succeeds.
TEST_F(ReconcilerTest, ARefusalAtAnyStepLeavesTheOldWiring) {
  for (const char* target : {kTagged, kOnVmbr2}) {
    for (std::size_t step = 0;; ++step) {
      FakeFollowed refusing(guest::testing::node());
      Reconciler mover(refusing, clock, [](const Diagnostic&) {});
      mover.set_policies(policies());
      mover.set_guests({vm(100, kOnVmbr0)});
      mover.run();
      ASSERT_EQ(refusing.state().links.at("tap100i0").master, "vmbr0");
      const auto start = refusing.executed();
      const auto before = refusing.state();
      mover.set_guests({vm(100, target)});
      refusing.kernel().refuse_operation(start + step, EBUSY);
      const auto next = mover.run();
      if (!next) break;  // the plan has fewer steps
      const auto& tap = refusing.state().links.at("tap100i0");
      EXPECT_EQ(tap.master, "vmbr0") << target << step;
      EXPECT_TRUE(tap.up) << target << step;
      EXPECT_EQ(refusing.state().links.size(), before.links.size()) << target << step;
      const auto executed = refusing.executed();
      mover.run();
      EXPECT_EQ(refusing.executed(), executed) << "not again at once";
      clock.advance(kRetryAfter);
      mover.run();
      EXPECT_NE(refusing.state().links.at("tap100i0").master, "vmbr0") << target << step;
      ASSERT_LT(step, 50U);
    }
  }
}

TEST_F(ReconcilerTest, WhatSomebodyUnpluggedIsLeftAlone) {
  with(kOnVmbr0);
  run();
  reconciler.set_unplugged({"tap100i0"});
  must(kernel.state(), network::SetMaster{"tap100i0", ""});
  run();
  EXPECT_EQ(master(), "");
  reconciler.set_unplugged({});
  run();
  EXPECT_EQ(master(), "vmbr0");
}

/// A service that lives as long as it takes to do what the card says, leftovers included.
void settle(FakeFollowed& kernel, doors::FakeClock& clock, const std::string& card) {
  Reconciler reconciler(kernel, clock, [](const Diagnostic&) {});
  reconciler.set_guests({vm(100, card)});
  reconciler.set_policies(policies());
  reconciler.run();
  clock.advance(kLeftoverPatience + std::chrono::seconds(1));
  reconciler.run();
}

/// Where the port is, and what a service would still have to do for that card.
std::string wiring(FakeFollowed& kernel, const std::string& card) {
  const auto rules = policies();
  const guest::NodeNetwork node(kernel.state(), rules);
  const std::vector<guest::Guest> guests{vm(100, card)};
  const auto& tap = kernel.state().links.at("tap100i0");
  std::string text = "in " + tap.master + (tap.up ? ", up;" : ", down;");
  for (const auto& task : survey_ports(guests, node).tasks) text += "; left to do: " + task.device;
  for (const auto& name : leftovers(guests, node)) text += "; left over: " + name;
  for (const auto& [name, link] : kernel.state().links)
    if (link.kind == "bridge" || link.kind == "vlan") text += "; " + name + " in " + link.master;
  return text;
}

// kill -9 between any two steps of a move: the next service completes it, or takes it back if the file was taken back. Either way
// nothing is left over.
TEST_F(ReconcilerTest, AMoveCutOffAtAnyStepIsCompletedOrUndone) {
  const std::string limited = "net0: virtio=BC:24:11:00:00:01,bridge=vmbr2,rate=5\n";
  const auto rules = policies();
  std::size_t cuts = 0;
  for (const std::string& from : {std::string(kOnVmbr0), std::string(kTagged), limited, std::string(kOnVmbr2)}) {
    for (const std::string& to : {std::string(kOnVmbr0), std::string(kTagged), limited, std::string(kOnVmbr2)}) {
      FakeFollowed whole{guest::testing::node()};
      settle(whole, clock, to);
      ASSERT_FALSE(wiring(whole, to).contains("left"));
      for (std::size_t steps = 0;; ++steps) {
        bool at_the_end = false;
        for (const bool completes : {true, false}) {
          FakeFollowed cut{guest::testing::node()};
          settle(cut, clock, from);
          const auto old = wiring(cut, from);
          const std::vector<guest::Guest> guests{vm(100, to)};
          const auto survey = survey_ports(guests, guest::NodeNetwork(cut.state(), rules));
          const auto operations = survey.tasks.empty() ? std::vector<network::Operation>{} : operations_of(survey.tasks[0].plan);
          at_the_end = steps >= operations.size();
          cut.execute(std::span(operations).first(std::min(steps, operations.size())));
          settle(cut, clock, completes ? to : from);
          EXPECT_EQ(wiring(cut, completes ? to : from), completes ? wiring(whole, to) : old) << from << to << "after " << steps << " steps";
          ++cuts;
        }
        if (at_the_end) break;
      }
    }
  }
  EXPECT_GT(cuts, 100U);
}

}  // namespace
}  // namespace drawbridge::engine
