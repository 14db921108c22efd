#include "firewall/lockout.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "firewall/firewall_testing.h"

namespace drawbridge::firewall {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr const char* kOn = "[OPTIONS]\nenable: 1\n";

IpAddress ip(const char* text) { return *parse_ip(text); }

Session from(const char* peer, std::uint16_t port = kSshPort) {
  return {ip(peer), 50000, ip(ip(peer).is_v4() ? "172.16.1.2" : "fd00::2"), port, "vmbr0"};
}

LockoutQuestion question(const std::string& before, const std::string& after, const std::string& node_before = "",
                         const std::string& node_after = "") {
  LockoutQuestion asked;
  asked.before = {document_of(before, Level::datacenter), document_of(node_before, Level::node)};
  asked.after = {document_of(after, Level::datacenter), document_of(node_after, Level::node)};
  asked.surroundings = small_machine();
  asked.facts.name = "n1";
  asked.facts.own_addresses = {ip("172.16.1.2"), ip("fd00::2")};
  asked.facts.guest_bridges = {"vmbr0"};
  asked.now = 2000;
  return asked;
}

TEST(Lockout, WhoIsNoAdministratorIsCutOffWhenTheFirewallGoesOn) {
  const std::vector<Session> sessions{from("172.16.1.9"), from("203.0.113.9"), from("fd00::9", kWebPort)};
  const auto cuts = find_cuts(question("", kOn), sessions);
  ASSERT_THAT(cuts, SizeIs(2));
  EXPECT_EQ(cuts[0].session, sessions[1]);
  EXPECT_THAT(cuts[0].cure, HasSubstr("ipset datacenter create management"));
  EXPECT_THAT(cuts[0].cure, HasSubstr("ipset datacenter add management 203.0.113.9"));
  EXPECT_EQ(cuts[1].session, sessions[2]);
}

TEST(Lockout, NothingIsCutByWhatIsNotInForce) {
  const std::vector<Session> sessions{from("203.0.113.9")};
  EXPECT_THAT(find_cuts(question("", "[OPTIONS]\nenable: 0\n[RULES]\nIN DROP\n"), sessions), IsEmpty());
  EXPECT_THAT(find_cuts(question("", kOn, "", "[OPTIONS]\nenable: 0\n"), sessions), IsEmpty());
  EXPECT_THAT(find_cuts(question("", "[OPTIONS]\nenable: 999\n"), sessions), IsEmpty()) << "a trial that is over";
  EXPECT_THAT(find_cuts(question("", "[OPTIONS]\nenable: 1950\n"), sessions), SizeIs(1)) << "a trial that runs";
  EXPECT_THAT(find_cuts(question(kOn, kOn), sessions), IsEmpty()) << "who didn't get in before has nothing to lose";
}

TEST(Lockout, ALineThatTheKernelRefusesLetsNobodyIn) {
  const std::vector<Session> sessions{from("203.0.113.9")};
  auto asked = question(kOn, kOn, "[RULES]\nIN ACCEPT -p tcp -dport 22\n", "[RULES]\nIN ACCEPT -p tcp -dport 22\n# changed\n");
  EXPECT_THAT(find_cuts(asked, sessions), IsEmpty());
  asked.left_out_after = {{"host.fw", 2, rules::GivenUp::manner}};
  EXPECT_THAT(find_cuts(asked, sessions), IsEmpty()) << "it is only not told";
  asked.left_out_after = {{"host.fw", 2, rules::GivenUp::rule}};
  EXPECT_THAT(find_cuts(asked, sessions), SizeIs(1));
  asked.left_out_before = asked.left_out_after;
  EXPECT_THAT(find_cuts(asked, sessions), IsEmpty()) << "nor did it before";
}

TEST(Lockout, TheLineThatDoesItIsNamed) {
  const std::vector<Session> sessions{from("172.16.1.9")};
  const auto cuts = find_cuts(question(kOn, kOn, "", "[RULES]\nIN ACCEPT -p udp\nIN DROP -p tcp -dport 22\n"), sessions);
  ASSERT_THAT(cuts, SizeIs(1));
  EXPECT_EQ(cuts[0].by.file, "host.fw");
  EXPECT_EQ(cuts[0].by.line, 3U);
}

/// Each cure is done, and then it must be one.
TEST(Lockout, CuresCure) {
  const std::vector<Session> sessions{from("203.0.113.9"), from("2001:db8::9", 2222)};
  const std::string managed = "[OPTIONS]\nenable: 1\n[IPSET management]\n203.0.113.9\n";
  const auto asked = question("", managed, "", "[RULES]\nIN DROP -p tcp -dport 22\n");
  const auto cuts = find_cuts(asked, sessions);
  ASSERT_THAT(cuts, SizeIs(2));
  for (const auto& cut : cuts) {
    // '…' holds the rule.
    const auto parts = split(cut.cure, '\'');
    ASSERT_THAT(parts, SizeIs(3)) << cut.cure;
    auto cured = asked;
    cured.after.node = document_of("[RULES]\n" + std::string(parts[1]) + "\nIN DROP -p tcp -dport 22\n", Level::node);
    EXPECT_THAT(find_cuts(cured, std::vector{cut.session}), IsEmpty()) << cut.cure;
  }
}

TEST(Lockout, WhatNoRuleCuresIsSaidSo) {
  const std::vector<Session> sessions{from("203.0.113.9")};
  const auto cuts = find_cuts(question("", std::string(kOn) + "[IPSET blacklist]\n203.0.113.0/24\n"), sessions);
  ASSERT_THAT(cuts, SizeIs(1));
  EXPECT_THAT(cuts[0].cure, HasSubstr("blacklist"));
}

TEST(Lockout, AdministratorsAreImaginedInTheirNetworks) {
  const std::vector<Prefix> networks{*parse_prefix("172.16.1.0/24"), *parse_prefix("fd00::/64"), *parse_prefix("10.0.0.1/32")};
  const std::vector<LocalAddress> own{
      {ip("172.16.1.2"), "vmbr0"}, {ip("192.0.2.1"), "eno2"}, {ip("fd00::2"), "vmbr0"}, {ip("10.0.0.1"), "eno3"}};
  const auto sessions = imagined_sessions(networks, own);
  ASSERT_THAT(sessions, SizeIs(4));
  for (const auto& session : sessions) {
    EXPECT_NE(session.peer, session.local);
    EXPECT_TRUE(is_management_port(session.local_port));
    EXPECT_TRUE(contains(networks[session.peer.is_v4() ? 0 : 1], session.peer));
  }
  EXPECT_THAT(find_cuts(question("", kOn), std::vector{sessions[0], sessions[1]}), IsEmpty());
  EXPECT_THAT(find_cuts(question("", std::string(kOn) + "[RULES]\nIN DROP -p tcp\n"), std::vector{sessions[0], sessions[1]}), SizeIs(2));
}

TEST(Lockout, TurningOnIsToldFromOtherEdits) {
  EXPECT_TRUE(turns_on(question("", kOn)));
  EXPECT_TRUE(turns_on(question(kOn, kOn, "[OPTIONS]\nenable: 0\n", "")));
  EXPECT_TRUE(turns_on(question("[OPTIONS]\nenable: 999\n", kOn))) << "after a trial that was over";
  EXPECT_FALSE(turns_on(question(kOn, std::string(kOn) + "[RULES]\nIN DROP\n")));
  EXPECT_FALSE(turns_on(question(kOn, "")));
  EXPECT_FALSE(turns_on(question("", kOn, "", "[OPTIONS]\nenable: 0\n")));
}

TEST(Lockout, SomebodyIsLeftIfOneAdministratorIs) {
  const Session office = from("172.16.1.9");
  const Session away = from("203.0.113.9");
  const std::vector<CutSession> cut{{away, {}, {}}};
  EXPECT_TRUE(is_nobody_left(std::vector<Login>{{away, true}}, cut));
  EXPECT_TRUE(is_nobody_left(std::vector<Login>{{away, true}, {office, false}}, cut)) << "a connection is nobody who could undo it";
  EXPECT_FALSE(is_nobody_left(std::vector<Login>{{away, true}, {office, true}}, cut));
  EXPECT_FALSE(is_nobody_left(std::vector<Login>{{away, false}}, cut)) << "outsiders keep no rule from being tightened";
  EXPECT_FALSE(is_nobody_left({}, {}));
}

}  // namespace
}  // namespace drawbridge::firewall
