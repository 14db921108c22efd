#include "rules/connection.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace drawbridge::rules {
namespace {

RC_GTEST_PROP(Labels, NameOneCard, (std::uint32_t vmid, std::uint8_t slot)) {
  const CardNumber card{vmid % 1'000'000'000, static_cast<std::uint8_t>(slot % 32)};
  RC_ASSERT(card_of_label(label_of(card)) == card);
}

RC_GTEST_PROP(Labels, OfTwoCardsNameNobody, (std::uint32_t one, std::uint32_t other)) {
  const CardNumber a{one % 1'000'000'000, 0}, b{other % 1'000'000'000, 1};
  RC_ASSERT(card_of_label(label_of(a) | label_of(b)) == std::nullopt);
}

TEST(Labels, NothingNamesNobody) { EXPECT_EQ(card_of_label(0), std::nullopt); }

}  // namespace
}  // namespace drawbridge::rules
