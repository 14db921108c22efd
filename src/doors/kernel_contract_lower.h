// The contract of doors::Kernel: VXLANs, macvlans and dummies. Included by kernel_contract.h.
#pragma once

#include "doors/kernel_contract_fixture.h"

namespace drawbridge::doors::contract {

class KernelContractVxlan : public KernelContract {
 protected:
  void SetUp() override {
    KernelContract::SetUp();
    if (IsSkipped()) return;
    if (!can_make("vxlan", {{"id", number(9)}})) GTEST_SKIP() << "this kernel has no VXLANs";
    plug("e0");
  }
  static CreateLink vxlan(const std::string& name, std::uint64_t id, Attributes data = {}) {
    data.insert_or_assign("id", number(id));
    data.try_emplace("port", number(4789));
    return CreateLink{name, "vxlan", std::move(data), mac_of("02:00:00:00:05:05"), {}, ""};
  }
  static FdbEntry to(const std::string& link, std::string_view destination, std::string_view mac = "00:00:00:00:00:00") {
    return {link, mac_of(mac), parse_ip(destination).value()};
  }
};

TEST_P(KernelContractVxlan, IsThereOncePerIdPortAndFamily) {
  done(vxlan("vx5", 5));
  EXPECT_EQ(link("vx5").data.at("port"), number(4789));
  refused(vxlan("other", 5), EEXIST);
  done(vxlan("vx5b", 5, {{"port", number(4790)}}));
  done(vxlan("vx5c", 5, {{"local6", word("2001:db8::9")}}));
  done(vxlan("vx6", 6, {{"local", word("10.0.0.1")}, {"learning", number(0)}, {"ttl", number(5)}, {"ageing", number(100)}}));
}

TEST_P(KernelContractVxlan, WhatIsNoVxlanIsRefused) {
  refused(CreateLink{"vx", "vxlan", {}, {}, {}, ""}, EINVAL);
  refused(vxlan("vx", 1U << 24U), ERANGE);
  refused(vxlan("vx", 5, {{"group", word("239.1.1.1")}}), EINVAL);
  refused(vxlan("vx", 5, {{"link", word("nobody")}}), ENODEV);
}

TEST_P(KernelContractVxlan, FitsIntoItsDeviceAndGoesWithIt) {
  done(vxlan("vx5", 5, {{"link", word("e0")}, {"group", word("239.1.1.1")}}));
  EXPECT_EQ(link("vx5").mtu, 1450U);
  refused(SetMtu{"vx5", 1451}, EINVAL);
  done(SetMtu{"e0", 1400});
  EXPECT_EQ(link("vx5").mtu, 1450U) << "it does not shrink with its device";
  done(vxlan("vx6", 6, {{"link", word("e0")}, {"local6", word("2001:db8::9")}}));
  done(network::SetUp{"vx5", true});
  done(DeleteLink{"e0"});
  EXPECT_FALSE(state().links.contains("vx5"));
  EXPECT_FALSE(state().links.contains("vx6"));
}

TEST_P(KernelContractVxlan, SomeAttributesStay) {
  done(vxlan("vx5", 5, {{"local", word("10.0.0.1")}}));
  done(SetLinkData{"vx5", "vxlan", {{"ttl", number(9)}, {"tos", number(4)}, {"learning", number(0)}, {"ageing", number(100)}}});
  done(SetLinkData{"vx5", "vxlan", {{"local", word("10.0.0.3")}}});
  done(SetLinkData{"vx5", "vxlan", {{"id", number(5)}, {"df", word("set")}}});
  refused(SetLinkData{"vx5", "vxlan", {{"id", number(6)}}}, EOPNOTSUPP);
  refused(SetLinkData{"vx5", "vxlan", {{"port", number(4789)}}}, EOPNOTSUPP);
  refused(SetLinkData{"vx5", "vxlan", {{"udp_csum", number(1)}}}, EOPNOTSUPP);
  refused(SetLinkData{"vx5", "vxlan", {{"proxy", number(1)}}}, EOPNOTSUPP);
  refused(SetLinkData{"vx5", "vxlan", {{"local6", word("2001:db8::9")}}}, EOPNOTSUPP);
}

TEST_P(KernelContractVxlan, Destinations) {
  done(vxlan("vx5", 5));
  done(AddFdb{to("vx5", "10.0.0.8")});
  done(AddFdb{to("vx5", "10.0.0.9")});
  done(AddFdb{to("vx5", "10.0.0.9")});
  done(AddFdb{to("vx5", "10.0.0.9", "02:00:00:00:07:07")});
  EXPECT_EQ(state().fdb.size(), 3U);
  done(AddFdb{to("vx5", "10.0.0.8", "02:00:00:00:07:07")});
  EXPECT_EQ(state().fdb.size(), 3U) << "a unicast MAC leads to one place";
  done(RemoveFdb{to("vx5", "10.0.0.8")});
  done(RemoveFdb{to("vx5", "10.0.0.8")});
  refused(RemoveFdb{to("vx5", "10.0.0.8", "02:00:00:00:08:08")}, ENOENT);
  done(RemoveFdb{to("vx5", "10.0.0.9")});
  refused(RemoveFdb{to("vx5", "10.0.0.9")}, ENOENT);
  refused(AddFdb{to("vx5", "2001:db8::1")}, EAFNOSUPPORT);
  refused(AddFdb{to("nobody", "10.0.0.8")}, ENODEV);
  done(DeleteLink{"vx5"});
  EXPECT_TRUE(state().fdb.empty());
}

TEST_P(KernelContractVxlan, TheRemoteEndOfItsAttributesIsToldOnce) {
  done(vxlan("vx5", 5, {{"group", word("10.0.0.7")}}));
  EXPECT_TRUE(state().fdb.empty());
  EXPECT_EQ(link("vx5").data.at("group"), word("10.0.0.7"));
  done(AddFdb{to("vx5", "10.0.0.8")});
  EXPECT_EQ(state().fdb.size(), 1U);
  done(vxlan("vx6", 6, {{"local6", word("2001:db8::9")}}));
  done(AddFdb{to("vx6", "2001:db8::1")});
  EXPECT_EQ(state().fdb.size(), 2U);
}

class KernelContractMacvlan : public KernelContract {
 protected:
  void SetUp() override {
    KernelContract::SetUp();
    if (IsSkipped()) return;
    plug("e0");
    if (!can_make(CreateLink{"probe0", "macvlan", {}, {}, {}, "e0"})) GTEST_SKIP() << "this kernel has no macvlans";
  }
  static CreateLink macvlan(const std::string& name, const std::string& parent, std::string_view mac = "02:00:00:00:0a:01") {
    return CreateLink{name, "macvlan", {{"mode", word("private")}}, mac_of(mac), {}, parent};
  }
};

TEST_P(KernelContractMacvlan, StandsOnADeviceAndGoesWithIt) {
  done(macvlan("e0-v0", "e0"));
  EXPECT_EQ(link("e0-v0").parent, "e0");
  done(network::SetUp{"e0-v0", true});
  done(network::SetUp{"e0", true});
  done(network::SetUp{"e0", false});
  EXPECT_TRUE(link("e0-v0").up) << "it does not go down with its device";
  done(macvlan("e0-v1", "e0-v0", "02:00:00:00:0a:02"));
  EXPECT_EQ(link("e0-v1").parent, "e0") << "a macvlan of a macvlan stands on the same device";
  done(DeleteLink{"e0"});
  EXPECT_FALSE(state().links.contains("e0-v0"));
  EXPECT_FALSE(state().links.contains("e0-v1"));
}

TEST_P(KernelContractMacvlan, ShrinksWithItsDevice) {
  done(macvlan("e0-v0", "e0"));
  refused(SetMtu{"e0-v0", 1501}, EINVAL);
  done(SetMtu{"e0", 1400});
  EXPECT_EQ(link("e0-v0").mtu, 1400U);
  refused(CreateLink{"e0-v1", "macvlan", {}, {}, 1500, "e0"}, EINVAL);
}

TEST_P(KernelContractMacvlan, ItsDeviceIsNoPort) {
  make_bridge("vmbr0");
  done(macvlan("e0-v0", "e0"));
  refused(SetMaster{"e0", "vmbr0"}, EBUSY);
  done(SetMaster{"e0-v0", "vmbr0"});
  plug("e1");
  done(SetMaster{"e1", "vmbr0"});
  refused(macvlan("e1-v0", "e1"), EBUSY);
  done(macvlan("vmbr0-v0", "vmbr0", "02:00:00:00:0a:03"));
}

TEST_P(KernelContractMacvlan, ItsMacIsItsOwn) {
  done(macvlan("e0-v0", "e0"));
  refused(SetMac{"e0-v0", mac_of("02:00:00:00:01:00")}, EADDRINUSE);
  done(macvlan("e0-v1", "e0", "02:00:00:00:0a:01"));
  done(network::SetUp{"e0-v0", true});
  refused(network::SetUp{"e0-v1", true}, EADDRINUSE);
  done(SetMac{"e0-v1", mac_of("02:00:00:00:0a:02")});
  done(network::SetUp{"e0-v1", true});
  done(SetLinkData{"e0-v1", "macvlan", {{"mode", word("bridge")}}});
}

TEST_P(KernelContractMacvlan, WhatIsNoMacvlanIsRefused) {
  refused(macvlan("x", ""), EINVAL);
  refused(macvlan("x", "nobody"), ENODEV);
  refused(macvlan("x", "lo"), EINVAL);
}

TEST_P(KernelContract, TunnelsAreMadeWithTheirEndsAndNeverChanged) {
  const Attributes ends{{"local", word("10.0.0.1")}, {"remote", word("10.0.0.2")}, {"ttl", number(5)}};
  const Attributes ends6{{"local", word("2001:db8::1")}, {"remote", word("2001:db8::2")}, {"ttl", number(5)}, {"tclass", number(8)}};
  int made = 0;
  for (const std::string kind : {"gre", "gretap", "ipip", "sit", "ip6gre", "ip6gretap", "ip6tnl"}) {
    const auto& data = kind.starts_with("ip6") ? ends6 : ends;
    const auto mac = kind.ends_with("tap") ? std::optional(mac_of("02:00:00:00:0e:01")) : std::nullopt;
    if (!can_make(CreateLink{"probe0", kind, data, {}, {}, ""})) continue;
    ++made;
    done(CreateLink{"tun9", kind, data, mac, {}, ""});
    for (const auto& [name, value] : data) EXPECT_EQ(link("tun9").data.at(name), value) << kind << " " << name;
    EXPECT_EQ(link("tun9").ethernet, kind.ends_with("tap"));
    refused(SetLinkData{"tun9", kind, {{"ttl", number(6)}}}, EOPNOTSUPP);
    done(SetMtu{"tun9", 1400});
    done(network::SetUp{"tun9", true});
    done(DeleteLink{"tun9"});
  }
  if (made == 0) GTEST_SKIP() << "this kernel has no tunnels";
}

TEST_P(KernelContract, ADummyIsALinkWithNothingBehindIt) {
  if (!can_make("dummy")) GTEST_SKIP() << "this kernel has no dummies";
  done(CreateLink{"dummy0", "dummy", {}, mac_of("02:00:00:00:0d:00"), {}, ""});
  done(network::SetUp{"dummy0", true});
  done(AddAddress{address_of("dummy0", "10.0.0.1/24")});
  done(AddAddress{address_of("dummy0", "2001:db8::1/64")});
  done(SetMtu{"dummy0", 70000});
  refused(SetLinkData{"dummy0", "dummy", {}}, EOPNOTSUPP);
  done(DeleteLink{"dummy0"});
}

}  // namespace drawbridge::doors::contract
