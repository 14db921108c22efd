// Random policies in the kernel, and random frames through them: what arrives where must be what both judges say. DRAWBRIDGE_SEED and
// DRAWBRIDGE_PAIRS set where it begins and how many pairs of policy and packet there are.
#include <gtest/gtest.h>

#include "trial.h"

namespace drawbridge::packets {
namespace {

TEST(Packets, ArriveAsJudged) {
  if (geteuid() != 0) GTEST_SKIP() << "only root may make network namespaces";
  auto wire = Wire::open();
  if (!wire && wire.error().code == Errc::unsupported) GTEST_SKIP() << wire.error().what;
  ASSERT_TRUE(wire) << wire.error().what;
  const std::uint64_t first = number_from_environment("DRAWBRIDGE_SEED", 1);
  const std::uint64_t pairs = number_from_environment("DRAWBRIDGE_PAIRS", 1'500);
  Tally tally;
  int failures = 0;
  for (std::uint64_t seed = first; tally.pairs < pairs; ++seed) {
    Trial trial(*wire, seed);
    const std::string disputes = trial.run(tally);
    EXPECT_TRUE(disputes.empty()) << "DRAWBRIDGE_SEED=" << seed << "\n" << disputes;
    if (!disputes.empty() && ++failures == 5) break;
  }
  std::printf("%s\n", format(tally).c_str());
}

}  // namespace
}  // namespace drawbridge::packets
