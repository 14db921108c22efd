// Rulesets through bytes and back: what a batch tells the kernel is what the kernel's dumps are read from.
#include "netfilter/ruleset_reader.h"

#include <gtest/gtest.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>

#include "netfilter/expression_list.h"
#include "netfilter/expression_reader.h"
#include "netfilter/expression_writer.h"
#include "netfilter/netfilter_testing.h"
#include "netfilter/ruleset_batch.h"
#include "nftables/compile.h"
#include "nftables/nftables_testing.h"
#include "nftables/program_sets.h"

namespace drawbridge::netfilter {
namespace {

using nftables::Ruleset;
using nftables::TableFamily;
using rules::Stage;

constexpr std::array kStages{Stage::frame_gate, Stage::guest_out, Stage::guest_in, Stage::vnet,
                             Stage::host_in,    Stage::host_out,  Stage::forward};

/// Each message's number and what is behind its header; tables' deletions are passed over.
template <class Take>
void each_message(Bytes bytes, Take take) {
  while (!bytes.empty()) {
    nlmsghdr header{};
    std::memcpy(&header, bytes.data(), sizeof header);
    if (header.nlmsg_type >> 8U == NFNL_SUBSYS_NFTABLES)
      take(static_cast<std::uint16_t>(header.nlmsg_type & 0xffU), bytes.subspan(sizeof header, header.nlmsg_len - sizeof header));
    bytes = bytes.subspan((header.nlmsg_len + 3U) & ~3U);
  }
}

Result<Ruleset> through_bytes(const Ruleset& ruleset) {
  RulesetBatch batch;
  batch.replace(ruleset);
  RulesetReader reader(ruleset.name);
  each_message(batch.finish(), [&](std::uint16_t type, Bytes payload) { EXPECT_TRUE(reader.take(type, payload)); });
  return reader.finish();
}

TEST(RulesetReader, ReadsWhatBatchesSay) {
  for (std::uint64_t seed = 0; seed < 1500; ++seed) {
    nftables::Dice dice(seed);
    const auto ruleset =
        nftables::compile(dice.program(kStages.at(seed % kStages.size())), {.counters = seed % 5 == 0, .merge = seed % 3 != 0});
    ASSERT_TRUE(ruleset) << ruleset.error().what;
    const auto found = through_bytes(*ruleset);
    ASSERT_TRUE(found) << found.error().what;
    expect_equal(*ruleset, *found);
    if (HasFailure()) FAIL() << "seed " << seed;
  }
}

/// One rule of these expressions, through the reader.
std::vector<nftables::Statement> statements_of(const std::vector<nftables::Statement>& statements) {
  std::vector<std::uint8_t> bytes;
  AttributeWriter writer(bytes);
  ExpressionWriter expression(writer);
  for (const nftables::Statement& statement : statements) expression.write(statement);
  return read_statements(bytes);
}

// Where IPv6 has the first byte of its source address, IPv4 has its time to live.
TEST(RulesetReader, TellsKeysApartByWhatTheRuleAskedBefore) {
  using nftables::Compare;
  using nftables::Key;
  constexpr rules::Number kAll = ~rules::Number{0};
  const Compare ipv6{Key::nfproto, false, kAll, {10, 10}}, ipv4{Key::nfproto, false, kAll, {2, 2}};
  const rules::Number net = rules::Number{0xfd} << 120U;
  const Compare unique_local{Key::ip6_saddr, false, kAll, {net, net | rules::largest(120)}}, hops{Key::ip_ttl, false, kAll, {0xfd, 0xfd}};
  EXPECT_EQ(statements_of({ipv6, unique_local}), (std::vector<nftables::Statement>{ipv6, unique_local}));
  EXPECT_EQ(statements_of({ipv4, hops}), (std::vector<nftables::Statement>{ipv4, hops}));
}

TEST(RulesetReader, SaysWhatItCantExpress) {
  std::vector<std::uint8_t> bytes;
  AttributeWriter writer(bytes);
  ExpressionWriter expression(writer);
  expression.write(nftables::Compare{nftables::Key::l4proto, false, ~rules::Number{0}, {6, 6}});
  const std::size_t element = writer.begin_nest(NFTA_LIST_ELEM);
  writer.put_text(NFTA_EXPR_NAME, "masq");
  writer.end_nest(element);
  const auto statements = read_statements(bytes);
  ASSERT_EQ(statements.size(), 1U);
  ASSERT_TRUE(std::holds_alternative<nftables::Foreign>(statements[0]));
  EXPECT_EQ(std::get<nftables::Foreign>(statements[0]).what, "meta cmp masq");
  EXPECT_EQ(std::get<nftables::Foreign>(statements[0]).bytes, bytes);
  EXPECT_EQ(statements_of(statements), statements);
}

TEST(RulesetReader, TakesNoChangedByteForOurs) {
  // Each byte of a rule's expressions, changed: either another rule, or foreign; never the same.
  const std::vector<nftables::Statement> rule{nftables::Compare{nftables::Key::l4proto, false, ~rules::Number{0}, {6, 6}},
                                              nftables::Compare{nftables::Key::dport, true, ~rules::Number{0}, {80, 90}},
                                              nftables::Lookup{nftables::keys_of(nftables::Key::ip_saddr), true, ~rules::Number{0}, "s"},
                                              nftables::Verdict{nftables::Verdict::Kind::jump, "c"}};
  std::vector<std::uint8_t> bytes;
  AttributeWriter writer(bytes);
  ExpressionWriter expression(writer);
  for (const nftables::Statement& statement : rule) expression.write(statement);
  ASSERT_EQ(read_statements(bytes), rule);
  const auto ours = parse_expressions(bytes);
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    auto changed = bytes;
    changed[at] ^= 1U;
    if (parse_expressions(changed) == ours) continue;  // padding, and what is behind a text's end
    EXPECT_NE(read_statements(changed), rule) << "byte " << at;
  }
}

TEST(RulesetReader, TakesNothingThatIsCutShort) {
  nftables::Dice dice(3);
  const auto ruleset = nftables::compile(dice.program(Stage::guest_out));
  ASSERT_TRUE(ruleset);
  RulesetBatch batch;
  batch.replace(*ruleset);
  each_message(batch.finish(), [&](std::uint16_t type, Bytes payload) {
    for (std::size_t length = 0; length < payload.size(); ++length) {
      RulesetReader reader(ruleset->name);
      static_cast<void>(reader.take(type, payload.first(length)));  // must come back; the sanitizers watch
      static_cast<void>(reader.finish());
    }
  });
}

}  // namespace
}  // namespace drawbridge::netfilter
