// Connections of whole nodes against files that have changed.
#include "firewall/cut.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "firewall/build.h"
#include "firewall/firewall_testing.h"
#include "firewall/tightening.h"

namespace drawbridge::firewall {
namespace {

using rules::Connection;

IpAddress ip(std::string_view text) { return *parse_ip(text); }

NodeFacts::Card card(guest::Vmid vmid, bool firewall, std::string bridge = "vmbr0", std::uint8_t slot = 0) {
  NodeFacts::Card card{.vmid = vmid, .nic = {}, .port = "tap" + std::to_string(vmid) + "i" + std::to_string(slot), .container = false};
  card.nic.slot = slot;
  card.nic.bridge = std::move(bridge);
  card.nic.mac = MacAddress{{2, 0, 0, 0, static_cast<std::uint8_t>(vmid), slot}};
  card.nic.firewall = firewall;
  return card;
}

NodeFacts node() {
  NodeFacts facts;
  facts.name = "pve1";
  facts.own_addresses = {ip("172.16.1.2"), ip("fd00::2")};
  facts.cards = {card(100, true), card(101, true), card(102, false), card(103, true, "vmbr1")};
  facts.guest_bridges = {"vmbr0", "vmbr1"};
  return facts;
}

struct Files {
  std::string cluster, host;
  std::map<guest::Vmid, std::string> guests;
};
const std::string kOn = "[OPTIONS]\nenable: 1\n";

rules::Program program_of(const Files& files) {
  Documents documents{.datacenter = document_of(kOn + files.cluster, Level::datacenter),
                      .node = document_of(files.host, Level::node),
                      .guests = {},
                      .vnets = {}};
  for (const guest::Vmid vmid : {100U, 101U, 103U}) {
    const auto text = files.guests.find(vmid);
    documents.guests.emplace(vmid, document_of(kOn + (text == files.guests.end() ? "" : text->second), Level::guest));
  }
  return build_program(resolve(documents, small_machine()).value, node());
}

Connection tcp(std::string_view from, std::uint16_t port, std::string_view to, std::uint16_t to_port) {
  Connection connection;
  connection.first = {ip(from), ip(to), port, to_port};
  connection.answer = {ip(to), ip(from), to_port, port};
  return connection;
}

/// As rules note it: of the guest that began it, or else of the one that gets it.
Connection between(Connection connection, std::optional<guest::Vmid> from, std::optional<guest::Vmid> to, bool bridged = true) {
  static const auto program = program_of({});
  connection.mark = from ? *from : to.value_or(0);
  if (to) connection.label = rules::label_of({*to, 0});
  if (bridged) connection.zone = static_cast<std::uint16_t>(program.port_tables.at("zone-bridge").at("vmbr0").intervals()[0].first);
  return connection;
}

std::string cut_by(const Files& before, const Files& after, const Connection& connection) {
  const auto old = program_of(before), now = program_of(after);
  const auto cuts = forbidden_connections(&old, now, node(), std::vector{connection});
  return cuts.empty() ? "" : cuts.front().by;
}

const Files kSsh{.cluster = {}, .host = {}, .guests = {{100, "[RULES]\nIN ACCEPT -p tcp -dport 22\n"}}};
const Files kSshToo{.cluster = {}, .host = {}, .guests = {{100, "[RULES]\nIN ACCEPT -p tcp -dport 80\nIN ACCEPT -p tcp -dport 22\n"}}};
const Files kNothing;

TEST(Cut, WhatTheReceiversRuleNoLongerAllows) {
  const auto plain = tcp("10.0.0.2", 40'000, "10.0.0.1", 22);
  EXPECT_EQ(cut_by(kSsh, kNothing, between(plain, std::nullopt, 100)), "policy_in of the guest");
  EXPECT_EQ(cut_by(kSsh, kNothing, between(plain, 101, 100)), "policy_in of the guest");
  EXPECT_EQ(cut_by(kSsh, kNothing, between(plain, 102, 100)), "policy_in of the guest");
  EXPECT_EQ(cut_by(kSsh, kSshToo, between(plain, 101, 100)), "");
}

TEST(Cut, ByTheLineThatForbidsIt) {
  const Files blocked{.cluster = {}, .host = {}, .guests = {{101, "[RULES]\n\nOUT DROP -dest 10.0.0.1 -p tcp -dport 22\n"}}};
  const auto by = cut_by(kSsh, {.cluster = {}, .host = {}, .guests = {kSsh.guests.begin(), kSsh.guests.end()}},
                         between(tcp("10.0.0.2", 1, "10.0.0.1", 22), 101, 100));
  EXPECT_EQ(by, "");
  Files both = blocked;
  both.guests.insert(*kSsh.guests.begin());
  EXPECT_THAT(cut_by(kSsh, both, between(tcp("10.0.0.2", 1, "10.0.0.1", 22), 101, 100)), testing::EndsWith(":5"));
  EXPECT_EQ(cut_by(kSsh, both, between(tcp("10.0.0.3", 1, "10.0.0.1", 22), 102, 100)), "") << "another's line";
}

TEST(Cut, NotWhatTheOtherDirectionForbids) {
  // The guest began it; that nobody may come in by port 22 is no matter.
  EXPECT_EQ(cut_by(kSsh, kNothing, between(tcp("10.0.0.1", 40'000, "192.0.2.9", 22), 100, std::nullopt)), "");
}

TEST(Cut, OfTheHostsOwn) {
  const Files web{.cluster = {}, .host = "[RULES]\nIN ACCEPT -p tcp -dport 80\n", .guests = {}};
  EXPECT_EQ(cut_by(web, kNothing, tcp("192.0.2.9", 40'000, "172.16.1.2", 80)), "policy_in of the datacenter");
  EXPECT_EQ(cut_by(web, kNothing, tcp("192.0.2.9", 40'000, "172.16.1.2", 81)), "policy_in of the datacenter");
  EXPECT_EQ(cut_by(web, kNothing, tcp("172.16.1.2", 40'000, "192.0.2.9", 80)), "");
  EXPECT_EQ(cut_by(web, kNothing, between(tcp("10.0.0.1", 40'000, "172.16.1.2", 80), 100, std::nullopt, false)),
            "policy_in of the datacenter");
  const Files no_web_out{.cluster = {}, .host = "[RULES]\nOUT REJECT -p tcp -dport 80\n", .guests = {}};
  EXPECT_THAT(cut_by(kNothing, no_web_out, tcp("172.16.1.2", 40'000, "192.0.2.9", 80)), testing::EndsWith(":2"));
}

TEST(Cut, OnlyIfNoOpenWayIsLeft) {
  const Files two{
      .cluster = {}, .host = "[RULES]\nIN ACCEPT -i vmbr0 -p tcp -dport 80\nIN ACCEPT -i vmbr1 -p tcp -dport 80\n", .guests = {}};
  const Files one{.cluster = {}, .host = "[RULES]\nIN ACCEPT -i vmbr1 -p tcp -dport 80\n", .guests = {}};
  const auto web = tcp("192.0.2.9", 40'000, "172.16.1.2", 80);
  EXPECT_EQ(cut_by(two, one, web), "") << "it may have come by the other device";
  EXPECT_EQ(cut_by(one, kNothing, web), "policy_in of the datacenter");
}

TEST(Cut, OfRoutedConnectionsByWhatIsBehindTheTranslation) {
  const Files web{.cluster = {}, .host = {}, .guests = {{103, "[RULES]\nIN ACCEPT -p tcp -dport 8080\n"}}};
  auto forwarded = between(tcp("192.0.2.9", 40'000, "172.16.1.2", 80), std::nullopt, 103, false);
  forwarded.answer.source = ip("10.1.0.3");
  forwarded.answer.source_port = 8080;
  EXPECT_EQ(cut_by(web, web, forwarded), "");
  EXPECT_EQ(cut_by(web, kNothing, forwarded), "policy_in of the guest");
  const Files closed{.cluster = "policy_forward: DROP\n", .host = {}, .guests = web.guests};
  EXPECT_EQ(cut_by(web, closed, forwarded), "policy_forward of the datacenter");
}

TEST(Cut, NotWhatNobodyKnows) {
  auto several = between(tcp("10.0.0.2", 40'000, "10.0.0.1", 22), std::nullopt, 100);
  several.label |= rules::label_of({101, 0});
  EXPECT_EQ(cut_by(kSsh, kNothing, several), "");
  auto announced = between(tcp("10.0.0.2", 40'000, "10.0.0.1", 22), std::nullopt, 100);
  announced.is_expected = true;
  EXPECT_EQ(cut_by(kSsh, kNothing, announced), "");
}

TEST(Cut, ManyConnectionsAreFewKinds) {
  std::vector<Connection> many;
  for (std::uint32_t at = 0; at < 100'000; ++at) {
    auto one = between(tcp("10.0.0.2", 0, "10.0.0.1", 22), std::nullopt, 100, false);
    one.first.source = rules::ip_of(0x0b000000 + at, Family::ipv4);
    one.first.source_port = static_cast<std::uint16_t>(1024 + at % 50'000);
    one.first.destination_port = at % 2 == 0 ? 22 : 80;
    one.answer = {one.first.destination, one.first.source, one.first.destination_port, one.first.source_port};
    many.push_back(one);
  }
  const auto before = program_of(kSshToo), after = program_of(kSsh);
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(forbidden_connections(&before, after, node(), many).size(), 50'000U);
  const auto took = std::chrono::steady_clock::now() - start;
  RecordProperty("milliseconds", static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(took).count()));
  EXPECT_LT(took, std::chrono::seconds(5)) << "with sanitizers";
}

Tightening tightened(const Files& before, const Files& after) { return find_tightening(program_of(before), program_of(after)); }

TEST(Tightens, OnlyWhatAcceptsLess) {
  EXPECT_FALSE(tightened(kSsh, kSsh).is_any());
  EXPECT_FALSE(tightened(kSsh, kSshToo).is_any()) << "one more is accepted, and a line has moved";
  EXPECT_FALSE(tightened(kNothing, kSsh).is_any());
  EXPECT_EQ(tightened(kSshToo, kSsh).guests, std::set<guest::Vmid>{100});
  EXPECT_FALSE(tightened(kSshToo, kSsh).everywhere);
  const Files blocks{.cluster = {}, .host = "[RULES]\nIN DROP -p tcp -dport 80\n", .guests = {}};
  EXPECT_FALSE(tightened(blocks, kNothing).is_any());
  EXPECT_TRUE(tightened(kNothing, blocks).everywhere);
  EXPECT_TRUE(find_tightening({}, program_of(kNothing)).everywhere);
  EXPECT_FALSE(find_tightening(program_of(kNothing), {}).is_any());
}

TEST(Tightens, OfAGuestWhoseCardGetsAFirewall) {
  auto facts = node();
  const auto policy = [&] {
    Documents documents{.datacenter = document_of(kOn, Level::datacenter), .node = document_of("", Level::node), .guests = {}, .vnets = {}};
    documents.guests.emplace(102, document_of(kOn, Level::guest));
    return resolve(documents, small_machine()).value;
  }();
  const auto before = build_program(policy, facts);
  facts.cards[2].nic.firewall = true;
  const auto after = build_program(policy, facts);
  EXPECT_TRUE(find_tightening(before, after).guests.contains(102));
  const auto connection = between(tcp("10.0.0.9", 1, "10.0.0.1", 22), std::nullopt, 102);
  const auto cuts = forbidden_connections(&before, after, facts, std::vector{connection});
  ASSERT_EQ(cuts.size(), 1U);
  EXPECT_EQ(cuts[0].by, "policy_in of the guest");
}

}  // namespace
}  // namespace drawbridge::firewall
