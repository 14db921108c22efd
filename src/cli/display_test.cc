#include "cli/display.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/text.h"

namespace drawbridge::cli {
namespace {

TEST(Display, WidthCountsColumnsNotBytes) {
  EXPECT_EQ(display_width("vmbr0"), 5U);
  EXPECT_EQ(display_width("Büro"), 4U);
  EXPECT_EQ(display_width("e\xCC\x81"), 1U);
  EXPECT_EQ(display_width("管理"), 4U);
  EXPECT_EQ(display_width("🔌"), 2U);
}

TEST(Display, ControlCharactersCannotReachTheTerminal) {
  EXPECT_EQ(visible("a\x1b[31mb"), "a\\x1b[31mb");
  EXPECT_EQ(visible("\xff\t"), "\\xff\\x09");
  EXPECT_EQ(visible("\xc2\x9b"
                    "1m"),
            "\\xc2\\x9b1m");
  EXPECT_EQ(display_width("\x1b"), 4U);
}

TEST(Display, WrapsAtBlanksAndInsideLongWords) {
  EXPECT_EQ(wrap("tap100i0 tap101i0 tap102i0", 17), (std::vector<std::string>{"tap100i0 tap101i0", "tap102i0"}));
  EXPECT_EQ(wrap("abcdefgh", 3), (std::vector<std::string>{"abc", "def", "gh"}));
  EXPECT_EQ(wrap("", 3), std::vector<std::string>{});
}

TEST(Display, TableAlignsByDisplayWidth) {
  const Table table{{"Name", "Comment", "Port"}, {{"vmbr0", "Büro", "x"}, {"v", "管理\nzwei", "y"}}};
  EXPECT_EQ(format_table(table, 0),
            "Name   Comment  Port\n"
            "────────────────────\n"
            "vmbr0  Büro     x\n"
            "v      管理     y\n"
            "       zwei\n");
}

TEST(Display, TableKeepsToTheTerminal) {
  const Table table{{"Name", "Comment"}, {{"vmbr0", "the uplink of the second floor and the lift"}}};
  const std::string text = format_table(table, 30);
  for (const std::string_view line : split(text, '\n')) EXPECT_LE(display_width(line), 30U) << line;
}

RC_GTEST_PROP(Display, WrapLosesNothingButBlanks, (const std::string& text)) {
  const auto width = *rc::gen::inRange<std::size_t>(2, 40);
  std::string joined;
  for (const auto& line : wrap(text, width)) {
    RC_ASSERT(display_width(line) <= width);
    joined += line;
  }
  std::string expected;
  const std::string shown = visible(trim(text));
  for (const auto word : split_words(shown)) expected += word;
  std::erase(joined, ' ');
  RC_ASSERT(joined == expected);
}

}  // namespace
}  // namespace drawbridge::cli
