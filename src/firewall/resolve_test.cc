#include "firewall/resolve.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "firewall/firewall_testing.h"

namespace drawbridge::firewall {
namespace {

auto datacenter_of(const std::string& text) { return resolve_datacenter(document_of(text, Level::datacenter), small_machine()); }

Resolved<Guest> guest_of(const std::string& text, const std::string& datacenter = "") {
  return resolve_guest(document_of(text, Level::guest), 100, *datacenter_of(datacenter).value);
}

std::vector<std::string> codes_of(const Diagnostics& diagnostics) {
  std::vector<std::string> codes;
  for (const auto& one : diagnostics) codes.push_back(std::to_string(one.where.line) + " " + one.code);
  return codes;
}

const AddressSet& set_of(const RuleLine& line) { return *std::get<AddressSetPointer>(std::get<Rule>(line).matches.at(0).source); }
bool holds(const rules::NumberSet& set, std::string_view address) { return set.contains(rules::number_of(*parse_ip(address))); }

TEST(Resolve, AnEmptyFileIsTheDefaults) {
  const auto datacenter = datacenter_of("");
  EXPECT_EQ(codes_of(datacenter.diagnostics), std::vector<std::string>{});
  EXPECT_FALSE(datacenter.value->datacenter.options.enable);
  EXPECT_EQ(datacenter.value->datacenter.options.policy_in, Verdict::drop);
  EXPECT_EQ(datacenter.value->datacenter.blacklist, nullptr);
  EXPECT_TRUE(resolve_node(document_of("", Level::node), *datacenter.value).value.options.enable);
}

TEST(Resolve, NamesAreFoundWhereverTheyStand) {
  const auto datacenter = datacenter_of(
      "[RULES]\nIN ACCEPT -source +Web\nGROUP G1\n[group g1]\nIN DROP -source office\n[IPSET web]\noffice\n10.1.0.0/16 # x\n"
      "!10.1.2.0/24\n[ALIASES]\noffice  192.0.2.9/24 # wide\n");
  EXPECT_EQ(format(datacenter.diagnostics), "");
  const auto& value = datacenter.value->datacenter;
  ASSERT_EQ(value.rules.size(), 2U);
  EXPECT_EQ(set_of(value.rules[0]).id, "dc/web");
  EXPECT_TRUE(holds(set_of(value.rules[0]).ipv4, "192.0.2.1"));
  EXPECT_FALSE(holds(set_of(value.rules[0]).ipv4, "10.1.2.1"));
  EXPECT_EQ(std::get<GroupUse>(value.rules[1]).group, "g1");
  EXPECT_EQ(value.groups.at("g1").size(), 1U);
}

TEST(Resolve, ScopesAreSearchedFromTheGuestOutwards) {
  const std::string datacenter = "[ALIASES]\nboth 10.0.0.1\nouter 10.0.0.2\n[IPSET both]\n10.0.0.1\n";
  const auto guest = guest_of(
      "[RULES]\nIN DROP -source +both\nIN DROP -source +dc/both\nIN DROP -source +web-all\nIN DROP -source +sdn/web-all\n"
      "IN DROP -source outer\nIN DROP -source both\nIN DROP -source +guest/outer\nIN DROP -source dc/nope\nIN DROP -source sdn/both\n"
      "[ALIASES]\nboth 10.0.0.9\n[IPSET both]\nboth\ndc/both\n",
      datacenter);
  EXPECT_EQ(codes_of(guest.diagnostics), (std::vector<std::string>{"8 rule-open", "8 set-unknown", "9 rule-open", "9 alias-unknown",
                                                                   "10 rule-open", "10 alias-unknown"}));
  ASSERT_EQ(guest.value.rules.size(), 6U);
  EXPECT_EQ(set_of(guest.value.rules[0]).id, "guest/100/both");
  EXPECT_EQ(set_of(guest.value.rules[0]).ipv4.intervals().size(), 2U);
  EXPECT_EQ(set_of(guest.value.rules[1]).id, "dc/both");
  EXPECT_EQ(set_of(guest.value.rules[2]).id, "sdn/web-all");
  const auto source = std::get<rules::NumberSet>(std::get<Rule>(guest.value.rules[5]).matches[0].source);
  EXPECT_EQ(source, rules::NumberSet::of(0x0a000009));
}

TEST(Resolve, ManagementAndTheLocalNetworkAreAlwaysThere) {
  const auto datacenter =
      datacenter_of("[RULES]\nIN ACCEPT -source +management\nIN ACCEPT -source local_network\nIN ACCEPT -source dc/local_network\n");
  EXPECT_EQ(format(datacenter.diagnostics), "");
  const auto& value = datacenter.value->datacenter;
  ASSERT_EQ(value.rules.size(), 3U);
  EXPECT_EQ(set_of(value.rules[0]).id, "dc/management");
  EXPECT_EQ(&set_of(value.rules[0]), value.management.get());
  EXPECT_TRUE(holds(value.management->ipv4, "172.16.1.9"));
  EXPECT_TRUE(holds(set_of(value.rules[1]).ipv4, "172.16.1.9"));
}

TEST(Resolve, TheAliasLocalNetworkReplacesDetection) {
  const auto datacenter = datacenter_of("[ALIASES]\nLocal_Network 10.5.0.0/16\n[IPSET management]\n192.0.2.1\n!10.5.6.0/24\n");
  EXPECT_EQ(format(datacenter.diagnostics), "");
  const auto& value = datacenter.value->datacenter;
  EXPECT_EQ(value.local_networks, std::vector{*parse_prefix("10.5.0.0/16")});
  EXPECT_TRUE(holds(value.management->ipv4, "10.5.0.1"));
  EXPECT_TRUE(holds(value.management->ipv4, "192.0.2.1"));
  EXPECT_FALSE(holds(value.management->ipv4, "172.16.1.1"));
  EXPECT_FALSE(holds(value.management->ipv4, "10.5.6.1"));
}

TEST(Resolve, ARuleThatIsWrongIsNotInForceAndTheRestIs) {
  const auto guest =
      guest_of("[RULES]\nIN ACCEPT -p tcp -dport 99999\nIN DROP -p tpc\nIN ACCEPT -p udp\n|IN DROP -p tpc\nIN DORP\nGROUP nosuch\n");
  ASSERT_EQ(guest.value.rules.size(), 1U);
  EXPECT_EQ(codes_of(guest.diagnostics), (std::vector<std::string>{"2 port-invalid", "3 rule-open", "3 proto-unknown", "5 proto-unknown",
                                                                   "6 rule-open", "6 action-unknown", "7 group-unknown"}));
  EXPECT_EQ(guest.diagnostics[3].severity, Severity::warning);
}

TEST(Resolve, ASetWithABrokenExceptionAcceptsNobody) {
  const std::string text =
      "[IPSET hole]\n10.0.0.0/8\n!10.1.0.0/99\n[IPSET management]\n10.0.0.0/8\n!10.x\n[RULES]\nIN ACCEPT -source +hole\nIN DROP -source "
      "+hole\n";
  const auto datacenter = datacenter_of(text);
  EXPECT_EQ(codes_of(datacenter.diagnostics), (std::vector<std::string>{"3 address-invalid", "6 address-invalid", "8 set-broken"}));
  ASSERT_EQ(datacenter.value->datacenter.rules.size(), 1U);
  EXPECT_EQ(std::get<Rule>(datacenter.value->datacenter.rules[0]).verdict, Verdict::drop);
  EXPECT_FALSE(holds(datacenter.value->datacenter.management->ipv4, "10.0.0.1"));
  const auto guest = guest_of("[IPSET ipfilter-net0]\n10.0.0.0/8\n!10.1.0.0/99\n");
  EXPECT_TRUE(guest.value.ipfilters.at(0).empty());
}

TEST(Resolve, SetsSayWhatIsWrongInThem) {
  const auto datacenter = datacenter_of(
      "[IPSET blacklist]\n10.0.0.0/8\n0.0.0.0/0\n10.0.0.1/8\n1.2.3.4/32\n1.2.3.4\n10.0.0.1-10.0.0.2\nnope\n10.0.0.1 10.0.0.2\n! "
      "10.1.0.0/16\n!\n"
      "[ALIASES]\nbroken 10.0.0.0/99\nx 10.0.0.1\nlonely\n[RULES]\nIN DROP -source broken\n");
  EXPECT_EQ(codes_of(datacenter.diagnostics),
            (std::vector<std::string>{"3 prefix-zero", "4 entry-duplicate", "6 entry-duplicate", "7 address-invalid", "8 alias-unknown",
                                      "9 word-stray", "11 value-missing", "13 address-invalid", "14 name-invalid", "15 value-missing",
                                      "17 rule-open", "17 alias-broken"}));
  const auto& blacklist = *datacenter.value->datacenter.blacklist;
  EXPECT_EQ(blacklist.id, "dc/blacklist");
  EXPECT_TRUE(holds(blacklist.ipv4, "10.0.0.1"));
  EXPECT_FALSE(holds(blacklist.ipv4, "10.1.0.1"));
  EXPECT_TRUE(holds(blacklist.ipv4, "1.2.3.4"));
}

TEST(Resolve, AliasesAreNotOfAliases) {
  const auto datacenter = datacenter_of("[ALIASES]\naa bb\nbb aa\n");
  EXPECT_EQ(codes_of(datacenter.diagnostics), (std::vector<std::string>{"2 address-invalid", "3 address-invalid"}));
}

TEST(Resolve, TheLastOfANameCounts) {
  const auto datacenter = datacenter_of(
      "[ALIASES]\nme 10.0.0.1\nME 10.0.0.2\n[group g1]\nIN DROP\n[group G1]\n[OPTIONS]\nenable: 0\nENABLE: 1\n[RULES]\nIN DROP -dest me\n");
  EXPECT_EQ(codes_of(datacenter.diagnostics), (std::vector<std::string>{"3 alias-duplicate", "6 section-duplicate", "9 option-twice"}));
  const auto& value = datacenter.value->datacenter;
  EXPECT_TRUE(value.options.enable);
  EXPECT_TRUE(value.groups.at("g1").empty());
  EXPECT_EQ(std::get<rules::NumberSet>(std::get<Rule>(value.rules[0]).matches[0].destination), rules::NumberSet::of(0x0a000002));
}

TEST(Resolve, OptionsOfAllKinds) {
  const auto datacenter = datacenter_of(
      "[OPTIONS]\nenable: 1700000000\nebtables: off\npolicy_in: reject\npolicy_forward: REJECT\nlog_ratelimit: 1,rate=5/hour,burst=9\n");
  const auto& options = datacenter.value->datacenter.options;
  EXPECT_TRUE(options.enable);
  EXPECT_EQ(options.enable_until, 1700000060U);
  EXPECT_FALSE(options.ebtables);
  EXPECT_EQ(options.policy_in, Verdict::reject);
  EXPECT_EQ(options.policy_forward, Verdict::drop);
  EXPECT_EQ(options.log_limit, (rules::LogLimit{true, 5, rules::LogLimit::Per::hour, 9}));
  EXPECT_EQ(codes_of(datacenter.diagnostics), std::vector<std::string>{"5 option-reject"});

  const auto node =
      resolve_node(document_of("[OPTIONS]\nnftables: 1\nnf_conntrack_max: 100\nnf_conntrack_helpers: ftp,sip\nlog_level_in: WARN\n"
                               "tcpflags: true\nprotection_synflood_rate: 7\n",
                               Level::node),
                   *datacenter.value);
  EXPECT_EQ(node.value.options.conntrack_max, 100U);
  EXPECT_EQ(node.value.options.helpers, (std::vector<std::string>{"ftp", "sip"}));
  EXPECT_EQ(node.value.options.log_in, LogLevel::warning);
  EXPECT_TRUE(node.value.options.tcpflags);
  EXPECT_EQ(node.value.options.synflood_rate, 7U);
  EXPECT_EQ(codes_of(node.diagnostics), std::vector<std::string>{"3 option-range"});
}

TEST(Resolve, OptionsOfGuestsAndNetworks) {
  const auto guest =
      guest_of("[OPTIONS]\nenable: yes\ndhcp: 0\nlayer2_protocols: ARP,0x88b5,88CC,nope\nips: 1\nips_queues: 2:5\nlog_level_in:\n");
  EXPECT_TRUE(guest.value.options.enable);
  EXPECT_FALSE(guest.value.options.dhcp);
  EXPECT_EQ(guest.value.options.layer2_protocols, rules::NumberSet({{0x806, 0x806}, {0x88b5, 0x88b5}, {0x88cc, 0x88cc}}));
  EXPECT_EQ(guest.value.options.last_queue, 5);
  EXPECT_EQ(codes_of(guest.diagnostics), std::vector<std::string>{"4 ethertype-unknown"});
  const auto vnet =
      resolve_vnet(document_of("[OPTIONS]\nenable: 7\npolicy_forward: DROP\n[RULES]\nFORWARD ACCEPT -source +web-all\n", Level::vnet),
                   "web", *datacenter_of("").value);
  EXPECT_TRUE(vnet.value.options.enable);
  EXPECT_EQ(vnet.value.options.policy_forward, Verdict::drop);
  EXPECT_EQ(vnet.value.rules.size(), 1U);
}

TEST(Resolve, ABadOptionIsPassedOverAlone) {
  const auto datacenter =
      datacenter_of("[OPTIONS]\nenable: 1 # on\npolicy_in DROP\nlog_ratelimit: rate=5\nenabel: 1\nmarvel: 1\npolicy_out: DROP\n");
  EXPECT_EQ(codes_of(datacenter.diagnostics),
            (std::vector<std::string>{"2 option-value", "3 option-invalid", "4 option-value", "5 option-unknown", "6 option-unknown"}));
  EXPECT_FALSE(datacenter.value->datacenter.options.enable);
  EXPECT_EQ(datacenter.value->datacenter.options.policy_out, Verdict::drop);
}

TEST(Resolve, OneNode) {
  Documents documents{document_of("[OPTIONS]\nenable: 1\n", Level::datacenter), document_of("", Level::node), {}, {}};
  documents.guests.emplace(100, document_of("[OPTIONS]\nenable: 1\n[RULES]\nIN SSH(ACCEPT) -i net0\n", Level::guest));
  documents.guests.emplace(101, document_of("", Level::guest));
  const auto policy = resolve(documents, small_machine());
  EXPECT_EQ(format(policy.diagnostics), "");
  ASSERT_EQ(policy.value.guests.size(), 1U);
  EXPECT_EQ(policy.value.guests.at(100).rules.size(), 1U);
}

TEST(Resolve, AFileOfAnythingAtAllDoesNotFillTheMemory) {
  std::string text = "[RULES]\n";
  for (int i = 0; i < 5000; ++i) text += "\x01\x02 what\n";
  const auto guest = guest_of(text);
  EXPECT_EQ(guest.diagnostics.size(), 1001U);
  EXPECT_EQ(guest.diagnostics.back().code, "findings-many");
  const std::string wide =
      "[RULES]\nIN ACCEPT -source " + std::string(1U << 20U, '1') + "\nIN ACCEPT " + std::string(1U << 20U, '#') + "\n";
  EXPECT_EQ(guest_of(wide).value.rules.size(), 1U);
}

}  // namespace
}  // namespace drawbridge::firewall
