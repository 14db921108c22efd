// Each type: what tells it, and what it shows beside its options.
#include "network/types/types.h"

#include <gtest/gtest.h>

#include <set>

#include "network/shown_fields.h"

namespace drawbridge::network {
namespace {

Link make_link(std::string name, std::string kind = "", std::vector<std::string> altnames = {}) {
  Link link;
  link.name = std::move(name);
  link.kind = std::move(kind);
  link.altnames = std::move(altnames);
  return link;
}

Interface interface_of(const std::string& name, const std::string& options, const Snapshot* kernel = nullptr) {
  const auto model = make_model(interfaces::read_configuration("interfaces", "iface " + name + " inet manual\n" + options, {}), kernel);
  return model.interfaces.at(name);
}

struct Told {
  std::string name;
  std::string options;
  std::string type;
};

class TypeByOptions : public testing::TestWithParam<Told> {};

TEST_P(TypeByOptions, IsTold) {
  const auto& [name, options, type] = GetParam();
  EXPECT_EQ(type_name(interface_of(name, options).type), type);
}

INSTANTIATE_TEST_SUITE_P(
    Types, TypeByOptions,
    testing::Values(Told{"lan", "bridge_ports eth0", "bridge"}, Told{"lan", "bridge-ports none", "bridge"},
                    Told{"lan", "bridge-vlan-aware yes", "bridge"}, Told{"eth0", "bridge_ports x", "bridge"},
                    Told{"uplink", "bond-slaves a b", "bond"}, Told{"uplink", "bond_mode 1", "bond"}, Told{"bond7", "mtu 9000", "bond"},
                    Told{"uplink", "slaves a", "bond"}, Told{"eth0", "bond-master bond0\n\tbond-mode 1", "eth"},
                    Told{"bond7", "ovs_type OVSBond", "OVSBond"}, Told{"trunk", "ovs_type OVSBond", "OVSBond"},
                    Told{"b", "ovs_type OVSBridge", "OVSBridge"}, Told{"eth0", "ovs_type OVSPort", "OVSPort"},
                    Told{"mgmt", "ovs_type OVSIntPort", "OVSIntPort"}, Told{"t", "ovs_type OVSTunnel", "unknown"},
                    Told{"eth0:1", "mtu 1", "alias"}, Told{"eth0.5", "mtu 1", "vlan"}, Told{"eth0.5.6", "mtu 1", "vlan"},
                    Told{"storage", "vlan-raw-device x\n\tvlan-id 3", "vlan"}, Told{"storage", "vlan-id 3", "vlan"},
                    Told{"vlan5", "vlan_raw_device x", "vlan"}, Told{"x.y", "mtu 1", "unknown"}, Told{"vx", "vxlan-id 4", "vxlan"},
                    Told{"d", "link-type dummy", "dummy"}, Told{"v", "link-type veth", "unknown"}, Told{"r", "vrf-table auto", "unknown"},
                    Told{"g", "tunnel-mode gre", "unknown"}, Told{"lo", "mtu 1", "loopback"}, Told{"eth7", "mtu 1", "eth"},
                    Told{"enp5s0f1np1", "mtu 1", "eth"}, Told{"ibp1", "mtu 1", "eth"}, Told{"nic0", "mtu 1", "eth"},
                    Told{"if3", "mtu 1", "eth"}, Told{"ethx", "mtu 1", "unknown"}, Told{"wg0", "mtu 1", "unknown"},
                    Told{"vmbr0", "mtu 1", "unknown"}));

TEST(Types, TheKernelCountsBeforeTheName) {
  Snapshot kernel;
  kernel.links["wan"] = make_link("wan", "", {"internet"});
  kernel.links["br"] = make_link("br", "bridge");
  kernel.links["team"] = make_link("team", "bond");
  kernel.links["bond9"] = make_link("bond9");
  kernel.links["eth5"] = make_link("eth5", "veth");
  EXPECT_EQ(interface_of("wan", "", &kernel).type, InterfaceType::eth);
  EXPECT_EQ(interface_of("internet", "", &kernel).type, InterfaceType::eth);
  EXPECT_EQ(interface_of("br", "", &kernel).type, InterfaceType::bridge);
  EXPECT_EQ(interface_of("team", "", &kernel).type, InterfaceType::bond);
  EXPECT_EQ(interface_of("bond9", "", &kernel).type, InterfaceType::eth);
  EXPECT_EQ(interface_of("eth5", "", &kernel).type, InterfaceType::eth);
  // And options before the kernel.
  EXPECT_EQ(interface_of("wan", "bond-slaves x", &kernel).type, InterfaceType::bond);
}

TEST(Types, EveryTypeHasOneRowAndItsOwnWord) {
  std::set<std::string_view> words;
  std::set<std::string_view> titles;
  for (const TypeRow* row : type_rows()) {
    EXPECT_TRUE(titles.insert(row->title).second) << row->title;
    EXPECT_EQ(&type_row(row->type), row);
    // Over REST, several types are "unknown".
    if (!words.insert(row->word).second) continue;
    EXPECT_EQ(find_type(row->word), row->word == "unknown" ? InterfaceType::unknown : row->type);
  }
  EXPECT_EQ(words.size(), 13U);
  EXPECT_EQ(find_type("fabric"), std::nullopt);
}

std::string text(const ShownFields& fields, const std::string& name) {
  const auto found = fields.find(name);
  if (found == fields.end()) return "absent";
  const auto* value = std::get_if<std::string>(&found->second);
  return value != nullptr ? *value : std::to_string(std::get<std::int64_t>(found->second)) + " as a number";
}

TEST(Types, WhatRestCallsUnknownHasATitle) {
  const auto title = [](const Interface& interface) { return std::string(type_row(interface.type).title); };
  EXPECT_EQ(title(interface_of("v", "link-type veth\n\tveth-peer-name w")), "Virtual Cable");
  EXPECT_EQ(title(interface_of("blue", "vrf-table 7")), "VRF");
  EXPECT_EQ(title(interface_of("t", "mode ipip\n\tendpoint 192.0.2.1")), "Tunnel");
  Snapshot kernel;
  kernel.links["m"] = make_link("m", "macvlan");
  kernel.links["t"] = make_link("t", "ip6gretap");
  kernel.links["r"] = make_link("r", "vrf");
  EXPECT_EQ(title(interface_of("m", "", &kernel)), "MAC VLAN");
  EXPECT_EQ(title(interface_of("t", "", &kernel)), "Tunnel");
  EXPECT_EQ(title(interface_of("r", "", &kernel)), "VRF");
}

TEST(TypeBridge, ShowsItsDefaults) {
  const auto plain = shown_fields(interface_of("b", "bridge_ports y x"));
  EXPECT_EQ(text(plain, "bridge_ports"), "y x");
  EXPECT_EQ(text(plain, "bridge_stp"), "off");
  EXPECT_EQ(text(plain, "bridge_fd"), "0 as a number");
  EXPECT_EQ(text(plain, "bridge_vlan_aware"), "absent");
  const auto stp = shown_fields(interface_of("b", "bridge_ports x\n\tbridge_stp YES"));
  EXPECT_EQ(text(stp, "bridge_stp"), "on");
  EXPECT_EQ(text(stp, "bridge_fd"), "absent");
}

TEST(TypeBridge, VlanAwarenessCanBeOff) {
  for (const std::string word : {"yes", "1", "on"})
    EXPECT_EQ(text(shown_fields(interface_of("b", "bridge_ports x\n\tbridge-vlan-aware " + word)), "bridge_vlan_aware"), "1 as a number");
  for (const std::string word : {"no", "0", "off"})
    EXPECT_EQ(text(shown_fields(interface_of("b", "bridge_ports x\n\tbridge-vlan-aware " + word)), "bridge_vlan_aware"), "0 as a number");
}

TEST(TypeBond, ModesHaveNames) {
  const std::vector<std::string> modes{"balance-rr", "active-backup", "balance-xor", "broadcast", "802.3ad", "balance-tlb", "balance-alb"};
  for (std::size_t i = 0; i < modes.size(); ++i)
    EXPECT_EQ(text(shown_fields(interface_of("b", "bond-slaves x\n\tbond_mode " + std::to_string(i))), "bond_mode"), modes[i]);
}

TEST(TypeVlan, ShowsIdAndRawDevice) {
  const auto dotted = shown_fields(interface_of("eth0.5.6", ""));
  EXPECT_EQ(text(dotted, "vlan-id"), "6");
  EXPECT_EQ(text(dotted, "vlan-raw-device"), "eth0.5");
  const auto moved = shown_fields(interface_of("eth0.5", "vlan-raw-device eth9"));
  EXPECT_EQ(text(moved, "vlan-raw-device"), "eth9");
  const auto numbered = shown_fields(interface_of("vlan77", "vlan-raw-device eth9"));
  EXPECT_EQ(text(numbered, "vlan-id"), "77");
  const auto named = shown_fields(interface_of("storage", "vlan-raw-device eth9\n\tvlan-id 311"));
  EXPECT_EQ(text(named, "vlan-id"), "311");
}

TEST(TypeVxlan, RemotesAreOneList) {
  const auto fields = shown_fields(interface_of("v", "vxlan-id 7\n\tvxlan-remoteip 192.0.2.2\n\tvxlan_remoteip 192.0.2.1"));
  EXPECT_EQ(text(fields, "vxlan-remoteip"), "192.0.2.2 192.0.2.1");
}

TEST(TypeOvs, WordsOfTheOptionsAreMembers) {
  const auto port = shown_fields(interface_of("p", "ovs_type OVSPort\n\tovs_options tag=7 trunks=1"));
  EXPECT_EQ(text(port, "ovs_tag"), "7");
  EXPECT_EQ(text(port, "ovs_options"), "trunks=1");
  const auto bond = shown_fields(interface_of("b", "ovs_type OVSBond\n\tovs_options bond_mode=balance-tcp lacp=active"));
  EXPECT_EQ(text(bond, "bond_mode"), "lacp-balance-tcp");
  EXPECT_EQ(text(bond, "ovs_options"), "absent");
  const auto backup = shown_fields(interface_of("b", "ovs_type OVSBond\n\tovs_options bond_mode=active-backup lacp=off"));
  EXPECT_EQ(text(backup, "bond_mode"), "active-backup");
  EXPECT_EQ(text(backup, "ovs_options"), "lacp=off");
  const auto bridge = shown_fields(interface_of("b", "ovs_type OVSBridge\n\tovs_options tag=7"));
  EXPECT_EQ(text(bridge, "ovs_options"), "tag=7");
}

}  // namespace
}  // namespace drawbridge::network
