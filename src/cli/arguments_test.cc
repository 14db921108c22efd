#include "cli/arguments.h"

#include <gtest/gtest.h>

namespace drawbridge::cli {
namespace {

Exit nothing(Context&) { return Exit::done; }

const CommandSpec& tree() {
  static const CommandSpec kTree{
      .name = "prog",
      .summary = "Tests.",
      .details = "",
      .example = "",
      .options = {{.names = "--root", .value = "DIR", .help = ""},
                  {.names = "--json", .value = "", .help = ""},
                  {.names = "-q,--quiet", .value = "", .help = ""},
                  {.names = "-v,--verbose", .value = "", .help = ""},
                  {.names = "--no-color", .value = "", .help = ""},
                  {.names = "--version", .value = "", .help = ""},
                  {.names = "-h,--help", .value = "", .help = ""}},
      .commands = {{.name = "net",
                    .summary = "",
                    .details = "",
                    .example = "",
                    .commands = {{.name = "show",
                                  .summary = "",
                                  .details = "",
                                  .example = "",
                                  .arguments = {{.name = "FILE", .help = "", .required = false}},
                                  .run = nothing},
                                 {.name = "set",
                                  .summary = "",
                                  .details = "",
                                  .example = "",
                                  .arguments = {{.name = "IFACE", .help = ""},
                                                {.name = "KEY=VALUE", .help = "", .required = false, .repeated = true}},
                                  .options = {{.names = "--delete", .value = "KEY", .help = "", .repeated = true, .greedy = true},
                                              {.names = "-X,--exclude", .value = "PATTERN", .help = "", .repeated = true},
                                              {.names = "--within", .value = "SECONDS", .help = "", .number = true},
                                              {.names = "-o,--format", .value = "FORMAT", .help = "", .choices = {"native", "json"}}},
                                  .run = nothing}}},
                   {.name = "lab", .summary = "", .details = "", .example = "", .run = nothing, .passes_on = true}}};
  return kTree;
}

std::expected<Invocation, UsageError> parse(const std::vector<std::string>& words) { return parse_arguments(tree(), words); }

TEST(Arguments, GlobalOptionsStandAnywhere) {
  const std::vector<std::vector<std::string>> lines{{"--root", "/x/", "--json", "net", "show", "f"},
                                                    {"net", "--root=/x", "show", "--json", "f"},
                                                    {"net", "show", "f", "--json", "--root", "/x"}};
  for (const auto& words : lines) {
    const auto invocation = parse(words);
    ASSERT_TRUE(invocation) << invocation.error().what;
    EXPECT_EQ(invocation->command().name, "show");
    EXPECT_EQ(invocation->globals.root, "/x");
    EXPECT_TRUE(invocation->globals.json);
    EXPECT_EQ(invocation->arguments.value("FILE"), "f");
  }
}

TEST(Arguments, ASubcommandsNameMayBeAnArgument) {
  const auto invocation = parse({"net", "show", "set"});
  ASSERT_TRUE(invocation) << invocation.error().what;
  EXPECT_EQ(invocation->command().name, "show");
  EXPECT_EQ(invocation->arguments.value("FILE"), "set");
}

TEST(Arguments, VerbosityCounts) {
  const auto invocation = parse({"-v", "net", "show", "-vv"});
  ASSERT_TRUE(invocation) << invocation.error().what;
  EXPECT_EQ(invocation->globals.verbose, 3);
}

TEST(Arguments, RepeatedOptionsAndArgumentsKeepTheirOrder) {
  const auto invocation = parse({"net", "set", "vmbr0", "b=1", "-X", "t*", "a=2", "--exclude", "[ab]", "--delete", "mtu", "gateway"});
  ASSERT_TRUE(invocation) << invocation.error().what;
  EXPECT_EQ(invocation->arguments.value("IFACE"), "vmbr0");
  EXPECT_EQ(invocation->arguments.list("KEY=VALUE"), (std::vector<std::string>{"b=1", "a=2"}));
  EXPECT_EQ(invocation->arguments.list("exclude"), (std::vector<std::string>{"t*", "[ab]"}));
  EXPECT_EQ(invocation->arguments.list("delete"), (std::vector<std::string>{"mtu", "gateway"}));
}

TEST(Arguments, AnEmptyValueIsNotTheNextWord) {
  const auto invocation = parse({"net", "set", "vmbr0", "--exclude=", "--exclude=--json", "a=", "--delete", "mtu"});
  ASSERT_TRUE(invocation) << invocation.error().what;
  EXPECT_EQ(invocation->arguments.list("exclude"), (std::vector<std::string>{"", "--json"}));
  EXPECT_EQ(invocation->arguments.list("KEY=VALUE"), (std::vector<std::string>{"a="}));
  EXPECT_FALSE(invocation->globals.json);
  EXPECT_FALSE(parse({"--json=", "net", "show"}));
}

TEST(Arguments, WordsAfterTwoDashesAreArguments) {
  const auto invocation = parse({"net", "show", "--", "--json"});
  ASSERT_TRUE(invocation) << invocation.error().what;
  EXPECT_FALSE(invocation->globals.json);
  EXPECT_EQ(invocation->arguments.value("FILE"), "--json");
}

TEST(Arguments, HelpWinsOverMissingArguments) {
  const auto invocation = parse({"net", "set", "--help"});
  ASSERT_TRUE(invocation) << invocation.error().what;
  EXPECT_TRUE(invocation->help);
  EXPECT_EQ(invocation->command().name, "set");
}

TEST(Arguments, ALabKeepsItsOwnWords) {
  const auto invocation = parse({"lab", "run", "--native", "--json", "x", "--", "ls", "--json", "-q"});
  ASSERT_TRUE(invocation) << invocation.error().what;
  EXPECT_TRUE(invocation->globals.json);
  EXPECT_FALSE(invocation->globals.quiet);
  EXPECT_EQ(invocation->rest, (std::vector<std::string>{"run", "--native", "x", "--", "ls", "--json", "-q"}));
}

struct Mistake {
  std::vector<std::string> words;
  std::string what;
  std::string hint;
};

TEST(Arguments, MistakesAreNamedWithACure) {
  const std::vector<Mistake> mistakes{
      {{}, "a command is missing", "usage: prog COMMAND; see prog --help"},
      {{"net"}, "a command is missing", "usage: prog net COMMAND; see prog net --help"},
      {{"nett"}, "unknown command \"nett\"", "did you mean net?"},
      {{"net", "shows"}, "unknown command \"shows\"", "did you mean show?"},
      {{"net", "show", "--jsn"}, "unknown option --jsn", "did you mean --json?"},
      {{"net", "set", "x", "--delte=y"}, "unknown option --delte=y", "did you mean --delete?"},
      {{"net", "show", "a", "b"}, "unexpected argument \"b\"", "usage: prog net show [FILE]"},
      {{"net", "set"},
       "IFACE is missing",
       "usage: prog net set [--delete KEY…] [--exclude PATTERN] [--within SECONDS] [--format FORMAT] IFACE [KEY=VALUE…]"},
      {{"net", "set", "x", "--within", "soon"}, "--within needs a whole number, not \"soon\"", ""},
      {{"net", "set", "x", "--within", "-3"}, "--within needs a whole number, not \"-3\"", ""},
      {{"net", "set", "x", "-o", "xml"}, "--format does not know \"xml\"", "one of: native, json"},
  };
  for (const Mistake& mistake : mistakes) {
    const auto invocation = parse(mistake.words);
    ASSERT_FALSE(invocation) << mistake.what;
    EXPECT_EQ(invocation.error().what, mistake.what);
    EXPECT_EQ(invocation.error().hint, mistake.hint);
  }
}

TEST(Arguments, AnOptionWithoutItsValueIsAMistake) {
  const auto invocation = parse({"net", "set", "x", "--within"});
  ASSERT_FALSE(invocation);
  EXPECT_NE(invocation.error().what.find("--within"), std::string::npos) << invocation.error().what;
}

}  // namespace
}  // namespace drawbridge::cli
