#include <gtest/gtest.h>

#include "transaction/fake_world.h"
#include "transaction/journal.h"
#include "transaction/transaction.h"

namespace drawbridge::transaction {
namespace {

class Agree : public ::testing::Test {
 protected:
  Agree() {
    request = world.request();
    EXPECT_EQ(world.apply_now(request)->ending, Ending::confirmed);
    request.from_pending = false;
    request.previous = request.desired;
  }
  Result<std::optional<Outcome>> agreed() { return agree(world.doors(), world.paths, request, plan()); }
  network::Plan plan() { return network::make_plan(world.kernel.state(), request.desired, request.previous); }

  testing::World world;
  Request request;
};

TEST_F(Agree, SaysWhatApplyWouldAndWritesNothing) {
  const auto changes = world.disk.changes;
  const auto short_way = agreed();
  ASSERT_TRUE(short_way);
  ASSERT_TRUE(*short_way);
  const auto long_way = world.apply_now(request);
  ASSERT_TRUE(long_way);
  EXPECT_EQ((*short_way)->ending, Ending::nothing_to_do);
  EXPECT_EQ((*short_way)->ending, long_way->ending);
  EXPECT_EQ((*short_way)->reason, long_way->reason);
  EXPECT_EQ((*short_way)->generation, long_way->generation);
  EXPECT_EQ((*short_way)->facts_verified, long_way->facts_verified);
  EXPECT_EQ(world.disk.changes, changes) << "not one write";
  EXPECT_TRUE(world.disk.lock_holders.empty());
}

TEST_F(Agree, LeavesEveryChangeOfTheKernelToApply) {
  world.kernel.state().links.find("vmbr0")->second.mtu = 1400;
  request.desired.links.find("vmbr0")->second.mtu = network::Asked<std::uint32_t>{1500, {}};
  ASSERT_FALSE(plan().empty());
  EXPECT_FALSE(agreed()->has_value());
}

TEST_F(Agree, LeavesAnUnnotedGenerationToApply) {
  request.bytes += "# a word\n";
  world.disk.files[world.paths.interfaces] = {request.bytes, 0644};
  const auto answer = agreed();
  ASSERT_TRUE(answer);
  EXPECT_FALSE(*answer);
  EXPECT_EQ(world.apply_now(request)->generation, 3U);
}

TEST_F(Agree, LeavesAnInterruptedChangeToApply) {
  Journal journal;
  journal.id = "cut off";
  ASSERT_TRUE(write_journal(world.files, world.paths, journal));
  EXPECT_FALSE(agreed()->has_value());
}

TEST_F(Agree, RefusesAFileThatWasEditedMeanwhile) {
  world.disk.files[world.paths.interfaces] = {"something else\n", 0644};
  const auto answer = agreed();
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::conflict);
}

TEST_F(Agree, WaitsForWhoeverHoldsTheLock) {
  const auto lock = world.files.lock("/root/run/drawbridge/network.lock", std::chrono::milliseconds(0));
  ASSERT_TRUE(lock);
  const auto answer = agreed();
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::conflict);
}

}  // namespace
}  // namespace drawbridge::transaction
