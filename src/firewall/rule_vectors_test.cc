// One line each, where it stands, and what becomes of it.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "firewall/firewall_testing.h"
#include "firewall/rule_reader.h"

namespace drawbridge::firewall {
namespace {

struct Vector {
  Level level;
  std::string_view line;
  std::string_view families;  ///< "46", "4", "6"
  std::string_view wrong;     ///< parameters with errors, sorted; "*": any; empty: none
  bool enabled;
};

// clang-format off
constexpr auto kVectors = std::to_array<Vector>({
    {Level::node, "IN ACCEPT", "46", "", true},
    {Level::node, "in ACCEPT", "46", "", true},
    {Level::node, "IN accept", "46", "", true},
    {Level::node, "|IN ACCEPT", "46", "", false},
    {Level::node, "| IN ACCEPT", "46", "", false},
    {Level::node, "IN ACCEPT -dport 80", "", "dport proto", true},
    {Level::node, "IN ACCEPT --proto tcp --dport 80", "46", "", true},
    {Level::node, "IN ACCEPT -dport 80 -p tcp", "46", "", true},
    {Level::node, "IN ACCEPT -p tcp -p udp", "", "*", true},
    {Level::node, "IN ACCEPT -p TCP -dport 80", "", "dport proto", true},
    {Level::node, "IN ACCEPT -p 6 -dport 80", "46", "", true},
    {Level::node, "IN ACCEPT -p 250", "46", "", true},
    {Level::node, "IN ACCEPT -p 0", "46", "", true},
    {Level::node, "IN ACCEPT -p esp -dport 80", "", "dport", true},
    {Level::node, "IN ACCEPT -p tcp -dport http", "46", "", true},
    {Level::node, "IN ACCEPT -p tcp -dport www", "46", "", true},
    {Level::node, "IN ACCEPT -p tcp -dport ntp", "", "dport", true},
    {Level::node, "IN ACCEPT -p tcp -dport 80:http", "46", "", true},
    {Level::node, "IN ACCEPT -p tcp -dport 90:80", "", "dport", true},
    {Level::node, "IN ACCEPT -p tcp -dport 0", "46", "", true},
    {Level::node, "IN ACCEPT -p tcp -dport 65536", "", "dport", true},
    {Level::node, "IN ACCEPT -p tcp -dport 80,443,", "", "dport", true},
    {Level::node, "IN ACCEPT -p tcp -dport 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15", "46", "", true},
    {Level::node, "IN ACCEPT -p tcp -dport 1,3,5,7,9,11,13,15,17,19,21,23,25,27,29,31", "46", "", true},
    {Level::node, "IN ACCEPT -p tcp -dport 0:5,10:15,20:25,30:35,40:45,50:55,60:65,99", "46", "", true},
    {Level::node, "IN ACCEPT -p tcp -dport 0:5,10:15,20:25,30:35,40:45,50:55,60:65,70:75", "46", "", true},
    {Level::node, "IN ACCEPT -p tcp -dport 80 -sport 1024:65535,22", "46", "", true},
    {Level::node, "IN ACCEPT -p icmp -dport echo-request", "4", "", true},
    {Level::node, "IN ACCEPT -p icmp -dport 80", "4", "", true},
    {Level::node, "IN ACCEPT -p ipv6-icmp -dport packet-too-big", "6", "", true},
    {Level::node, "IN ACCEPT -p icmp -icmp-type echo-request", "4", "", true},
    {Level::node, "IN ACCEPT -p icmp -icmp-type 8", "4", "", true},
    {Level::node, "IN ACCEPT -p icmp -icmp-type no-route", "", "icmp-type", true},
    {Level::node, "IN ACCEPT -p ipv6-icmp -icmp-type packet-too-big", "6", "", true},
    {Level::node, "IN ACCEPT -icmp-type echo-request", "", "proto", true},
    {Level::node, "IN ACCEPT -p icmp -icmp-type echo-request -dport 3", "", "icmp-type", true},
    {Level::node, "IN ACCEPT -source 10.0.0.1/8", "4", "", true},
    {Level::node, "IN ACCEPT -source 10.0.0.5-10.0.0.1", "", "source", true},
    {Level::node, "IN ACCEPT -source 10.0.0.1,10.0.0.5", "4", "", true},
    {Level::node, "IN ACCEPT -source 10.0.0.1, 10.0.0.5", "", "*", true},
    {Level::node, "IN ACCEPT -source 10.0.0.1-10.0.0.3,10.0.0.5", "4", "", true},
    {Level::node, "IN ACCEPT -source 10.0.0.1,fd00::1", "", "source", true},
    {Level::node, "IN ACCEPT -source 10.0.0.1 -dest fd00::1", "", "dest", true},
    {Level::node, "IN ACCEPT -source a4 -dest a6", "", "*", true},
    {Level::node, "IN ACCEPT -source A4", "4", "", true},
    {Level::node, "IN ACCEPT -source guest/a4", "", "source", true},
    {Level::node, "IN ACCEPT -source +set1", "46", "", true},
    {Level::node, "IN ACCEPT -source +SET1", "46", "", true},
    {Level::node, "IN ACCEPT -source +guest/set1", "", "source", true},
    {Level::node, "IN ACCEPT -source +set1,10.0.0.1", "", "source", true},
    {Level::node, "IN ACCEPT -source ::/0", "6", "", true},
    {Level::node, "IN ACCEPT -source 10.1", "", "*", true},
    {Level::node, "IN ACCEPT -p icmpv6 -source 10.0.0.1", "", "source", true},
    {Level::node, "IN ACCEPT -i en-foo", "46", "", true},
    {Level::node, "IN ACCEPT -iface eth0", "46", "", true},
    {Level::node, "IN ACCEPT -log INFO", "46", "", true},
    {Level::node, "IN ACCEPT #", "46", "", true},
    {Level::node, "IN ACCEPT -p tcp#x", "46", "", true},
    {Level::node, "IN ssh(ACCEPT)", "46", "", true},
    {Level::node, "IN SSH(accept)", "46", "", true},
    {Level::node, "IN SSH (ACCEPT)", "", "*", true},
    {Level::node, "IN NOPE(ACCEPT)", "", "macro", true},
    {Level::node, "IN SSH(ACCEPT) -p udp", "", "proto", true},
    {Level::node, "IN SSH(ACCEPT) -p tcp -sport 1000", "46", "", true},
    {Level::node, "IN SSH(ACCEPT) -dport 22", "", "dport proto", true},
    {Level::node, "IN Ping(ACCEPT) -source 10.0.0.1", "4", "", true},
    {Level::node, "IN NeighborDiscovery(ACCEPT)", "6", "", true},
    {Level::node, "FORWARD REJECT", "", "action", true},
    {Level::node, "FOO ACCEPT", "", "type", true},
    {Level::node, "IN", "", "*", true},
    {Level::node, "GROUP g1 -source 10.0.0.1", "", "*", true},
    {Level::node, "GROUP nosuch", "", "action", true},
    {Level::guest, "IN ACCEPT -i eth0", "", "iface", true},
    {Level::guest, "FORWARD ACCEPT", "", "type", true},
    {Level::group, "IN ACCEPT -i eth0", "", "type", true},
    {Level::group, "GROUP g1", "", "type", true},
    {Level::vnet, "IN DROP", "", "type", true},
    {Level::vnet, "FORWARD DROP -i eth0", "", "type", true},
});
// clang-format on

struct Outcome {
  RuleText text;
  std::optional<RuleLine> line;
  Mistakes mistakes;
};

Outcome read(Level level, std::string_view line) {
  static const auto kDatacenter =
      resolve_datacenter(
          document_of("[RULES]\nIN DROP -source +set1\n[ALIASES]\na4 10.0.0.0/8\na6 fd00::/8\n[IPSET set1]\n192.0.2.0/24\n[group g1]\n",
                      Level::datacenter),
          small_machine())
          .value;
  const auto& surroundings = *kDatacenter->surroundings;
  const FileNames own;
  const Scope scope(level == Level::guest ? &own : nullptr, kDatacenter->names, surroundings.sdn, kDatacenter->local);
  const RulePlace place{level, scope, surroundings.tables, kDatacenter->groups, surroundings.altnames};
  Outcome outcome;
  outcome.text = read_rule_text(line, outcome.mistakes);
  outcome.line = read_rule(outcome.text, place, {}, outcome.mistakes);
  if (has_errors(outcome.mistakes)) outcome.line.reset();
  return outcome;
}

const Rule& rule_of(const Outcome& outcome) { return std::get<Rule>(*outcome.line); }

std::string wrong_parameters(const Mistakes& mistakes) {
  std::set<std::string> wrong;
  for (const Mistake& mistake : mistakes)
    if (mistake.severity == Severity::error) wrong.emplace(mistake.parameter);
  return join({wrong.begin(), wrong.end()}, " ");
}

/// For which families the rule has matches.
std::string families_of(const RuleLine& line) {
  if (std::holds_alternative<GroupUse>(line)) return "46";
  bool four = false;
  bool six = false;
  for (const Match& match : std::get<Rule>(line).matches) {
    four = four || match.family != Family::ipv6;
    six = six || match.family != Family::ipv4;
  }
  return std::string(four ? "4" : "") + (six ? "6" : "");
}

TEST(RuleVectors, AllLines) {
  for (const Vector& vector : kVectors) {
    const Outcome outcome = read(vector.level, vector.line);
    const std::string wrong = wrong_parameters(outcome.mistakes);
    if (vector.wrong.empty()) {
      ASSERT_EQ(wrong, "") << vector.line;
      ASSERT_TRUE(outcome.line) << vector.line;
      EXPECT_EQ(families_of(*outcome.line), vector.families) << vector.line;
    } else {
      EXPECT_FALSE(outcome.line) << vector.line;
      if (vector.wrong == "*")
        EXPECT_NE(wrong, "") << vector.line;
      else
        EXPECT_EQ(wrong, vector.wrong) << vector.line;
    }
    EXPECT_EQ(outcome.text.enabled, vector.enabled) << vector.line;
    for (const Mistake& mistake : outcome.mistakes) {
      EXPECT_GE(mistake.column, 1U) << vector.line;
      EXPECT_LE(mistake.column, vector.line.size() + 1) << vector.line;
      EXPECT_FALSE(mistake.hint.empty()) << vector.line;
    }
  }
}

TEST(RuleVectors, NumbersAreWhatTheySay) {
  EXPECT_EQ(rule_of(read(Level::node, "IN ACCEPT -p tcp -dport 0")).matches[0].destination_ports, rules::NumberSet::of(0));
  EXPECT_EQ(rule_of(read(Level::node, "IN ACCEPT -p tcp -dport 080")).matches[0].destination_ports, rules::NumberSet::of(80));
  EXPECT_EQ(rule_of(read(Level::node, "IN ACCEPT -p tcp -dport 80:http")).matches[0].destination_ports, rules::NumberSet::of(80));
  for (const auto* line : {"IN ACCEPT -p 0", "IN ACCEPT -p ip", "IN ACCEPT -p hopopt"}) {
    const Outcome outcome = read(Level::node, line);
    EXPECT_EQ(rule_of(outcome).matches[0].protocol, 0);
    ASSERT_EQ(outcome.mistakes.size(), 1U);
    EXPECT_EQ(outcome.mistakes[0].severity, Severity::warning);
  }
  EXPECT_EQ(rule_of(read(Level::node, "IN ACCEPT -p icmp -dport 80")).matches[0].icmp_type, 80);
  EXPECT_EQ(rule_of(read(Level::node, "IN ACCEPT -p icmp -icmp-type 3/4")).matches[0].icmp_code, 4);
  EXPECT_FALSE(rule_of(read(Level::node, "IN ACCEPT -p icmpv6 -icmp-type any")).matches[0].icmp_type);
}

TEST(RuleVectors, AddressesAreMaskedAndListsJoined) {
  const auto masked = rule_of(read(Level::node, "IN ACCEPT -source 10.0.0.1/8")).matches[0].source;
  EXPECT_EQ(std::get<rules::NumberSet>(masked), rules::NumberSet::range(0x0a000000, 0x0affffff));
  const auto list = rule_of(read(Level::node, "IN ACCEPT -source 10.0.0.1-10.0.0.3,10.0.0.4")).matches[0].source;
  EXPECT_EQ(std::get<rules::NumberSet>(list), rules::NumberSet::range(0x0a000001, 0x0a000004));
}

TEST(RuleVectors, MacrosKeepToTheFamily) {
  const auto ping = rule_of(read(Level::node, "IN Ping(ACCEPT) -source 10.0.0.1"));
  ASSERT_EQ(ping.matches.size(), 1U);
  EXPECT_EQ(ping.matches[0].family, Family::ipv4);
  EXPECT_EQ(ping.matches[0].icmp_type, 8);
  EXPECT_EQ(rule_of(read(Level::node, "IN NeighborDiscovery(ACCEPT)")).matches.size(), 4U);
  const Outcome none = read(Level::node, "IN DHCPv6(ACCEPT) -source 10.0.0.1");
  EXPECT_TRUE(rule_of(none).matches.empty());
  EXPECT_EQ(none.mistakes[0].code, "macro-empty");
  EXPECT_EQ(rule_of(read(Level::node, "IN HTTP/3(ACCEPT)")).matches[0].protocol, 17);
  EXPECT_EQ(wrong_parameters(read(Level::node, "IN Trcrt(ACCEPT) -p icmp").mistakes), "proto");
}

TEST(RuleVectors, FieldsAndComments) {
  EXPECT_EQ(read(Level::node, "IN ACCEPT -p tcp#x").text.comment, "x");
  EXPECT_EQ(read(Level::node, "IN ACCEPT # a # b ").text.comment, "a # b");
  EXPECT_EQ(rule_of(read(Level::node, "IN ACCEPT -log INFO")).log, LogLevel::info);
  EXPECT_FALSE(rule_of(read(Level::node, "IN ACCEPT -log nolog")).log);
  EXPECT_EQ(rule_of(read(Level::node, "IN ACCEPT -i enp1s0np0-of-the-rack")).interface, "eth1");
  EXPECT_EQ(rule_of(read(Level::guest, "OUT DROP -i net31")).interface, "net31");
  for (const auto* line : {"OUT DROP -i net32", "OUT DROP -i net01", "OUT DROP -i net"})
    EXPECT_EQ(wrong_parameters(read(Level::guest, line).mistakes), "iface") << line;
  for (const auto* line :
       {"IN DROP -i eth*", "IN DROP -i eth+", "IN DROP -i eth0:1", "IN DROP -i a-name-that-is-too-long", "FORWARD DROP -i eth0"})
    EXPECT_EQ(wrong_parameters(read(Level::node, line).mistakes), "iface") << line;
}

TEST(RuleVectors, MistakesStandAtTheirColumn) {
  const auto column = [](Level level, std::string_view line) { return read(level, line).mistakes.at(0).column; };
  EXPECT_EQ(column(Level::node, "IN ACCEPT -p tcp -dport 80,99999"), 28U);
  EXPECT_EQ(column(Level::node, "IN ACCEPT -source 10.0.0.1,10.0.0.300"), 28U);
  EXPECT_EQ(column(Level::node, "  IN NOPE(ACCEPT)"), 6U);
  EXPECT_EQ(column(Level::node, "IN SSH(ACCPT)"), 8U);
  EXPECT_EQ(column(Level::node, "IN ACCEPT -dprot 80"), 11U);
  EXPECT_EQ(read(Level::node, "IN ACCEPT -dprot 80").mistakes[0].hint, "did you mean '-dport'?");
  EXPECT_EQ(column(Level::node, "IN ACCEPT -source"), 18U);
}

}  // namespace
}  // namespace drawbridge::firewall
