#include "netfilter/saved_ruleset.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "nftables/compile.h"
#include "rules/program.h"

namespace drawbridge::netfilter {
namespace {

/// Nothing but a stage with one rule.
std::string sample() {
  rules::Program program;
  rules::List list;
  list.rules.push_back({{rules::Test{rules::Field::protocol, rules::NumberSet::of(6)}}, rules::Drop{}, std::nullopt, {}});
  program.lists["only"] = std::make_shared<const rules::List>(std::move(list));
  program.stages[rules::Stage::host_in] = "only";
  const auto ruleset = nftables::compile(program);
  EXPECT_TRUE(ruleset);
  return save_ruleset(*ruleset);
}

TEST(SavedRuleset, GivesBackItsTransaction) {
  const std::string saved = sample();
  const auto bytes = transaction_of_saved(saved);
  ASSERT_TRUE(bytes);
  ASSERT_FALSE(bytes->empty());
  EXPECT_TRUE(saved.ends_with(std::string_view(reinterpret_cast<const char*>(bytes->data()), bytes->size())));
}

TEST(SavedRuleset, CutAnywhereItIsRefused) {
  const std::string saved = sample();
  for (std::size_t length = 0; length < saved.size(); ++length) {
    const auto bytes = transaction_of_saved(std::string_view(saved).substr(0, length));
    ASSERT_FALSE(bytes) << length;
    EXPECT_EQ(bytes.error().code, Errc::invalid_input);
  }
}

TEST(SavedRuleset, ChangedAnywhereItIsRefused) {
  const std::string saved = sample();
  for (std::size_t at = 0; at < saved.size(); ++at) {
    std::string damaged = saved;
    damaged[at] = static_cast<char>(damaged[at] ^ 1);
    ASSERT_FALSE(transaction_of_saved(damaged)) << at;
  }
  EXPECT_FALSE(transaction_of_saved(saved + "x")) << "something was added";
  EXPECT_FALSE(transaction_of_saved("table inet drawbridge {}\n"));
}

}  // namespace
}  // namespace drawbridge::netfilter
