// What the kernel has, read back: equal to what was put there, whoever changed something is seen.
#include "netfilter/netfilter_testing.h"
#include "nftables/compile.h"
#include "nftables/nftables_testing.h"
#include "nftables/program_sets.h"
#include "tests/netfilter/ruleset_lab.h"

namespace drawbridge::netfilter {
namespace {

using nftables::Ruleset;
using nftables::TableFamily;

TEST_F(RulesetInKernel, ReadsBackWhatTheCompilerMakes) {
  std::size_t read = 0;
  for (std::uint64_t seed = 0; seed < 210; ++seed) {
    const auto stage = stage_of(seed);
    if (!stage) continue;
    nftables::Dice dice(seed);
    const auto ruleset = nftables::compile(dice.program(*stage), {.counters = seed % 5 == 0, .merge = seed % 2 == 0});
    ASSERT_TRUE(ruleset) << ruleset.error().what;
    ASSERT_TRUE(socket_->replace(*ruleset));
    const auto found = socket_->read(ruleset->name);
    ASSERT_TRUE(found) << found.error().what;
    expect_equal(*ruleset, *found);
    if (HasFailure()) FAIL() << "seed " << seed;
    ++read;
  }
  EXPECT_GE(read, 90U);
}

/// What random programs have none of.
Ruleset rare_statements(bool queue) {
  using namespace nftables;
  constexpr rules::Number kAll = ~rules::Number{0};
  const rules::Interval port = *interval_of_name("tap100i0");
  Ruleset ruleset;
  Table& table = ruleset.tables[TableFamily::inet];
  Set attempts;
  attempts.kind = Set::Kind::dynamic;
  attempts.keys = keys_of(Key::ip6_saddr);
  attempts.timeout_seconds = 60;
  table.sets["attempts/ipv6_addr"] = std::make_shared<const Set>(attempts);
  for (const auto& [name, kind] : {std::pair{"zones/z", Set::Kind::zone_map}, std::pair{"marks/m", Set::Kind::mark_map},
                                   std::pair{"labels/l", Set::Kind::label_map}}) {
    Set map;
    map.kind = kind;
    map.keys = keys_of(Key::iifname);
    map.parts = {port};
    map.values = {std::uint32_t{4711}};
    if (kind == Set::Kind::label_map) map.values = {rules::Number{4711} << 64U | 11};
    table.sets[name] = std::make_shared<const Set>(map);
  }
  Chain raw{Base{Hook::prerouting, -300}, {}};
  const auto add = [&](std::vector<Statement> statements) {
    raw.rules.push_back({std::move(statements), std::to_string(raw.rules.size())});
  };
  add({Compare{Key::nfproto, false, kAll, {10, 10}}, LimitEach{Key::ip6_saddr, kAll << 64U, "attempts/ipv6_addr", {200, 1, 1000}},
       Verdict{Verdict::Kind::drop, {}}});
  add({SetZone{9}});
  add({SetZoneFrom{Key::iifname, "zones/z"}});
  add({SetMark{Key::iifname, "marks/m"}});
  add({SetLabel{Key::iifname, "labels/l"}});
  add({Limit{{3, 3600, 7}}, LogTo{":100:6:tap100i0-IN: DROP: #100.fw:7", 0}});
  if (queue) add({QueueTo{3, 5}});
  add({Counter{}, RejectWith{RejectWith::Type::icmpx, 0}});
  table.chains["raw"] = std::make_shared<const Chain>(raw);
  return ruleset;
}

TEST_F(RulesetInKernel, ReadsBackRareStatements) {
  const bool queue = run("nft -c 'add table inet probe; add chain inet probe c; add rule inet probe c queue num 0'").text.empty();
  const Ruleset ruleset = rare_statements(queue);
  const auto done = socket_->replace(ruleset);
  ASSERT_TRUE(done) << done.error().what;
  const auto found = socket_->read(ruleset.name);
  ASSERT_TRUE(found) << found.error().what;
  expect_equal(ruleset, *found);
}

TEST_F(RulesetInKernel, ReadsBackHelpers) {
  Ruleset ruleset;
  for (const TableFamily family : {TableFamily::inet, TableFamily::bridge}) {
    nftables::Table& table = ruleset.tables[family];
    table.helpers["helper/ftp.6"] = {"ftp", 6};
    table.helpers["helper/tftp.17"] = {"tftp", 17};
    const nftables::Rule rule{{nftables::SetHelper{"helper/ftp.6"}}, "host.fw:1"};
    table.chains["helpers"] =
        std::make_shared<const nftables::Chain>(nftables::Chain{nftables::Base{nftables::Hook::prerouting, -150}, {rule}});
  }
  const auto done = socket_->replace(ruleset);
  if (!done && !bridge_is_complete()) GTEST_SKIP() << "this kernel has no such helpers";
  ASSERT_TRUE(done) << done.error().what;
  const auto found = socket_->read(ruleset.name);
  ASSERT_TRUE(found) << found.error().what;
  expect_equal(ruleset, *found);
}

TEST_F(RulesetInKernel, ReadsNothingWhereNothingIs) {
  ASSERT_EQ(run("nft 'table inet other { chain c { type filter hook input priority 0; accept; }; }'").text, "");
  const auto found = socket_->read("drawbridge");
  ASSERT_TRUE(found) << found.error().what;
  EXPECT_TRUE(found->tables.empty());
}

class EditedByOthers : public RulesetInKernel {
 protected:
  void SetUp() override {
    RulesetInKernel::SetUp();
    if (!socket_) return;
    add_host_in(ours_, 2);
    nftables::Table& table = ours_.tables[TableFamily::inet];
    nftables::Set set;
    set.keys = {.key = {nftables::Key::ip_saddr}, .count = 1};
    set.parts = {{1, 1}, {5, 5}};
    table.sets["hosts"] = std::make_shared<const nftables::Set>(set);
    ASSERT_TRUE(socket_->replace(ours_));
  }
  nftables::Table read_after(const std::string& edit) {
    EXPECT_EQ(run("nft '" + edit + "'").text, "") << edit;
    const auto found = socket_->read("drawbridge");
    EXPECT_TRUE(found);
    return found ? found->tables.at(TableFamily::inet) : nftables::Table{};
  }

  Ruleset ours_;
};

TEST_F(EditedByOthers, SeesRulesOfOurKindAndOfOthers) {
  const auto table =
      read_after("insert rule inet drawbridge host-in accept; add rule inet drawbridge host-in tcp option maxseg size set 1400");
  const auto& rules = table.chains.at("host-in")->rules;
  ASSERT_EQ(rules.size(), 4U);
  EXPECT_EQ(nftables::format_rule(rules[0]), "accept");
  EXPECT_EQ(rules[1].comment, "host.fw:1");
  EXPECT_EQ(nftables::format_rule(rules[3]), "[immediate exthdr]");
}

TEST_F(EditedByOthers, SeesElements) {
  const auto table = read_after("add element inet drawbridge hosts { 0.0.0.7 }; delete element inet drawbridge hosts { 0.0.0.1 }");
  EXPECT_EQ(nftables::format_elements(*table.sets.at("hosts")), "{ 0.0.0.5, 0.0.0.7 }");
}

TEST_F(EditedByOthers, SeesObjectsThatWeDontHave) {
  const auto table = read_after(
      "add counter inet drawbridge c; add set inet drawbridge s { type ipv4_addr; flags timeout; elements = { 1.2.3.4 timeout 1h }; }; "
      "add chain inet drawbridge nat { type nat hook prerouting priority -100; }; add chain inet drawbridge own { return; }");
  EXPECT_EQ(table.foreign.size(), 3U);
  EXPECT_EQ(table.foreign.at("chain nat"), "its type is not filter");
  EXPECT_TRUE(table.foreign.contains("object c"));
  EXPECT_TRUE(table.foreign.contains("set s"));
  EXPECT_TRUE(table.chains.contains("own"));
}

TEST_F(EditedByOthers, SeesThatAChainDropsAndATableSleeps) {
  EXPECT_EQ(read_after("add chain inet drawbridge host-in { policy drop; }").foreign.at("chain host-in"), "its policy is not to accept");
  EXPECT_EQ(read_after("add table inet drawbridge { flags dormant; }").foreign.count("table"), 1U);
}

}  // namespace
}  // namespace drawbridge::netfilter
