#include "rules/without_line.h"

#include <gtest/gtest.h>

namespace drawbridge::rules {
namespace {

Rule rule(std::uint32_t line, Action action, std::vector<Condition> conditions = {}) {
  return {std::move(conditions), std::move(action), std::nullopt, {.file = 0, .line = line}};
}
const Condition kTcp = Test{.field = Field::protocol, .values = NumberSet::of(6)};

Program program_of(const std::string& name, std::vector<Rule> rules) {
  Program program;
  program.files = {"100.fw"};
  program.lists[name] = std::make_shared<const List>(List{std::move(rules)});
  program.lists["opens"] = std::make_shared<const List>(List{{rule(9, Accept{})}});
  program.lists["blocks"] = std::make_shared<const List>(List{{rule(9, Drop{})}});
  program.lists["reject"] = std::make_shared<const List>(List{{rule(0, Drop{})}});
  return program;
}
std::string format(const std::optional<Program>& program, const std::string& list) {
  if (!program) return "no";
  std::string text;
  for (const Rule& rule : program->lists.at(list)->rules) text += format_rule(rule, *program) + "\n";
  return text;
}

std::string without(const Program& program, std::uint32_t line, GivenUp how, const std::string& list) {
  return format(without_line(program, {"100.fw", line, how}), list);
}

TEST(WithoutLine, TheLogGoesBeforeTheRule) {
  Rule logged = rule(3, Accept{}, {kTcp});
  logged.log = Log{.chain = "IN", .text = "ACCEPT: "};
  Rule only_logs = rule(5, Continue{});
  only_logs.log = logged.log;
  const auto program = program_of("host-in", {logged, rule(4, Accept{}), only_logs, rule(0, Drop{})});
  EXPECT_EQ(without(program, 3, GivenUp::manner, "host-in").substr(0, 24), "protocol = 6 -> accept  ");
  EXPECT_EQ(without(program, 4, GivenUp::manner, "host-in"), "no") << "there is nothing to give up but the rule";
  EXPECT_FALSE(without(program, 5, GivenUp::manner, "host-in").contains("100.fw:5"));
}

TEST(WithoutLine, AcceptsLess) {
  const auto program = program_of("host-in", {rule(3, Accept{}, {kTcp}), rule(4, Accept{}), rule(0, Drop{})});
  EXPECT_EQ(without(program, 3, GivenUp::rule, "host-in"), "-> accept  # 100.fw:4\n-> drop\n");
  EXPECT_EQ(format(without_line(program, {"101.fw", 3, GivenUp::rule}), "host-in"), "no");
  EXPECT_EQ(without(program, 5, GivenUp::rule, "host-in"), "no");
  EXPECT_EQ(without(program, 3, GivenUp::card, "host-in"), "no") << "the host is nobody's card";
}

TEST(WithoutLine, BlocksAllTheSame) {
  const std::string list = "guest/100/net0/in";
  const auto program = program_of(list, {rule(3, Reject{}, {kTcp}), rule(4, Jump{"reject"}, {kTcp}), rule(5, Accept{})});
  EXPECT_EQ(without(program, 3, GivenUp::manner, list).substr(0, 31), "protocol = 6 -> drop  # 100.fw:");
  EXPECT_EQ(without(program, 4, GivenUp::rule, list),
            "protocol = 6 -> reject with port-unreachable  # 100.fw:3\n-> drop  # 100.fw:4\n-> accept  # 100.fw:5\n");
}

TEST(WithoutLine, ACardIsClosedAltogether) {
  const std::string list = "guest/100/net0/in";
  const auto program = program_of(list, {rule(3, Accept{}), rule(4, Jump{"blocks"}, {kTcp}), rule(5, Accept{})});
  EXPECT_EQ(without(program, 4, GivenUp::rule, list), "no");
  EXPECT_EQ(without(program, 4, GivenUp::card, list), "-> drop  # 100.fw:4\n");
}

TEST(WithoutLine, ShutsNobodyElseOutAndOpensNothing) {
  const auto host = program_of("host-in", {rule(3, Drop{}, {kTcp}), rule(4, Jump{"opens"}), rule(5, Jump{"blocks"})});
  EXPECT_EQ(without(host, 3, GivenUp::rule, "host-in"), "no");
  EXPECT_NE(without(host, 4, GivenUp::rule, "host-in"), "no");
  EXPECT_EQ(without(host, 5, GivenUp::rule, "host-in"), "no");
}

TEST(WithoutLine, ALineIsKnownWhereverItStands) {
  const auto here = program_of("host-in", {rule(3, Accept{}, {kTcp}), rule(4, Drop{})});
  const auto there = program_of("host-in", {rule(1, Drop{}), rule(8, Accept{}, {kTcp})});
  EXPECT_EQ(text_of_line(here, "100.fw", 3), text_of_line(there, "100.fw", 8));
  EXPECT_NE(text_of_line(here, "100.fw", 3), text_of_line(here, "100.fw", 4));
  EXPECT_EQ(text_of_line(here, "100.fw", 7), "");
}

}  // namespace
}  // namespace drawbridge::rules
