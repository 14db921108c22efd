#include "base/json_text.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>

namespace drawbridge {
namespace {

constexpr std::string_view kText = "{\n  \"a\": [1, {\"b\\u0063\": \"x,]}\"}, 30],\n  \"d\": {}\n}\n";

SourceLocation at(std::uint32_t line, std::uint32_t column) { return {"f", line, column}; }

TEST(JsonText, LocatesMembersAndElements) {
  EXPECT_EQ(locate_json(kText, {}, "f"), at(1, 1));
  EXPECT_EQ(locate_json(kText, {JsonStep{"a"}}, "f"), at(2, 8));
  EXPECT_EQ(locate_json(kText, {JsonStep{"a"}, JsonStep{std::size_t{1}}}, "f"), at(2, 12));
  EXPECT_EQ(locate_json(kText, {JsonStep{"a"}, JsonStep{std::size_t{1}}, JsonStep{"bc"}}, "f"), at(2, 24));
  EXPECT_EQ(locate_json(kText, {JsonStep{"a"}, JsonStep{std::size_t{2}}}, "f"), at(2, 33));
  EXPECT_EQ(locate_json(kText, {JsonStep{"d"}}, "f"), at(3, 8));
}

TEST(JsonText, APathThatLeadsNowhereEndsAtTheLastThatExists) {
  EXPECT_EQ(locate_json(kText, {JsonStep{"z"}}, "f"), at(1, 1));
  EXPECT_EQ(locate_json(kText, {JsonStep{"a"}, JsonStep{std::size_t{3}}}, "f"), at(2, 8));
  EXPECT_EQ(locate_json(kText, {JsonStep{"d"}, JsonStep{"e"}}, "f"), at(3, 8));
  EXPECT_EQ(locate_json(kText, {JsonStep{"a"}, JsonStep{"e"}}, "f"), at(2, 8));
}

TEST(JsonText, PathsReadLikeCode) {
  EXPECT_EQ(format_json_path({JsonStep{"links"}, JsonStep{std::size_t{3}}, JsonStep{"mtu"}}), "links[3].mtu");
  EXPECT_EQ(format_json_path({}), "");
}

TEST(JsonText, ShortValuesStayOnTheirLine) { EXPECT_EQ(indent_json(R"({"a":[1,2]})"), "{\"a\":[1,2]}\n"); }

TEST(JsonText, LongValuesGetALinePerMember) {
  EXPECT_EQ(indent_json(R"({"a":[1,2,3],"b":{"c":"{,\"x"},"d":[]})", 16),
            "{\n  \"a\": [1,2,3],\n  \"b\": {\n    \"c\": \"{,\\\"x\"\n  },\n  \"d\": []\n}\n");
}

TEST(JsonText, LayoutKeepsTheValue) {
  const auto compact = R"({"a":[1,{"b":[[],{},"\\"]},-1.5e3,true,null],"":{"x":"\n"}})";
  for (std::size_t width = 0; width < 80; ++width)
    EXPECT_EQ(boost::json::parse(indent_json(compact, width)), boost::json::parse(compact)) << width;
}

TEST(JsonText, TruncatedTextEndsTheScan) {
  for (std::size_t size = 0; size < kText.size(); ++size)
    EXPECT_GE(locate_json(kText.substr(0, size), {JsonStep{"a"}, JsonStep{std::size_t{1}}, JsonStep{"bc"}}, "f").line, 1U);
}

}  // namespace
}  // namespace drawbridge
