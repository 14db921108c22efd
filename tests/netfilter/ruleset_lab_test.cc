// Compiled rulesets in the kernel that runs here, each test in a network namespace of its own: the kernel takes what is encoded, and
// nft reads it as it reads the same ruleset's text.
#include "tests/netfilter/ruleset_lab.h"

#include <gtest/gtest.h>

#include <array>
#include <fstream>
#include <string>

#include "nftables/compile.h"
#include "nftables/nftables_testing.h"
#include "nftables/text.h"

namespace drawbridge::netfilter {
namespace {

using nftables::Ruleset;
using rules::Stage;

TEST_F(RulesetInKernel, TakesWhateverTheCompilerMakes) {
  const bool bridge = bridge_is_complete();
  std::size_t taken = 0;
  const std::array stages{Stage::host_in, Stage::host_out, Stage::guest_out, Stage::guest_in, Stage::vnet};
  for (std::uint64_t seed = 0; seed < 150; ++seed) {
    const Stage stage = stages.at(seed % stages.size());
    if (nftables::hooks_of(stage).front().place.family == nftables::TableFamily::bridge && !bridge) continue;
    nftables::Dice dice(seed);
    const auto ruleset = nftables::compile(dice.program(stage));
    ASSERT_TRUE(ruleset) << ruleset.error().what;
    const auto done = socket_->replace(*ruleset);
    ASSERT_TRUE(done) << "seed " << seed << ": " << done.error().what << "\n" << nftables::format_ruleset(*ruleset);
    ++taken;
  }
  EXPECT_GE(taken, 60U);
}

TEST_F(RulesetInKernel, ReadsLikeTheText) {
  std::size_t compared = 0;
  const bool bridge = bridge_is_complete();
  for (std::uint64_t seed = 0; seed < 120; ++seed) {
    const Stage stage = seed % 2 == 0 || !bridge ? Stage::host_in : Stage::guest_out;
    nftables::Dice dice(seed);
    const auto ruleset = nftables::compile(dice.program(stage));
    ASSERT_TRUE(ruleset) << ruleset.error().what;
    // Sets of bytes that have no type of their own are shown as something alike, but loaded as "typeof".
    if (nftables::format_ruleset(*ruleset).find("typeof") != std::string::npos) continue;
    ++compared;
    ASSERT_TRUE(socket_->replace(*ruleset));
    const std::string encoded = listed();
    std::ofstream("/tmp/drawbridge-text.nft") << nftables::format_ruleset(*ruleset);
    const Output loaded = run("nft -f /tmp/drawbridge-text.nft");
    ASSERT_EQ(loaded.text, "") << "seed " << seed << nftables::format_ruleset(*ruleset);
    ASSERT_EQ(encoded, listed()) << "seed " << seed;
  }
  EXPECT_GE(compared, 40U);
}

// The kernel refused them at first: "tap1*" ends where "tap2*" begins.
TEST_F(RulesetInKernel, TakesNamesThatTouch) {
  rules::Rule rule;
  rule.conditions = {rules::NameTest{rules::NameField::in_port, {"tap1*", "tap2*", "tap3*", "veth1*", "veth2*"}}};
  rule.action = rules::Drop{};
  rules::Program program;
  program.lists["main"] = std::make_shared<const rules::List>(rules::List{{rule}});
  program.stages[Stage::host_in] = "main";
  const auto ruleset = nftables::compile(program);
  ASSERT_TRUE(ruleset) << ruleset.error().what;
  const auto done = socket_->replace(*ruleset);
  ASSERT_TRUE(done) << done.error().what;
  EXPECT_NE(listed().find("\"tap2*\""), std::string::npos) << listed();
}

TEST_F(RulesetInKernel, ARefusalNamesTheRuleAndChangesNothing) {
  Ruleset good;
  good.tables[nftables::TableFamily::inet].chains["host-in"] = std::make_shared<const nftables::Chain>(
      nftables::Chain{nftables::Base{nftables::Hook::input, 0}, {{{nftables::Verdict{nftables::Verdict::Kind::drop, {}}}, "host.fw:1"}}});
  ASSERT_TRUE(socket_->replace(good));
  const auto generation = socket_->generation();
  ASSERT_TRUE(generation);
  const std::string before = listed();
  Ruleset bad = good;
  bad.tables[nftables::TableFamily::inet].chains["host-in"] = std::make_shared<const nftables::Chain>(nftables::Chain{
      nftables::Base{nftables::Hook::input, 0}, {{{nftables::Verdict{nftables::Verdict::Kind::jump, "nowhere"}}, "host.fw:7"}}});
  const auto refused = socket_->replace(bad);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().what.find("rule 1 of chain host-in (host.fw:7)"), std::string::npos) << refused.error().what;
  EXPECT_EQ(listed(), before);
  EXPECT_TRUE(socket_->replace(good, *socket_->generation()));
  EXPECT_EQ(socket_->replace(good, *generation).error().code, Errc::conflict);
  ASSERT_TRUE(socket_->remove(good));
  EXPECT_EQ(listed(), "");
}

}  // namespace
}  // namespace drawbridge::netfilter
