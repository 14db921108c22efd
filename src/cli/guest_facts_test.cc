#include "cli/guest_facts.h"

#include <gtest/gtest.h>

namespace drawbridge::cli {
namespace {

TEST(GuestFacts, ReadTheKernelsTable) {
  const auto traffic = parse_traffic(
      "Inter-|   Receive                                                |  Transmit\n"
      " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed\n"
      "tap100i0: 1234 5 0 0 0 0 0 0 5678 9 0 0 0 0 0 0\n"
      "  lo:7 1 0 0 0 0 0 0 7 1 0 0 0 0 0 0\n"
      "short: 1 2\n");
  ASSERT_EQ(traffic.size(), 2U);
  EXPECT_EQ(traffic.at("tap100i0").received, 1234U);
  EXPECT_EQ(traffic.at("tap100i0").sent, 5678U);
  EXPECT_EQ(traffic.at("lo").sent, 7U);
}

TEST(GuestFacts, KnowSizes) {
  EXPECT_EQ(size_in_bytes("8G"), 8ULL << 30);
  EXPECT_EQ(size_in_bytes("1.5K"), 1536U);
  EXPECT_EQ(size_in_bytes("42"), 42U);
  for (const auto* wrong : {"", "x", "8GB", "-1G", "1e30", "nan"}) EXPECT_EQ(size_in_bytes(wrong), 0U) << wrong;
}

}  // namespace
}  // namespace drawbridge::cli
