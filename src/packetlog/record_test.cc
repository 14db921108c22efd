#include "packetlog/record.h"

#include <gtest/gtest.h>

namespace drawbridge::packetlog {
namespace {

TEST(LogPrefix, IsReadAsRulesWriteIt) {
  EXPECT_EQ(parse_prefix(":100:6:tap100i0-IN: policy DROP: "), (Prefix{100, 6, "tap100i0-IN", "policy DROP: ", ""}));
  EXPECT_EQ(parse_prefix(":0:4:PVEFW-HOST-IN: ACCEPT: #host.fw:12"), (Prefix{0, 4, "PVEFW-HOST-IN", "ACCEPT: ", "host.fw:12"}));
}

TEST(LogPrefix, OfAnotherFormIsTextOfTheHost) {
  for (const char* text : {"", "hello", ":1:", ":x:6:c: t", ":1:8:c: t", ":1:6:c:t", ":99999999999:6:c: t"}) {
    EXPECT_EQ(parse_prefix(text), (Prefix{0, 6, "-", text, ""})) << text;
  }
}

TEST(LogPrefix, RoundTrips) {
  const Prefix prefix{100, 6, "tap100i0-OUT", "DROP: ", "100.fw:7"};
  EXPECT_EQ(format_prefix(prefix), ":100:6:tap100i0-OUT: DROP: #100.fw:7");
  EXPECT_EQ(parse_prefix(format_prefix(prefix)), prefix);
}

TEST(LogPrefix, LosesItsRuleBeforeItsText) {
  const Prefix prefix{100, 6, "c", std::string(100, 't'), std::string(20, 'r')};
  EXPECT_EQ(parse_prefix(format_prefix(prefix)).text, prefix.text);
  EXPECT_EQ(parse_prefix(format_prefix(prefix)).rule, "");
  EXPECT_EQ(format_prefix(Prefix{100, 6, "c", std::string(500, 't'), ""}).size(), kLongestPrefix);
}

}  // namespace
}  // namespace drawbridge::packetlog
