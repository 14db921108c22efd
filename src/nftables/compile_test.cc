#include "nftables/compile.h"

#include <gtest/gtest.h>

#include "nftables/evaluate.h"
#include "nftables/merge.h"
#include "nftables/nftables_testing.h"
#include "nftables/text.h"
#include "rules/evaluate.h"

namespace drawbridge::nftables {
namespace {

using rules::Stage;

/// What the kernel makes of a decision: a rejection that it can't send is a drop.
std::string expected(const rules::Decision& decision, const rules::Packet& packet, const Place& place) {
  if (decision.verdict != rules::Verdict::reject || !place.rejects) return decision.verdict == rules::Verdict::accept ? "accept" : "drop";
  const bool tcp = packet[rules::Field::protocol] == rules::Number{6};
  const bool v4 = packet[rules::Field::ether_type] == rules::Number{rules::kEtherIpv4};
  switch (*decision.with) {
    case rules::Reject::With::tcp_reset: return tcp ? "reset" : "drop";
    case rules::Reject::With::port_unreachable: return "port";
    case rules::Reject::With::host_prohibited: return v4 ? "host" : "admin";
    case rules::Reject::With::admin_prohibited: return "admin";
  }
  return "";
}

std::string actual(const Outcome& outcome) {
  if (outcome.fate == Outcome::Fate::accept) return "accept";
  if (outcome.fate == Outcome::Fate::drop) return "drop";
  if (outcome.with.type == RejectWith::Type::tcp_reset) return "reset";
  if (outcome.with.type == RejectWith::Type::icmp) return "host";
  return outcome.with.code == 1 ? "port" : "admin";
}

struct Tally {
  std::size_t pairs = 0, decided = 0;
};

void check_program(std::uint64_t seed, Stage stage, const CompileOptions& options, Tally& tally) {
  Dice dice(seed);
  const rules::Program program = dice.program(stage);
  const auto ruleset = compile(program, options);
  ASSERT_TRUE(ruleset) << ruleset.error().what;
  for (int packet_number = 0; packet_number < 40; ++packet_number) {
    const rules::Packet packet = dice.packet(stage);
    const rules::Decision decision = rules::evaluate(program, stage, packet);
    const Place& place = hooks_of(stage).front().place;
    const Outcome outcome = evaluate(*ruleset, place.family, chain_of(stage), packet);
    ++tally.pairs;
    if (decision.by) ++tally.decided;
    ASSERT_EQ(actual(outcome), expected(decision, packet, place))
        << "seed " << seed << " stage " << chain_of(stage) << " packet " << packet_number << " by " << outcome.comment << "\n"
        << rules::format_program(program) << format_ruleset(*ruleset);
    ASSERT_EQ(outcome.mark, decision.mark) << "seed " << seed;
    ASSERT_EQ(outcome.label, decision.label) << "seed " << seed;
  }
}

TEST(Compile, RulesetsDoWhatProgramsSay) {
  Tally tally;
  const Stage stages[] = {Stage::guest_out, Stage::guest_in, Stage::vnet, Stage::host_in, Stage::host_out, Stage::frame_gate};
  for (std::uint64_t seed = 0; seed < 3000; ++seed) {
    check_program(seed, stages[seed % 6], {.table = "drawbridge", .counters = seed % 7 == 0, .merge = seed % 3 != 0}, tally);
    if (HasFatalFailure()) return;
  }
  EXPECT_GE(tally.pairs, 100'000U);
  EXPECT_GT(tally.decided, tally.pairs / 4);  // else the pools of values are too wide to prove anything
}

TEST(Merge, MergedListsDecideAlike) {
  std::size_t before = 0, after = 0;
  for (std::uint64_t seed = 0; seed < 1500; ++seed) {
    Dice dice(seed);
    const rules::Program program = dice.program(Stage::guest_out);
    rules::Program merged = program;
    for (auto& [name, list] : merged.lists) {
      rules::List made;
      for (MergedRule& rule : merge_rules(*list)) made.rules.push_back(std::move(rule.rule));
      before += list->rules.size();
      after += made.rules.size();
      list = std::make_shared<const rules::List>(std::move(made));
    }
    for (int packets = 0; packets < 40; ++packets) {
      const rules::Packet packet = dice.packet(Stage::guest_out);
      const auto ordered = rules::evaluate(program, Stage::guest_out, packet), fewer = rules::evaluate(merged, Stage::guest_out, packet);
      ASSERT_EQ(ordered.verdict, fewer.verdict) << "seed " << seed;
      ASSERT_EQ(ordered.with, fewer.with) << "seed " << seed;
      ASSERT_EQ(ordered.mark, fewer.mark) << "seed " << seed;
    }
  }
  EXPECT_LT(after, before);
}

rules::Program program_of(Stage stage, std::vector<rules::Rule> rules) {
  rules::Program program;
  program.files = {"100.fw"};
  program.lists["main"] = std::make_shared<const rules::List>(rules::List{std::move(rules)});
  program.stages[stage] = "main";
  return program;
}

rules::Rule accept_port(std::uint16_t port, std::uint32_t line) {
  rules::Rule rule;
  rule.conditions = {rules::Test{rules::Field::protocol, rules::NumberSet::of(6)},
                     rules::Test{rules::Field::destination_port, rules::NumberSet::of(port)}};
  rule.action = rules::Accept{};
  rule.origin = {0, line, {}};
  return rule;
}

TEST(Compile, PortsOfOneActionBecomeOneRuleThatNamesItsLines) {
  const auto ruleset = compile(program_of(Stage::guest_out, {accept_port(22, 3), accept_port(80, 4), accept_port(443, 7)}));
  ASSERT_TRUE(ruleset);
  const auto& chain = *ruleset->tables.at(TableFamily::bridge).chains.at("guest-out");
  ASSERT_EQ(chain.rules.size(), 1U);
  EXPECT_EQ(chain.rules[0].comment, "100.fw:3,4,7");
  EXPECT_EQ(format_rule(chain.rules[0]).substr(0, 53),
            "meta l4proto 6 th dport @values/inet_service/" + format_rule(chain.rules[0]).substr(45, 8));
}

// A hundred guests with two lists of ports each took 7 MiB of the kernel's memory for them.
TEST(Compile, AListOfPortsIsNoMapOfAllPorts) {
  const auto ruleset = compile(program_of(Stage::guest_out, {accept_port(22, 3), accept_port(80, 4)}));
  ASSERT_TRUE(ruleset);
  for (const auto& [name, set] : ruleset->tables.at(TableFamily::bridge).sets) EXPECT_TRUE(set->intervals) << name;
}

TEST(Compile, WhatTheBridgeCannotKnowIsAnErrorWithItsLine) {
  rules::Rule rule;
  rule.conditions = {rules::Test{rules::Field::source_type, rules::NumberSet::of(3)}};
  rule.action = rules::Drop{};
  rule.origin = {0, 12, {}};
  const auto ruleset = compile(program_of(Stage::guest_out, {rule}));
  ASSERT_FALSE(ruleset);
  EXPECT_EQ(ruleset.error().code, Errc::unsupported);
  EXPECT_EQ(ruleset.error().where.line, 12U);
}

}  // namespace
}  // namespace drawbridge::nftables
