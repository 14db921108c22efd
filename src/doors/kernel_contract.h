// What every doors::Kernel does, as one suite: the fake kernel runs it in each build, the real one in a fresh network namespace of
// a real kernel. Include from one test file of a program and instantiate: DRAWBRIDGE_KERNEL_CONTRACT(Fake, maker).
#pragma once

#include "doors/kernel_contract_bond.h"
#include "doors/kernel_contract_bridge_vlan.h"
#include "doors/kernel_contract_fixture.h"
#include "doors/kernel_contract_guest.h"
#include "doors/kernel_contract_lower.h"
#include "doors/kernel_contract_vlan.h"
#include "doors/kernel_contract_vrf.h"

/// Runs the whole suite under the name with subjects of the maker.
#define DRAWBRIDGE_KERNEL_CONTRACT(name, maker)                                                  \
  INSTANTIATE_TEST_SUITE_P(name, KernelContract, testing::Values(MakeSubject(maker)));           \
  INSTANTIATE_TEST_SUITE_P(name, KernelContractVlan, testing::Values(MakeSubject(maker)));       \
  INSTANTIATE_TEST_SUITE_P(name, KernelContractBridgeVlan, testing::Values(MakeSubject(maker))); \
  INSTANTIATE_TEST_SUITE_P(name, KernelContractBond, testing::Values(MakeSubject(maker)));       \
  INSTANTIATE_TEST_SUITE_P(name, KernelContractGuest, testing::Values(MakeSubject(maker)));      \
  INSTANTIATE_TEST_SUITE_P(name, KernelContractVrf, testing::Values(MakeSubject(maker)));        \
  INSTANTIATE_TEST_SUITE_P(name, KernelContractVxlan, testing::Values(MakeSubject(maker)));      \
  INSTANTIATE_TEST_SUITE_P(name, KernelContractMacvlan, testing::Values(MakeSubject(maker)))

namespace drawbridge::doors::contract {

// ---- Links

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

// ---- Bridges and ports

TEST_P(KernelContract, APortIsEnslavedAndReleased) {
  make_bridge("vmbr0");
  plug("e1");
  done(SetMaster{"e1", "vmbr0"});
  EXPECT_EQ(link("e1").master, "vmbr0");
  done(SetMaster{"e1", "vmbr0"});
  done(SetMaster{"e1", ""});
  EXPECT_EQ(link("e1").master, "");
  EXPECT_TRUE(link("e1").port.empty());
  done(SetMaster{"e1", ""});
}

TEST_P(KernelContract, APortMovesToAnotherBridge) {
  make_bridge("vmbr0");
  make_bridge("vmbr1");
  plug("e2");
  done(SetMaster{"e2", "vmbr0"});
  done(SetMaster{"e2", "vmbr1"});
  EXPECT_EQ(link("e2").master, "vmbr1");
}

TEST_P(KernelContract, ARefusedMoveMayReleaseThePort) {
  make_bridge("vmbr0");
  plug("e1");
  plug("e2");
  done(SetMaster{"e1", "vmbr0"});
  // The real kernel lets go of the old master first. The model does not; callers look at the next snapshot.
  const Operation move = SetMaster{"e1", "e2"};
  const auto execution = kernel().execute({&move, 1});
  ASSERT_TRUE(execution.error);
  EXPECT_EQ(execution.error->os_errno, EOPNOTSUPP);
  EXPECT_NE(link("e1").master, "e2");
}

TEST_P(KernelContract, AMoveToABridgeThatIsNotThereReleasesNobody) {
  make_bridge("vmbr0");
  plug("e1");
  done(SetMaster{"e1", "vmbr0"});
  refused(SetMaster{"e1", "vmbr9"}, ENODEV);
  EXPECT_EQ(link("e1").master, "vmbr0");
}

TEST_P(KernelContract, WhatCantBeAPortIsRefused) {
  make_bridge("vmbr0");
  make_bridge("vmbr1");
  plug("e2");
  refused(SetMaster{"vmbr1", "vmbr0"}, ELOOP);
  refused(SetMaster{"vmbr0", "vmbr0"}, ELOOP);
  refused(SetMaster{"lo", "vmbr0"}, EINVAL);
  refused(SetMaster{"e2", "e2p"}, EOPNOTSUPP);
  refused(SetMaster{"e2", "vmbr9"}, ENODEV);
}

TEST_P(KernelContract, ABridgeThatGoesReleasesItsPorts) {
  make_bridge("vmbr0");
  plug("e1");
  done(SetMaster{"e1", "vmbr0"});
  done(DeleteLink{"vmbr0"});
  EXPECT_EQ(link("e1").master, "");
  EXPECT_EQ(link("e1").name, "e1");
}

TEST_P(KernelContract, APortThatGoesLeavesItsBridge) {
  make_bridge("vmbr0");
  plug("e1");
  done(SetMaster{"e1", "vmbr0"});
  done(DeleteLink{"e1"});
  EXPECT_EQ(link("vmbr0").name, "vmbr0");
}

TEST_P(KernelContract, BridgeMtuFollowsItsPortsUntilSomebodySetsIt) {
  make_bridge("vmbr0");
  plug("e1");
  done(SetMtu{"e1", 1400});
  done(SetMaster{"e1", "vmbr0"});
  done(SetMtu{"e1", 9000});
  done(SetMtu{"vmbr0", 1450});
  done(SetMtu{"e1", 1300});
  EXPECT_EQ(link("vmbr0").mtu, 1450U);
}

TEST_P(KernelContract, BridgeOptionsChangeInPlace) {
  make_bridge("vmbr0", {{"stp_state", std::uint64_t{0}}});
  done(SetLinkData{"vmbr0", "bridge", {{"ageing_time", std::uint64_t{12300}}, {"priority", std::uint64_t{4096}}}});
  const auto data = link("vmbr0").data;
  EXPECT_EQ(data.at("ageing_time"), AttributeValue{std::uint64_t{12300}});
  EXPECT_EQ(data.at("priority"), AttributeValue{std::uint64_t{4096}});
}

TEST_P(KernelContract, PortOptionsChangeInPlace) {
  make_bridge("vmbr0");
  plug("e1");
  done(SetMaster{"e1", "vmbr0"});
  done(SetPortData{"e1", "bridge", {{"cost", std::uint64_t{77}}, {"learning", std::uint64_t{0}}, {"isolated", std::uint64_t{1}}}});
  const auto port = link("e1").port;
  EXPECT_EQ(port.at("cost"), AttributeValue{std::uint64_t{77}});
  EXPECT_EQ(port.at("learning"), AttributeValue{std::uint64_t{0}});
  EXPECT_EQ(port.at("isolated"), AttributeValue{std::uint64_t{1}});
}

TEST_P(KernelContract, WhatIsNoPortHasNoPortOptions) {
  plug("e1");
  refused(SetPortData{"e1", "bridge", {{"cost", std::uint64_t{77}}}}, EOPNOTSUPP);
}

TEST_P(KernelContract, OptionsOfAnotherKindAreRefused) {
  plug("e1");
  refused(SetLinkData{"e1", "bridge", {{"stp_state", std::uint64_t{0}}}}, EOPNOTSUPP);
}

// ---- Settings

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

// ---- Addresses

TEST_P(KernelContract, AddingAnAddressTwiceIsNoError) {
  plug("e0", true);
  done(AddAddress{address_of("e0", "100.64.0.102/22")});
  done(AddAddress{address_of("e0", "100.64.0.102/22")});
  done(AddAddress{address_of("e0", "2001:db8::5/64")});
  done(AddAddress{address_of("e0", "2001:db8::5/64")});
  const auto now = state();
  const auto* address = find_address(now, "e0", "100.64.0.102/22");
  ASSERT_NE(address, nullptr);
  EXPECT_EQ(address->protocol, kOwnProtocol);
  EXPECT_TRUE(address->permanent);
}

TEST_P(KernelContract, AnAddressIsPreferredAsLongAsAsked) {
  plug("e0", true);
  for (const auto* text : {"10.0.0.1/24", "2001:db8::5/64"}) {
    auto address = address_of("e0", text);
    const auto preferred = [&](std::uint32_t seconds) {
      address.preferred = {seconds};
      done(AddAddress{address});
      const auto now = state();
      return find_address(now, "e0", text)->preferred;
    };
    EXPECT_TRUE(preferred(PreferredLifetime::kForever).is_forever()) << text;
    EXPECT_TRUE(preferred(0).is_over()) << text;
    EXPECT_EQ(preferred(600).counts_down(), address.address.address.is_v6()) << text << ": IPv4 lets no time run out";
    EXPECT_TRUE(preferred(PreferredLifetime::kForever).is_forever()) << text;
    done(RemoveAddress{address});
    EXPECT_TRUE(preferred(0).is_over()) << text << ", from its first moment";
    done(RemoveAddress{address});
  }
}

TEST_P(KernelContract, AnAddressBringsTheRouteToItsSubnetWhileTheLinkIsUp) {
  plug("e0");
  done(AddAddress{address_of("e0", "100.64.0.102/22")});
  EXPECT_TRUE(state().routes.empty());
  done(network::SetUp{"e0p", true});
  done(network::SetUp{"e0", true});
  done(RemoveAddress{address_of("e0", "100.64.0.102/22")});
  EXPECT_FALSE(has_address("e0", "100.64.0.102/22"));
}

TEST_P(KernelContract, TheSecondOfASubnetIsSecondary) {
  plug("e0", true);
  done(AddAddress{address_of("e0", "10.0.0.1/24")});
  done(AddAddress{address_of("e0", "10.0.0.2/24")});
  done(AddAddress{address_of("e0", "10.0.1.1/24")});
  done(AddAddress{address_of("e0", "10.0.0.3/25")});
  const auto now = state();
  EXPECT_FALSE(find_address(now, "e0", "10.0.0.1/24")->secondary);
  EXPECT_TRUE(find_address(now, "e0", "10.0.0.2/24")->secondary);
  EXPECT_FALSE(find_address(now, "e0", "10.0.1.1/24")->secondary);
  EXPECT_FALSE(find_address(now, "e0", "10.0.0.3/25")->secondary);
}

TEST_P(KernelContract, APrimaryTakesItsSecondariesWithIt) {
  plug("e0", true);
  done(SetSysctl{"e0", "ipv4.promote_secondaries", 0});
  done(AddAddress{address_of("e0", "10.0.0.1/24")});
  done(AddAddress{address_of("e0", "10.0.0.2/24")});
  done(RemoveAddress{address_of("e0", "10.0.0.1/24")});
  EXPECT_FALSE(has_address("e0", "10.0.0.2/24"));
}

TEST_P(KernelContract, UnlessSecondariesArePromoted) {
  plug("e0", true);
  done(SetSysctl{"e0", "ipv4.promote_secondaries", 1});
  done(AddAddress{address_of("e0", "10.0.0.1/24")});
  done(AddAddress{address_of("e0", "10.0.0.2/24")});
  done(AddAddress{address_of("e0", "10.0.0.3/24")});
  done(RemoveAddress{address_of("e0", "10.0.0.1/24")});
  const auto now = state();
  ASSERT_NE(find_address(now, "e0", "10.0.0.2/24"), nullptr);
  EXPECT_FALSE(find_address(now, "e0", "10.0.0.2/24")->secondary);
  EXPECT_TRUE(find_address(now, "e0", "10.0.0.3/24")->secondary);
}

TEST_P(KernelContract, AnAddressThatIsNotThereCantBeRemoved) {
  plug("e0");
  refused(RemoveAddress{address_of("e0", "10.0.0.1/24")}, EADDRNOTAVAIL);
  refused(RemoveAddress{address_of("e0", "2001:db8::5/64")}, EADDRNOTAVAIL);
  done(AddAddress{address_of("e0", "10.0.0.1/24")});
  refused(RemoveAddress{address_of("e0", "10.0.0.1/25")}, EADDRNOTAVAIL);
}

TEST_P(KernelContract, AddressesGoWithTheirLink) {
  plug("e0", true);
  done(AddAddress{address_of("e0", "10.0.0.1/24")});
  done(DeleteLink{"e0"});
  EXPECT_TRUE(state().addresses.empty());
  EXPECT_TRUE(state().routes.empty());
}

TEST_P(KernelContract, Ipv6AddressesGoWhenTheLinkGoesDown) {
  plug("e0", true);
  done(AddAddress{address_of("e0", "10.0.0.1/24")});
  done(AddAddress{address_of("e0", "2001:db8::5/64")});
  done(network::SetUp{"e0", false});
  EXPECT_TRUE(has_address("e0", "10.0.0.1/24"));
  EXPECT_FALSE(has_address("e0", "2001:db8::5/64"));
}

// ---- Routes

TEST_P(KernelContract, AGatewayInTheSubnet) {
  plug("e0", true);
  done(AddAddress{address_of("e0", "100.64.0.102/22")});
  done(SetRoute{default_route("e0", "100.64.0.1")});
  EXPECT_TRUE(has_route(default_route("e0", "100.64.0.1")));
  done(SetRoute{default_route("e0", "100.64.0.1")});
  done(SetRoute{default_route("e0", "100.64.0.2")});
  EXPECT_TRUE(has_route(default_route("e0", "100.64.0.2")));
  EXPECT_FALSE(has_route(default_route("e0", "100.64.0.1")));
  done(RemoveRoute{default_route("e0", "100.64.0.2")});
  EXPECT_FALSE(has_route(default_route("e0", "100.64.0.2")));
}

TEST_P(KernelContract, AGatewayOutsideEverySubnetNeedsOnlink) {
  plug("e0", true);
  done(AddAddress{address_of("e0", "10.0.0.1/24")});
  refused(SetRoute{default_route("e0", "192.0.2.1")}, ENETUNREACH);
  done(SetRoute{default_route("e0", "192.0.2.1", true)});
  EXPECT_TRUE(has_route(default_route("e0", "192.0.2.1", true)));
}

TEST_P(KernelContract, NoRouteOverALinkThatIsDown) {
  plug("e0");
  done(AddAddress{address_of("e0", "10.0.0.1/24")});
  refused(SetRoute{default_route("e0", "10.0.0.254", true)}, ENETDOWN);
  refused(SetRoute{default_route("e0", "10.0.0.254")}, ENETUNREACH);
}

TEST_P(KernelContract, ARouteThatIsNotThereCantBeRemoved) {
  plug("e0", true);
  refused(RemoveRoute{default_route("e0", "10.0.0.254")}, ESRCH);
  done(AddAddress{address_of("e0", "10.0.0.1/24")});
  done(SetRoute{default_route("e0", "10.0.0.254")});
  refused(RemoveRoute{default_route("e0", "10.0.0.253")}, ESRCH);
  refused(RemoveRoute{default_route("e0", "2001:db8::1")}, ESRCH);
}

TEST_P(KernelContract, RoutesGoWhenTheLinkGoesDownAndDontComeBack) {
  plug("e0", true);
  done(AddAddress{address_of("e0", "10.0.0.1/24")});
  done(SetRoute{default_route("e0", "10.0.0.254")});
  done(network::SetUp{"e0", false});
  EXPECT_FALSE(has_route(default_route("e0", "10.0.0.254")));
  done(network::SetUp{"e0", true});
  EXPECT_FALSE(has_route(default_route("e0", "10.0.0.254")));
}

TEST_P(KernelContract, RoutesSurviveTheirSubnetWhileAnotherIpv4AddressIsLeft) {
  plug("e0", true);
  done(AddAddress{address_of("e0", "10.0.0.1/24")});
  done(AddAddress{address_of("e0", "10.0.1.1/24")});
  done(SetRoute{default_route("e0", "10.0.0.254")});
  done(RemoveAddress{address_of("e0", "10.0.0.1/24")});
  EXPECT_TRUE(has_route(default_route("e0", "10.0.0.254")));
  done(RemoveAddress{address_of("e0", "10.0.1.1/24")});
  EXPECT_FALSE(has_route(default_route("e0", "10.0.0.254")));
}

TEST_P(KernelContract, Ipv6Gateway) {
  plug("e0", true);
  done(AddAddress{address_of("e0", "2001:db8::5/64")});
  done(SetRoute{default_route("e0", "2001:db8::1")});
  EXPECT_TRUE(has_route(default_route("e0", "2001:db8::1")));
  done(SetRoute{default_route("e0", "2001:db8::1")});
  done(RemoveRoute{default_route("e0", "2001:db8::1")});
  EXPECT_FALSE(has_route(default_route("e0", "2001:db8::1")));
}

TEST_P(KernelContract, MetricsTellRoutesApart) {
  plug("e0", true);
  done(AddAddress{address_of("e0", "10.0.0.1/24")});
  auto second = default_route("e0", "10.0.0.253");
  second.metric = 100;
  done(SetRoute{default_route("e0", "10.0.0.254")});
  done(SetRoute{second});
  EXPECT_TRUE(has_route(default_route("e0", "10.0.0.254")));
  EXPECT_TRUE(has_route(second));
}

TEST_P(KernelContract, TheLocalEndOfThePreferredSourceMustExist) {
  plug("e0", true);
  done(AddAddress{address_of("e0", "10.0.0.1/24")});
  auto route = default_route("e0", "10.0.0.254");
  route.preferred_source = parse_ip("10.0.0.9").value();
  refused(SetRoute{route}, EINVAL);
  route.preferred_source = parse_ip("10.0.0.1").value();
  done(SetRoute{route});
}

// ---- Batches

TEST_P(KernelContract, ABatchRunsInOrder) {
  const std::vector<Operation> batch{CreateLink{"vmbr0", "bridge", {}, parse_mac("02:00:00:00:00:01").value(), {}, ""},
                                     CreateLink{"e0", "veth", {}, parse_mac("02:00:00:00:01:00").value(), {}, "e0p"},
                                     SetMaster{"e0", "vmbr0"},
                                     network::SetUp{"e0", true},
                                     network::SetUp{"e0p", true},
                                     network::SetUp{"vmbr0", true},
                                     SetSysctl{"vmbr0", "ipv4.forwarding", 1},
                                     AddAddress{address_of("vmbr0", "100.64.0.102/22")},
                                     SetRoute{default_route("vmbr0", "100.64.0.1")},
                                     SetMaster{"e0", ""},
                                     DeleteLink{"e0p"},
                                     CreateLink{"e0", "bridge", {}, parse_mac("02:00:00:00:00:02").value(), {}, ""},
                                     AddAddress{address_of("e0", "10.0.0.1/24")}};
  const auto execution = kernel().execute(batch);
  EXPECT_FALSE(execution.error) << execution.error->what;
  EXPECT_FALSE(execution.failed);
  EXPECT_EQ(execution.attempted, batch.size());
  EXPECT_TRUE(has_address("vmbr0", "100.64.0.102/22"));
  EXPECT_TRUE(has_address("e0", "10.0.0.1/24"));
  EXPECT_EQ(link("e0").kind, "bridge");
}

TEST_P(KernelContract, TheFirstRefusalIsTheOneReported) {
  const std::vector<Operation> batch{CreateLink{"vmbr0", "bridge", {}, {}, {}, ""}, SetMtu{"vmbr0", 1}, network::SetUp{"vmbr9", true},
                                     AddAddress{address_of("vmbr8", "10.0.0.1/24")}};
  const auto execution = kernel().execute(batch);
  ASSERT_TRUE(execution.failed);
  EXPECT_EQ(*execution.failed, 1U);
  ASSERT_TRUE(execution.error);
  EXPECT_EQ(execution.error->os_errno, EINVAL);
  EXPECT_NE(execution.error->what.find("vmbr0"), std::string::npos) << execution.error->what;
  EXPECT_TRUE(state().links.contains("vmbr0"));
}

TEST_P(KernelContract, NothingToDoIsDone) {
  const auto execution = kernel().execute({});
  EXPECT_EQ(execution.attempted, 0U);
  EXPECT_FALSE(execution.failed);
  EXPECT_FALSE(execution.error);
}

TEST_P(KernelContract, HooksAreNotTheKernelsBusiness) {
  const Operation hook = RunHook{"vmbr0", HookPhase::up, "true", {}};
  const auto execution = kernel().execute({&hook, 1});
  ASSERT_TRUE(execution.error);
  EXPECT_EQ(execution.error->code, Errc::bug);
}

TEST_P(KernelContract, TwoSnapshotsOfAnUntouchedKernelAreEqual) {
  make_bridge("vmbr0");
  plug("e1");
  done(SetMaster{"e1", "vmbr0"});
  const auto first = state();
  EXPECT_EQ(unified_diff("first", snapshot_to_json(first), "second", snapshot_to_json(state())), "");
}

}  // namespace drawbridge::doors::contract
