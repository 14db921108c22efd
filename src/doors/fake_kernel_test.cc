#include "doors/fake_kernel.h"

#include "doors/kernel_contract.h"

namespace drawbridge::doors::contract {
namespace {

class Fake final : public Subject {
 public:
  Kernel& kernel() override { return fake_; }

 private:
  FakeKernel fake_{fresh_namespace()};
};

std::unique_ptr<Subject> make_fake(std::string&) { return std::make_unique<Fake>(); }

DRAWBRIDGE_KERNEL_CONTRACT(Fake, make_fake);

// ---- Faults

std::vector<Operation> three_bridges() {
  return {CreateLink{"vmbr0", "bridge", {}, {}, {}, ""}, CreateLink{"vmbr1", "bridge", {}, {}, {}, ""},
          CreateLink{"vmbr2", "bridge", {}, {}, {}, ""}};
}

TEST(FakeKernel, RefusesWhatItIsToldTo) {
  FakeKernel kernel(fresh_namespace());
  kernel.refuse_operation(1, EBUSY);
  const auto execution = kernel.execute(three_bridges());
  EXPECT_EQ(execution.attempted, 2U);
  EXPECT_EQ(execution.failed, 1U);
  EXPECT_EQ(execution.error->os_errno, EBUSY);
  EXPECT_TRUE(kernel.state().links.contains("vmbr0"));
  EXPECT_FALSE(kernel.state().links.contains("vmbr1"));
  EXPECT_FALSE(kernel.state().links.contains("vmbr2"));
  EXPECT_EQ(kernel.executed().size(), 1U);
}

TEST(FakeKernel, MayRunOnBehindARefusal) {
  FakeKernel kernel(fresh_namespace());
  kernel.refuse_operation(1, EBUSY);
  kernel.set_after_refusal(FakeKernel::AfterRefusal::go_on);
  const auto execution = kernel.execute(three_bridges());
  EXPECT_EQ(execution.attempted, 3U);
  EXPECT_EQ(execution.failed, 1U);
  EXPECT_TRUE(kernel.state().links.contains("vmbr2"));
}

TEST(FakeKernel, PowerGoesBetweenTwoOperations) {
  FakeKernel kernel(fresh_namespace());
  kernel.cut_power_before(4);
  EXPECT_FALSE(kernel.execute(three_bridges()).error);
  const std::vector<Operation> rest{network::SetUp{"vmbr0", true}, network::SetUp{"vmbr1", true}};
  try {
    kernel.execute(rest);
    FAIL() << "the power stayed on";
  } catch (const PowerCut& cut) {
    EXPECT_EQ(cut.before_operation, 4U);
  }
  EXPECT_TRUE(kernel.state().links.at("vmbr0").up);
  EXPECT_FALSE(kernel.state().links.at("vmbr1").up);
  kernel.clear_faults();
  EXPECT_FALSE(kernel.execute(rest).error);
  EXPECT_TRUE(kernel.state().links.at("vmbr1").up);
}

TEST(FakeKernel, SomebodyInterferes) {
  FakeKernel kernel(fresh_namespace());
  kernel.call_before(1, [&] { kernel.state().links.erase("vmbr0"); });
  EXPECT_FALSE(kernel.execute(three_bridges()).error);
  EXPECT_FALSE(kernel.state().links.contains("vmbr0"));
}

TEST(FakeKernel, SnapshotsMayFail) {
  FakeKernel kernel(fresh_namespace());
  kernel.fail_snapshots(Error{Errc::unavailable, "no buffer space", {}, {}, ENOBUFS});
  EXPECT_EQ(kernel.snapshot().error().os_errno, ENOBUFS);
  kernel.fail_snapshots(std::nullopt);
  EXPECT_TRUE(kernel.snapshot());
}

}  // namespace
}  // namespace drawbridge::doors::contract
