#include "network/edit.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "base/text.h"
#include "interfaces/edit.h"
#include "network/option_key.h"
#include "network/shown_fields.h"

namespace drawbridge::network {
namespace {

constexpr std::string_view kFile = R"(# my node
auto lo
iface lo inet loopback

iface enp5s0 inet manual

auto vmbr0
iface vmbr0 inet static
    address 100.64.0.102
    netmask 255.255.252.0
    broadcast 100.64.3.255
    gateway 100.64.0.1
    bridge_ports enp5s0
    bridge_stp off
    bridge_fd 0
    post-up echo hello
# uplink

auto bond7
iface bond7 inet manual
	bond-slaves enp7s0 enp6s0
	bond-mode 4

iface dyn inet dhcp
iface dyn inet6 auto
	accept_ra 2
)";

Link make_link(std::string name, std::string kind = "", std::vector<std::string> altnames = {}) {
  Link link;
  link.name = std::move(name);
  link.kind = std::move(kind);
  link.altnames = std::move(altnames);
  return link;
}

interfaces::Document document_of(std::string_view text) { return interfaces::parse(text, "interfaces"); }

struct Tried {
  std::string text;
  std::vector<ParameterError> errors;
  Diagnostics warnings;
};

Tried as_tried(const Edited& edited) {
  return {edited.document ? interfaces::print(*edited.document) : "", edited.errors, edited.warnings};
}

Tried set(std::string_view text, const std::string& name, const Change& change, const EditContext& context = {}) {
  return as_tried(set_interface(document_of(text), name, change, context));
}

Tried create(std::string_view text, const std::string& type, const std::string& name, const Change& change,
             const EditContext& context = {}) {
  return as_tried(create_interface(document_of(text), type, name, change, context));
}

std::string first_error(const Tried& tried) { return tried.errors.empty() ? "" : tried.errors.front().parameter; }

/// The lines that differ, "-old" and "+new".
std::string changes(std::string_view before, std::string_view after) {
  const auto a = split(before, '\n');
  const auto b = split(after, '\n');
  std::size_t front = 0;
  while (front < a.size() && front < b.size() && a[front] == b[front]) ++front;
  std::size_t back = 0;
  while (back < a.size() - front && back < b.size() - front && a[a.size() - 1 - back] == b[b.size() - 1 - back]) ++back;
  std::string text;
  for (std::size_t i = front; i < a.size() - back; ++i) text += "-" + std::string(a[i]) + "\n";
  for (std::size_t i = front; i < b.size() - back; ++i) text += "+" + std::string(b[i]) + "\n";
  return text;
}

std::string set_and_compare(const std::string& name, const Change& change) {
  const auto tried = set(kFile, name, change);
  EXPECT_TRUE(tried.errors.empty()) << (tried.errors.empty() ? "" : tried.errors.front().parameter + ": " + tried.errors.front().message);
  return changes(kFile, tried.text);
}

Interface interface_of(std::string_view text, const std::string& name) {
  const Model model = make_model(interfaces::read_configuration("interfaces", text, {}), nullptr);
  const Interface* interface = model.find(name);
  return interface == nullptr ? Interface{} : *interface;
}

TEST(Edit, ACidrKeepsTheStyleOfItsLines) {
  EXPECT_EQ(set_and_compare("vmbr0", {{{"cidr", "100.64.0.103/22"}}, {}}), "-    address 100.64.0.102\n+    address 100.64.0.103\n");
  EXPECT_EQ(set_and_compare("vmbr0", {{{"cidr", "100.64.9.3/24"}}, {}}),
            "-    address 100.64.0.102\n-    netmask 255.255.252.0\n-    broadcast 100.64.3.255\n"
            "+    address 100.64.9.3\n+    netmask 255.255.255.0\n+    broadcast 100.64.9.255\n");
}

TEST(Edit, AddressAndNetmaskAreOneCidr) {
  EXPECT_EQ(set_and_compare("vmbr0", {{{"address", "100.64.0.103"}, {"netmask", "255.255.252.0"}}, {}}),
            "-    address 100.64.0.102\n+    address 100.64.0.103\n");
  EXPECT_EQ(first_error(set(kFile, "vmbr0", {{{"address", "100.64.0.103"}}, {}})), "netmask");
  EXPECT_EQ(first_error(set(kFile, "vmbr0", {{{"netmask", "255.255.252.0"}}, {}})), "address");
  EXPECT_EQ(first_error(set(kFile, "vmbr0", {{{"cidr", "100.64.0.103/22"}, {"address", "100.64.0.103"}}, {}})), "address");
}

TEST(Edit, DeletingTheCidrTakesWhatSpeaksAboutIt) {
  const auto tried = set(kFile, "vmbr0", {{}, {"cidr", "gateway"}});
  ASSERT_TRUE(tried.errors.empty());
  const auto interface = interface_of(tried.text, "vmbr0");
  EXPECT_TRUE(interface.addresses.empty());
  EXPECT_TRUE(interface.gateways.empty());
  EXPECT_EQ(interface.method, "manual");
  EXPECT_EQ(tried.text.find("netmask"), std::string::npos);
  EXPECT_EQ(interface.find_option("bridge-ports")->value, "enp5s0");
  EXPECT_EQ(interface.comments, " uplink\n");
}

TEST(Edit, DhcpAndSlaacStayUnlessTold) {
  EXPECT_EQ(set_and_compare("dyn", {{{"mtu", "1400"}}, {}}), "+\tmtu 1400\n");
  EXPECT_EQ(set_and_compare("dyn", {{{"cidr", "192.0.2.7/24"}}, {}}), "+\taddress 192.0.2.7/24\n");
  EXPECT_EQ(set_and_compare("dyn", {{{"cidr", "192.0.2.7/24"}, {"method", "static"}}, {}}),
            "-iface dyn inet dhcp\n+iface dyn inet static\n+\taddress 192.0.2.7/24\n");
  EXPECT_EQ(set_and_compare("dyn", {{{"method6", "manual"}}, {}}), "-iface dyn inet6 auto\n+iface dyn inet6 manual\n");
}

TEST(Edit, ANewFamilyGetsItsStanzaAndLosesItAgain) {
  const auto with = set(kFile, "vmbr0", {{{"cidr6", "2001:db8::2/64"}, {"gateway6", "fe80::1"}}, {}});
  ASSERT_TRUE(with.errors.empty());
  EXPECT_EQ(changes(kFile, with.text), "+iface vmbr0 inet6 static\n+    address 2001:db8::2/64\n+    gateway fe80::1\n+\n");
  const auto without = set(with.text, "vmbr0", {{}, {"cidr6", "gateway6"}});
  EXPECT_EQ(without.text, kFile);
}

TEST(Edit, EveryAddressCanBeSet) {
  const auto more = set(kFile, "vmbr0", {{{"addresses", "100.64.0.102/22, 192.0.2.1/32 2001:db8::5/64"}}, {}});
  ASSERT_TRUE(more.errors.empty());
  for (const auto line : split(kFile, '\n')) EXPECT_NE(more.text.find(std::string(line) + "\n"), std::string::npos) << line;
  const auto addresses = interface_of(more.text, "vmbr0").addresses;
  ASSERT_EQ(addresses.size(), 3U);
  EXPECT_EQ(format_interface_address(addresses[1].address), "192.0.2.1/32");
  // The first goes: the others stay in their lines.
  const auto fewer = set(more.text, "vmbr0", {{{"addresses", "192.0.2.1/32 2001:db8::5/64"}}, {}});
  EXPECT_EQ(changes(more.text, fewer.text), "-    address 100.64.0.102\n-    netmask 255.255.252.0\n-    broadcast 100.64.3.255\n");
}

TEST(Edit, TheFirstAddressIsTheClassicOne) {
  const std::string text = "iface x\n\taddress 10.8.0.5/24\n\taddress 10.8.0.6/24\n\taddress 2001:db8:8::5/64\n\tmetric 50\n";
  EXPECT_EQ(changes(text, set(text, "x", {{{"cidr", "10.8.0.7/24"}}, {}}).text), "-\taddress 10.8.0.5/24\n+\taddress 10.8.0.7/24\n");
  EXPECT_EQ(changes(text, set(text, "x", {{}, {"cidr"}}).text), "-\taddress 10.8.0.5/24\n");
  EXPECT_EQ(changes(text, set(text, "x", {{{"cidr6", "2001:db8:8::6/64"}}, {}}).text),
            "-\taddress 2001:db8:8::5/64\n+\taddress 2001:db8:8::6/64\n");
}

TEST(Edit, ABrokenAddressIsRepaired) {
  const std::string text = "iface x inet static\n\taddress 10.8.0.555/24\n\tgateway 10.8.0\n";
  EXPECT_EQ(set(text, "x", {{{"cidr", "10.8.0.5/24"}, {"gateway", "10.8.0.1"}}, {}}).text,
            "iface x inet static\n\taddress 10.8.0.5/24\n\tgateway 10.8.0.1\n");
}

TEST(Edit, OptionsKeepTheirSpelling) {
  EXPECT_EQ(set_and_compare("vmbr0", {{{"bridge_ports", "enp5s0,tap7"}}, {}}), "-    bridge_ports enp5s0\n+    bridge_ports enp5s0 tap7\n");
  EXPECT_EQ(set_and_compare("bond7", {{{"bond_mode", "active-backup"}}, {}}), "-\tbond-mode 4\n+\tbond-mode active-backup\n");
  EXPECT_EQ(set_and_compare("bond7", {{{"bond_xmit_hash_policy", "layer3+4"}}, {}}), "+\tbond-xmit-hash-policy layer3+4\n");
}

TEST(Edit, PortsKeepTheUsersOrder) {
  EXPECT_EQ(set_and_compare("bond7", {{{"slaves", "enp9s0 enp6s0"}}, {}}), "-\tbond-slaves enp7s0 enp6s0\n+\tbond-slaves enp9s0 enp6s0\n");
}

TEST(Edit, VlanAwarenessCanBeSwitchedOff) {
  const auto on = set(kFile, "vmbr0", {{{"bridge_vlan_aware", "1"}}, {}});
  EXPECT_EQ(changes(kFile, on.text), "+    bridge-vlan-aware yes\n+    bridge-vids 2-4094\n");
  const auto off = set(on.text, "vmbr0", {{{"bridge_vlan_aware", "0"}}, {"bridge_vids"}});
  EXPECT_EQ(off.text, kFile);
  EXPECT_EQ(set(kFile, "vmbr0", {{{"bridge_vlan_aware", "0"}}, {}}).text, kFile);
  const std::string only_aware = "iface x inet manual\n\tbridge-vlan-aware yes\n";
  EXPECT_EQ(set(only_aware, "x", {{{"bridge_vlan_aware", "0"}}, {}}).text, "iface x inet manual\n\tbridge-vlan-aware no\n");
}

TEST(Edit, WithoutPortsABridgeIsStillOne) {
  EXPECT_EQ(set_and_compare("vmbr0", {{}, {"bridge_ports"}}), "-    bridge_ports enp5s0\n+    bridge_ports none\n");
  EXPECT_EQ(set_and_compare("vmbr0", {{{"bridge_ports", ""}}, {}}), "-    bridge_ports enp5s0\n+    bridge_ports none\n");
}

TEST(Edit, StartAndHotplugAreSeparate) {
  EXPECT_EQ(set_and_compare("vmbr0", {{{"autostart", "0"}}, {}}), "-auto vmbr0\n");
  EXPECT_EQ(set_and_compare("enp5s0", {{{"autostart", "1"}}, {}}), "+auto enp5s0\n");
  EXPECT_EQ(set_and_compare("enp5s0", {{{"hotplug", "1"}}, {}}), "+allow-hotplug enp5s0\n");
}

TEST(Edit, CommentsStandInTheStanza) {
  EXPECT_EQ(set_and_compare("vmbr0", {{{"comments", "uplink\nto rack 7\n"}}, {}}), "-# uplink\n+#uplink\n+#to rack 7\n");
  EXPECT_EQ(set_and_compare("vmbr0", {{}, {"comments"}}), "-# uplink\n");
  EXPECT_EQ(set_and_compare("enp5s0", {{{"comments", "first NIC"}}, {}}), "+#first NIC\n");
}

// What is shown can be sent back, key by key, and no byte changes.
class EditShown : public testing::TestWithParam<std::string> {};

constexpr std::string_view kEveryKey = R"(auto everything
allow-hotplug everything
iface everything inet static
	address 192.0.2.1/24
	gateway 192.0.2.254
	KEYS
	uplink-x 1
# v4
iface everything inet6 static
	address 2001:db8::1/64
	gateway fe80::1
# v6
)";

std::string every_key(std::string_view keys) { return std::string(kEveryKey).replace(kEveryKey.find("KEYS"), 4, keys); }

TEST_P(EditShown, SendingItBackChangesNothing) {
  const std::string text = every_key(GetParam());
  const auto interface = interface_of(text, "everything");
  ShownFields fields = shown_fields(interface);
  fields["type"] = type_name(interface.type);
  fields["autostart"] = fields["hotplug"] = 1;
  fields["comments"] = " v4\n";
  fields["comments6"] = " v6\n";
  fields["cidr"] = "192.0.2.1/24";
  fields["cidr6"] = "2001:db8::1/64";
  fields["gateway"] = "192.0.2.254";
  fields["gateway6"] = "fe80::1";
  fields["method"] = fields["method6"] = "static";
  const EditContext force{.force = true};
  for (const auto& [name, value] : fields) {
    if (name == "ovs_type") continue;
    const std::string sent =
        std::holds_alternative<std::string>(value) ? std::get<std::string>(value) : std::to_string(std::get<std::int64_t>(value));
    const auto tried = set(text, "everything", {{{name, sent}}, {}}, force);
    EXPECT_TRUE(tried.errors.empty()) << name << "=" << sent << ": " << (tried.errors.empty() ? "" : tried.errors.front().message);
    EXPECT_EQ(tried.text, text) << name << "=" << sent;
  }
  // And no key is lost by a change of another.
  const auto tried = set(text, "everything", {{{"comments6", "other"}}, {}}, force);
  EXPECT_EQ(changes(text, tried.text), "-# v6\n+#other\n");
}

INSTANTIATE_TEST_SUITE_P(
    Keys, EditShown,
    testing::Values(
        "bridge_ports a b\n\tbridge_stp yes\n\tbridge_fd 7\n\tbridge-vids 2-4094,7\n\tbridge_vlan_aware 1\n\t"
        "bridge-disable-mac-learning 1\n\tmtu 9000\n\tbridge_ageing 7",
        "bridge-ports none\n\tbridge-vlan-aware no",
        // Options that REST doesn't name: they stay, whatever else changes.
        "bridge-ports a\n\tbridge-hello 3\n\tbridge-maxage 21\n\tbridge-bridgeprio 7\n\tbridge-pathcosts a=5\n\tbridge-portprios a=5\n\t"
        "bridge-mcsnoop no\n\tbridge-mcquerier yes\n\tbridge-mcqifaddr yes\n\tbridge-mcrouter 2\n\tbridge-mcstats yes\n\tbridge-mclmc 3\n\t"
        "bridge-mcsqc 3\n\tbridge-mclmi 2\n\tbridge-mcmi 261\n\tbridge-mcqpi 256\n\tbridge-mcqi 126\n\tbridge-mcqri 11\n\tbridge-mcsqi "
        "32\n\t"
        "bridge-hashmax 1024\n\tbridge-igmp-version 3\n\tbridge-mld-version 2\n\tbridge-vlan-protocol 802.1ad\n\tbridge-vlan-stats on\n\t"
        "bridge-pvid 7\n\tbridge-port-vids a=5\n\tbridge-port-pvids a=6\n\tbridge-allow-untagged no\n\tbridge-always-up yes\n\t"
        "bridge-waitport 5\n\tbridge-maxwait 5\n\tbridge-broadcast-flood off\n\tbridge-portmcfl yes\n\tbridge-portmcrouter 2",
        "slaves a\n\tbond-updelay 100\n\tbond-downdelay 100\n\tbond-lacp-rate fast\n\tbond-min-links 1\n\tbond-ad-actor-sys-prio 7\n\t"
        "bond-ad-actor-system 02:00:00:00:00:01\n\tbond-ad-select count\n\tbond-primary-reselect better\n\tbond-arp-interval 100\n\t"
        "bond-arp-ip-target 192.0.2.1\n\tbond-arp-validate all\n\tbond-num-grat-arp 2\n\tbond-num-unsol-na 2\n\tbond-use-carrier no\n\t"
        "bond-fail-over-mac active\n\tbond-lacp-bypass-allow yes\n\tbond-tlb-dynamic-lb no",
        "vxlan-id 9\n\tvxlan-port 8472\n\tvxlan-learning off\n\tvxlan-ageing 5\n\tvxlan-ttl 3\n\tvxlan-tos 4\n\tvxlan-udp-csum on\n\t"
        "vxlan-purge-remotes yes\n\tvxlan-mcastgrp 239.0.0.1\n\tvxlan-svcnodeip6 2001:db8::9\n\tvxlan-mcastgrp6 ff02::9",
        "tunnel-mode gre\n\ttunnel-local 192.0.2.1\n\ttunnel-endpoint 192.0.2.2\n\ttunnel-ttl 5\n\ttunnel-tos 4\n\ttunnel-dev eth0",
        "vrf-table auto\n\tmtu 9000", "link-type veth\n\tveth-peer-name other", "link-type dummy\n\tvrf red",
        "hwaddress ether 02:00:00:00:00:01\n\talias the house\n\taccept-ra 2\n\tautoconf 0\n\tarp-accept on\n\tip-forward "
        "on\n\tip6-forward "
        "on\n\tipv6-addrgen off\n\tdisable-ipv6 no\n\tmpls-enable yes\n\taddress-purge no\n\tlink-down yes\n\tdad-attempts 0\n\t"
        "address-virtual 02:00:00:00:00:02 192.0.2.7/24\n\tvrrp 7 192.0.2.8/24\n\tlink-speed 1000\n\tlink-duplex full\n\tlink-autoneg "
        "off\n\t"
        "link-fec rs\n\tgro-offload off\n\tring-rx 512\n\trx-vlan-filter on\n\tbroadcast 192.0.2.255\n\tscope site\n\tmetric 7",
        "bridge-ports glob eth* regex en.*", "slaves b a\n\tbond-mode 1\n\tbond-miimon 50\n\tbond-primary a\n\tuplink-id 3",
        "bond-slaves b a\n\tbond_mode 802.3ad\n\tbond_xmit_hash_policy 1",
        "vlan-raw-device x\n\tvlan-id 7\n\tvlan-protocol 802.1ad\n\tbridge-access 9\n\tbridge-learning no",
        "vxlan-id 7\n\tvxlan-remoteip 192.0.2.9\n\tvxlan-remoteip 192.0.2.8\n\tvxlan-local-tunnelip 192.0.2.1",
        "vxlan-id 8\n\tvxlan-svcnodeip 239.0.0.1\n\tvxlan-physdev x\n\tbridge-arp-nd-suppress on",
        "link-type dummy\n\tbridge-unicast-flood off\n\tbridge-multicast-flood off",
        "ovs_type OVSBridge\n\tovs_ports b a\n\tovs_mtu 1400\n\tovs_options x=y",
        "ovs_type OVSBond\n\tovs_bonds b a\n\tovs_bridge x\n\tovs_options bond_mode=balance-slb lacp=active tag=7 z=1",
        "ovs_type OVSPort\n\tovs_bridge x\n\tovs_options tag=7 y", "ovs_type OVSIntPort\n\tovs_bridge x\n\tmtu 1500"));

TEST(Edit, OpenvswitchParametersAreWordsOfTheOptions) {
  const std::string text =
      "iface b inet manual\n\tovs_type OVSBridge\n\tovs_ports p\n\niface p inet manual\n\tovs_type OVSBond\n\tovs_bridge b\n\t"
      "ovs_bonds x y\n\tovs_options bond_mode=balance-slb lacp=active tag=7 other_config:a=b\n";
  const auto line = [&](const Change& change) {
    const auto tried = set(text, "p", change);
    EXPECT_TRUE(tried.errors.empty());
    return std::string(interface_of(tried.text, "p").option("ovs-options"));
  };
  EXPECT_EQ(line({{{"ovs_tag", "8"}}, {}}), "bond_mode=balance-slb lacp=active tag=8 other_config:a=b");
  EXPECT_EQ(line({{}, {"ovs_tag"}}), "bond_mode=balance-slb lacp=active other_config:a=b");
  EXPECT_EQ(line({{{"bond_mode", "active-backup"}}, {}}), "bond_mode=active-backup tag=7 other_config:a=b");
  EXPECT_EQ(line({{{"bond_mode", "lacp-balance-tcp"}}, {}}), "bond_mode=balance-tcp lacp=active tag=7 other_config:a=b");
  EXPECT_EQ(line({{{"ovs_options", "trunks=1"}}, {}}), "trunks=1 tag=7 bond_mode=balance-slb lacp=active");
  EXPECT_EQ(line({{}, {"ovs_options"}}), "tag=7 bond_mode=balance-slb lacp=active");
}

struct Refusal {
  std::string name;
  std::string parameter;
  std::string value;
};

class EditRefused : public testing::TestWithParam<Refusal> {};

TEST_P(EditRefused, NamesTheParameterAndTheCure) {
  const auto& [name, parameter, value] = GetParam();
  const auto tried = set(kFile, name, {{{parameter, value}}, {}});
  ASSERT_FALSE(tried.errors.empty()) << tried.text;
  EXPECT_EQ(tried.errors.front().parameter, parameter);
  EXPECT_FALSE(tried.errors.front().hint.empty());
  EXPECT_EQ(tried.text, "");
}

INSTANTIATE_TEST_SUITE_P(
    Values, EditRefused,
    testing::Values(
        Refusal{"vmbr0", "cidr", "100.64.0.300/22"}, Refusal{"vmbr0", "cidr", "100.64.0.3"}, Refusal{"vmbr0", "cidr", "100.64.0.3/7"},
        Refusal{"vmbr0", "cidr", "100.64.0.3/33"}, Refusal{"vmbr0", "cidr", "100.64.0.3/22\n\tpost-up id"},
        Refusal{"vmbr0", "cidr", "2001:db8::1/64"}, Refusal{"vmbr0", "cidr6", "ff02::1/64"}, Refusal{"vmbr0", "cidr6", "2001:db8::/64"},
        Refusal{"vmbr0", "addresses", "10.0.0.1/24 10.0.0.1/24"}, Refusal{"vmbr0", "gateway", "100.64.0.102"},
        Refusal{"vmbr0", "gateway", "nowhere"}, Refusal{"vmbr0", "gateway6", "10.0.0.1"}, Refusal{"vmbr0", "mtu", "1279"},
        Refusal{"vmbr0", "mtu", "65521"}, Refusal{"vmbr0", "mtu", "1e3"}, Refusal{"vmbr0", "autostart", "perhaps"},
        Refusal{"vmbr0", "bridge_ports", "enp5s0\nup id"}, Refusal{"vmbr0", "bridge_ports", "sixteen_bytes_nn"},
        Refusal{"vmbr0", "bridge_ports", "a/b"}, Refusal{"vmbr0", "bridge_ports", "enp6s0"}, Refusal{"vmbr0", "bridge_ports", "vmbr0"},
        Refusal{"vmbr0", "bridge_vids", "1-4"}, Refusal{"vmbr0", "bridge_vids", "9-8"}, Refusal{"vmbr0", "bridge_vids", "4095"},
        Refusal{"vmbr0", "bridge_vids", ""}, Refusal{"vmbr0", "bridge_fd", "31"}, Refusal{"vmbr0", "bridge_stp", "maybe"},
        Refusal{"vmbr0", "comments", "a\x01"}, Refusal{"vmbr0", "comments", "\xff"}, Refusal{"vmbr0", "method", "auto"},
        Refusal{"vmbr0", "type", "bond"}, Refusal{"vmbr0", "slaves", "enp5s0"}, Refusal{"vmbr0", "no_such", "1"},
        Refusal{"vmbr0", "ovs_tag", "7"}, Refusal{"bond7", "bond_mode", "balance-slbx"}, Refusal{"bond7", "bond_mode", "balance-slb"},
        Refusal{"bond7", "bond-primary", "enp1s0"}, Refusal{"bond7", "slaves", "enp5s0"}, Refusal{"bond7", "bridge_ports", "enp1s0"},
        Refusal{"bond7", "gateway", "192.0.2.1"}, Refusal{"bond7", "uplink-id", "a\tb"}));

TEST(EditRefused, WhatIsNotThere) {
  EXPECT_EQ(first_error(set(kFile, "vmbr1", {{{"mtu", "1500"}}, {}})), "iface");
  EXPECT_EQ(set(kFile, "vmbr1", {{{"mtu", "1500"}}, {}}).errors.front().hint, "did you mean 'vmbr0'?");
  EXPECT_EQ(first_error(set(kFile, "vmbr0", {{{"mtu", "1500"}}, {"mtu"}})), "mtu");
  EXPECT_EQ(first_error(set(kFile, "vmbr0", {{}, {"type"}})), "type");
  EXPECT_EQ(first_error(set("iface swp[1-2] inet manual\n", "swp1", {{{"mtu", "1500"}}, {}})), "iface");
  EXPECT_EQ(first_error(as_tried(delete_interface(document_of(kFile), "vmbr7"))), "iface");
}

TEST(Edit, ForceLetsASecondGatewayIn) {
  const std::string text = std::string(kFile) + "\niface enp8s0 inet static\n\taddress 192.0.2.2/24\n";
  EXPECT_EQ(first_error(set(text, "enp8s0", {{{"gateway", "192.0.2.1"}}, {}})), "gateway");
  const auto forced = set(text, "enp8s0", {{{"gateway", "192.0.2.1"}}, {}}, {.force = true});
  EXPECT_EQ(changes(text, forced.text), "+\tgateway 192.0.2.1\n");
  ASSERT_EQ(forced.warnings.size(), 1U);
  EXPECT_EQ(forced.warnings.front().code, "second-gateway");
}

TEST(Edit, OldMistakesElsewhereDontStandInTheWay) {
  const std::string text = std::string(kFile) + "\niface a inet manual\n\tbridge-ports x\niface b inet manual\n\tbridge-ports x\n";
  EXPECT_TRUE(set(text, "vmbr0", {{{"mtu", "1400"}}, {}}).errors.empty());
  EXPECT_EQ(first_error(set(text, "vmbr0", {{{"bridge_ports", "enp5s0 x"}}, {}})), "bridge_ports");
}

TEST(Edit, ANicOfTheKernelCanBeConfigured) {
  Snapshot kernel;
  kernel.links["wan"] = make_link("wan");
  EXPECT_EQ(first_error(set("", "wan", {{{"mtu", "1400"}}, {}})), "iface");
  const auto tried = set("", "wan", {{{"cidr", "192.0.2.1/24"}, {"autostart", "1"}}, {}}, {.kernel = &kernel});
  EXPECT_EQ(tried.text, "auto wan\niface wan inet static\n\taddress 192.0.2.1/24\n");
}

TEST(Edit, WhatAnotherFileSaysIsEditedThere) {
  Model model = make_model(interfaces::read_configuration("interfaces.d/x", "iface far inet manual\n", {}), nullptr);
  const auto tried = set(kFile, "far", {{{"mtu", "1400"}}, {}}, {.model = &model});
  ASSERT_EQ(first_error(tried), "iface");
  EXPECT_NE(tried.errors.front().message.find("interfaces.d/x"), std::string::npos);
}

TEST(EditCreate, WritesTheCanonicalOrder) {
  const auto bridge = create("auto lo\niface lo inet loopback\n", "bridge", "vmbr1",
                             {{{"cidr", "192.0.2.1/24"},
                               {"gateway", "192.0.2.254"},
                               {"bridge_ports", "eth0 eth1"},
                               {"autostart", "1"},
                               {"mtu", "9000"},
                               {"comments", "guests"}},
                              {}});
  ASSERT_TRUE(bridge.errors.empty());
  EXPECT_EQ(bridge.text,
            "auto lo\niface lo inet loopback\n\nauto vmbr1\niface vmbr1 inet static\n\taddress 192.0.2.1/24\n\tgateway 192.0.2.254\n"
            "\tbridge-ports eth0 eth1\n\tbridge-stp off\n\tbridge-fd 0\n\tmtu 9000\n#guests\n");
  EXPECT_EQ(create("", "bond", "uplink", {{{"slaves", "b a"}, {"bond_mode", "802.3ad"}}, {}}).text,
            "iface uplink inet manual\n\tbond-slaves b a\n\tbond-miimon 100\n\tbond-mode 802.3ad\n");
  EXPECT_EQ(create("", "vlan", "eth0.7", {{{"cidr6", "2001:db8::1/64"}}, {}}).text,
            "iface eth0.7 inet6 static\n\taddress 2001:db8::1/64\n");
  EXPECT_EQ(create("", "vlan", "storage", {{{"vlan-raw-device", "eth0"}, {"vlan-id", "7"}}, {}}).text,
            "iface storage inet manual\n\tvlan-id 7\n\tvlan-raw-device eth0\n");
  EXPECT_EQ(create("", "eth", "eth0", {{{"cidr", "192.0.2.1/24"}, {"cidr6", "2001:db8::1/64"}}, {}}).text,
            "iface eth0 inet static\n\taddress 192.0.2.1/24\n\niface eth0 inet6 static\n\taddress 2001:db8::1/64\n");
  EXPECT_EQ(create("", "eth", "eth0", {{{"method", "dhcp"}, {"method6", "auto"}}, {}}).text,
            "iface eth0 inet dhcp\n\niface eth0 inet6 auto\n");
  EXPECT_EQ(create("", "dummy", "d-1", {}).text, "iface d-1 inet manual\n\tlink-type dummy\n");
}

TEST(EditCreate, AnOpenvswitchPortIsListedByItsBridge) {
  const std::string text = "auto b\niface b inet manual\n\tovs_type OVSBridge\n\tovs_ports eth0\n";
  const auto port = create(text, "OVSIntPort", "mgmt", {{{"ovs_bridge", "b"}, {"ovs_tag", "12"}, {"mtu", "1400"}}, {}});
  ASSERT_TRUE(port.errors.empty());
  EXPECT_EQ(port.text,
            "auto b\niface b inet manual\n\tovs_type OVSBridge\n\tovs_ports eth0 mgmt\n\n"
            "iface mgmt inet manual\n\tovs_type OVSIntPort\n\tovs_mtu 1400\n\tovs_bridge b\n\tovs_options tag=12\n");
  EXPECT_EQ(as_tried(delete_interface(document_of(port.text), "mgmt")).text, text);
  EXPECT_EQ(first_error(create(text, "OVSIntPort", "mgmt", {})), "ovs_bridge");
  EXPECT_EQ(first_error(create(text, "OVSIntPort", "mgmt", {{{"ovs_bridge", "eth0"}}, {}})), "ovs_bridge");
}

TEST(EditCreate, RefusesNamesAndTypes) {
  for (const std::string name : {"", "sixteen_bytes_nn", "a b", "a/b", "a\nb", "..", "swp[1-2]", "-x", "#x", "$IFACE", "a:b", "tap100i0",
                                 "veth7i0", "fwbr100i0", "all"})
    EXPECT_EQ(first_error(create(kFile, "bridge", name, {})), "iface") << name;
  for (const std::string name : {"vm-br_0.x", "br\xC3\xBC", "fifteen_bytes_n", "v4094", "veth-lan", "tap"})
    EXPECT_TRUE(create(kFile, "bridge", name, {}).errors.empty()) << name;
  EXPECT_EQ(first_error(create(kFile, "bridge", "vmbr0", {})), "iface");
  for (const std::string type : {"vnet", "fabric", "loopback", "bridgex", ""})
    EXPECT_EQ(first_error(create(kFile, type, "x", {})), "type") << type;
  EXPECT_EQ(first_error(create(kFile, "vlan", "storage", {{{"vlan-id", "7"}}, {}})), "vlan-raw-device");
  EXPECT_EQ(first_error(create(kFile, "vlan", "storage", {{{"vlan-raw-device", "enp5s0"}}, {}})), "vlan-id");
  EXPECT_EQ(first_error(create(kFile, "vlan", "enp5s0.7", {{{"vlan-id", "8"}}, {}})), "vlan-id");
  EXPECT_EQ(first_error(create(kFile, "alias", "x", {})), "iface");
  EXPECT_EQ(first_error(create(kFile, "bridge", "x", {{{"bridge_ports", "enp5s0"}}, {}})), "bridge_ports");
}

TEST(EditDelete, TakesTheNameOutOfAutoLinesAndReportsReferences) {
  const std::string text =
      "auto lo eth0 br\nallow-hotplug eth0\niface eth0 inet manual\n\tmtu 1500\n\niface br inet manual\n\tbridge-ports eth0\n\n"
      "iface eth0 inet6 auto\niface eth0.7 inet manual\n";
  const auto tried = as_tried(delete_interface(document_of(text), "eth0"));
  ASSERT_TRUE(tried.errors.empty());
  EXPECT_EQ(tried.text, "auto lo br\n\niface br inet manual\n\tbridge-ports eth0\n\niface eth0.7 inet manual\n");
  ASSERT_EQ(tried.warnings.size(), 2U);
  EXPECT_EQ(tried.warnings[0].code, "reference-remains");
  EXPECT_EQ(tried.warnings[0].where, (SourceLocation{"interfaces", 4, 15}));
}

TEST(Edit, ParametersOfATypeAreListed) {
  const auto bridge = edit_parameters(InterfaceType::bridge);
  EXPECT_TRUE(std::ranges::is_sorted(bridge));
  EXPECT_NE(std::ranges::find(bridge, "bridge_ports"), bridge.end());
  EXPECT_EQ(std::ranges::find(bridge, "slaves"), bridge.end());
  const auto nic = edit_parameters(InterfaceType::eth);
  EXPECT_EQ(std::ranges::find(nic, "bridge_ports"), nic.end());
}

// No value whatever gets a line into the file that the request doesn't own.
RC_GTEST_PROP(EditProperties, ValuesStayInTheirLine, (const std::string& value)) {
  static const auto parameters = [] {
    auto all = edit_parameters(InterfaceType::bridge);
    const auto bond = edit_parameters(InterfaceType::bond);
    all.insert(all.end(), bond.begin(), bond.end());
    return all;
  }();
  const auto parameter = *rc::gen::elementOf(parameters);
  const std::string name = *rc::gen::elementOf(std::vector<std::string>{"vmbr0", "bond7"});
  const auto prefix = *rc::gen::elementOf(std::vector<std::string>{"", "10.0.0.1/24", "eth0", "7"});
  const auto infix = *rc::gen::elementOf(std::vector<std::string>{"", "\n", "\tx", " \\", "\r", std::string(1, '\0')});
  const auto tried = set(kFile, name, {{{parameter, prefix + infix + value}}, {}});
  if (!tried.errors.empty()) {
    RC_ASSERT(tried.text.empty());
    return;
  }
  const auto before = interfaces::parse(kFile, "interfaces");
  const auto after = interfaces::parse(tried.text, "interfaces");
  const auto statements = [](const interfaces::Document& document) {
    return std::ranges::count_if(document.lines, [](const auto& line) { return line.kind == interfaces::LineKind::iface; });
  };
  const auto hooks = [](const std::string& text) {
    return interface_of(text, "vmbr0").hooks.size() + interface_of(text, "bond7").hooks.size();
  };
  // One further stanza: that of the other family.
  RC_ASSERT(statements(after) <= statements(before) + 1);
  RC_ASSERT(hooks(tried.text) == hooks(std::string(kFile)));
  RC_ASSERT(!has_control_character(replace_all(replace_all(tried.text, '\n', ' '), '\t', ' ')));
}

}  // namespace
}  // namespace drawbridge::network
