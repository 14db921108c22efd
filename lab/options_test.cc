#include "lab/options.h"

#include <gtest/gtest.h>

namespace drawbridge::lab {
namespace {

TEST(ParseOptions, ReadsARun) {
  const auto options = parse_options(
      {"run", "--vm", "--accel", "tcg", "--timeout=5", "flat-network", "--in", "gateway", "--", "ping", "-c", "1", "--", "x"});
  ASSERT_TRUE(options.has_value()) << options.error().what;
  Options wanted;
  wanted.verb = Verb::run;
  wanted.way = Way::machine;
  wanted.accelerator = "tcg";
  wanted.timeout = std::chrono::seconds(5);
  wanted.scenario = "flat-network";
  wanted.where = "gateway";
  wanted.words = {"ping", "-c", "1", "--", "x"};
  EXPECT_EQ(*options, wanted);
}

TEST(ParseOptions, ReadsUp) {
  const auto options = parse_options({"up", "--name", "ctest", "--detach", "--with-parent", "--for", "600"});
  ASSERT_TRUE(options.has_value());
  EXPECT_TRUE(options->detach && options->with_parent);
  EXPECT_EQ(options->name, "ctest");
  EXPECT_EQ(options->lifetime, std::chrono::seconds(600));
}

TEST(ParseOptions, HelpIsTheDefaultAndWinsEverywhere) {
  EXPECT_EQ(parse_options({})->verb, Verb::help);
  EXPECT_EQ(parse_options({"--help"})->verb, Verb::help);
  EXPECT_EQ(parse_options({"run", "-h"})->verb, Verb::help);
}

struct Refused {
  std::vector<std::string> words;
  std::string what;
};

class RefusedOptions : public testing::TestWithParam<Refused> {};

TEST_P(RefusedOptions, SaysWhatIsWrong) {
  const auto options = parse_options(GetParam().words);
  ASSERT_FALSE(options.has_value());
  EXPECT_EQ(options.error().what, GetParam().what);
  EXPECT_EQ(options.error().code, Errc::invalid_input);
}

INSTANTIATE_TEST_SUITE_P(All, RefusedOptions,
                         testing::Values(Refused{{"rum"}, "lab: no such command: rum"},
                                         Refused{{"run", "--nativ"}, "lab: no such option: --nativ"},
                                         Refused{{"run", "--timeout"}, "lab: --timeout needs a value"},
                                         Refused{{"run", "--timeout", "0"}, "lab: --timeout does not take \"0\""},
                                         Refused{{"run", "--timeout", "-3"}, "lab: --timeout does not take \"-3\""},
                                         Refused{{"up", "--processors", "0"}, "lab: --processors does not take \"0\""},
                                         Refused{{"run", "--accel", "xen"}, "lab: --accel does not take \"xen\""},
                                         Refused{{"run", "a", "b"}, "lab: one word too many: b"},
                                         Refused{{"run", "--"}, "lab: a command must follow \"--\""},
                                         Refused{{"down", "--", "ls"}, "lab: only \"run\" takes a command"},
                                         Refused{{"list", "x\n"}, "lab: one word too many: x\\x0a"}));

TEST(ParseOptions, TellsWhatWasMeant) { EXPECT_EQ(parse_options({"run", "--nativ"}).error().hint, "did you mean --native?"); }

}  // namespace
}  // namespace drawbridge::lab
