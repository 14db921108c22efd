#include "nftables/counts.h"

#include <gtest/gtest.h>

namespace drawbridge::nftables {
namespace {

Rule rule(std::uint16_t port, std::string comment, std::uint64_t packets = 0) {
  return {{Compare{.key = Key::dport, .values = {port, port}}, Counter{packets, packets * 100}, Verdict{}}, std::move(comment)};
}
const Counter& counter(const Rule& rule) { return std::get<Counter>(rule.statements[1]); }

TEST(Counts, AreNoDifference) { EXPECT_EQ(rule(1, "a", 1), rule(1, "a", 2)); }

TEST(Counts, GoOnWhereLinesHaveMoved) {
  const Chain counted{{}, {rule(22, "100.fw:3", 7), rule(80, "100.fw:4", 9), rule(443, "100.fw:5", 11)}};
  const Chain changed{{}, {rule(21, "100.fw:3"), rule(22, "100.fw:4"), rule(443, "100.fw:5")}};
  const Chain made = carry_counts(counted, changed);
  ASSERT_EQ(made.rules.size(), 3U);
  EXPECT_EQ(counter(made.rules[0]).packets, 0U);
  EXPECT_EQ(counter(made.rules[1]).packets, 7U);
  EXPECT_EQ(made.rules[1].comment, "100.fw:4");
  EXPECT_EQ(counter(made.rules[2]).bytes, 1100U);
}

TEST(Counts, AreSummedByLine) {
  Ruleset ruleset;
  auto& table = ruleset.tables[TableFamily::bridge];
  table.chains["list/a"] = std::make_shared<const Chain>(Chain{{}, {rule(22, "100.fw:3", 7), rule(80, "100.fw:3", 1)}});
  Chain early{{}, {rule(22, "100.fw:3", 7), rule(25, "100.fw:4", 5)}};
  early.rules[1].statements.back() = RejectWith{};
  table.chains["list/a/early"] = std::make_shared<const Chain>(early);
  const auto sums = sum_counts(ruleset);
  EXPECT_EQ(sums.at("100.fw:3").packets, 8U) << "who asks early asks again";
  EXPECT_EQ(sums.at("100.fw:4").packets, 5U) << "but for what is rejected there";
}

}  // namespace
}  // namespace drawbridge::nftables
