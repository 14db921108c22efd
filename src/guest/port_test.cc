#include "guest/port.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "guest/port_testing.h"
#include "guest/tag_bridge.h"
#include "guest/tag_leftovers.h"
#include "network/interface.h"

namespace drawbridge::guest {
namespace {

using namespace testing;  // NOLINT
using network::BridgeVlan;
using network::PortFdbEntry;
using network::Snapshot;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const network::DesiredLink& port_in(const Wiring& wiring) { return wiring.desired.links.at(wiring.device); }

std::vector<BridgeVlan> vlans_in(const Wiring& wiring) { return port_in(wiring).vlans->value; }

BridgePolicies policy(const std::string& bridge, BridgePolicy of) {
  BridgePolicies policies;
  policies.bridges.emplace(bridge, std::move(of));
  return policies;
}

std::vector<std::string> codes(const Diagnostics& diagnostics) {
  std::vector<std::string> codes;
  for (const auto& diagnostic : diagnostics) codes.push_back(diagnostic.code);
  return codes;
}

Error error_of(const Nic& nic, const Snapshot& now, const BridgePolicies& policies = kNoPolicies) {
  const auto port = port_of(nic, 100, kLine, NodeNetwork(now, policies));
  EXPECT_FALSE(port.has_value());
  return port ? Error{} : port.error();
}

TEST(Port, OfAPlainBridge) {
  const auto now = node();
  const auto wiring = wiring_of(card("vmbr0"), now);
  const auto& port = port_in(wiring);
  EXPECT_EQ(wiring.bridge, "vmbr0");
  EXPECT_EQ(port.master->value, "vmbr0");
  EXPECT_EQ(port.mtu->value, 1500U);
  EXPECT_EQ(port.sysctl.at("ipv6.disable_ipv6").value, 1U);
  EXPECT_EQ(port.rate->value, network::RateLimit{});
  EXPECT_EQ(port.up->where.line, 3U);
  EXPECT_FALSE(port.vlans);
  EXPECT_TRUE(wiring.warnings.empty());
}

TEST(Port, WaitsForItsBridge) {
  const auto now = node();
  const auto port = port_of(card("vmbr9"), 100, kLine, NodeNetwork(now, kNoPolicies)).value();
  const auto& waiting = std::get<Waiting>(port);
  EXPECT_EQ(waiting.bridge, "vmbr9");
  EXPECT_EQ(waiting.why.code, "bridge-missing");
  EXPECT_THAT(waiting.why.hint, HasSubstr("vmbr9"));
}

TEST(Port, OfOpenVSwitchIsForLater) {
  auto now = node();
  BridgePolicy openvswitch;
  openvswitch.is_openvswitch = true;
  const auto policies = policy("vmbr5", openvswitch);
  EXPECT_TRUE(std::holds_alternative<Unsupported>(port_of(card("vmbr5"), 100, kLine, NodeNetwork(now, policies)).value()));
  now.links["vmbr6"].kind = "openvswitch";
  EXPECT_TRUE(std::holds_alternative<Unsupported>(port_of(card("vmbr6"), 100, kLine, NodeNetwork(now, kNoPolicies)).value()));
}

TEST(Port, WithoutABridge) {
  const auto now = node();
  EXPECT_TRUE(std::holds_alternative<NoPort>(port_of(card(""), 100, kLine, NodeNetwork(now, kNoPolicies)).value()));
  auto container = card("");
  container.kind = Kind::lxc;
  EXPECT_THAT(error_of(container, now).hint, HasSubstr("bridge=vmbr0"));
}

TEST(Port, WhatIsNoBridge) {
  const auto error = error_of(card("eno1"), node());
  EXPECT_EQ(error.where, kLine);
  EXPECT_THAT(error.what, HasSubstr("eno1 is no bridge"));
}

TEST(Port, InheritsTheMtuAndRefusesMore) {
  auto now = node();
  must(now, network::SetMtu{"eno1", 9000});
  must(now, network::SetMtu{"vmbr0", 9000});
  EXPECT_EQ(port_in(wiring_of(card("vmbr0"), now)).mtu->value, 9000U);
  auto nic = card("vmbr0");
  nic.mtu = 1;
  EXPECT_EQ(port_in(wiring_of(nic, now)).mtu->value, 9000U);
  nic.mtu = 1400;
  EXPECT_EQ(port_in(wiring_of(nic, now)).mtu->value, 9000U) << "the host's end has the bridge's";
  nic.mtu = 9001;
  EXPECT_THAT(error_of(nic, now).what, HasSubstr("MTU 9001 is more than 9000 of vmbr0"));
}

TEST(Port, RateBothWays) {
  auto nic = card("vmbr0");
  nic.rate = rate_of(13'107'200);
  EXPECT_EQ(port_in(wiring_of(nic, node())).rate->value, (network::RateLimit{13'107'200, 13'107'200}));
}

TEST(Port, APulledCable) {
  auto nic = card("vmbr0");
  nic.link_down = true;
  EXPECT_EQ(port_in(wiring_of(nic, node())).master->value, "vmbr0") << "QEMU tells its guest itself";
  nic.kind = Kind::lxc;
  const auto wiring = wiring_of(nic, node(), {}, 200);
  EXPECT_EQ(wiring.device, "veth200i0");
  EXPECT_EQ(port_in(wiring).master->value, "");
  EXPECT_FALSE(port_in(wiring).up->value);
}

TEST(Port, TagOnAVlanAwareBridge) {
  EXPECT_THAT(vlans_in(wiring_of(card("vmbr1", 44), node())), ElementsAre(BridgeVlan{"tap100i0", 44, 44, true, true, false}));
}

TEST(Port, TagAndTrunks) {
  EXPECT_THAT(vlans_in(wiring_of(card("vmbr1", 44, {{10, 20}, {44, 50}}), node())),
              ElementsAre(BridgeVlan{"tap100i0", 10, 20, false, false, false}, BridgeVlan{"tap100i0", 44, 44, true, true, false},
                          BridgeVlan{"tap100i0", 45, 50, false, false, false}));
}

TEST(Port, TrunksWithoutTagAdmitUntaggedFrames) {
  EXPECT_THAT(vlans_in(wiring_of(card("vmbr1", {}, {{10, 20}}), node())),
              ElementsAre(BridgeVlan{"tap100i0", 1, 1, true, true, false}, BridgeVlan{"tap100i0", 10, 20, false, false, false}));
}

TEST(Port, TrunksHonourTheBridgesVids) {
  BridgePolicy some;
  some.vids = {{10, 20}};
  const auto wiring = wiring_of(card("vmbr1", 30, {{15, 25}}), node(), policy("vmbr1", some));
  EXPECT_THAT(vlans_in(wiring),
              ElementsAre(BridgeVlan{"tap100i0", 15, 20, false, false, false}, BridgeVlan{"tap100i0", 30, 30, true, true, false}));
  EXPECT_THAT(codes(wiring.warnings), ElementsAre("vlan-not-carried", "vlan-not-carried"));
}

TEST(Port, UntaggedOnAVlanAwareBridgeIsAccess) {
  const auto access = BridgeVlan{"tap100i0", 1, 1, true, true, false};
  const auto unsaid = wiring_of(card("vmbr1"), node());
  EXPECT_THAT(vlans_in(unsaid), ElementsAre(access));
  EXPECT_THAT(codes(unsaid.warnings), ElementsAre("untagged-access"));

  BridgePolicy of;
  of.untagged = Untagged::access;
  EXPECT_TRUE(wiring_of(card("vmbr1"), node(), policy("vmbr1", of)).warnings.empty());
  of.untagged = Untagged::trunk;
  of.vids = {{5, 9}};
  EXPECT_THAT(vlans_in(wiring_of(card("vmbr1"), node(), policy("vmbr1", of))),
              ElementsAre(access, BridgeVlan{"tap100i0", 5, 9, false, false, false}));
  of.untagged = Untagged::none;
  const auto none = wiring_of(card("vmbr1"), node(), policy("vmbr1", of));
  EXPECT_TRUE(vlans_in(none).empty());
  EXPECT_THAT(codes(none.warnings), ElementsAre("untagged-dropped"));
}

TEST(Port, ARunningTrunkIsKeptUntilSomebodyDecides) {
  auto now = node();
  must(now, network::SetMaster{"tap100i0", "vmbr1"});
  must(now, network::AddBridgeVlan{{"tap100i0", 2, 4094, false, false, false}});
  const auto kept = wiring_of(card("vmbr1"), now);
  EXPECT_EQ(vlans_in(kept).back().last, 4094);
  EXPECT_THAT(codes(kept.warnings), ElementsAre("trunk-kept"));
  BridgePolicy access;
  access.untagged = Untagged::access;
  EXPECT_EQ(vlans_in(wiring_of(card("vmbr1"), now, policy("vmbr1", access))).size(), 1U);
}

TEST(Port, TrunksNeedAVlanAwareBridge) {
  EXPECT_THAT(error_of(card("vmbr0", {}, {{10, 20}}), node()).hint, HasSubstr("bridge-vlan-aware yes"));
}

TEST(Port, ABridgeThatDoesNotLearnIsToldTheStation) {
  BridgePolicy deaf;
  deaf.learns = false;
  deaf.isolates = true;
  const MacAddress mac{{0xBC, 0x24, 0x11, 0, 0, 1}};
  const auto plain = wiring_of(card("vmbr0"), node(), policy("vmbr0", deaf));
  EXPECT_EQ(port_in(plain).port.at("learning").value, number(0));
  EXPECT_EQ(port_in(plain).port.at("flood").value, number(0));
  EXPECT_EQ(port_in(plain).port.at("isolated").value, number(1));
  EXPECT_THAT(port_in(plain).port_fdb->value, ElementsAre(PortFdbEntry{"tap100i0", mac, 0}));
  const auto aware = wiring_of(card("vmbr1", 44, {{10, 11}}), node(), policy("vmbr1", deaf));
  EXPECT_THAT(port_in(aware).port_fdb->value,
              ElementsAre(PortFdbEntry{"tap100i0", mac, 10}, PortFdbEntry{"tap100i0", mac, 11}, PortFdbEntry{"tap100i0", mac, 44}));
  auto nameless = card("vmbr0");
  nameless.mac.reset();
  EXPECT_THAT(codes(wiring_of(nameless, node(), policy("vmbr0", deaf)).warnings), ElementsAre("mac-unknown"));
}

TEST(Port, TagOnAPlainBridgeTakesAHelper) {
  auto now = node();
  must(now, network::SetLinkData{"vmbr0", "bridge", {{"priority", number(4096)}}});
  const auto wiring = wiring_of(card("vmbr0", 20), now);
  EXPECT_EQ(wiring.bridge, "vmbr0v20");
  const auto& helper = wiring.desired.links.at("vmbr0v20");
  EXPECT_EQ(helper.data.at("ageing_time").value, number(20'000));
  EXPECT_EQ(helper.data.at("priority").value, number(4096));
  EXPECT_EQ(helper.mtu->value, 1500U);
  const auto& vlan = wiring.desired.links.at("eno1.20");
  EXPECT_EQ(vlan.parent->value, "eno1");
  EXPECT_EQ(vlan.master->value, "vmbr0v20");
  EXPECT_FALSE(port_in(wiring).vlans);
}

TEST(Port, AHelperNeedsAnUplink) {
  EXPECT_THAT(error_of(card("vmbr2", 20), node()).what, HasSubstr("vmbr2 has no uplink that could carry VLAN 20"));
  auto now = node();
  plug_device(now, "tap102i0");
  must(now, network::SetMaster{"tap102i0", "vmbr2"});
  EXPECT_THAT(error_of(card("vmbr2", 20), now).hint, HasSubstr("bridge-ports")) << "another guest is none";
}

TEST(Port, LongNamesAreShortenedWithTheFullOneAsAlias) {
  auto now = node();
  now.links.emplace("enp129s0f0np0", network::testing::make_nic("enp129s0f0np0", 77));
  must(now, network::CreateLink{"vmbrstorage1", "bridge", {}, {}, {}, ""});
  must(now, network::SetMaster{"enp129s0f0np0", "vmbrstorage1"});
  const auto wiring = wiring_of(card("vmbrstorage1", 4000), now);
  EXPECT_LE(wiring.bridge.size(), 15U);
  EXPECT_EQ(wiring.desired.links.at(wiring.bridge).alias->value, "drawbridge: vmbrstorage1v4000");
  bool vlan = false;
  for (const auto& [name, link] : wiring.desired.links) {
    EXPECT_LE(name.size(), 15U);
    vlan |= link.alias && link.alias->value == "drawbridge: enp129s0f0np0.4000";
  }
  EXPECT_TRUE(vlan);
  run(now, plan_port(wiring, NodeNetwork(now, kNoPolicies)));
  EXPECT_TRUE(is_helper(now.links.at(wiring.bridge), NodeNetwork(now, kNoPolicies)));
}

TEST(Port, AVlanThatSomebodyElseUsesIsLeftToHim) {
  auto now = node();
  must(now, network::CreateLink{"eno1.20", "vlan", {{"id", number(20)}}, {}, {}, "eno1"});
  must(now, network::AddAddress{network::testing::make_address("eno1.20", "10.0.20.1/24")});
  EXPECT_THAT(error_of(card("vmbr0", 20), now).what, HasSubstr("which the node uses itself"));
  must(now, network::RemoveAddress{network::testing::make_address("eno1.20", "10.0.20.1/24")});
  EXPECT_EQ(wiring_of(card("vmbr0", 20), now).bridge, "vmbr0v20");
  must(now, network::SetMaster{"eno1.20", "vmbr2"});
  const auto error = error_of(card("vmbr0", 20), now);
  EXPECT_EQ(error.code, Errc::conflict);
  EXPECT_THAT(error.hint, HasSubstr("plug the card into vmbr2 without a tag"));
}

TEST(Port, TheVlanMayHaveAnotherName) {
  auto now = node();
  must(now, network::CreateLink{"uplink20", "vlan", {{"id", number(20)}}, {}, {}, "eno1"});
  const auto wiring = wiring_of(card("vmbr0", 20), now);
  EXPECT_TRUE(wiring.desired.links.contains("uplink20"));
  EXPECT_FALSE(wiring.desired.links.contains("eno1.20"));
}

TEST(Port, ABridgeOfTheFileIsNoHelper) {
  EXPECT_THAT(error_of(card("vmbr0", 20), node(), policy("vmbr0v20", {})).hint, HasSubstr("plug the card into vmbr0v20 without a tag"));
}

}  // namespace
}  // namespace drawbridge::guest
