#include <gtest/gtest.h>

#include "lab/traffic.h"

namespace drawbridge::lab {
namespace {

Check check(bool passes) {
  return Check{"web", "gateway", Protocol::tcp, 443, 0, parse_ip("192.0.2.1").value(), "", passes, {"scenario.json", 12, 5}};
}

TEST(AsExpected, ABlockCountsOnlyFromALivingSender) {
  EXPECT_TRUE(as_expected(Seen{check(true), true, true, ""}));
  EXPECT_FALSE(as_expected(Seen{check(true), false, true, ""}));
  EXPECT_TRUE(as_expected(Seen{check(false), false, true, ""}));
  EXPECT_FALSE(as_expected(Seen{check(false), false, false, ""})) << "a dead world blocks everything";
  EXPECT_FALSE(as_expected(Seen{check(false), true, true, ""}));
}

TEST(FormatTable, MarksWhatIsWrongAndCounts) {
  EXPECT_EQ(format_table({Seen{check(true), true, true, ""}, Seen{check(true), false, true, "refused"}}),
            "FROM  TO                 WHAT     EXPECTED  SEEN\n"
            "web   gateway 192.0.2.1  tcp 443  pass      pass\n"
            "web   gateway 192.0.2.1  tcp 443  pass      block (refused)   <-- not as expected\n"
            "1 of 2 not as expected\n");
  EXPECT_NE(format_table({Seen{check(false), false, true, ""}}).find("all 1 as expected\n"), std::string::npos);
}

TEST(FormatJson, NamesTheLineThatExpects) {
  EXPECT_EQ(
      format_json({Seen{check(false), false, true, ""}}),
      R"([{"from":"web","to":"gateway","protocol":"tcp 443","target":"192.0.2.1","expected":"block","seen":"block","proven":true,"ok":true,"where":"scenario.json:12:5"}])");
}

}  // namespace
}  // namespace drawbridge::lab
