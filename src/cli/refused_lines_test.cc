#include "cli/refused_lines.h"

#include <gtest/gtest.h>

#include "doors/fake_files.h"

namespace drawbridge::cli {
namespace {

using rules::GivenUp;

rules::Rule accept(std::uint32_t line, bool logs = false) {
  rules::Rule rule{.conditions = {}, .action = rules::Accept{}, .log = {}, .origin = {.file = 0, .line = line}};
  if (logs) rule.log = rules::Log{.chain = "IN", .text = "ACCEPT: "};
  return rule;
}
rules::Program program_of(const std::string& list, std::vector<rules::Rule> rules) {
  rules::Program program;
  program.files = {"/etc/pve/nodes/n1/host.fw"};
  program.lists[list] = std::make_shared<const rules::List>(rules::List{std::move(rules)});
  return program;
}
Error refusal(std::uint32_t line) { return {Errc::unavailable, "the kernel refuses", {"n1/host.fw", line, 0}, "", ENOENT}; }

TEST(LineQuarantine, TheLogIsGivenUpBeforeTheLine) {
  const auto program = program_of("host-in", {accept(2, true), accept(3)});
  LineQuarantine quarantine(program);
  EXPECT_TRUE(quarantine.takes(refusal(2))) << "which line it was is seen without merged rules";
  EXPECT_TRUE(quarantine.lines().empty());
  ASSERT_TRUE(quarantine.takes(refusal(2)));
  EXPECT_EQ(quarantine.lines().front().given.how, GivenUp::manner);
  EXPECT_EQ(quarantine.program().lists.at("host-in")->rules.size(), 2U);
  ASSERT_TRUE(quarantine.takes(refusal(2)));
  EXPECT_EQ(quarantine.lines().front().given.how, GivenUp::rule);
  EXPECT_EQ(quarantine.program().lists.at("host-in")->rules.size(), 1U);
  ASSERT_TRUE(quarantine.takes(refusal(3)));
  EXPECT_EQ(quarantine.lines().back().given.how, GivenUp::rule) << "it has no log";
}

TEST(LineQuarantine, WhatOneTransactionTellsIsTakenAtOnce) {
  std::vector<rules::Rule> rules;
  std::vector<Error> refusals;
  for (std::uint32_t line = 1; line <= 100; ++line) {
    rules.push_back(accept(line, true));
    refusals.push_back(refusal(line));
    refusals.push_back(refusal(line));  // of its second rule
  }
  const auto program = program_of("host-in", rules);
  LineQuarantine quarantine(program);
  EXPECT_TRUE(quarantine.takes(refusals.front(), refusals));
  EXPECT_TRUE(quarantine.takes(refusals.front(), refusals));
  EXPECT_EQ(quarantine.lines().size(), 100U);
  EXPECT_EQ(quarantine.lines().back().given.how, GivenUp::manner);
  EXPECT_EQ(diagnostics_of(quarantine.lines()).size(), 33U);
}

TEST(LineQuarantine, ACardIsClosedWhenThereIsNoEnd) {
  std::vector<rules::Rule> rules;
  for (std::uint32_t line = 1; line <= 100; ++line) rules.push_back(accept(line));
  const auto program = program_of("guest/100/net0/in", rules);
  LineQuarantine quarantine(program);
  std::uint32_t line = 1;
  while (quarantine.lines().empty() || quarantine.lines().back().given.how != GivenUp::card)
    ASSERT_TRUE(quarantine.takes(refusal(line++))) << line;
  const auto& left = quarantine.program().lists.at("guest/100/net0/in")->rules;
  ASSERT_EQ(left.size(), 1U);
  EXPECT_TRUE(std::holds_alternative<rules::Drop>(left.front().action));
}

TEST(LineQuarantine, WhatIsKnownIsLeftOutFromTheStart) {
  const auto program = program_of("host-in", {accept(2), accept(3)});
  const std::vector<RefusedLine> known{{{program.files[0], 2, GivenUp::rule}, "why", text_of_line(program, program.files[0], 2)}};
  EXPECT_EQ(still_there(known, program), known);
  const auto moved = program_of("host-in", {accept(3), accept(4)});
  EXPECT_TRUE(still_there(known, moved).empty()) << "nobody knows whether the kernel takes what stands there now";
  const LineQuarantine quarantine(program, known);
  EXPECT_TRUE(quarantine.is_needed());
  EXPECT_EQ(quarantine.program().lists.at("host-in")->rules.size(), 1U);
}

TEST(RefusedLines, AreReadAsTheyWereWritten) {
  doors::FakeDisk disk;
  doors::FakeClock clock;
  doors::FakeFiles files{disk, clock};
  const auto paths = transaction::paths_below("");
  const std::vector<RefusedLine> lines{{{"/a.fw", 2, GivenUp::manner}, "why", "-> accept\n"}, {{"/a.fw", 9, GivenUp::card}, "", ""}};
  ASSERT_TRUE(write_refused_lines(files, paths, lines));
  EXPECT_EQ(read_refused_lines(files, paths), lines);
  ASSERT_TRUE(write_refused_lines(files, paths, {}));
  EXPECT_TRUE(disk.files.empty());
}

}  // namespace
}  // namespace drawbridge::cli
