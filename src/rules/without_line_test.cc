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

TEST(WithoutLine, AcceptsLess) {
  const auto program = program_of("host-in", {rule(3, Accept{}, {kTcp}), rule(4, Accept{}), rule(0, Drop{})});
  EXPECT_EQ(format(without_line(program, "100.fw", 3, GivenUp::manner), "host-in"), "-> accept  # 100.fw:4\n-> drop\n");
  EXPECT_EQ(format(without_line(program, "101.fw", 3, GivenUp::manner), "host-in"), "no");
  EXPECT_EQ(format(without_line(program, "100.fw", 5, GivenUp::manner), "host-in"), "no");
}

TEST(WithoutLine, BlocksAllTheSame) {
  const auto program = program_of("guest/100/net0/in", {rule(3, Reject{}, {kTcp}), rule(4, Jump{"reject"}, {kTcp}), rule(5, Accept{})});
  EXPECT_EQ(format(without_line(program, "100.fw", 3, GivenUp::manner), "guest/100/net0/in").substr(0, 31),
            "protocol = 6 -> drop  # 100.fw:");
  EXPECT_EQ(format(without_line(program, "100.fw", 4, GivenUp::match), "guest/100/net0/in"),
            "protocol = 6 -> reject with port-unreachable  # 100.fw:3\n-> drop  # 100.fw:4\n-> accept  # 100.fw:5\n");
}

TEST(WithoutLine, ShutsNobodyElseOutAndOpensNothing) {
  const auto host = program_of("host-in", {rule(3, Drop{}, {kTcp}), rule(4, Jump{"opens"}), rule(5, Jump{"blocks"})});
  EXPECT_EQ(format(without_line(host, "100.fw", 3, GivenUp::match), "host-in"), "no");
  EXPECT_NE(format(without_line(host, "100.fw", 4, GivenUp::manner), "host-in"), "no");
  EXPECT_EQ(format(without_line(host, "100.fw", 5, GivenUp::manner), "host-in"), "no");
}

}  // namespace
}  // namespace drawbridge::rules
