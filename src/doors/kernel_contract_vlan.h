// The contract of doors::Kernel: VLANs on their raw device. Included by kernel_contract.h.
#pragma once

#include "doors/kernel_contract_fixture.h"

namespace drawbridge::doors::contract {

class KernelContractVlan : public KernelContract {
 protected:
  void SetUp() override {
    KernelContract::SetUp();
    if (IsSkipped()) return;
    plug("e0");
    if (!can_make(CreateLink{"probe0", "vlan", {{"id", number(4000)}}, {}, {}, "e0"})) GTEST_SKIP() << "this kernel has no VLAN devices";
  }
  void make_vlan(const std::string& name, const std::string& parent, std::uint64_t id, Attributes data = {}) {
    data.insert_or_assign("id", number(id));
    done(CreateLink{name, "vlan", std::move(data), {}, {}, parent});
  }
  void raise(const std::string& name) { done(network::SetUp{name, true}); }
};

TEST_P(KernelContractVlan, StandsOnItsRawDeviceAndGoesWithIt) {
  make_vlan("e0.5", "e0", 5);
  EXPECT_EQ(link("e0.5").parent, "e0");
  EXPECT_EQ(link("e0.5").data.at("id"), number(5));
  EXPECT_EQ(link("e0.5").data.at("protocol"), word("802.1Q"));
  EXPECT_EQ(link("e0.5").mac, link("e0").mac);
  done(SetSysctl{"e0.5", "ipv4.forwarding", 1});
  make_vlan("e0.5.6", "e0.5", 6);
  done(DeleteLink{"e0"});
  EXPECT_FALSE(state().links.contains("e0.5"));
  EXPECT_FALSE(state().links.contains("e0.5.6"));
}

TEST_P(KernelContractVlan, IsThereOncePerRawDeviceProtocolAndId) {
  make_vlan("e0.5", "e0", 5);
  refused(CreateLink{"other", "vlan", {{"id", number(5)}}, {}, {}, "e0"}, EEXIST);
  make_vlan("service", "e0", 5, {{"protocol", word("802.1ad")}});
  make_vlan("priority", "e0", 0);
  make_vlan("last", "e0", 4094);
  plug("e1");
  make_vlan("e1.5", "e1", 5);
}

TEST_P(KernelContractVlan, WhatIsNoVlanIsRefused) {
  refused(CreateLink{"e0.x", "vlan", {{"id", number(4095)}}, {}, {}, "e0"}, ERANGE);
  refused(CreateLink{"e0.x", "vlan", {{"id", number(5000)}}, {}, {}, "e0"}, ERANGE);
  refused(CreateLink{"e0.x", "vlan", {}, {}, {}, "e0"}, EINVAL);
  refused(CreateLink{"e0.x", "vlan", {{"id", number(5)}}, {}, {}, ""}, EINVAL);
  refused(CreateLink{"e0.x", "vlan", {{"id", number(5)}}, {}, {}, "nobody"}, ENODEV);
  refused(CreateLink{"lo.5", "vlan", {{"id", number(5)}}, {}, {}, "lo"}, EOPNOTSUPP);
}

TEST_P(KernelContractVlan, ItsMtuIsAtMostTheRawDevices) {
  done(SetMtu{"e0", 1400});
  make_vlan("e0.5", "e0", 5);
  EXPECT_EQ(link("e0.5").mtu, 1400U);
  refused(SetMtu{"e0.5", 1401}, ERANGE);
  refused(CreateLink{"e0.6", "vlan", {{"id", number(6)}}, {}, 1500, "e0"}, EINVAL);
  make_vlan("e0.5.6", "e0.5", 6);
  done(SetMtu{"e0", 1300});
  EXPECT_EQ(link("e0.5.6").mtu, 1300U);
  done(SetMtu{"e0", 9000});
  EXPECT_EQ(link("e0.5").mtu, 1300U) << "it shrinks with the raw device, and does not grow with it";
  done(SetMtu{"e0.5", 9000});
}

TEST_P(KernelContractVlan, GoesUpAndDownWithItsRawDevice) {
  make_vlan("e0.5", "e0", 5);
  make_vlan("loose", "e0", 6, {{"loose_binding", number(1)}});
  refused(network::SetUp{"e0.5", true}, ENETDOWN);
  raise("loose");
  raise("e0");
  EXPECT_TRUE(link("e0.5").up) << "nobody raised it but its raw device";
  make_vlan("e0.5.6", "e0.5", 6);
  raise("e0.5.6");
  done(network::SetUp{"e0", false});
  EXPECT_FALSE(link("e0.5").up);
  EXPECT_FALSE(link("e0.5.6").up);
  EXPECT_TRUE(link("loose").up);
  done(SetLinkData{"e0.5", "vlan", {{"loose_binding", number(1)}}});
  raise("e0.5");
}

TEST_P(KernelContractVlan, LosesItsRoutesAndIpv6AddressesWhenTheRawDeviceGoesDown) {
  raise("e0p");
  raise("e0");
  make_vlan("e0.5", "e0", 5);
  raise("e0.5");
  done(AddAddress{address_of("e0.5", "10.0.5.1/24")});
  done(AddAddress{address_of("e0.5", "2001:db8:5::1/64")});
  done(SetRoute{default_route("e0.5", "10.0.5.254")});
  done(network::SetUp{"e0", false});
  EXPECT_TRUE(has_address("e0.5", "10.0.5.1/24"));
  EXPECT_FALSE(has_address("e0.5", "2001:db8:5::1/64"));
  raise("e0");
  EXPECT_FALSE(has_route(default_route("e0.5", "10.0.5.254")));
}

TEST_P(KernelContractVlan, AnIpv6AddressThatCameBeforeTheLinkHasItsRouteOnceItIsUp) {
  make_vlan("e0.5", "e0", 5);
  done(AddAddress{address_of("e0.5", "2001:db8:5::1/64")});
  raise("e0");
  raise("e0p");
}

TEST_P(KernelContractVlan, TakesTheRawDevicesMacUntilItIsGivenOne) {
  raise("e0");
  make_vlan("e0.5", "e0", 5);
  make_vlan("e0.6", "e0", 6);
  make_vlan("e0.5.7", "e0.5", 7);
  raise("e0.5");
  raise("e0.6");
  raise("e0.5.7");
  done(SetMac{"e0", mac_of("02:00:00:00:01:aa")});
  EXPECT_EQ(link("e0.5.7").mac, mac_of("02:00:00:00:01:aa"));
  done(SetMac{"e0.6", mac_of("02:00:00:00:06:06")});
  done(SetMac{"e0", mac_of("02:00:00:00:01:bb")});
  EXPECT_EQ(link("e0.5").mac, mac_of("02:00:00:00:01:bb"));
  EXPECT_EQ(link("e0.6").mac, mac_of("02:00:00:00:06:06"));
}

TEST_P(KernelContractVlan, TakesAMacThatCameWhileItWasDown) {
  make_vlan("e0.5", "e0", 5);
  done(SetMac{"e0", mac_of("02:00:00:00:01:aa")});
  raise("e0");
  EXPECT_EQ(link("e0.5").mac, mac_of("02:00:00:00:01:aa"));
}

TEST_P(KernelContractVlan, IdAndProtocolStayWhateverIsAsked) {
  make_vlan("e0.5", "e0", 5);
  done(SetLinkData{"e0.5", "vlan", {{"id", number(6)}, {"protocol", word("802.1ad")}, {"reorder_hdr", number(0)}}});
  EXPECT_EQ(link("e0.5").data.at("id"), number(5)) << "the kernel says yes and keeps the id";
  EXPECT_EQ(link("e0.5").data.at("protocol"), word("802.1Q"));
  EXPECT_EQ(link("e0.5").data.at("reorder_hdr"), number(0));
}

TEST_P(KernelContractVlan, OfABridgeFollowsTheBridgeAndCantBeItsPort) {
  make_bridge("vmbr0");
  make_vlan("vmbr0.5", "vmbr0", 5, {{"bridge_binding", number(1)}});
  refused(SetMaster{"vmbr0.5", "vmbr0"}, EBUSY);
  done(SetMtu{"e0", 1300});
  done(SetMaster{"e0", "vmbr0"});
  EXPECT_EQ(link("vmbr0.5").mtu, 1300U);
  raise("vmbr0");
  EXPECT_TRUE(link("vmbr0.5").up);
  make_bridge("vmbr1");
  make_vlan("e0.9", "e0", 9);
  done(SetMaster{"e0.9", "vmbr1"});
  done(DeleteLink{"e0"});
  EXPECT_EQ(link("vmbr1").name, "vmbr1");
}

}  // namespace drawbridge::doors::contract
