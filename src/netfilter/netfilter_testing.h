// For tests of what is read back.
#pragma once

#include <gtest/gtest.h>

#include "nftables/ruleset.h"
#include "nftables/text.h"

namespace drawbridge::netfilter {

/// Object by object.
inline void expect_equal(const nftables::Ruleset& wanted, const nftables::Ruleset& found) {
  ASSERT_EQ(wanted.tables.size(), found.tables.size());
  for (const auto& [family, table] : wanted.tables) {
    const nftables::Table& other = found.tables.at(family);
    EXPECT_TRUE(other.foreign.empty()) << other.foreign.begin()->first << " " << other.foreign.begin()->second;
    EXPECT_EQ(table.helpers, other.helpers);
    ASSERT_EQ(table.chains.size(), other.chains.size());
    for (const auto& [name, chain] : table.chains)
      ASSERT_EQ(*chain, *other.chains.at(name))
          << nftables::format_chain(name, *chain) << nftables::format_chain(name, *other.chains.at(name));
    ASSERT_EQ(table.sets.size(), other.sets.size());
    for (const auto& [name, set] : table.sets)
      ASSERT_EQ(*set, *other.sets.at(name)) << nftables::format_set(name, *set) << nftables::format_set(name, *other.sets.at(name));
  }
}

}  // namespace drawbridge::netfilter
