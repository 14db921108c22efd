#include "hypervisor/shell_words.h"

#include <gtest/gtest.h>

namespace drawbridge::hypervisor {
namespace {

using Words = std::vector<std::string>;

Words words(std::string_view text) { return split_shell_words(text, {"f", 3, 7}).value_or(Words{"(error)"}); }

TEST(ShellWords, AreSplitAtBlanks) {
  EXPECT_EQ(words(""), Words{});
  EXPECT_EQ(words("  -kernel\t/boot/k  "), (Words{"-kernel", "/boot/k"}));
}

TEST(ShellWords, KeepWhatIsQuoted) {
  EXPECT_EQ(words("-append 'console=ttyS0 quiet'"), (Words{"-append", "console=ttyS0 quiet"}));
  EXPECT_EQ(words(R"("a b"'c d' "" '')"), (Words{"a bc d", "", ""}));
  EXPECT_EQ(words(R"("say \"hi\" \n")"), (Words{R"(say "hi" \n)"}));
  EXPECT_EQ(words(R"(a\ b \'c)"), (Words{"a b", "'c"}));
  EXPECT_EQ(words(R"('\')"), (Words{"\\"}));
}

TEST(ShellWords, ExpandNothing) { EXPECT_EQ(words("$HOME * `id` ~ #x"), (Words{"$HOME", "*", "`id`", "~", "#x"})); }

TEST(ShellWords, NameTheQuoteWithoutEnd) {
  const auto read = split_shell_words("-append 'quiet", {"f", 3, 7});
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().where, (SourceLocation{"f", 3, 15}));
  EXPECT_FALSE(split_shell_words("a\\", {"f", 3, 7}));
}

}  // namespace
}  // namespace drawbridge::hypervisor
