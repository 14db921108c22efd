#include "rules/evaluate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rules/packet_description.h"

namespace drawbridge::rules {
namespace {

Rule rule(std::vector<Condition> conditions, Action action) {
  return {.conditions = std::move(conditions), .action = std::move(action), .log = {}, .origin = {.reason = "test"}};
}
ListPointer list(std::vector<Rule> rules) { return std::make_shared<const List>(List{std::move(rules)}); }
Condition is(Field field, Number number) { return Test{field, NumberSet::of(number)}; }
Condition is_not(Field field, Number number) { return Test{field, NumberSet::of(number), true}; }

Program program_of(std::vector<Rule> rules) {
  Program program;
  program.lists["start"] = list(std::move(rules));
  program.stages[Stage::host_in] = "start";
  return program;
}

Packet tcp_to(std::uint16_t port) {
  return packet_of({.source = *parse_ip("192.0.2.1"), .destination = *parse_ip("192.0.2.2"), .content = Tcp{.destination_port = port}});
}

Decision decide(const Program& program, const Packet& packet) {
  EXPECT_THAT(check_program(program), testing::IsEmpty());
  return evaluate(program, Stage::host_in, packet);
}

TEST(Evaluate, AcceptsWhatNobodyDecides) {
  const Decision decision = decide(program_of({}), tcp_to(80));
  EXPECT_EQ(decision.verdict, Verdict::accept);
  EXPECT_FALSE(decision.by);
  EXPECT_EQ(evaluate({}, Stage::forward, tcp_to(80)).verdict, Verdict::accept);
}

TEST(Evaluate, TheFirstThatDecidesEnds) {
  const Program program = program_of({rule({is(Field::protocol, 17)}, Drop{}), rule({}, Continue{}),
                                      rule({is(Field::destination_port, 80)}, Reject{Reject::With::tcp_reset}), rule({}, Drop{})});
  const Decision decision = decide(program, tcp_to(80));
  EXPECT_EQ(decision.verdict, Verdict::reject);
  EXPECT_EQ(decision.with, Reject::With::tcp_reset);
  EXPECT_EQ(decision.by, (Step{Stage::host_in, "start", 2}));
  EXPECT_THAT(decision.trace, testing::ElementsAre(Step{Stage::host_in, "start", 1}, Step{Stage::host_in, "start", 2}));
  EXPECT_EQ(decide(program, tcp_to(81)).verdict, Verdict::drop);
}

TEST(Evaluate, ATestOnWhatAPacketDoesNotHaveFailsNegatedOrNot) {
  const Packet arp = packet_of({.content = Arp{}});
  EXPECT_EQ(decide(program_of({rule({is(Field::protocol, 6)}, Drop{})}), arp).verdict, Verdict::accept);
  EXPECT_EQ(decide(program_of({rule({is_not(Field::protocol, 6)}, Drop{})}), arp).verdict, Verdict::accept);
  EXPECT_EQ(decide(program_of({rule({NameTest{NameField::in_port, {"eth0"}, true}}, Drop{})}), arp).verdict, Verdict::accept);
}

TEST(Evaluate, MasksBeforeItCompares) {
  const Program program = program_of({rule({rules::Test{Field::tcp_flags, NumberSet::of(2), false, 0x17}}, Drop{})});
  Packet packet = tcp_to(80);
  packet[Field::tcp_flags] = 0xc2;
  EXPECT_EQ(decide(program, packet).verdict, Verdict::drop);
  packet[Field::tcp_flags] = 0x12;
  EXPECT_EQ(decide(program, packet).verdict, Verdict::accept);
}

TEST(Evaluate, JumpsComeBackAndReturnsLeave) {
  Program program = program_of({rule({}, Jump{"first"}), rule({}, Drop{})});
  program.lists["first"] = list({rule({}, Jump{"second"}), rule({is(Field::destination_port, 80)}, Accept{})});
  program.lists["second"] = list({rule({}, Return{}), rule({}, Drop{})});
  EXPECT_EQ(decide(program, tcp_to(80)).verdict, Verdict::accept);
  EXPECT_EQ(decide(program, tcp_to(81)).by, (Step{Stage::host_in, "start", 1}));
}

TEST(Evaluate, DispatchesByNameAndByAddress) {
  Program program = program_of({rule({}, Dispatch{NameField::in_port, "ports"}), rule({}, DispatchByMac{"macs"}), rule({}, Drop{})});
  program.lists["open"] = list({rule({}, Accept{})});
  program.dispatch_tables["ports"] = {{"tap100i0", "open"}};
  program.mac_tables["macs"] = {{{"vmbr0", MacAddress{{0x02, 0, 0, 0, 0, 2}}}, "open"}};
  Packet packet = tcp_to(80);
  EXPECT_EQ(decide(program, packet).verdict, Verdict::drop);
  packet[NameField::in_port] = "tap100i0";
  EXPECT_EQ(decide(program, packet).verdict, Verdict::accept);
  packet[NameField::in_port] = "tap100i1";
  EXPECT_EQ(decide(program, packet).verdict, Verdict::drop);
  packet[NameField::in_bridge] = "vmbr0";
  EXPECT_EQ(decide(program, packet).verdict, Verdict::accept);
}

TEST(Evaluate, PortsHaveEntriesInTablesAndTheRestHasNone) {
  Program program = program_of({rule({rules::Test{Field::ether_source, PortTable{"mac"}, true}}, Drop{})});
  program.port_tables["mac"] = {{"tap100i0", NumberSet::of(number_of(MacAddress{{0x02, 0, 0, 0, 0, 1}}))}};
  Packet packet = tcp_to(80);
  packet[NameField::in_port] = "tap100i0";
  EXPECT_EQ(decide(program, packet).verdict, Verdict::accept);
  packet[NameField::in_port] = "tap101i0";
  EXPECT_EQ(decide(program, packet).verdict, Verdict::drop);
}

TEST(Evaluate, SetsHaveTwoHalves) {
  Program program = program_of(
      {rule({rules::Test{Field::ipv4_source, SetName{"dc/x"}}}, Drop{}), rule({rules::Test{Field::ipv6_source, SetName{"dc/x"}}}, Drop{})});
  program.sets["dc/x"] = std::make_shared<const AddressSet>(AddressSet{
      .ipv4 = NumberSet::of(number_of(*parse_ip("192.0.2.1"))), .ipv6 = NumberSet::of(number_of(*parse_ip("2001:db8::1"))), .origin = {}});
  EXPECT_EQ(decide(program, tcp_to(80)).by->rule, 0U);
  const Packet packet = packet_of({.source = *parse_ip("2001:db8::1"), .destination = *parse_ip("2001:db8::2"), .content = Udp{}});
  EXPECT_EQ(decide(program, packet).by->rule, 1U);
}

TEST(Evaluate, NamesMayEndInAStar) {
  const Program program = program_of({rule({NameTest{NameField::in_port, {"tap1*", "lo"}}}, Drop{})});
  Packet packet = tcp_to(80);
  for (const auto& [name, verdict] :
       {std::pair{"tap100i0", Verdict::drop}, {"lo", Verdict::drop}, {"lo1", Verdict::accept}, {"tap2", Verdict::accept}}) {
    packet[NameField::in_port] = name;
    EXPECT_EQ(decide(program, packet).verdict, verdict) << name;
  }
}

TEST(Evaluate, TheFirstZoneHoldsAndMarksAreSeenByTheRulesBehind) {
  Program program = program_of(
      {rule({}, SetZone{PortTable{"zone"}}), rule({}, SetZone{std::uint16_t{7}}), rule({}, SetZone{std::uint16_t{8}}),
       rule({is(Field::connection_mark, 0)}, MarkConnection{PortTable{"vmid"}}), rule({is(Field::connection_mark, 100)}, Drop{})});
  program.port_tables["zone"] = {{"tap101i0", NumberSet::of(3)}};
  program.port_tables["vmid"] = {{"tap100i0", NumberSet::of(100)}};
  Packet packet = tcp_to(80);
  packet[NameField::in_port] = "tap100i0";
  EXPECT_EQ(decide(program, packet).zone, 7);
  EXPECT_EQ(decide(program, packet).mark, Number{100});
  EXPECT_EQ(decide(program, packet).verdict, Verdict::drop);
  packet[NameField::in_port] = "tap101i0";
  EXPECT_EQ(decide(program, packet).zone, 3);
}

TEST(CheckProgram, NamesWhatIsNotThere) {
  Program program = program_of({rule({}, Jump{"nowhere"}), rule({rules::Test{Field::ipv4_source, SetName{"gone"}}}, Drop{}),
                                rule({rules::Test{Field::ether_source, PortTable{"none"}}}, Drop{}),
                                rule({}, Dispatch{NameField::in_port, "no-table"}), rule({is(Field::protocol, 256)}, Drop{})});
  program.stages[Stage::forward] = "missing";
  EXPECT_THAT(check_program(program),
              testing::UnorderedElementsAre("list start, rule 0 names the list nowhere, which is not there",
                                            "list start, rule 1 names the set gone, which is not there",
                                            "list start, rule 2 names the port table none, which is not there",
                                            "list start, rule 3 names the dispatch table no-table, which is not there",
                                            "list start, rule 4 compares protocol with more than its 8 bits",
                                            "stage forward names the list missing, which is not there"));
}

TEST(CheckProgram, FindsCirclesAndDepth) {
  Program circle = program_of({rule({}, Jump{"start"})});
  EXPECT_THAT(check_program(circle), testing::ElementsAre("list start leads back to itself"));
  EXPECT_EQ(evaluate(circle, Stage::host_in, tcp_to(80)).verdict, Verdict::accept);

  Program deep = program_of({rule({}, Jump{"0"})});
  for (int at = 0; at < 20; ++at) deep.lists[std::to_string(at)] = list({rule({}, Jump{std::to_string(at + 1)})});
  deep.lists["20"] = list({});
  EXPECT_THAT(check_program(deep), testing::ElementsAre("list 15 is more than 15 jumps away from its stage"));
}

TEST(FormatProgram, SaysARuleInALine) {
  Program program = program_of({});
  program.files = {"/etc/pve/firewall/100.fw"};
  const Rule wordy{.conditions = {is(Field::protocol, 6), rules::Test{Field::destination_port, NumberSet({{22, 22}, {80, 90}})},
                                  rules::Test{Field::ipv4_source, NumberSet({{0x0a000000, 0x0affffff}, {0xc0000201, 0xc0000203}})},
                                  rules::Test{Field::tcp_flags, NumberSet::of(2), true, 0x17},
                                  rules::Test{Field::connection_state, NumberSet::of_each(std::vector<std::uint16_t>{1, 8})},
                                  NameTest{NameField::in_port, {"eth0", "tap1*"}, true}},
                   .action = Reject{Reject::With::host_prohibited},
                   .log = Log{.level = 4, .vmid = 100, .chain = "tap100i0-IN", .text = "REJECT: "},
                   .origin = {.file = 0, .line = 12}};
  EXPECT_EQ(format_rule(wordy, program),
            "protocol = 6; destination-port = 22, 80-90; ipv4-source = 10.0.0.0/8, 192.0.2.1-192.0.2.3; tcp-flags & 0x17 != 0x2; "
            "connection-state = invalid, new; in-port != eth0, tap1* -> reject with host-prohibited, log :100:4:tap100i0-IN: REJECT:   "
            "# /etc/pve/firewall/100.fw:12");
  EXPECT_EQ(format_rule(rule({}, Accept{}), program), "-> accept  # test");
}

TEST(FormatProgram, WordsOfFieldsLeadBack) {
  for (std::size_t at = 0; at < kFields; ++at) {
    const auto field = static_cast<Field>(at);
    EXPECT_EQ(field_of(word_of(field)), field);
    EXPECT_GE(width_of(field), 1U);
    EXPECT_LE(width_of(field), 128U);
  }
  EXPECT_FALSE(field_of("colour"));
}

}  // namespace
}  // namespace drawbridge::rules
