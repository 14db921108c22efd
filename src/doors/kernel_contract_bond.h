// The contract of doors::Kernel: bonds and their ports. Included by kernel_contract.h.
#pragma once

#include "doors/kernel_contract_fixture.h"

namespace drawbridge::doors::contract {

class KernelContractBond : public KernelContract {
 protected:
  void SetUp() override {
    KernelContract::SetUp();
    if (IsSkipped()) return;
    if (!can_make("bond")) GTEST_SKIP() << "this kernel has no bonds";
    plug("e0");
    plug("e1");
  }
  void make_bond(Attributes data = {}, std::optional<MacAddress> mac = {}) {
    done(CreateLink{"bond0", "bond", std::move(data), mac, {}, ""});
  }
  void set(Attributes data) { done(SetLinkData{"bond0", "bond", std::move(data)}); }
  void not_set(Attributes data, int os_errno) { refused(SetLinkData{"bond0", "bond", std::move(data)}, os_errno); }
  void join(const std::string& name) { done(SetMaster{name, "bond0"}); }
  void leave(const std::string& name) { done(SetMaster{name, ""}); }
  AttributeValue told(const std::string& attribute) { return link("bond0").data.at(attribute); }
};

TEST_P(KernelContractBond, IsMadeWithItsDefaults) {
  make_bond();
  const auto data = link("bond0").data;
  for (const auto& [name, value] : default_data("bond")) {
    ASSERT_TRUE(data.contains(name)) << name;
    EXPECT_EQ(data.at(name), value) << name;
  }
  done(CreateLink{"bond1", "bond", {{"mode", word("802.3ad")}}, {}, {}, ""});
  EXPECT_EQ(link("bond1").data.at("miimon"), number(100));
  EXPECT_EQ(link("bond1").data.at("ad_actor_sys_prio"), number(65535));
  done(CreateLink{"bond2", "bond", {{"mode", word("balance-alb")}}, {}, {}, ""});
  done(CreateLink{"bond3",
                  "bond",
                  {{"mode", word("802.3ad")},
                   {"miimon", number(50)},
                   {"updelay", number(120)},
                   {"ad_lacp_rate", word("fast")},
                   {"xmit_hash_policy", word("layer3+4")},
                   {"min_links", number(1)}},
                  {},
                  9000,
                  ""});
  EXPECT_EQ(link("bond3").data.at("updelay"), number(100)) << "delays are multiples of the interval";
}

TEST_P(KernelContractBond, APortThatIsUpIsRefused) {
  make_bond();
  done(network::SetUp{"e0", true});
  refused(SetMaster{"e0", "bond0"}, EPERM);
  done(network::SetUp{"e0", false});
  join("e0");
  EXPECT_TRUE(link("e0").up) << "the bond raises its ports";
}

TEST_P(KernelContractBond, APortTakesMacAndMtuAndGetsItsOwnBack) {
  done(SetMtu{"e1", 1400});
  make_bond();
  done(SetMtu{"bond0", 1300});
  join("e0");
  join("e1");
  EXPECT_EQ(link("bond0").mac, mac_of("02:00:00:00:01:00")) << "the first port's";
  EXPECT_EQ(link("e1").mac, mac_of("02:00:00:00:01:00"));
  EXPECT_EQ(link("e1").mtu, 1300U);
  done(SetMtu{"bond0", 9000});
  EXPECT_EQ(link("e1").mtu, 9000U);
  done(SetMac{"bond0", mac_of("02:00:00:00:00:77")});
  EXPECT_EQ(link("e0").mac, mac_of("02:00:00:00:00:77"));
  leave("e0");
  EXPECT_EQ(link("e0").mac, mac_of("02:00:00:00:01:00"));
  EXPECT_EQ(link("e0").mtu, 1500U);
  EXPECT_FALSE(link("e0").up);
  leave("e1");
  EXPECT_EQ(link("e1").mtu, 1400U);
  EXPECT_NE(link("bond0").mac, mac_of("02:00:00:00:00:77")) << "without ports the bond draws a MAC by lot";
  join("e1");
  EXPECT_EQ(link("bond0").mac, mac_of("02:00:00:00:01:01"));
}

TEST_P(KernelContractBond, ABondWithAMacKeepsIt) {
  make_bond({}, mac_of("02:00:00:00:00:77"));
  join("e0");
  EXPECT_EQ(link("bond0").mac, mac_of("02:00:00:00:00:77"));
  EXPECT_EQ(link("e0").mac, mac_of("02:00:00:00:00:77"));
}

TEST_P(KernelContractBond, APortsMtuMustAllowTheBonds) {
  make_bond();
  join("e0");
  refused(SetMtu{"bond0", 65536}, EINVAL);
  refused(SetMtu{"bond0", 67}, EINVAL);
}

TEST_P(KernelContractBond, PortsMayKeepTheirMacs) {
  make_bond({{"mode", word("active-backup")}, {"miimon", number(100)}, {"fail_over_mac", word("active")}});
  join("e0");
  join("e1");
  EXPECT_EQ(link("e1").mac, mac_of("02:00:00:00:01:01"));
  done(SetMac{"bond0", mac_of("02:00:00:00:00:77")});
  EXPECT_NE(link("bond0").mac, mac_of("02:00:00:00:00:77")) << "the kernel says yes and does nothing";
  leave("e0");
}

TEST_P(KernelContractBond, ABondThatGoesLetsItsPortsGo) {
  make_bond();
  join("e0");
  join("e1");
  done(network::SetUp{"bond0", true});
  done(AddAddress{address_of("bond0", "10.0.0.1/24")});
  done(DeleteLink{"bond0"});
  EXPECT_EQ(link("e1").mac, mac_of("02:00:00:00:01:01"));
  EXPECT_FALSE(link("e1").up);
  make_bond();
  join("e0");
  done(DeleteLink{"e0"});
  EXPECT_EQ(link("bond0").name, "bond0");
}

TEST_P(KernelContractBond, TheModeNeedsNoPortsAndABondThatIsDown) {
  make_bond();
  join("e0");
  not_set({{"mode", word("active-backup")}}, ENOTEMPTY);
  not_set({{"mode", word("balance-rr")}}, ENOTEMPTY);
  not_set({{"fail_over_mac", word("active")}}, ENOTEMPTY);
  leave("e0");
  done(network::SetUp{"bond0", true});
  not_set({{"mode", word("active-backup")}}, EBUSY);
  done(network::SetUp{"bond0", false});
  set({{"mode", word("active-backup")}});
  set({{"mode", word("802.3ad")}});
  EXPECT_EQ(told("miimon"), number(100));
  set({{"mode", word("balance-xor")}});
}

TEST_P(KernelContractBond, SomeOptionsNeedABondThatIsDown) {
  make_bond({{"mode", word("802.3ad")}});
  done(network::SetUp{"bond0", true});
  for (const auto& [name, value] : Attributes{
           {"ad_lacp_rate", word("fast")}, {"ad_lacp_active", word("off")}, {"ad_select", word("count")}, {"ad_user_port_key", number(5)}})
    not_set({{name, value}}, EBUSY);
  set({{"xmit_hash_policy", word("layer3+4")}});
  set({{"min_links", number(1)}});
  set({{"miimon", number(50)}});
  set({{"ad_actor_sys_prio", number(5)}});
  set({{"ad_actor_system", word("02:00:00:00:00:05")}});
  done(network::SetUp{"bond0", false});
  set({{"ad_lacp_rate", word("fast")}, {"ad_select", word("bandwidth")}, {"ad_user_port_key", number(5)}});
}

TEST_P(KernelContractBond, OptionsOfAnotherModeAreRefused) {
  make_bond();
  for (const auto& [name, value] : Attributes{{"ad_lacp_rate", word("fast")},
                                              {"ad_lacp_active", word("off")},
                                              {"ad_actor_sys_prio", number(5)},
                                              {"ad_user_port_key", number(5)},
                                              {"ad_actor_system", word("02:00:00:00:00:05")},
                                              {"primary", word("e0")},
                                              {"tlb_dynamic_lb", number(0)}})
    not_set({{name, value}}, EACCES);
  set({{"mode", word("802.3ad")}});
  not_set({{"arp_interval", number(100)}}, EACCES);
  not_set({{"arp_interval", number(0)}}, EACCES);
  not_set({{"arp_validate", word("all")}}, EACCES);
  not_set({{"arp_missed_max", number(3)}}, EACCES);
  not_set({{"packets_per_slave", number(3)}}, EACCES);
  set({{"ad_select", word("count")}});
}

TEST_P(KernelContractBond, TwoWaysToWatchALinkExcludeEachOther) {
  make_bond();
  set({{"miimon", number(100)}, {"updelay", number(250)}, {"downdelay", number(200)}});
  EXPECT_EQ(told("updelay"), number(200));
  set({{"miimon", number(50)}});
  EXPECT_EQ(told("updelay"), number(100)) << "the kernel counts in intervals";
  set({{"arp_interval", number(100)}, {"arp_ip_target", word("10.0.0.9,10.0.0.8")}});
  EXPECT_EQ(told("miimon"), number(0));
  not_set({{"updelay", number(100)}}, EPERM);
  not_set({{"updelay", number(0)}}, EPERM);
}

TEST_P(KernelContractBond, WhatARefusedMessageHadDoneStaysDone) {
  make_bond();
  const Operation both = SetLinkData{"bond0", "bond", {{"arp_interval", number(100)}, {"miimon", number(100)}}};
  const auto expected = apply_to_model(model_, both);
  ASSERT_FALSE(expected);
  const auto execution = kernel().execute({&both, 1});
  ASSERT_TRUE(execution.error);
  // The real kernel has set miimon by then. The model has not; callers look at the next snapshot.
  EXPECT_EQ(execution.error->os_errno, expected.error().os_errno);
  EXPECT_EQ(execution.error->os_errno, EINVAL);
  EXPECT_EQ(told("arp_interval"), number(0));
}

TEST_P(KernelContractBond, ArpWatchingEndsWithMiimon) {
  make_bond({{"mode", word("active-backup")}});
  set({{"arp_interval", number(100)}, {"arp_validate", word("all")}, {"arp_ip_target", word("10.0.0.9")}});
  set({{"miimon", number(100)}});
  EXPECT_EQ(told("arp_interval"), number(0));
  EXPECT_EQ(told("arp_validate"), word("none"));
  set({{"arp_ip_target", word("")}});
  EXPECT_FALSE(link("bond0").data.contains("arp_ip_target"));
}

TEST_P(KernelContractBond, ValuesOutOfRangeAreRefused) {
  make_bond();
  not_set({{"lp_interval", number(0)}}, EINVAL);
  not_set({{"resend_igmp", number(256)}}, EINVAL);
  not_set({{"packets_per_slave", number(65536)}}, EINVAL);
  not_set({{"miimon", number(0x80000000)}}, EINVAL);
}

TEST_P(KernelContractBond, APrimaryIsToldOnceItIsAPort) {
  make_bond({{"mode", word("active-backup")}, {"miimon", number(100)}});
  set({{"primary", word("e0")}, {"primary_reselect", word("better")}});
  EXPECT_FALSE(link("bond0").data.contains("primary"));
  join("e0");
  join("e1");
  EXPECT_EQ(told("primary"), word("e0"));
  set({{"primary", word("e1")}});
  set({{"primary", word("")}});
  EXPECT_FALSE(link("bond0").data.contains("primary"));
  set({{"primary", word("e0")}});
  leave("e0");
  join("e0");
}

TEST_P(KernelContractBond, OptionsOfPorts) {
  make_bond({{"mode", word("active-backup")}, {"miimon", number(100)}});
  join("e0");
  done(SetPortData{"e0", "bond", {{"queue_id", number(3)}}});
  EXPECT_EQ(link("e0").port.at("queue_id"), number(3));
  EXPECT_EQ(link("e0").port.at("perm_hwaddr"), word("02:00:00:00:01:00"));
}

TEST_P(KernelContractBond, WhatCantBeAPort) {
  make_bond();
  refused(SetMaster{"bond0", "bond0"}, EPERM);
  make_bridge("vmbr0");
  done(SetMaster{"bond0", "vmbr0"});
  refused(SetMaster{"vmbr0", "bond0"}, EBUSY);
  join("e0");
  done(SetMaster{"e1", "vmbr0"});
  done(SetMaster{"e1", "bond0"});
  done(SetMaster{"e1", "vmbr0"});
}

TEST_P(KernelContractBond, ABondOfABondIsTheKernelsBusiness) {
  make_bond();
  done(CreateLink{"bond1", "bond", {}, {}, {}, ""});
  done(SetMaster{"bond1", "bond0"});
  join("e0");
}

TEST_P(KernelContractBond, VlansOnBondAndPort) {
  if (!can_make(CreateLink{"probe0", "vlan", {{"id", number(9)}}, {}, {}, "e0"})) GTEST_SKIP() << "this kernel has no VLAN devices";
  make_bond();
  done(CreateLink{"e0.5", "vlan", {{"id", number(5)}}, {}, {}, "e0"});
  join("e0");
  EXPECT_TRUE(link("e0.5").up);
  done(CreateLink{"bond0.5", "vlan", {{"id", number(5)}}, {}, {}, "bond0"});
  done(network::SetUp{"bond0", true});
  EXPECT_TRUE(link("bond0.5").up);
  done(AddAddress{address_of("bond0.5", "2001:db8::5/64")});
  done(SetMac{"bond0", mac_of("02:00:00:00:00:77")});
  EXPECT_EQ(link("bond0.5").mac, mac_of("02:00:00:00:00:77"));
  done(SetMtu{"bond0", 1400});
  EXPECT_EQ(link("bond0.5").mtu, 1400U);
  leave("e0");
}

TEST_P(KernelContractBond, Ipv6RoutesDontWaitForAPort) {
  make_bond();
  done(AddAddress{address_of("bond0", "2001:db8::5/64")});
  done(network::SetUp{"bond0", true});
  done(network::SetUp{"e0p", true});
  join("e0");
}

}  // namespace drawbridge::doors::contract
