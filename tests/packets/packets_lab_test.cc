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
  for (std::uint64_t seed = first; tally.pairs < pairs && failures < 3; ++seed) {
    const std::string disputes = try_seed(*wire, seed, tally);
    EXPECT_TRUE(disputes.empty()) << "DRAWBRIDGE_SEED=" << seed << "\n" << disputes;
    if (!disputes.empty()) ++failures;
  }
  std::printf("%s\n", format(tally).c_str());
}

// Whatever can be read of spoiled files the kernel takes, and packets do what the judges say of it.
TEST(Packets, ArriveAsJudgedWithSpoiledFiles) {
  if (geteuid() != 0) GTEST_SKIP() << "only root may make network namespaces";
  auto wire = Wire::open();
  ASSERT_TRUE(wire) << wire.error().what;
  const std::uint64_t pairs = number_from_environment("DRAWBRIDGE_PAIRS", 1'500) / 3;
  Tally tally;
  for (std::uint64_t seed = number_from_environment("DRAWBRIDGE_SEED", 1); tally.pairs < pairs; ++seed) {
    Case made = random_case(seed, static_cast<std::uint32_t>(tally.pairs) + 1);
    Dice dice(seed);
    made.files = spoiled(std::move(made.files), dice);
    made.frames.resize(40);
    const auto disputes = try_out(*wire, made.files, made.files, made.frames, tally);
    ASSERT_TRUE(disputes) << disputes.error().what << "\nDRAWBRIDGE_SEED=" << seed << "\n" << format_files(made.files);
    ASSERT_TRUE(disputes->empty()) << disputes->begin()->second << "DRAWBRIDGE_SEED=" << seed << "\n" << format_files(made.files);
  }
}

// This test can fail.
TEST(Packets, AWrongRulesetIsFound) {
  if (geteuid() != 0) GTEST_SKIP() << "only root may make network namespaces";
  auto wire = Wire::open();
  ASSERT_TRUE(wire) << wire.error().what;
  const Case made = random_case(1, 1);
  Files wrong = made.files;
  for (File& file : wrong)
    if (file.name == "103.fw") file.text = "[OPTIONS]\nenable: 1\nmacfilter: 0\npolicy_in: ACCEPT\npolicy_out: DROP\n";
  Tally tally;
  const auto disputes = try_out(*wire, made.files, wrong, made.frames, tally);
  ASSERT_TRUE(disputes) << disputes.error().what;
  EXPECT_GE(disputes->size(), 5U);
}

}  // namespace
}  // namespace drawbridge::packets
