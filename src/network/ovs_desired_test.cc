// From files to what Open vSwitch's database should hold.
#include "network/ovs_desired.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace drawbridge::network {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

DesiredOvs resolved(std::string_view text) {
  return resolve_ovs(make_model(interfaces::read_configuration("interfaces", text, {}), nullptr));
}

constexpr std::string_view kHost = R"(auto vmbr1
iface vmbr1 inet static
	address 198.51.100.2/24
	ovs_type OVSBridge
	ovs_ports bond3 mgmt12 ens4
	ovs_mtu 9000
	ovs_options other_config:rstp=true
	ovs_extra set bridge vmbr1 fail_mode=secure

auto bond3
iface bond3 inet manual
	ovs_type OVSBond
	ovs_bridge vmbr1
	ovs_bonds ens3f1 ens3f0
	ovs_options bond_mode=balance-slb lacp=active tag=8 other_config:lacp-time=fast

iface mgmt12 inet static
	address 192.0.2.1/24
	ovs_type OVSIntPort
	ovs_bridge vmbr1
	ovs_options tag=12 vlan_mode=native-untagged trunks=5,7-8,5

iface late inet manual
	ovs_type OVSTunnel
	ovs_bridge vmbr1
	ovs_tunnel_type vxlan
	ovs_tunnel_options options:remote_ip=192.0.2.9 options:key=7

iface cable inet manual
	ovs_type OVSPatchPort
	ovs_bridge vmbr1
	ovs_patch_peer elbac
)";

TEST(OvsDesired, ABridgeWithItsPorts) {
  const auto ovs = resolved(kHost);
  EXPECT_THAT(ovs.diagnostics, IsEmpty());
  const auto& bridge = ovs.bridges.at("vmbr1");
  EXPECT_THAT(bridge.ports, ElementsAre("bond3", "mgmt12", "ens4", "cable", "late"));
  EXPECT_EQ(bridge.mtu, 9000U);
  EXPECT_EQ(bridge.columns.at("other_config:rstp"), "true");
  ASSERT_EQ(bridge.extra.size(), 1U);
  EXPECT_EQ(bridge.extra[0].value, "set bridge vmbr1 fail_mode=secure");
  EXPECT_EQ(bridge.extra[0].where.line, 8U);
}

TEST(OvsDesired, EachKindOfPort) {
  const auto ovs = resolved(kHost);
  const auto& bond = ovs.ports.at("bond3");
  EXPECT_EQ(bond.kind, OvsPortKind::bond);
  EXPECT_THAT(bond.members, ElementsAre("ens3f1", "ens3f0")) << "in the file's order";
  EXPECT_EQ(bond.tag, 8);
  EXPECT_EQ(bond.columns.at("bond_mode"), "balance-slb");
  EXPECT_EQ(bond.columns.at("other_config:lacp-time"), "fast");
  const auto& internal = ovs.ports.at("mgmt12");
  EXPECT_EQ(internal.kind, OvsPortKind::internal);
  EXPECT_THAT(internal.trunks, ElementsAre(5, 7, 8));
  EXPECT_EQ(internal.columns.at("vlan_mode"), "native-untagged");
  EXPECT_EQ(ovs.ports.at("ens4").kind, OvsPortKind::system);
  EXPECT_EQ(ovs.ports.at("ens4").where.line, 5U) << "no stanza speaks of it";
  EXPECT_EQ(ovs.ports.at("late").tunnel_type, "vxlan");
  EXPECT_EQ(ovs.ports.at("late").tunnel_options.at("remote_ip"), "192.0.2.9");
  EXPECT_EQ(ovs.ports.at("cable").peer, "elbac");
}

TEST(OvsDesired, WhatIsNotStartedOrNotOvsIsNotThere) {
  EXPECT_TRUE(resolved("iface b inet manual\n\tovs_type OVSBridge\n").empty());
  EXPECT_TRUE(resolved("auto b\niface b inet manual\n\tbridge-ports eth0\n").empty());
}

TEST(OvsDesired, WrongValuesAreNamedAndLeftOut) {
  const auto ovs = resolved(
      "auto b\niface b inet manual\n\tovs_type OVSBridge\n\tovs_ports p\niface p inet manual\n\tovs_type OVSIntPort\n\tovs_bridge b\n"
      "\tovs_options tag=4095 trunks=0\n\tovs_mtu 20\n");
  ASSERT_EQ(ovs.diagnostics.size(), 3U);
  for (const auto& finding : ovs.diagnostics) {
    EXPECT_EQ(finding.code, "value-invalid");
    EXPECT_FALSE(finding.hint.empty());
    EXPECT_EQ(finding.where.column, finding.where.line == 8 ? 14U : 10U);
  }
  EXPECT_FALSE(ovs.ports.at("p").tag || ovs.ports.at("p").mtu);
}

}  // namespace
}  // namespace drawbridge::network
