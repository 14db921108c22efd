#include "guest/rate.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace drawbridge::guest {
namespace {

TEST(Rate, IsExactToTheByte) {
  EXPECT_EQ(parse_rate("12.5")->bytes_per_second, 13'107'200U);
  EXPECT_EQ(parse_rate("0")->bytes_per_second, 0U);
  EXPECT_EQ(parse_rate("0.1")->bytes_per_second, 104'857U);  // 104857.6
  EXPECT_EQ(parse_rate("0.00000095367431640625")->bytes_per_second, 1U);
  EXPECT_EQ(parse_rate("0.00000095367431640624999")->bytes_per_second, 0U);
  EXPECT_EQ(parse_rate("10240")->bytes_per_second, 10'737'418'240U);
  EXPECT_EQ(parse_rate("17592186044413.999999999999")->bytes_per_second, 18'446'744'073'707'454'463U);
}

TEST(Rate, KeepsItsText) {
  EXPECT_EQ(parse_rate("12.50")->text, "12.50");
  EXPECT_EQ(parse_rate("0012.5")->text, "12.5");
  EXPECT_EQ(parse_rate("000")->text, "0");
  EXPECT_EQ(parse_rate("00.5")->text, "0.5");
}

TEST(Rate, InBitsBecomesTheSameInMegabytes) {
  EXPECT_EQ(*parse_rate("100Mbit"), (Rate{"11.920928955078125", 12'500'000}));
  EXPECT_EQ(*parse_rate("8388.608kbit"), (Rate{"1", 1'048'576}));
  EXPECT_EQ(parse_rate("2.5GBIT")->bytes_per_second, 312'500'000U);
}

TEST(Rate, RefusesWhatIsNone) {
  for (const char* text : {"", ".", "1.", ".5", "-1", "+1", "1e3", "12 ", " 12", "12.5.1", "12MB", "12M", "bit", "Mbit", "1bit",
                           "17592186044416", "99999999999999999999", "18446744074Gbit", "1,5"})
    EXPECT_FALSE(parse_rate(text)) << text;
}

RC_GTEST_PROP(Rate, OfBytesLeadsBack, ()) {
  const auto bytes = *rc::gen::inRange<std::uint64_t>(0, 1ULL << 50U);
  const auto bits = std::to_string(bytes / 125) + "kbit";
  const auto rate = parse_rate(bits);
  RC_ASSERT(rate->bytes_per_second == bytes / 125 * 125);
  RC_ASSERT(parse_rate(rate->text)->bytes_per_second == rate->bytes_per_second);
  RC_ASSERT(parse_rate(rate->text)->text == rate->text);
}

}  // namespace
}  // namespace drawbridge::guest
