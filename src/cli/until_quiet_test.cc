#include "cli/until_quiet.h"

#include <gtest/gtest.h>

#include <set>

namespace drawbridge::cli {
namespace {

/// Ports appear; whoever looks first takes the news of them.
struct World {
  std::set<int> there, heard_of, wired;
  int appearing = 0;  ///< so many more, each just before the other's look

  void wire() { wired = heard_of; }
  void look() {
    if (appearing > 0) there.insert(appearing--);
    heard_of = there;
  }
  bool run(int most) {
    return until_quiet(most, [&] { wire(); }, [&] { look(); }, [&] { return heard_of.size(); });
  }
};

TEST(UntilQuiet, APortThatTheOtherHearsOfFirstIsWired) {
  World world;
  world.appearing = 1;
  EXPECT_TRUE(world.run(64));
  EXPECT_EQ(world.wired, world.there);
  EXPECT_EQ(world.wired.size(), 1U);
}

TEST(UntilQuiet, ManyOneAfterTheOther) {
  World world;
  world.appearing = 40;
  EXPECT_TRUE(world.run(64));
  EXPECT_EQ(world.wired.size(), 40U);
}

TEST(UntilQuiet, WhoNeverStopsIsLeftForLater) {
  World world;
  world.appearing = 1000;
  EXPECT_FALSE(world.run(64));
}

}  // namespace
}  // namespace drawbridge::cli
