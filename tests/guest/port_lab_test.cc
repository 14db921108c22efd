// Ports of guests, planned, run and read back on a real kernel.
#include <gmock/gmock.h>

#include "guest/tag_leftovers.h"
#include "guest_node.h"

namespace drawbridge::guest::testing {
namespace {

using ::testing::ElementsAre;

std::vector<BridgeVlan> vlans_of(const Snapshot& now, const std::string& link) {
  const auto range = std::ranges::equal_range(now.bridge_vlans, link, {}, &BridgeVlan::link);
  return {range.begin(), range.end()};
}

TEST_F(GuestLab, APlainBridge) {
  wire(card("vmbr0"));
  const auto port = link("tap100i0");
  EXPECT_EQ(port.master, "vmbr0");
  EXPECT_TRUE(port.up);
  const auto ipv6 = port.sysctl.find("ipv6.disable_ipv6");
  EXPECT_TRUE(ipv6 == port.sysctl.end() || ipv6->second == 1U);
  unplug("tap100i0");
  EXPECT_EQ(link("tap100i0").master, "");
}

TEST_F(GuestLab, TheMtuOfTheBridge) {
  for (const auto* name : {"switch", "eno1", "vmbr0"}) must(SetMtu{name, 9000});
  wire(card("vmbr0"));
  EXPECT_EQ(link("tap100i0").mtu, 9000U);
  EXPECT_EQ(link("vmbr0").mtu, 9000U) << "a bridge follows its smallest port";
}

TEST_F(GuestLab, ABridgeThatDoesNotLearn) {
  auto& policy = policies_.bridges["vmbr0"];
  policy.learns = false;
  policy.isolates = true;
  wire(card("vmbr0"));
  EXPECT_THAT(look().port_fdb, ElementsAre(PortFdbEntry{"tap100i0", *card("vmbr0").mac, 0}));
  EXPECT_EQ(link("tap100i0").port.at("isolated"), number(1));
  auto other = card("vmbr0");
  other.mac = MacAddress{{0xBC, 0x24, 0x11, 0, 0, 2}};
  wire(other);
  EXPECT_THAT(look().port_fdb, ElementsAre(PortFdbEntry{"tap100i0", *other.mac, 0})) << "the old station is gone";
  policy.learns = true;
  wire(other);
  EXPECT_EQ(link("tap100i0").port.at("learning"), number(1));
}

TEST_F(GuestLab, ARateIsSetAndTakenAway) {
  auto nic = card("vmbr0");
  nic.rate = Rate{"12.5", 13'107'200};
  if (!has_policers()) GTEST_SKIP() << "this kernel has no policers";
  wire(nic);
  EXPECT_EQ(link("tap100i0").rate, (RateLimit{13'107'200, 13'107'200}));
  nic.rate.reset();
  wire(nic);
  EXPECT_EQ(link("tap100i0").rate, RateLimit{});
}

TEST_F(GuestLab, AVlanAwareBridge) {
  if (!has_vlan_filtering()) GTEST_SKIP() << "this kernel has no VLAN filtering on bridges";
  must(SetLinkData{"vmbr0", "bridge", {{"vlan_filtering", number(1)}}});
  wire(card("vmbr0", 44));
  EXPECT_THAT(vlans_of(look(), "tap100i0"), ElementsAre(BridgeVlan{"tap100i0", 44, 44, true, true, false}));
  auto trunk = card("vmbr0", 44);
  trunk.trunks = {{10, 20}};
  policies_.bridges["vmbr0"].learns = false;
  wire(trunk);
  EXPECT_EQ(vlans_of(look(), "tap100i0").size(), 2U);
  EXPECT_EQ(look().port_fdb.size(), 12U) << "in each of its VLANs";
  policies_.bridges["vmbr0"].untagged = Untagged::access;
  wire(card("vmbr0"));
  EXPECT_THAT(vlans_of(look(), "tap100i0"), ElementsAre(BridgeVlan{"tap100i0", 1, 1, true, true, false}));
  EXPECT_EQ(look().port_fdb.size(), 1U);
}

TEST_F(GuestLab, ATagOnAPlainBridgeComesAndGoes) {
  if (!has_vlans()) GTEST_SKIP() << "this kernel has no VLAN devices";
  const auto start = look();
  wire(card("vmbr0", 20));
  wire(card("vmbr0", 20), 101);
  EXPECT_EQ(link("eno1.20").master, "vmbr0v20");
  EXPECT_EQ(link("tap101i0").master, "vmbr0v20");
  wire(card("vmbr0", 30));
  EXPECT_EQ(link("tap100i0").master, "vmbr0v30");
  EXPECT_EQ(link("vmbr0v20").kind, "bridge") << "tap101i0 still uses it";
  unplug("tap101i0");
  EXPECT_EQ(link("vmbr0v20").kind, "");
  unplug("tap100i0");
  auto end = look();
  EXPECT_EQ(end.links.size(), start.links.size()) << snapshot_to_json(end);
}

TEST_F(GuestLab, AHelperThatProxmoxMadeIsShared) {
  if (!has_vlans()) GTEST_SKIP() << "this kernel has no VLAN devices";
  // In its order, with its names.
  must(CreateLink{"vmbr0v20", "bridge", {}, {}, {}, ""});
  must(network::SetUp{"vmbr0v20", true});
  must(CreateLink{"eno1.20", "vlan", {{"id", number(20)}}, {}, {}, "eno1"});
  must(network::SetUp{"eno1.20", true});
  must(SetMaster{"eno1.20", "vmbr0v20"});
  const auto index = link("vmbr0v20").index;
  wire(card("vmbr0", 20));
  EXPECT_EQ(link("vmbr0v20").index, index) << "not made anew";
  must(DeleteLink{"tap100i0"});
  const auto now = look();
  const NodeNetwork node(now, policies_);
  EXPECT_THAT(unused_helpers(node, {}), ElementsAre("vmbr0v20"));
  run(plan_collect(unused_helpers(node, {}), node));
  EXPECT_EQ(link("eno1.20").kind, "");
}

TEST_F(GuestLab, ABridgeThatBecomesVlanAware) {
  if (!has_vlans() || !has_vlan_filtering()) GTEST_SKIP() << "this kernel has no VLANs";
  wire(card("vmbr0", 20));
  must(SetLinkData{"vmbr0", "bridge", {{"vlan_filtering", number(1)}}});
  wire(card("vmbr0", 20));
  EXPECT_EQ(link("tap100i0").master, "vmbr0");
  EXPECT_EQ(link("eno1.20").kind, "") << "it would steal the VLAN's frames from the bridge";
  must(SetLinkData{"vmbr0", "bridge", {{"vlan_filtering", number(0)}}});
  wire(card("vmbr0", 20));
  EXPECT_EQ(link("tap100i0").master, "vmbr0v20");
}

TEST_F(GuestLab, ABatchThatFailsInTheMiddleHasAWayBack) {
  wire(card("vmbr0"));
  must(CreateLink{"vmbr1", "bridge", {}, {}, {}, ""});
  const auto before = look();
  const auto plan = plan_port(wiring_of(card("vmbr1"), before), NodeNetwork(before, policies_));
  // Half of it.
  for (std::size_t i = 0; i < plan.operations.size() / 2; ++i) must(plan.operations[i].operation);
  run(make_inverse(before, plan, look()));
  EXPECT_EQ(snapshot_to_json(comparable(look(), plan)), snapshot_to_json(comparable(before, plan)));
}

}  // namespace
}  // namespace drawbridge::guest::testing
