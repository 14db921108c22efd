#include "base/percent.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace drawbridge {
namespace {

TEST(Percent, EncodesAllButTheUnreserved) {
  EXPECT_EQ(encode_percent("a-Z_0.~"), "a-Z_0.~");
  EXPECT_EQ(encode_percent("a b/ü%"), "a%20b%2F%C3%BC%25");
}

TEST(Percent, DecodesEitherCase) {
  EXPECT_EQ(decode_percent("a%2fb%2F+"), "a/b/+");
  EXPECT_EQ(decode_percent_of_form("a+b%2B"), "a b+");
}

TEST(Percent, HalfASequenceIsRefusedOrStandsForItself) {
  for (const char* text : {"%", "a%2", "%zz", "%2", "%%20", "%2%20"}) {
    EXPECT_EQ(decode_percent(text), std::nullopt) << text;
    EXPECT_EQ(decode_percent_of_form(text), std::nullopt) << text;
  }
  EXPECT_EQ(decode_percent_if_any("100% of %41%2"), "100% of A%2");
}

RC_GTEST_PROP(Percent, Returns, (const std::string& bytes)) {
  RC_ASSERT(decode_percent(encode_percent(bytes)) == bytes);
  RC_ASSERT(decode_percent_of_form(encode_percent(bytes)) == bytes);
  const auto line = encode_percent_unless(bytes, [&](std::size_t at) { return is_plain_in_line(bytes[at]); });
  RC_ASSERT(line.find('\n') == std::string::npos);
  RC_ASSERT(decode_percent_if_any(line) == bytes);
}

}  // namespace
}  // namespace drawbridge
