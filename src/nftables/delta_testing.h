// Pairs of rulesets that are neither equal nor strangers, and what a delta makes of one of them without a kernel.
#pragma once

#include <gtest/gtest.h>

#include "nftables/compile.h"
#include "nftables/delta.h"
#include "nftables/nftables_testing.h"

namespace drawbridge::nftables {

/// The program with some of its lists and tables as another one has them.
inline rules::Program edited(rules::Program program, rules::Stage stage, std::uint64_t seed) {
  Dice dice(seed);
  const rules::Program other = dice.program(stage);
  const auto mix = [&dice](auto& into, const auto& from) {
    for (auto& [name, value] : into)
      if (const auto found = from.find(name); found != from.end() && dice.one_in(3)) value = found->second;
  };
  mix(program.lists, other.lists);
  mix(program.sets, other.sets);
  mix(program.port_tables, other.port_tables);
  if (dice.one_in(4)) program.dispatch_tables["ports"].erase("veth7i0");
  auto& macs = program.mac_tables["macs"];
  if (!macs.empty() && dice.one_in(4)) macs.erase(macs.begin());
  return program;
}

struct RulesetPair {
  Ruleset a, b;
};
inline RulesetPair ruleset_pair(std::uint64_t seed, rules::Stage stage) {
  Dice dice(seed);
  const rules::Program program = dice.program(stage);
  const CompileOptions options{.table = "drawbridge", .counters = seed % 5 == 0, .merge = seed % 2 == 0};
  return {compile(program, options).value(), compile(edited(program, stage, seed + 1'000'000), options).value()};
}

inline Set changed_set(const Set& set, const SetChange& change) {
  const std::size_t width = set.keys.count;
  std::map<std::vector<rules::Interval>, std::optional<MapValue>> elements;
  const auto each = [width](const Set& of, auto take) {
    for (std::size_t at = 0; at < of.size(); ++at)
      take(std::vector(of.parts.begin() + static_cast<std::ptrdiff_t>(at * width),
                       of.parts.begin() + static_cast<std::ptrdiff_t>((at + 1) * width)),
           of.values.empty() ? std::nullopt : std::optional(of.values[at]));
  };
  each(set, [&](auto parts, auto value) { elements.emplace(parts, value); });
  each(change.removed, [&](const auto& parts, const auto&) { EXPECT_EQ(elements.erase(parts), 1U); });
  each(change.added, [&](auto parts, auto value) { EXPECT_TRUE(elements.emplace(parts, value).second); });
  Set made = set;
  made.parts.clear();
  made.values.clear();
  for (const auto& [parts, value] : elements) {
    made.parts.insert(made.parts.end(), parts.begin(), parts.end());
    if (value) made.values.push_back(*value);
  }
  return made;
}

/// As the kernel does it; what it would refuse fails the test.
inline void apply_to_table(Table& table, const TableDelta& delta) {
  const auto with_rules = [](const Chain& chain, std::vector<Rule> rules) {
    return std::make_shared<const Chain>(Chain{chain.base, std::move(rules)});
  };
  for (const std::string& name : delta.emptied_chains) table.chains.at(name) = with_rules(*table.chains.at(name), {});
  for (const auto& [name, change] : delta.changed_sets)
    table.sets.at(name) = std::make_shared<const Set>(changed_set(*table.sets.at(name), change));
  for (const std::string& name : delta.removed_sets) EXPECT_EQ(table.sets.erase(name), 1U);
  for (const std::string& name : delta.removed_chains) {
    EXPECT_TRUE(table.chains.at(name)->rules.empty());
    table.chains.erase(name);
  }
  for (const std::string& name : delta.removed_helpers) EXPECT_EQ(table.helpers.erase(name), 1U);
  for (const auto& [name, helper] : delta.added_helpers) EXPECT_TRUE(table.helpers.emplace(name, helper).second);
  for (const auto& [name, chain] : delta.added_chains) EXPECT_TRUE(table.chains.emplace(name, with_rules(*chain, {})).second);
  for (const auto& [name, set] : delta.added_sets) EXPECT_TRUE(table.sets.emplace(name, set).second);
  for (const auto& [name, change] : delta.changed_chains) table.chains.at(name) = with_rules(*table.chains.at(name), change.to->rules);
  for (const auto& [name, chain] : delta.written_chains) {
    EXPECT_TRUE(table.chains.at(name)->rules.empty());
    table.chains.at(name) = with_rules(*table.chains.at(name), chain->rules);
  }
}

inline Ruleset apply_delta(Ruleset ruleset, const Delta& delta) {
  for (const auto& [family, table] : delta.tables) {
    if (table.remove) ruleset.tables.erase(family);
    if (table.create) {
      EXPECT_TRUE(ruleset.tables.emplace(family, Table{}).second);
    }
    if (ruleset.tables.contains(family)) apply_to_table(ruleset.tables.at(family), table);
  }
  return ruleset;
}

}  // namespace drawbridge::nftables
