// The contract of doors::Kernel: links, and their settings. Included by kernel_contract.h.
#pragma once

#include "doors/kernel_contract_fixture.h"

namespace drawbridge::doors::contract {

TEST_P(KernelContract, StartsWithTheLoopbackDown) {
  EXPECT_EQ(state().links.size(), 1U);
  EXPECT_TRUE(link("lo").loopback);
  EXPECT_FALSE(link("lo").up);
  EXPECT_FALSE(link("lo").ethernet);
}

TEST_P(KernelContract, ABridgeIsMadeDownWithItsAttributes) {
  make_bridge("vmbr0", {{"stp_state", std::uint64_t{0}}, {"forward_delay", std::uint64_t{0}}});
  const auto bridge = link("vmbr0");
  EXPECT_EQ(bridge.kind, "bridge");
  EXPECT_FALSE(bridge.up);
  EXPECT_EQ(bridge.mtu, 1500U);
  EXPECT_EQ(format_mac(bridge.mac), "02:00:00:00:00:00");
  EXPECT_EQ(bridge.data.at("forward_delay"), AttributeValue{std::uint64_t{0}});
}

TEST_P(KernelContract, ANameIsTakenOnce) {
  make_bridge("vmbr0");
  refused(CreateLink{"vmbr0", "bridge", {}, {}, {}, ""}, EEXIST);
  refused(CreateLink{"vmbr0", "veth", {}, {}, {}, "vmbr0p"}, EEXIST);
  refused(CreateLink{"lo", "bridge", {}, {}, {}, ""}, EEXIST);
}

TEST_P(KernelContract, WhatIsNotThereCantBeChanged) {
  refused(DeleteLink{"vmbr9"}, ENODEV);
  refused(network::SetUp{"vmbr9", true}, ENODEV);
  refused(SetMtu{"vmbr9", 1400}, ENODEV);
  refused(SetMac{"vmbr9", parse_mac("02:00:00:00:00:01").value()}, ENODEV);
  refused(SetAlias{"vmbr9", "x"}, ENODEV);
  refused(SetMaster{"vmbr9", ""}, ENODEV);
  refused(SetSysctl{"vmbr9", "ipv4.forwarding", 1}, ENODEV);
  refused(SetLinkData{"vmbr9", "bridge", {{"stp_state", std::uint64_t{0}}}}, ENODEV);
  refused(SetPortData{"vmbr9", "bridge", {{"cost", std::uint64_t{5}}}}, ENODEV);
  refused(AddAddress{address_of("vmbr9", "10.0.0.1/24")}, ENODEV);
  refused(RemoveAddress{address_of("vmbr9", "10.0.0.1/24")}, ENODEV);
  refused(SetRoute{default_route("vmbr9", "10.0.0.1", true)}, ENODEV);
}

TEST_P(KernelContract, TheLoopbackCantBeDeleted) { refused(DeleteLink{"lo"}, EOPNOTSUPP); }

TEST_P(KernelContract, ACableHasTwoEnds) {
  plug("e0");
  EXPECT_EQ(link("e0").parent, "e0p");
  EXPECT_EQ(link("e0p").parent, "e0");
  EXPECT_EQ(link("e0").kind, "veth");
  done(DeleteLink{"e0p"});
  EXPECT_EQ(state().links.size(), 1U);
}

TEST_P(KernelContract, UpAndDown) {
  plug("e0");
  done(network::SetUp{"e0", true});
  EXPECT_TRUE(link("e0").up);
  done(network::SetUp{"e0", true});
  done(network::SetUp{"e0", false});
  EXPECT_FALSE(link("e0").up);
  done(network::SetUp{"lo", true});
  EXPECT_TRUE(has_address("lo", "127.0.0.1/8"));
}

TEST_P(KernelContract, MtuWithinTheLinksLimits) {
  plug("e0");
  done(SetMtu{"e0", 9000});
  EXPECT_EQ(link("e0").mtu, 9000U);
  refused(SetMtu{"e0", 67}, EINVAL);
  refused(SetMtu{"e0", 65536}, EINVAL);
  EXPECT_EQ(link("e0").mtu, 9000U);
}

TEST_P(KernelContract, MacMustBeUnicast) {
  plug("e0");
  const auto mac = parse_mac("02:00:00:00:00:77").value();
  done(SetMac{"e0", mac});
  EXPECT_EQ(link("e0").mac, mac);
  refused(SetMac{"e0", parse_mac("01:00:00:00:00:77").value()}, EADDRNOTAVAIL);
  refused(SetMac{"e0", MacAddress{}}, EADDRNOTAVAIL);
}

TEST_P(KernelContract, AliasIsSetAndTakenAway) {
  plug("e0");
  done(SetAlias{"e0", "to the switch, port 7"});
  EXPECT_EQ(link("e0").alias, "to the switch, port 7");
  done(SetAlias{"e0", ""});
  EXPECT_EQ(link("e0").alias, "");
}

TEST_P(KernelContract, ANewLinkHasItsAliasAtOnce) {
  done(CreateLink{"vmbr0", "bridge", {}, {}, {}, "", "a house of its own"});
  EXPECT_EQ(link("vmbr0").alias, "a house of its own");
  done(CreateLink{"e0", "veth", {}, {}, {}, "e0p", "this end"});
  EXPECT_EQ(link("e0").alias, "this end");
  EXPECT_EQ(link("e0p").alias, "");
}

TEST_P(KernelContract, PerDeviceSettings) {
  make_bridge("vmbr0");
  for (const auto* key : {"ipv4.arp_accept", "ipv4.forwarding", "ipv4.promote_secondaries", "ipv6.disable_ipv6", "ipv6.forwarding",
                          "ipv6.autoconf", "ipv6.addr_gen_mode", "ipv6.dad_transmits", "ipv6.use_tempaddr"}) {
    done(SetSysctl{"vmbr0", key, 1});
    EXPECT_EQ(link("vmbr0").sysctl.at(key), 1U) << key;
    done(SetSysctl{"vmbr0", key, 0});
    EXPECT_EQ(link("vmbr0").sysctl.at(key), 0U) << key;
  }
  done(SetSysctl{"vmbr0", "ipv6.accept_ra", 2});
  EXPECT_EQ(link("vmbr0").sysctl.at("ipv6.accept_ra"), 2U);
}

TEST_P(KernelContract, DisablingIpv6TakesItsAddressesAway) {
  plug("e0", true);
  done(AddAddress{address_of("e0", "2001:db8::5/64")});
  done(AddAddress{address_of("e0", "10.0.0.1/24")});
  done(SetSysctl{"e0", "ipv6.disable_ipv6", 1});
  EXPECT_FALSE(has_address("e0", "2001:db8::5/64"));
  EXPECT_TRUE(has_address("e0", "10.0.0.1/24"));
  refused(AddAddress{address_of("e0", "2001:db8::5/64")}, EACCES);
}

TEST_P(KernelContract, SettingsOfDrivers) {
  plug("e0");
  if (!link("e0").ethtool.contains("tso")) GTEST_SKIP() << "nothing behind this door has drivers";
  for (const std::uint64_t on : {0U, 1U}) {
    done(SetEthtool{"e0", {{"tso", number(on)}}});
    EXPECT_EQ(link("e0").ethtool.at("tso"), number(on));
    done(SetEthtool{"e0", {{"gso", number(on)}, {"gro", number(on)}}});
    EXPECT_EQ(link("e0").ethtool.at("gso"), number(on));
    EXPECT_EQ(link("e0").ethtool.at("gro"), number(on));
  }
  const Operation fixed = SetEthtool{"e0", {{"lro", number(1)}}};
  EXPECT_EQ(kernel().execute({&fixed, 1}).error.value_or(Error{}).os_errno, EOPNOTSUPP);
  const Operation rings = SetEthtool{"e0", {{"ring-rx", number(512)}}};
  EXPECT_EQ(kernel().execute({&rings, 1}).error.value_or(Error{}).os_errno, EOPNOTSUPP) << "a cable has no rings";
  const Operation unknown = SetEthtool{"e0", {{"colour", number(1)}}};
  EXPECT_EQ(kernel().execute({&unknown, 1}).error.value_or(Error{}).code, Errc::unsupported);
  refused(SetEthtool{"nobody", {{"tso", number(0)}}}, ENODEV);
}

TEST_P(KernelContract, DhcpClients) {
  plug("e0");
  const Operation start = StartDhcp{{"e0", Family::ipv4}};
  const auto execution = kernel().execute({&start, 1});
  if (execution.error && execution.error->code == Errc::bug) GTEST_SKIP() << "behind this door no clients run: a decorator does that";
  ASSERT_FALSE(execution.error);
  std::ignore = apply_to_model(model_, start);
  EXPECT_EQ(state().dhcp_clients, (std::vector<DhcpClient>{{"e0", Family::ipv4}}));
  done(start);
  done(StopDhcp{{"e0", Family::ipv4}});
  done(StopDhcp{{"e0", Family::ipv4}});
}

}  // namespace drawbridge::doors::contract
