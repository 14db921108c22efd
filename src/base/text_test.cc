#include "base/text.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace drawbridge {
namespace {

using Words = std::vector<std::string_view>;

TEST(Text, SplitsWordsAndLists) {
  EXPECT_EQ(split_words("  a\tb  c \r\n"), (Words{"a", "b", "c"}));
  EXPECT_EQ(split_list("a, b;c  d,"), (Words{"a", "b", "c", "d"}));
  EXPECT_EQ(split("a::b", ':'), (Words{"a", "", "b"}));
  EXPECT_TRUE(split_words(" \t").empty());
}

TEST(Text, NumbersAreWholeAndInRange) {
  EXPECT_EQ(parse_number<std::uint8_t>("255"), 255);
  for (const std::string_view text : {"", "256", "-1", "+1", "1 ", "0x1", "1.0"})
    EXPECT_EQ(parse_number<std::uint8_t>(text), std::nullopt) << text;
}

TEST(Text, PrintableShowsWhatATerminalMustNotSee) {
  EXPECT_EQ(printable("a\x1b[31m\n"), "a\\x1b[31m\\x0a");
  EXPECT_EQ(printable("\xff\xc3\xa9"), "\\xff\xc3\xa9");
  EXPECT_EQ(printable(std::string(500, 'x'), 10), "xxxxxxxxxx…");
}

TEST(Text, Utf8IsWellFormedOnlyWithoutOverlongsAndSurrogates) {
  EXPECT_TRUE(is_utf8("Größe €"));
  for (const std::string_view text : {"\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82", "\x80"}) EXPECT_FALSE(is_utf8(text));
}

TEST(Text, NearestFindsSlipsOnly) {
  EXPECT_EQ(nearest("bridge-prots", {"bridge-ports", "bridge-stp"}), "bridge-ports");
  EXPECT_EQ(nearest("auot", {"iface", "auto"}), "auto");
  EXPECT_EQ(nearest("zzzz", {"bridge-ports"}), std::nullopt);
}

RC_GTEST_PROP(TextProperty, PrintableIsAlwaysCleanUtf8, (const std::string& text)) {
  RC_ASSERT(is_utf8(printable(text)));
  RC_ASSERT(!has_control_character(printable(text)));
}

}  // namespace
}  // namespace drawbridge
