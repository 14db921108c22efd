// Packets of all kinds through the rules of whole nodes, from the text of files to what becomes of them.
#include "firewall/journey.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "firewall/build.h"
#include "firewall/firewall_testing.h"
#include "rules/evaluate.h"
#include "rules/packet_description.h"

namespace drawbridge::firewall {
namespace {

using rules::Packet;
using rules::PacketDescription;

const MacAddress kMac100 = *parse_mac("bc:24:11:00:01:00");
const MacAddress kMac101 = *parse_mac("bc:24:11:00:01:01");
const MacAddress kMac102 = *parse_mac("bc:24:11:00:01:02");
const MacAddress kForeign = *parse_mac("02:00:00:00:00:99");
const MacAddress kRouter = *parse_mac("02:00:00:00:00:fe");

IpAddress ip(std::string_view text) { return *parse_ip(text); }

struct Files {
  std::string cluster = "[OPTIONS]\nenable: 1\n";
  std::string host;
  std::string guest100 = "[OPTIONS]\nenable: 1\n";
  std::string guest101;
  std::string web;
};

NodeFacts::Card card(guest::Vmid vmid, const MacAddress& mac, bool firewall, std::uint8_t slot = 0) {
  NodeFacts::Card card{.vmid = vmid, .nic = {}, .port = "tap" + std::to_string(vmid) + "i" + std::to_string(slot), .container = false};
  card.nic.slot = slot;
  card.nic.bridge = "vmbr0";
  card.nic.mac = mac;
  card.nic.firewall = firewall;
  return card;
}

NodeFacts node() {
  NodeFacts facts;
  facts.name = "pve1";
  facts.own_addresses = {ip("172.16.1.2"), ip("10.99.0.2")};
  facts.cards = {card(100, kMac100, true), card(100, *parse_mac("bc:24:11:00:01:10"), true, 1), card(101, kMac101, true),
                 card(102, kMac102, false)};
  facts.guest_bridges = {"vmbr0", "vmbr1"};
  facts.cluster_links = {{.number = 0, .own = ip("172.16.1.2"), .port = 5405, .peers = {{"pve2", ip("172.16.1.3")}}},
                         {.number = 1, .own = ip("10.99.0.2"), .port = 5406, .peers = {{"pve2", ip("10.99.0.3")}}}};
  return facts;
}

Policy policy_of(const Files& files) {
  Documents documents{
      .datacenter = document_of(files.cluster, Level::datacenter), .node = document_of(files.host, Level::node), .guests = {}, .vnets = {}};
  if (!files.guest100.empty()) documents.guests.emplace(100, document_of(files.guest100, Level::guest));
  if (!files.guest101.empty()) documents.guests.emplace(101, document_of(files.guest101, Level::guest));
  if (!files.web.empty()) documents.vnets.emplace("vmbr0", document_of(files.web, Level::vnet));
  const auto resolved = resolve(documents, small_machine());
  EXPECT_EQ(format(resolved.diagnostics), "");
  return resolved.value;
}

rules::Program program_of(const Files& files) {
  auto program = build_program(policy_of(files), node());
  EXPECT_THAT(rules::check_program(program), testing::IsEmpty());
  return program;
}

const Zone kHost{};
const Zone kOutside{"eth0", "vmbr0", kRouter};
const Zone k100{"tap100i0", "vmbr0", kMac100};
const Zone k101{"tap101i0", "vmbr0", kMac101};
const Zone k102{"tap102i0", "vmbr0", kMac102};

Journey send(const Files& files, const Zone& from, const Zone& to, PacketDescription what) {
  const PacketDescription plain;
  if (what.ether_source == plain.ether_source && from.mac) what.ether_source = *from.mac;
  if (what.ether_destination == plain.ether_destination && to.mac) what.ether_destination = *to.mac;
  return travel(program_of(files), from, to, packet_of(what), node());
}

std::string fate(const Files& files, const Zone& from, const Zone& to, const PacketDescription& what) {
  return std::string(word_of(send(files, from, to, what).verdict));
}

PacketDescription tcp(std::string_view from, std::string_view to, std::uint16_t port) {
  return {.source = ip(from), .destination = ip(to), .content = rules::Tcp{.destination_port = port}};
}
PacketDescription udp(std::string_view from, std::string_view to, std::uint16_t source, std::uint16_t port) {
  return {.source = ip(from), .destination = ip(to), .content = rules::Udp{.source_port = source, .destination_port = port}};
}

const Files kPlain;
Files with_host(const std::string& text) {
  return {.cluster = kPlain.cluster, .host = text, .guest100 = kPlain.guest100, .guest101 = {}, .web = {}};
}
Files with_cluster(const std::string& text) {
  return {.cluster = kPlain.cluster + text, .host = {}, .guest100 = kPlain.guest100, .guest101 = {}, .web = {}};
}
Files with_100(const std::string& text) {
  return {.cluster = kPlain.cluster, .host = {}, .guest100 = kPlain.guest100 + text, .guest101 = {}, .web = {}};
}

TEST(Journey, IntoTheHost) {
  EXPECT_EQ(fate(kPlain, kOutside, kHost, tcp("172.16.1.3", "172.16.1.2", 8006)), "ACCEPT");
  EXPECT_EQ(fate(kPlain, kOutside, kHost, tcp("192.0.2.1", "172.16.1.2", 8006)), "DROP");
  EXPECT_EQ(fate(with_cluster("[IPSET management]\n192.0.2.1\n"), kOutside, kHost, tcp("192.0.2.1", "172.16.1.2", 8006)), "ACCEPT");
  EXPECT_EQ(fate(kPlain, kOutside, kHost, tcp("172.16.1.3", "172.16.1.2", 60000)), "ACCEPT");
  EXPECT_EQ(fate(with_host("[RULES]\nIN DROP -p tcp -dport 22\n"), kOutside, kHost, tcp("172.16.1.3", "172.16.1.2", 22)), "DROP");
  Files both = with_host("[RULES]\nIN REJECT -p tcp -dport 80\n");
  both.cluster += "[RULES]\nIN ACCEPT\n";
  EXPECT_EQ(fate(both, kOutside, kHost, tcp("192.0.2.1", "172.16.1.2", 80)), "REJECT");
  Files group = with_host("[RULES]\nGROUP ssh\n");
  group.cluster += "[group ssh]\nIN ACCEPT -p tcp -dport 22\n";
  EXPECT_EQ(fate(group, kOutside, kHost, tcp("192.0.2.1", "172.16.1.2", 22)), "ACCEPT");
  Files black = with_host("[RULES]\nIN ACCEPT\n");
  black.cluster += "[IPSET blacklist]\n198.51.100.7\n";
  EXPECT_EQ(fate(black, kOutside, kHost, tcp("198.51.100.7", "172.16.1.2", 22)), "DROP");
  EXPECT_EQ(fate(black, kOutside, kHost, tcp("198.51.100.8", "172.16.1.2", 22)), "ACCEPT");
}

TEST(Journey, Corosync) {
  EXPECT_EQ(fate(kPlain, kOutside, kHost, udp("172.16.1.3", "172.16.1.2", 5405, 5405)), "ACCEPT");
  EXPECT_EQ(fate(kPlain, kOutside, kHost, udp("172.16.1.3", "10.99.0.2", 5405, 5405)), "DROP");
  EXPECT_EQ(fate(kPlain, kOutside, kHost, udp("10.99.0.3", "10.99.0.2", 5406, 5406)), "ACCEPT");
  EXPECT_EQ(fate(kPlain, kOutside, kHost, udp("172.16.1.9", "172.16.1.2", 5405, 5405)), "DROP");
}

TEST(Journey, OutOfTheHost) {
  const Files closed = with_cluster("policy_out: DROP\n");
  EXPECT_EQ(fate(kPlain, kHost, kOutside, tcp("172.16.1.2", "192.0.2.1", 443)), "ACCEPT");
  EXPECT_EQ(fate(closed, kHost, kOutside, tcp("172.16.1.2", "192.0.2.1", 443)), "DROP");
  EXPECT_EQ(fate(closed, kHost, kOutside, tcp("172.16.1.2", "172.16.1.3", 22)), "ACCEPT");
  EXPECT_EQ(fate(closed, kHost, kOutside, tcp("172.16.1.2", "172.16.1.3", 60000)), "ACCEPT");
}

TEST(Journey, IntoAGuest) {
  const auto web = tcp("192.0.2.1", "172.16.1.100", 80);
  EXPECT_EQ(fate(kPlain, kOutside, k100, web), "DROP");
  EXPECT_EQ(fate(with_100("[RULES]\nIN ACCEPT -p tcp -dport 80 -i net1\n"), kOutside, k100, web), "DROP");
  EXPECT_EQ(fate(with_100("[RULES]\nIN ACCEPT -p tcp -dport 80 -i net0\n"), kOutside, k100, web), "ACCEPT");
  EXPECT_EQ(fate(kPlain, kOutside, k100, udp("172.16.1.1", "172.16.1.100", 67, 68)), "ACCEPT");
  const Journey reject = send(with_100("policy_in: REJECT\n"), kOutside, k100, web);
  EXPECT_EQ(reject.verdict, rules::Verdict::reject);
  EXPECT_EQ(reject.with, rules::Reject::With::tcp_reset);
  EXPECT_EQ(reject.legs.back().stage, rules::Stage::guest_in_early);
  EXPECT_EQ(fate(kPlain, kOutside, k102, web), "ACCEPT");
  EXPECT_EQ(fate(kPlain, kOutside, k100, {.content = rules::OtherFrame{}}), "DROP");
  EXPECT_EQ(fate(kPlain, kOutside, k100, {.content = rules::Arp{.source_ip = ip("172.16.1.1"), .target_ip = ip("172.16.1.100")}}),
            "ACCEPT");
}

TEST(Journey, NoiseIsNotLogged) {
  const Files logged = with_100("policy_in: DROP\nlog_level_in: info\n");
  const auto logs_of = [&](std::uint16_t port) {
    const Files& files = logged;
    const auto program = program_of(files);
    const Journey journey = send(files, kOutside, k100, tcp("192.0.2.1", "172.16.1.100", port));
    EXPECT_EQ(journey.verdict, rules::Verdict::drop);
    std::vector<std::string> lines;
    for (const Leg& leg : journey.legs)
      for (const auto& step : leg.decision.trace)
        if (const auto& log = program.lists.at(step.list)->rules.at(step.rule).log) lines.push_back(log->chain + " " + log->text);
    return lines;
  };
  EXPECT_THAT(logs_of(445), testing::IsEmpty());
  EXPECT_THAT(logs_of(80), testing::ElementsAre("tap100i0-IN policy DROP: "));
}

TEST(Journey, OutOfAGuest) {
  auto web = tcp("172.16.1.100", "192.0.2.1", 80);
  EXPECT_EQ(fate(kPlain, k100, kOutside, web), "ACCEPT");
  web.ether_source = kForeign;
  EXPECT_EQ(fate(kPlain, k100, kOutside, web), "DROP");
  EXPECT_EQ(fate(with_100("macfilter: 0\n"), k100, kOutside, web), "ACCEPT");
  web.state = rules::ConnectionState::established;
  EXPECT_EQ(fate(kPlain, k100, kOutside, web), "DROP");
  const Files set = with_100("[IPSET ipfilter-net0]\n10.0.0.5\n");
  EXPECT_EQ(fate(set, k100, kOutside, tcp("10.0.0.9", "192.0.2.1", 80)), "DROP");
  EXPECT_EQ(fate(set, k100, kOutside, tcp("10.0.0.5", "192.0.2.1", 80)), "ACCEPT");
  EXPECT_EQ(fate(with_100("[IPSET ipfilter-net0]\n"), k100, kOutside, tcp("10.0.0.5", "192.0.2.1", 80)), "DROP");
  auto tagged = tcp("10.0.0.9", "192.0.2.1", 80);
  tagged.tags = {44};
  EXPECT_EQ(fate(set, k100, kOutside, tagged), "DROP");
  EXPECT_EQ(fate(kPlain, k100, kOutside, tagged), "DROP");
  EXPECT_EQ(fate(kPlain, k100, kOutside, {.content = rules::OtherFrame{100}}), "DROP");
  EXPECT_EQ(fate(kPlain, k100, kOutside, {.content = rules::OtherFrame{0x88b5}}), "ACCEPT");
}

TEST(Journey, DhcpOfAGuest) {
  PacketDescription discover{.ether_destination = rules::mac_of(rules::largest(48)),
                             .source = ip("0.0.0.0"),
                             .destination = ip("255.255.255.255"),
                             .content = rules::Dhcp{kMac100}};
  const Files filtered = with_100("ipfilter: 1\npolicy_out: DROP\n");
  EXPECT_EQ(fate(filtered, k100, kOutside, discover), "ACCEPT");
  discover.content = rules::Dhcp{kForeign};
  EXPECT_EQ(fate(filtered, k100, kOutside, discover), "DROP");
  EXPECT_EQ(fate(kPlain, k100, kOutside, discover), "DROP");
}

TEST(Journey, RouterAdvertisementsAndNeighbors) {
  const PacketDescription advertisement{
      .source = ip("fe80::be24:11ff:fe00:100"), .destination = ip("ff02::1"), .content = rules::Icmp{134}};
  EXPECT_EQ(fate(kPlain, k100, kOutside, advertisement), "DROP");
  EXPECT_EQ(fate(with_100("radv: 1\n"), k100, kOutside, advertisement), "ACCEPT");
  const Files filtered = with_100("ipfilter: 1\npolicy_out: DROP\n");
  const auto own = ip("fe80::be24:11ff:fe00:100");
  const PacketDescription detection{
      .source = ip("::"), .destination = ip("ff02::1:ff00:100"), .content = rules::NeighborDiscovery{135, own}};
  EXPECT_EQ(fate(filtered, k100, kOutside, detection), "ACCEPT");
  const auto says = [&](const IpAddress& target) {
    return PacketDescription{.source = own, .destination = ip("ff02::1"), .content = rules::NeighborDiscovery{136, target}};
  };
  EXPECT_EQ(fate(filtered, k100, kOutside, says(own)), "ACCEPT");
  EXPECT_EQ(fate(filtered, k100, kOutside, says(ip("fe80::1"))), "DROP");
  auto far = says(own);
  far.hop_limit = 254;
  EXPECT_EQ(fate(filtered, k100, kOutside, far), "DROP");
}

TEST(Journey, ArpOfAGuest) {
  const Files set = with_100("[IPSET ipfilter-net0]\n10.0.0.5\n");
  const auto arp = [](const MacAddress& mac, std::string_view source, std::string_view target) {
    return PacketDescription{.content = rules::Arp{.source_mac = mac, .source_ip = ip(source), .target_ip = ip(target)}};
  };
  EXPECT_EQ(fate(set, k100, kOutside, arp(kMac100, "10.0.0.5", "10.0.0.1")), "ACCEPT");
  EXPECT_EQ(fate(set, k100, kOutside, arp(kMac100, "10.0.0.1", "10.0.0.1")), "DROP");
  EXPECT_EQ(fate(set, k100, kOutside, arp(kMac100, "0.0.0.0", "10.0.0.5")), "ACCEPT");
  EXPECT_EQ(fate(set, k100, kOutside, arp(kMac100, "0.0.0.0", "10.0.0.1")), "DROP");
  EXPECT_EQ(fate(kPlain, k100, kOutside, arp(kForeign, "10.0.0.5", "10.0.0.1")), "DROP");
}

TEST(Journey, BetweenGuestsAndHost) {
  EXPECT_EQ(send(kPlain, k100, kHost, tcp("192.0.2.100", "172.16.1.2", 22)).legs.back().stage, rules::Stage::host_in);
  EXPECT_EQ(fate(kPlain, k100, kHost, tcp("192.0.2.100", "172.16.1.2", 22)), "DROP");
  Files files = with_100("[RULES]\nOUT DROP -dest 172.16.1.101\n");
  files.guest101 = "[OPTIONS]\nenable: 1\n[RULES]\nIN ACCEPT -p tcp -dport 80\n";
  const Journey journey = send(files, k100, k101, tcp("172.16.1.100", "172.16.1.101", 80));
  EXPECT_EQ(journey.verdict, rules::Verdict::drop);
  EXPECT_EQ(journey.legs.back().stage, rules::Stage::guest_out);
  const auto program = program_of(files);
  const auto* rule = decider(journey, program);
  ASSERT_NE(rule, nullptr);
  EXPECT_EQ(rule->origin.line, 4U);
}

TEST(Journey, PortsOfNobodyAreClosed) {
  EXPECT_EQ(fate(kPlain, {"tap999i0", "vmbr0", kForeign}, kOutside, tcp("10.0.0.1", "10.0.0.2", 80)), "DROP");
  EXPECT_EQ(fate(kPlain, kOutside, {"tap999i0", "vmbr0", kForeign}, tcp("10.0.0.1", "10.0.0.2", 80)), "DROP");
  EXPECT_EQ(fate(kPlain, {"veth1a2b3c", "docker0", kForeign}, {"veth2", "docker0", kRouter}, tcp("10.0.0.1", "10.0.0.2", 80)), "ACCEPT");
}

TEST(Journey, Switches) {
  const auto web = tcp("192.0.2.1", "172.16.1.100", 80);
  const auto shell = tcp("192.0.2.1", "172.16.1.2", 80);
  Files off = kPlain;
  off.cluster = "[OPTIONS]\nenable: 0\n";
  EXPECT_TRUE(program_of(off).lists.empty());
  EXPECT_EQ(fate(off, kOutside, k100, web), "ACCEPT");
  EXPECT_EQ(fate(with_host("[OPTIONS]\nenable: 0\n"), kOutside, kHost, shell), "ACCEPT");
  EXPECT_EQ(fate(with_host("[OPTIONS]\nenable: 0\n"), kOutside, k100, web), "DROP");
  Files guest_off = kPlain;
  guest_off.guest100 = "[OPTIONS]\nenable: 0\n";
  EXPECT_EQ(fate(guest_off, kOutside, k100, web), "ACCEPT");
}

TEST(Journey, NetworksAndRoutes) {
  Files files = kPlain;
  files.web = "[OPTIONS]\nenable: 1\npolicy_forward: DROP\n[RULES]\nFORWARD ACCEPT -p tcp -dport 80\n";
  EXPECT_EQ(fate(files, kOutside, k102, tcp("192.0.2.1", "172.16.1.102", 80)), "ACCEPT");
  EXPECT_EQ(fate(files, kOutside, k102, tcp("192.0.2.1", "172.16.1.102", 81)), "DROP");
  const Zone elsewhere{"eth1", "vmbr1", kRouter};
  EXPECT_EQ(fate(with_cluster("policy_forward: DROP\n"), elsewhere, k102, tcp("192.0.2.1", "172.16.1.102", 80)), "DROP");
  EXPECT_EQ(fate(kPlain, elsewhere, k102, tcp("192.0.2.1", "172.16.1.102", 80)), "ACCEPT");
}

// The host answers from the common zone: its answer would find no connection in the bridge's.
// Rules for routed packets were asked about a frame that no host would route.
TEST(Journey, WhatIsNotIpIsNotRouted) {
  const Zone elsewhere{"eth1", "vmbr1", kRouter};
  const Journey journey = send(kPlain, elsewhere, k102, {.content = rules::OtherFrame{0x888e}});
  EXPECT_EQ(journey.verdict, rules::Verdict::drop);
  EXPECT_EQ(decider(journey, program_of(kPlain)), nullptr);
}

TEST(BuildProgram, FramesForTheHostStayInTheCommonZone) {
  NodeFacts facts = node();
  facts.bridge_addresses["vmbr0"] = {kRouter};
  auto elsewhere = facts.cards.front();
  elsewhere.port = "tap100i9";
  elsewhere.nic.bridge = "vmbr1";
  facts.cards.push_back(elsewhere);
  const auto program = build_program(policy_of({}), facts);
  EXPECT_THAT(rules::check_program(program), testing::IsEmpty());
  const auto zone = [&](const MacAddress& to, const std::string& bridge) {
    PacketDescription what;
    what.ether_destination = to;
    Packet packet = packet_of(what);
    packet[rules::NameField::in_port] = "tap100i0";
    packet[rules::NameField::in_bridge] = bridge;
    packet[rules::Field::packet_type] = 3;  // to another than the port itself: so the kernel says of both
    return rules::evaluate(program, rules::Stage::zones, packet).zone;
  };
  const auto common = zone(kRouter, "vmbr0");
  EXPECT_NE(zone(kMac101, "vmbr0"), common);
  EXPECT_NE(zone(kRouter, "vmbr1"), common) << "on another bridge it is somebody else's";
}

// No guest with a firewall heard of a REJECT: conntrack knows nothing of the bridge's own resets, and calls them invalid.
TEST(BuildProgram, GuestsHearOfRejections) {
  const auto fate_at_port = [](const Files& files, std::uint8_t packet_type, const MacAddress& from, const PacketDescription& what) {
    NodeFacts facts = node();
    facts.bridge_addresses["vmbr0"] = {kRouter};
    PacketDescription described = what;
    described.ether_source = from;
    described.ether_destination = kMac100;
    described.state = rules::ConnectionState::invalid;
    Packet packet = packet_of(described);
    packet[rules::NameField::out_port] = "tap100i0";
    packet[rules::NameField::out_bridge] = "vmbr0";
    packet[rules::Field::packet_type] = packet_type;
    return rules::evaluate(build_program(policy_of(files), facts), rules::Stage::guest_in, packet).verdict;
  };
  constexpr std::uint8_t kMadeHere = 0, kOthers = 3;
  const PacketDescription reset{
      .source = ip("192.0.2.1"), .destination = ip("172.16.1.100"), .content = rules::Tcp{.source_port = 80, .flags = 0x14}};
  const PacketDescription unreachable{.source = ip("192.0.2.1"), .destination = ip("172.16.1.100"), .content = rules::Icmp{3, 3}};
  for (const auto& told : {reset, unreachable}) {
    EXPECT_EQ(fate_at_port(kPlain, kMadeHere, kMac101, told), rules::Verdict::accept);
    EXPECT_EQ(fate_at_port(kPlain, kMadeHere, kRouter, told), rules::Verdict::accept);
    EXPECT_EQ(fate_at_port(kPlain, kOthers, kMac101, told), rules::Verdict::drop);
    // What the host routes is of its making as well, and may then be invalid.
    for (const char* option : {"nf_conntrack_allow_invalid: 1", "enable: 0"}) {
      const Files open = with_host(std::string("[OPTIONS]\n") + option + "\n");
      EXPECT_EQ(fate_at_port(open, kMadeHere, kRouter, told), rules::Verdict::drop);
      EXPECT_EQ(fate_at_port(open, kMadeHere, kMac101, told), rules::Verdict::accept);
    }
  }
  EXPECT_EQ(fate_at_port(kPlain, kMadeHere, kMac101, tcp("192.0.2.1", "172.16.1.100", 80)), rules::Verdict::drop);
}

TEST(BuildProgram, OneGuestAnewEqualsEverythingAnew) {
  Files before = with_100("log_level_in: info\n[RULES]\nIN ACCEPT -p tcp -dport 80\nGROUP ssh\n");
  before.cluster += "[group ssh]\nIN REJECT -p tcp -dport 22\n";
  before.guest101 = "[OPTIONS]\nenable: 1\n[RULES]\nIN ACCEPT -p tcp -dport 443\nGROUP ssh\n";
  std::vector<std::string> texts{"[OPTIONS]\nenable: 1\nipfilter: 1\npolicy_in: REJECT\nradv: 1\n", "[OPTIONS]\nenable: 0\n",
                                 "[OPTIONS]\nenable: 1\nips: 1\nips_queues: 0:3\n[RULES]\nGROUP ssh\nIN ACCEPT -log info\n",
                                 before.guest100};
  auto program = program_of(before);
  for (const std::string& text : texts) {
    Files after = before;
    after.guest100 = text;
    const auto untouched = program.lists.at("guest/101/net0/in");
    program = prune(rebuild_guests(std::move(program), policy_of(after), node(), {100}, false));
    EXPECT_EQ(program.lists.at("guest/101/net0/in"), untouched);
    EXPECT_THAT(rules::check_program(program), testing::IsEmpty());
    EXPECT_EQ(format_program(program), format_program(program_of(after))) << text;
  }
}

}  // namespace
}  // namespace drawbridge::firewall
