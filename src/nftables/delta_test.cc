#include "nftables/delta.h"

#include <gtest/gtest.h>

#include "nftables/delta_testing.h"
#include "nftables/difference.h"
#include "nftables/program_sets.h"
#include "nftables/rule_alignment.h"

namespace drawbridge::nftables {
namespace {

using rules::Stage;

std::string text_of(const Differences& differences) {
  std::string text;
  for (const Difference& difference : differences.list) text += format_difference(difference) + "\n";
  return text;
}

TEST(Delta, TurnsOneRulesetIntoTheOther) {
  const Stage stages[] = {Stage::guest_out, Stage::guest_in, Stage::vnet, Stage::host_in, Stage::host_out, Stage::frame_gate};
  std::size_t changed_sets = 0, changed_chains = 0, kept = 0;
  for (std::uint64_t seed = 0; seed < 1200; ++seed) {
    const auto [a, b] = ruleset_pair(seed, stages[seed % 6]);
    const Delta delta = make_delta(a, b);
    EXPECT_EQ(text_of(find_differences(b, apply_delta(a, delta))), "") << "seed " << seed;
    EXPECT_TRUE(make_delta(b, b).tables.empty());
    EXPECT_EQ(delta.tables.empty(), find_differences(b, a).count == 0);
    for (const auto& [family, table] : delta.tables) {
      changed_sets += table.changed_sets.size();
      changed_chains += table.changed_chains.size();
      kept += b.tables.at(family).chains.size() - table.changed_chains.size() - table.written_chains.size();
    }
    ASSERT_FALSE(HasFailure()) << "seed " << seed;
  }
  EXPECT_GT(changed_sets, 200U);
  EXPECT_GT(changed_chains, 300U);
  EXPECT_GT(kept, 300U);
}

Chain chain_of(std::vector<int> rules) {
  Chain chain;
  for (const int rule : rules) chain.rules.push_back({{Verdict{Verdict::Kind::accept, {}}}, std::to_string(rule)});
  return chain;
}

TEST(Delta, MakesAnewWhatAnotherKindIs) {
  Ruleset a, b;
  for (Ruleset* ruleset : {&a, &b}) {
    Table& table = ruleset->tables[TableFamily::inet];
    Set set;
    set.keys = keys_of(Key::ip_saddr);
    set.intervals = ruleset == &b;
    set.parts = {{1, set.intervals ? 9U : 1U}};
    table.sets["s"] = std::make_shared<const Set>(set);
    Chain user = chain_of({1});
    user.rules[0].statements.insert(user.rules[0].statements.begin(), Lookup{keys_of(Key::ip_saddr), false, ~rules::Number{0}, "s"});
    table.chains["user"] = std::make_shared<const Chain>(user);
    table.chains["other"] = std::make_shared<const Chain>(chain_of({2}));
    Chain base = chain_of({3});
    base.base = Base{Hook::input, ruleset == &b ? 1 : 0};
    table.chains["base"] = std::make_shared<const Chain>(base);
  }
  const Delta delta = make_delta(a, b);
  const TableDelta& table = delta.tables.at(TableFamily::inet);
  EXPECT_EQ(table.emptied_chains, (std::vector<std::string>{"base", "user"}));
  EXPECT_EQ(table.removed_sets, (std::vector<std::string>{"s"}));
  EXPECT_EQ(table.removed_chains, (std::vector<std::string>{"base"}));
  EXPECT_EQ(table.written_chains.size(), 2U);
  EXPECT_TRUE(table.changed_chains.empty());
  EXPECT_EQ(text_of(find_differences(b, apply_delta(a, delta))), "");
}

TEST(Delta, OneElementAmongManyIsOneElement) {
  Set set;
  set.keys = keys_of(Key::ip_saddr);
  for (rules::Number at = 0; at < 100'000; ++at) set.parts.push_back({2 * at, 2 * at});
  Ruleset a, b;
  a.tables[TableFamily::inet].sets["s"] = std::make_shared<const Set>(set);
  set.parts[5000] = {10'001, 10'001};
  b.tables[TableFamily::inet].sets["s"] = std::make_shared<const Set>(set);
  const Delta delta = make_delta(a, b);
  const SetChange& change = delta.tables.at(TableFamily::inet).changed_sets.at("s");
  EXPECT_EQ(change.removed.size(), 1U);
  EXPECT_EQ(change.added.size(), 1U);
}

TEST(CommonRules, AreTheMost) {
  const auto common = [](std::vector<int> a, std::vector<int> b) { return common_rules(chain_of(a).rules, chain_of(b).rules).size(); };
  EXPECT_EQ(common({1, 2, 3}, {1, 2, 3}), 3U);
  EXPECT_EQ(common({1, 2, 3}, {0, 1, 2, 4, 3}), 3U);
  EXPECT_EQ(common({1, 2, 3, 4}, {4, 3, 2, 1}), 1U);
  EXPECT_EQ(common({1, 1}, {1}), 1U);
  EXPECT_EQ(common({}, {1}), 0U);
}

TEST(Differences, SayWhatAPersonCanLookFor) {
  Ruleset wanted, found;
  Table& ours = wanted.tables[TableFamily::inet];
  Table& theirs = found.tables[TableFamily::inet];
  Chain chain = chain_of({1, 2, 3});
  ours.chains["host-in"] = std::make_shared<const Chain>(chain);
  chain.rules.erase(chain.rules.begin());
  chain.rules[0].statements = {Verdict{Verdict::Kind::drop, {}}};
  chain.rules.push_back({{Foreign{"meta cmp masq", {1}}}, ""});
  theirs.chains["host-in"] = std::make_shared<const Chain>(chain);
  Set set;
  set.keys = keys_of(Key::ip_saddr);
  set.parts = {{0x0a000001, 0x0a000001}};
  ours.sets["hosts"] = std::make_shared<const Set>(set);
  set.parts = {{0x0a000002, 0x0a000002}};
  theirs.sets["hosts"] = std::make_shared<const Set>(set);
  theirs.foreign["chain nat"] = "its type is not filter";
  wanted.tables[TableFamily::bridge];
  EXPECT_EQ(text_of(find_differences(wanted, found)),
            "inet: chain nat is not ours: its type is not filter\n"
            "inet: element 10.0.0.1 of set hosts is missing\n"
            "inet: element 10.0.0.2 of set hosts is not ours\n"
            "inet: rule 1 of chain host-in (1) is missing: accept\n"
            "inet: rule 2 of chain host-in (2) was changed: \"drop\" instead of \"accept\"\n"
            "inet: rule 3 of chain host-in is not ours: [meta cmp masq]\n"
            "bridge: table drawbridge is missing\n");
  const Differences few = find_differences(wanted, found, 2);
  EXPECT_EQ(few.list.size(), 2U);
  EXPECT_EQ(few.count, 7U);
}

}  // namespace
}  // namespace drawbridge::nftables
