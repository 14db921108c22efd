// What each type of interface becomes in kernel terms.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "interfaces/configuration.h"
#include "network/interface.h"
#include "network/plan_testing.h"

namespace drawbridge::network {
namespace {

using namespace testing;  // NOLINT
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Resolved resolved(std::string_view text, const Snapshot* kernel = nullptr) {
  return resolve(make_model(interfaces::read_configuration("interfaces", text, {}), kernel), kernel);
}

std::vector<std::string> findings(const Resolved& result) {
  std::vector<std::string> all;
  for (const auto& finding : result.diagnostics) {
    all.push_back(std::to_string(finding.where.line) + ":" + std::to_string(finding.where.column) + " " + finding.code);
    EXPECT_FALSE(finding.hint.empty()) << finding.code;
  }
  return all;
}

std::string text_of(const AttributeValue& value) {
  const auto* number = std::get_if<std::uint64_t>(&value);
  return number == nullptr ? std::get<std::string>(value) : std::to_string(*number);
}

/// "id=5 protocol=802.1Q"
std::string text_of(const std::map<std::string, Asked<AttributeValue>, std::less<>>& attributes) {
  std::string text;
  for (const auto& [name, asked] : attributes) text += (text.empty() ? "" : " ") + name + "=" + text_of(asked.value);
  return text;
}

/// "vlan on eth0 up mtu 1400 master vmbr0 id=5"
std::string link_text(const Resolved& result, const std::string& name) {
  const auto found = result.desired.links.find(name);
  if (found == result.desired.links.end()) return "absent";
  const DesiredLink& link = found->second;
  std::string text = link.kind.empty() ? "card" : link.kind;
  if (link.parent) text += " on " + link.parent->value;
  if (link.up) text += link.up->value ? " up" : " down";
  if (link.mtu) text += " mtu " + std::to_string(link.mtu->value);
  if (link.master) text += " master " + link.master->value;
  if (!link.data.empty()) text += " " + text_of(link.data);
  return text;
}

std::string vlan_text(const Resolved& result, const std::string& name) {
  const auto& vlans = result.desired.links.at(name).vlans;
  if (!vlans) return "unset";
  std::string text;
  for (const auto& vlan : vlans->value) {
    text += (text.empty() ? "" : " ") + std::to_string(vlan.first);
    if (vlan.last != vlan.first) text += "-" + std::to_string(vlan.last);
    if (vlan.pvid) text += "p";
    if (vlan.untagged) text += "u";
    if (vlan.self) text += "s";
    EXPECT_EQ(vlan.link, name);
  }
  return text;
}

std::string stanza(const std::string& name, const std::string& options) {
  return "auto " + name + "\niface " + name + " inet manual\n\t" + options + "\n";
}

TEST(ResolveVlan, InItsThreeSpellings) {
  const auto result =
      resolved(stanza("eth0.5", "mtu 1400") + stanza("vlan77", "vlan-raw-device eth0") +
               stanza("storage", "vlan-raw-device bond0\n\tvlan-id 311\n\tvlan-protocol 802.1AD\n\tvlan-bridge-binding on"));
  EXPECT_THAT(findings(result), IsEmpty());
  EXPECT_EQ(link_text(result, "eth0.5"), "vlan on eth0 up mtu 1400 id=5 protocol=802.1Q");
  EXPECT_EQ(link_text(result, "vlan77"), "vlan on eth0 up id=77 protocol=802.1Q");
  EXPECT_EQ(link_text(result, "storage"), "vlan on bond0 up bridge_binding=1 id=311 protocol=802.1ad");
  EXPECT_EQ(link_text(result, "eth0"), "card up") << "what a VLAN stands on is raised";
  EXPECT_EQ(result.desired.links.at("storage").data.at("id").where.line, 10U);
  EXPECT_EQ(result.desired.links.at("storage").parent->where.line, 9U);
}

TEST(ResolveVlan, StacksAndImpliesWhatLiesBetween) {
  const auto result = resolved(stanza("eth0.5.6", "mtu 1400"));
  EXPECT_EQ(link_text(result, "eth0.5.6"), "vlan on eth0.5 up mtu 1400 id=6 protocol=802.1Q");
  EXPECT_EQ(link_text(result, "eth0.5"), "vlan on eth0 up id=5 protocol=802.1Q");
  EXPECT_EQ(link_text(result, "eth0"), "card up");
}

TEST(ResolveVlan, AnUndeclaredOneAsBridgePortIsMade) {
  const auto result = resolved(stanza("vmbr0", "bridge-ports eth0.7") + "iface eth0 inet manual\n\tmtu 9000\n");
  EXPECT_THAT(findings(result), IsEmpty());
  EXPECT_EQ(link_text(result, "eth0.7"), "vlan on eth0 up mtu 9000 master vmbr0 id=7 protocol=802.1Q");
  EXPECT_EQ(link_text(result, "eth0"), "card up mtu 9000");
}

TEST(ResolveVlan, ACardWhoseNameLooksLikeOneStaysACard) {
  const Snapshot kernel = machine({"eth0", "eth0.7"});
  EXPECT_EQ(link_text(resolved(stanza("vmbr0", "bridge-ports eth0.7"), &kernel), "eth0.7"), "card up master vmbr0");
}

TEST(ResolveVlan, TakesTheMtuBelowUnlessItHasOne) {
  const auto result =
      resolved("iface eth0 inet manual\n\tmtu 9000\n" + stanza("eth0.5", "vlan-protocol 802.1q") + stanza("eth0.6", "mtu 1500"));
  EXPECT_EQ(link_text(result, "eth0.5"), "vlan on eth0 up mtu 9000 id=5 protocol=802.1Q");
  EXPECT_EQ(link_text(result, "eth0.6"), "vlan on eth0 up mtu 1500 id=6 protocol=802.1Q");
  EXPECT_EQ(result.desired.links.at("eth0.5").mtu->where.line, 2U);
}

TEST(ResolveVlan, WhatIsIncompleteIsLeftOut) {
  const auto result =
      resolved(stanza("a", "vlan-id 7") + stanza("b", "vlan-raw-device eth0") + stanza("c", "vlan-id 5000\n\tvlan-raw-device eth0"));
  EXPECT_THAT(findings(result), ElementsAre("3:10 vlan-incomplete", "5:1 vlan-incomplete", "9:10 vlan-incomplete"));
  EXPECT_THAT(result.desired.dormant, ElementsAre("a", "b", "c"));
}

TEST(ResolveVlan, ADeepStackEndsInAnErrorNotInACrash) {
  std::string text;
  for (int i = 0; i < 20'000; ++i)
    text += stanza("v" + std::to_string(100'000 + i), "vlan-id 5\n\tvlan-raw-device v" + std::to_string(100'001 + i));
  EXPECT_THAT(findings(resolved(text)), Contains(HasSubstr("stacking-too-deep")));
}

TEST(ResolveBond, ModesDefaultsAndSlaves) {
  const auto result = resolved(stanza("bond0",
                                      "bond-slaves eth1 eth0\n\tbond-mode 4\n\tbond-lacp-rate 1\n\tbond-xmit-hash-policy layer3+4\n"
                                      "\tbond-min-links 1\n\tbond-ad-actor-system 02:00:00:00:00:AA") +
                               stanza("eth0", "address 10.0.0.1/24"));
  EXPECT_THAT(findings(result), IsEmpty());
  EXPECT_EQ(link_text(result, "bond0"),
            "bond up ad_actor_system=02:00:00:00:00:aa ad_lacp_rate=fast miimon=100 min_links=1 mode=802.3ad xmit_hash_policy=layer3+4");
  EXPECT_EQ(result.desired.links.at("bond0").mac_from, "eth1") << "the first in the file's order";
  const auto& slave = result.desired.links.at("eth0");
  EXPECT_EQ(slave.master->value, "bond0");
  EXPECT_TRUE(slave.up->value);
  EXPECT_THAT(slave.addresses, IsEmpty());
  EXPECT_EQ(slave.sysctl.at("ipv6.disable_ipv6").value, 1U);
}

TEST(ResolveBond, EveryOptionOfActiveBackup) {
  const auto result = resolved(stanza(
      "b",
      "bond-slaves eth0 eth1\n\tbond_mode active-backup\n\tbond-miimon 50\n\tbond-updelay 100\n\tbond-downdelay 200\n\tbond-primary eth1\n"
      "\tbond-primary-reselect better\n\tbond-num-grat-arp 3\n\tbond-use-carrier no\n\tbond-fail-over-mac active\n\tbond-resend-igmp 2\n"
      "\tbond-all-slaves-active yes\n\tbond-peer-notif-delay 100\n\tbond-arp-all-targets all"));
  EXPECT_THAT(findings(result), IsEmpty());
  EXPECT_EQ(
      link_text(result, "b"),
      "bond up all_slaves_active=1 arp_all_targets=all downdelay=200 fail_over_mac=active miimon=50 mode=active-backup num_peer_notif=3 "
      "peer_notify_delay=100 primary=eth1 primary_reselect=better resend_igmp=2 updelay=100 use_carrier=0");
}

TEST(ResolveBond, OptionsOfAnotherModeAreLeftOut) {
  const auto result =
      resolved(stanza("b", "bond-slaves e0\n\tbond-mode balance-rr\n\tbond-lacp-rate fast\n\tbond-primary e0\n\tbond-packets-per-slave 2"));
  EXPECT_EQ(link_text(result, "b"), "bond up miimon=100 mode=balance-rr packets_per_slave=2");
}

TEST(ResolveBond, WatchesByArpWhereAskedElseByMii) {
  const auto arp = resolved(stanza("b",
                                   "bond-slaves e0\n\tbond-mode 1\n\tbond-arp-interval 200\n\tbond-arp-ip-target 192.0.2.1,+192.0.2.2\n"
                                   "\tbond-arp-validate all\n\tbond-updelay 5"));
  EXPECT_EQ(link_text(arp, "b"), "bond up arp_interval=200 arp_ip_target=192.0.2.1,192.0.2.2 arp_validate=all mode=active-backup");
  EXPECT_EQ(link_text(resolved(stanza("b", "bond-slaves e0\n\tbond-miimon 0\n\tbond-updelay 5")), "b"), "bond up miimon=0 mode=balance-rr")
      << "whoever writes 0 means it";
}

TEST(ResolveBond, SlavesMayNameTheirBond) {
  const auto result = resolved(stanza("bond0", "bond-slaves none\n\tbond-mode 1") + stanza("eth0", "bond-master bond0") +
                               "iface eth1 inet manual\n\tbond-master bond0\n");
  EXPECT_THAT(findings(result), IsEmpty());
  EXPECT_EQ(link_text(result, "eth0"), "card up master bond0");
  EXPECT_EQ(link_text(result, "eth1"), "card up master bond0");
  EXPECT_EQ(link_text(resolved("iface bond0 inet manual\n\tbond-mode 1\n" + stanza("eth0", "bond-master bond0")), "bond0"),
            "bond up miimon=100 mode=active-backup")
      << "a slave takes its bond along";
}

TEST(ResolveBond, SlavesHaveItsMtuAndMac) {
  const auto result = resolved(stanza("bond0", "bond-slaves glob eth*\n\tmtu 9000") +
                               "iface eth0 inet manual\n\thwaddress 02:00:00:00:00:01\n\tmtu 1500\n" + "iface eth1 inet manual\n");
  EXPECT_THAT(findings(result), ElementsAre("6:2 option-not-applied"));
  EXPECT_EQ(link_text(result, "eth0"), "card up mtu 9000 master bond0");
  EXPECT_FALSE(result.desired.links.at("eth0").mac);
  const auto from_slave =
      resolved(stanza("bond0", "bond-slaves eth0 eth1") + stanza("eth1", "mtu 9000") + stanza("bond0.5", "vlan-protocol 802.1q"));
  EXPECT_EQ(link_text(from_slave, "bond0"), "bond up mtu 9000 miimon=100 mode=balance-rr");
  EXPECT_EQ(link_text(from_slave, "eth0"), "card up mtu 9000 master bond0");
  EXPECT_EQ(link_text(from_slave, "bond0.5"), "vlan on bond0 up mtu 9000 id=5 protocol=802.1Q");
}

TEST(ResolveBond, AModeThatIsNoneLeavesTheBondOut) {
  const auto result = resolved(stanza("bond0", "bond-slaves eth0\n\tbond-mode fast") +
                               stanza("b", "bond-slaves e1\n\tbond-mode 1\n\tbond-arp-interval x\n\tbond-arp-ip-target fe80::1"));
  EXPECT_THAT(findings(result), ElementsAre("4:12 value-invalid", "9:20 value-invalid", "10:21 value-invalid"));
  EXPECT_THAT(result.desired.dormant, ElementsAre("bond0"));
  EXPECT_EQ(link_text(result, "b"), "bond up miimon=100 mode=active-backup");
}

TEST(ResolveBridgeVlans, PortsInheritFromTheirBridge) {
  const auto result =
      resolved(stanza("vmbr0", "bridge-ports eth0 eth1 eth2 eth3 eth4\n\tbridge-vlan-aware yes\n\tbridge-vids 2-4094") +
               "iface eth1 inet manual\n\tbridge-access 30\niface eth2 inet manual\n\tbridge-vids 5,7-9 10\n\tbridge-pvid 8\n"
               "iface eth3 inet manual\n\tbridge-allow-untagged no\niface eth4 inet manual\n\tbridge-pvid 100\n");
  EXPECT_THAT(findings(result), IsEmpty());
  EXPECT_EQ(vlan_text(result, "vmbr0"), "1pus");
  EXPECT_EQ(vlan_text(result, "eth0"), "1pu 2-4094");
  EXPECT_EQ(vlan_text(result, "eth1"), "30pu");
  EXPECT_EQ(vlan_text(result, "eth2"), "5 7 8pu 9-10");
  EXPECT_EQ(vlan_text(result, "eth3"), "2-4094");
  EXPECT_EQ(vlan_text(result, "eth4"), "2-99 100pu 101-4094");
}

TEST(ResolveBridgeVlans, ListFormsOnTheBridge) {
  const auto result = resolved(stanza("b",
                                      "bridge-ports e0 e1 e2\n\tbridge-vlan-aware yes\n\tbridge-pvid 9\n\tbridge-port-vids e0=1-5,7 e1=3\n"
                                      "\tbridge-port-pvids e1=4\n\tbridge-access e2=6"));
  EXPECT_EQ(vlan_text(result, "e0"), "1-5 7 9pu");
  EXPECT_EQ(vlan_text(result, "e1"), "3 4pu");
  EXPECT_EQ(vlan_text(result, "e2"), "6pu");
}

TEST(ResolveBridgeVlans, WithoutAnyLineItIsThePvidOnly) {
  EXPECT_EQ(vlan_text(resolved(stanza("b", "bridge-ports e0\n\tbridge-vlan-aware yes")), "e0"), "1pu");
  EXPECT_EQ(vlan_text(resolved(stanza("b", "bridge-ports e0\n\tbridge-vids 2-9")), "e0"), "unset") << "not VLAN-aware";
}

TEST(ResolveBridgeVlans, TheBridgeIsInTheVlansOfInterfacesOnIt) {
  const auto result =
      resolved(stanza("vmbr0", "bridge-ports none\n\tbridge-vlan-aware yes\n\tbridge-vids 2-4094") + stanza("vmbr0.9", "mtu 1500") +
               stanza("office", "vlan-raw-device vmbr0\n\tvlan-id 7") + stanza("vmbr0.1", "mtu 1500") + "iface vmbr0.8 inet manual\n");
  EXPECT_EQ(vlan_text(result, "vmbr0"), "1pus 7s 9s");
}

TEST(ResolveBridgeVlans, WrongValuesAreNamed) {
  const auto result = resolved(
      stanza("b", "bridge-ports e0\n\tbridge-vlan-aware yes\n\tbridge-vids 2-4095 7\n\tbridge-pvid 0\n\tbridge-allow-untagged perhaps"));
  EXPECT_THAT(findings(result), ElementsAre("5:14 value-invalid", "6:14 value-invalid", "7:24 value-invalid"));
  EXPECT_EQ(vlan_text(result, "e0"), "1pu 7");
}

TEST(ResolveBridge, AlwaysUpIsADummyPort) {
  const auto result = resolved(stanza("vmbr0", "bridge-ports none\n\tbridge-always-up yes\n\tmtu 9000"));
  EXPECT_EQ(link_text(result, "vmbr0-up"), "dummy up mtu 9000 master vmbr0");
}

TEST(ResolveBridge, AForeignOneIsOnlyConfigured) {
  Snapshot kernel = machine();
  must(kernel, CreateLink{"docker0", "bridge", {}, {}, {}, ""});
  EXPECT_EQ(link_text(resolved(stanza("docker0", "mtu 1450"), &kernel), "docker0"), "card up mtu 1450");
}

TEST(ResolveVxlan, RemotesAreDestinationsButNotThisMachine) {
  const auto result =
      resolved(stanza("vx",
                      "vxlan-id 10000\n\tvxlan-local-tunnelip 192.0.2.1\n\tvxlan-remoteip 192.0.2.1\n\tvxlan-remoteip 192.0.2.2\n"
                      "\tvxlan-remoteip 192.0.2.3\n\tvxlan-remoteip 192.0.2.2\n\tvxlan-purge-remotes yes\n\tvxlan-learning off\n"
                      "\tvxlan-ageing 600\n\tvxlan-ttl 64\n\tvxlan-tos 8\n\tvxlan-udp-csum on\n\tmtu 1450"));
  EXPECT_THAT(findings(result), IsEmpty());
  EXPECT_EQ(link_text(result, "vx"), "vxlan up mtu 1450 ageing=600 id=10000 learning=0 local=192.0.2.1 port=4789 tos=8 ttl=64 udp_csum=1");
  const auto& link = result.desired.links.at("vx");
  ASSERT_EQ(link.fdb.size(), 2U);
  EXPECT_EQ(format_ip(link.fdb[0].value.destination), "192.0.2.2");
  EXPECT_TRUE(link.fdb[0].value.mac.is_zero());
  EXPECT_EQ(link.fdb[1].where.line, 7U);
  EXPECT_TRUE(link.exact_fdb);
}

TEST(ResolveVxlan, GroupsServiceNodesAndIpv6) {
  const auto group =
      resolved(stanza("vx", "vxlan-id 7\n\tvxlan-mcastgrp 239.0.0.7\n\tvxlan-physdev eth0\n\tvxlan-port 8472\n\tvxlan-ttl auto"));
  EXPECT_EQ(link_text(group, "vx"), "vxlan up group=239.0.0.7 id=7 link=eth0 port=8472 ttl=0");
  EXPECT_EQ(link_text(group, "eth0"), "card up");
  const auto six =
      resolved(stanza("vx", "vxlan-id 7\n\tvxlan-svcnodeip6 2001:db8::9\n\tvxlan-local-tunnelip 2001:db8::1\n\tvxlan-physdev eth0"));
  EXPECT_EQ(link_text(six, "vx"), "vxlan up group6=2001:db8::9 id=7 link=eth0 local6=2001:db8::1 port=4789");
}

TEST(ResolveVxlan, WithoutLocalAddressTheAddressesOfTheFileAreOwn) {
  const auto result = resolved(stanza("eth0", "address 192.0.2.2/24") + stanza("vx", "vxlan-id 7\n\tvxlan-remoteip 192.0.2.2 192.0.2.3"));
  EXPECT_EQ(result.desired.links.at("vx").fdb.size(), 1U);
}

TEST(ResolveVxlan, WrongValues) {
  const auto result = resolved(stanza("vx", "vxlan-id 0") + stanza("vy", "vxlan-id 5\n\tvxlan-remoteip here\n\tvxlan-port 70000"));
  EXPECT_THAT(findings(result), ElementsAre("3:11 value-invalid", "7:17 value-invalid", "8:13 value-invalid"));
  EXPECT_EQ(link_text(result, "vx"), "absent");
}

TEST(ResolveTunnel, ModesAndTheirKinds) {
  const auto mode = [](const std::string& word, const std::string& ends) {
    return link_text(resolved(stanza("t", "tunnel-mode " + word + "\n\t" + ends)), "t");
  };
  const std::string four = "tunnel-local 192.0.2.1\n\ttunnel-endpoint 192.0.2.2";
  const std::string six = "local 2001:db8::1\n\tendpoint 2001:db8::2";
  EXPECT_EQ(mode("gre", four + "\n\ttunnel-ttl 64\n\ttunnel-tos inherit"), "gre up local=192.0.2.1 remote=192.0.2.2 tos=1 ttl=64");
  EXPECT_EQ(mode("gretap", four + "\n\ttunnel-ttl inherit"), "gretap up local=192.0.2.1 remote=192.0.2.2 ttl=0");
  EXPECT_EQ(mode("ipip", four), "ipip up local=192.0.2.1 remote=192.0.2.2");
  EXPECT_EQ(mode("sit", four), "sit up local=192.0.2.1 remote=192.0.2.2");
  EXPECT_EQ(mode("vti", four), "vti up local=192.0.2.1 remote=192.0.2.2");
  EXPECT_EQ(mode("ip6gre", six + "\n\ttos 4"), "ip6gre up flowinfo=4194304 local=2001:db8::1 remote=2001:db8::2");
  EXPECT_EQ(mode("any", six + "\n\ttos inherit"), "ip6tnl up flags=2 local=2001:db8::1 proto=any remote=2001:db8::2");
  EXPECT_EQ(mode("ipip6", six), "ip6tnl up local=2001:db8::1 proto=ipip6 remote=2001:db8::2");
  EXPECT_EQ(mode("ip6ip6", six), "ip6tnl up local=2001:db8::1 proto=ip6ip6 remote=2001:db8::2");
  EXPECT_EQ(mode("any", six), "ip6tnl up local=2001:db8::1 proto=any remote=2001:db8::2");
  EXPECT_EQ(mode("vti6", six), "vti6 up local=2001:db8::1 remote=2001:db8::2");
}

TEST(ResolveTunnel, ClassicMethodsAndDevice) {
  const auto classic = resolved(
      "auto t\niface t inet tunnel\n\tmode gre\n\tlocal 192.0.2.1\n\tendpoint 192.0.2.2\n\ttunnel-dev eth0\n\taddress 10.0.0.1/30\n"
      "auto s\niface s inet6 v4tunnel\n\tlocal 192.0.2.1\n\tendpoint 192.0.2.9\n");
  EXPECT_THAT(findings(classic), IsEmpty());
  EXPECT_EQ(link_text(classic, "t"), "gre up link=eth0 local=192.0.2.1 remote=192.0.2.2");
  EXPECT_EQ(classic.desired.links.at("t").addresses.size(), 1U);
  EXPECT_EQ(link_text(classic, "s"), "sit up local=192.0.2.1 remote=192.0.2.9");
}

TEST(ResolveTunnel, WrongValues) {
  const auto result = resolved(stanza("t", "tunnel-mode teleport") + stanza("u", "tunnel-mode gre\n\ttunnel-local 2001:db8::1"));
  EXPECT_THAT(findings(result), ElementsAre("3:14 tunnel-incomplete", "7:15 tunnel-incomplete"));
}

TEST(ResolveSimple, DummiesAndPairs) {
  const auto result = resolved(stanza("d0", "link-type dummy\n\taddress 10.9.9.9/32") +
                               stanza("va", "link-type veth\n\tveth-peer-name vb") + stanza("vc", "link-type veth"));
  EXPECT_EQ(link_text(result, "d0"), "dummy up");
  EXPECT_EQ(link_text(result, "va"), "veth on vb up");
  EXPECT_THAT(findings(result), ElementsAre("10:1 veth-without-peer"));
}

TEST(ResolveVrf, MembersKeepAddressesAndRouteInTheirTable) {
  const auto result = resolved(stanza("red", "vrf-table auto") + stanza("blue", "vrf-table 77") +
                               stanza("eth0", "address 10.0.0.1/24\n\tgateway 10.0.0.254\n\tvrf blue") +
                               stanza("eth1", "address 10.0.0.1/24\n\tgateway 10.0.0.254\n\tvrf red"));
  EXPECT_THAT(findings(result), IsEmpty()) << "one gateway per table";
  EXPECT_EQ(link_text(result, "blue"), "vrf up table=77");
  EXPECT_EQ(link_text(result, "red"), "vrf up table=1001");
  EXPECT_EQ(link_text(result, "eth0"), "card up master blue");
  EXPECT_EQ(result.desired.links.at("eth0").addresses.size(), 1U);
  std::vector<std::string> routes;
  for (const auto& [route, where] : result.desired.routes)
    routes.push_back(operation_object(SetRoute{route}) + " " + operation_detail(SetRoute{route}));
  EXPECT_THAT(routes, ::testing::UnorderedElementsAre(
                          "default unreachable metric 4278198272 table 77", "default6 unreachable metric 4278198272 table 77",
                          "default unreachable metric 4278198272 table 1001", "default6 unreachable metric 4278198272 table 1001",
                          "default via 10.0.0.254 dev eth0 onlink table 77", "default via 10.0.0.254 dev eth1 onlink table 1001"));
}

TEST(ResolveVrf, WithoutIpv6OnlyTheOtherFamilyEnds) {
  Snapshot kernel = machine({"eth0"});
  kernel.links.at("lo").sysctl["ipv6.disable_ipv6"] = 1;
  const auto result = resolved(stanza("blue", "vrf-table 77"), &kernel);
  ASSERT_EQ(result.desired.routes.size(), 1U);
  EXPECT_TRUE(result.desired.routes[0].value.destination.address.is_v4());
}

TEST(ResolveVrf, AMemberTakesItsVrfAlong) {
  EXPECT_EQ(link_text(resolved("iface z inet manual\n\tvrf-table auto\n" + stanza("eth0", "vrf z")), "z"), "vrf up table=1001");
}

TEST(ResolveVrf, TablesStayWhatTheyAreAndAvoidOthers) {
  Snapshot kernel = machine({"eth0"});
  must(kernel, CreateLink{"red", "vrf", {{"table", std::uint64_t{1003}}}, {}, {}, ""});
  Rule rule;
  rule.table = 1001;
  kernel.rules.push_back(rule);
  const auto result =
      resolved(stanza("amber", "vrf-table auto") + stanza("blue", "vrf-table 1002") + stanza("red", "vrf-table auto"), &kernel);
  EXPECT_EQ(link_text(result, "red"), "vrf up table=1003");
  EXPECT_EQ(link_text(result, "amber"), "vrf up table=1004");
}

TEST(ResolveVrf, AnUnknownOneIsAnError) {
  EXPECT_THAT(findings(resolved(stanza("eth0", "vrf nowhere"))), ElementsAre("3:6 vrf-unknown"));
  EXPECT_THAT(findings(resolved(stanza("r", "vrf-table some"))), ElementsAre("3:12 value-invalid"));
}

TEST(ResolveVirtual, EachLineIsALinkAboveTheInterface) {
  const auto result = resolved(stanza("vmbr0",
                                      "bridge-ports none\n\taddress-virtual 00:00:5e:00:01:0a 192.0.2.1/24 2001:db8::1/64\n"
                                      "\taddress-virtual 02:00:00:00:00:0b 192.0.2.9/24\n\tvrrp 10 198.51.100.1/24 fe80::1/64"));
  EXPECT_THAT(findings(result), IsEmpty());
  EXPECT_EQ(link_text(result, "vmbr0-v0"), "macvlan on vmbr0 up mode=private");
  EXPECT_EQ(result.desired.links.at("vmbr0-v0").addresses.size(), 2U);
  EXPECT_EQ(format_mac(result.desired.links.at("vmbr0-v0").mac->value), "00:00:5e:00:01:0a");
  EXPECT_EQ(result.desired.links.at("vmbr0-v1").where.line, 5U);
  EXPECT_EQ(format_mac(result.desired.links.at("vmbr0-r4-10").mac->value), "00:00:5e:00:01:0a");
  EXPECT_EQ(format_mac(result.desired.links.at("vmbr0-r6-10").mac->value), "00:00:5e:00:02:0a");
}

TEST(ResolveVirtual, WrongLinesAreNamed) {
  const auto result = resolved(
      stanza("eth0", "address-virtual 192.0.2.1/24\n\taddress-virtual 01:00:00:00:00:00 192.0.2.1/24\n\tvrrp 256 192.0.2.1\n\tvrrp 7 x"));
  EXPECT_THAT(findings(result), ElementsAre("3:18 virtual-address-invalid", "4:18 virtual-address-invalid", "5:7 virtual-address-invalid",
                                            "6:7 virtual-address-invalid"));
}

TEST(ResolveMethods, DhcpAndSlaacMixWithAnything) {
  const auto result = resolved(
      "auto a\niface a inet dhcp\niface a inet6 static\n\taddress 2001:db8::1/64\nauto b\niface b inet static\n\taddress 10.0.0.1/24\n"
      "iface b inet6 auto\nauto c\niface c inet dhcp\niface c inet6 dhcp\nauto d\niface d inet dhcp\n\tlink-down yes\n");
  EXPECT_THAT(findings(result), IsEmpty());
  const auto& links = result.desired.links;
  EXPECT_TRUE(links.at("a").dhcp4->value);
  EXPECT_FALSE(links.at("a").dhcp6);
  EXPECT_EQ(links.at("a").addresses.size(), 1U);
  EXPECT_TRUE(links.at("b").slaac->value);
  EXPECT_EQ(links.at("b").sysctl.at("ipv6.accept_ra").value, 2U);
  EXPECT_EQ(links.at("b").sysctl.at("ipv6.autoconf").value, 1U);
  EXPECT_EQ(links.at("b").addresses.size(), 1U);
  EXPECT_TRUE(links.at("c").dhcp4 && links.at("c").dhcp6);
  EXPECT_FALSE(links.at("d").dhcp4) << "a link that is kept down reaches no server";
}

TEST(ResolveMethods, WhatTheFileSaysOfAdvertisementsCounts) {
  const auto result = resolved("auto b\niface b inet6 auto\n\taccept-ra 1\n\tautoconf 0\n");
  EXPECT_EQ(result.desired.links.at("b").sysctl.at("ipv6.accept_ra").value, 1U);
  EXPECT_EQ(result.desired.links.at("b").sysctl.at("ipv6.autoconf").value, 0U);
}

TEST(ResolveMethods, APortAsksNoServer) {
  const auto result = resolved("auto b\niface b inet manual\n\tbridge-ports a\nauto a\niface a inet dhcp\niface a inet6 auto\n");
  const auto& port = result.desired.links.at("a");
  EXPECT_FALSE(port.dhcp4 || port.slaac || port.sysctl.contains("ipv6.accept_ra"));
}

TEST(ResolveSettings, OfTheKernelAndTheDriver) {
  Snapshot kernel = machine({"eth0"});
  kernel.links.at("eth0").ethtool.emplace("ring-rx-max", std::uint64_t{4096});
  const auto result = resolved(stanza("eth0",
                                      "arp-accept on\n\tipv6-addrgen off\n\tlink-autoneg off\n\tlink-speed 10000\n\tlink-duplex full\n"
                                      "\tlink-fec rs\n\tgro-offload off\n\trx-vlan-filter on\n\tring-rx max\n\tring-tx 512"),
                               &kernel);
  EXPECT_THAT(findings(result), IsEmpty());
  const auto& link = result.desired.links.at("eth0");
  EXPECT_EQ(link.sysctl.at("ipv4.arp_accept").value, 1U);
  EXPECT_EQ(link.sysctl.at("ipv6.addr_gen_mode").value, 1U);
  EXPECT_EQ(text_of(link.ethtool), "autoneg=0 duplex=full fec=rs gro=0 ring-rx=4096 ring-tx=512 rx-vlan-filter=1 speed=10000");
}

TEST(ResolveSettings, SpeedIsNotDictatedWhereItIsNegotiated) {
  const auto result = resolved(stanza("eth0", "link-speed 1000\n\tlink-autoneg on\n\tring-rx max\n\tlink-fec maybe"));
  EXPECT_THAT(findings(result), ElementsAre("3:2 option-not-applied", "5:2 option-not-applied", "6:11 value-invalid"));
  EXPECT_EQ(text_of(result.desired.links.at("eth0").ethtool), "autoneg=1");
}

TEST(ResolveSpeed, FiveThousandInterfacesTakeMilliseconds) {
  std::string text = stanza("vmbr0", "bridge-ports eth0\n\tbridge-vlan-aware yes\n\tbridge-vids 2-4094");
  for (int i = 2; i < 2'500; ++i) {
    const auto id = std::to_string(i);
    text += stanza("vmbr0." + id, "address 10." + std::to_string(i / 250) + "." + std::to_string(i % 250) + ".1/24");
    text += stanza("net" + id, "bridge-ports eth1." + id);
  }
  const auto model = make_model(interfaces::read_configuration("interfaces", text, {}), nullptr);
  const auto start = std::chrono::steady_clock::now();
  const auto result = resolve(model, nullptr);
  const auto taken = std::chrono::steady_clock::now() - start;
  EXPECT_GT(result.desired.links.size(), 7'000U);
  // A hundred times what it takes: what grows with the square takes longer even here.
  EXPECT_LT(std::chrono::duration_cast<std::chrono::milliseconds>(taken).count(), 2'000);
}

}  // namespace
}  // namespace drawbridge::network
