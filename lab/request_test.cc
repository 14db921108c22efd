#include "lab/request.h"

#include <gtest/gtest.h>

namespace drawbridge::lab {
namespace {

TEST(Request, SurvivesTheChannel) {
  const Request request{{"sh", "-c", "echo \"a\nb\""}, {{"PATH", "/bin"}, {"EMPTY", ""}}, "/etc", true, 50, 132};
  EXPECT_EQ(parse_request(format_request(request)).value(), request);
}

TEST(LabState, SurvivesTheChannel) {
  const LabState state{true, "6.1.0-1-amd64", "tcg", "/x/examples/flat-network", 7, 4.5};
  EXPECT_EQ(parse_state(format_state(state)).value(), state);
}

TEST(Request, ReportsBrokenJson) {
  EXPECT_EQ(parse_request("{\"words\": 3}").error().code, Errc::bug);
  EXPECT_EQ(parse_request("").error().code, Errc::bug);
}

}  // namespace
}  // namespace drawbridge::lab
