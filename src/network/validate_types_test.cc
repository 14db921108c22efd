// What is wrong with each type of interface: code, line, column, and that there is a hint.
#include <gtest/gtest.h>

#include <chrono>

#include "base/text.h"
#include "network/interface.h"

namespace drawbridge::network {
namespace {

std::string describe(std::string_view text, const Snapshot* kernel = nullptr) {
  const Model model = make_model(interfaces::read_configuration("interfaces", text, {}), kernel);
  std::string findings;
  for (const auto& finding : validate(model, kernel)) {
    findings += std::to_string(finding.where.line) + ":" + std::to_string(finding.where.column) +
                (finding.severity == Severity::error ? " error " : " warning ") + finding.code + "\n";
    EXPECT_FALSE(finding.hint.empty()) << finding.code;
  }
  return findings;
}

struct Wrong {
  std::string text;
  std::string findings;
};

class ValidateTypes : public testing::TestWithParam<Wrong> {};

TEST_P(ValidateTypes, Finds) { EXPECT_EQ(describe(GetParam().text), GetParam().findings) << GetParam().text; }

std::string bond(const std::string& options) { return "iface b inet manual\n\tbond-slaves eth0 eth1\n\t" + options + "\n"; }
std::string vxlan(const std::string& options) { return "iface vx inet manual\n\tvxlan-id 7\n\t" + options + "\n"; }

INSTANTIATE_TEST_SUITE_P(
    Bonds, ValidateTypes,
    testing::Values(
        Wrong{"iface a inet manual\n\tbond-slaves b\niface b inet manual\n\tbond-slaves eth0\n", "2:14 error slave-is-bond\n"},
        Wrong{bond("bond-mode 1\n\tbond-lacp-rate fast\n\tbond-min-links 1"),
              "4:2 warning bond-option-ignored\n5:2 warning bond-option-ignored\n"},
        Wrong{bond("bond-mode 4\n\tbond-arp-interval 100\n\tbond-arp-ip-target 192.0.2.1"),
              "4:2 warning bond-option-ignored\n5:2 warning bond-option-ignored\n"},
        Wrong{bond("bond-mode 1\n\tbond-miimon 100\n\tbond-arp-interval 100\n\tbond-arp-ip-target 192.0.2.1"),
              "5:2 error bond-two-monitors\n"},
        Wrong{bond("bond-mode 1\n\tbond-arp-interval 100"), "4:2 error bond-arp-without-target\n"},
        Wrong{bond("bond-mode 1\n\tbond-miimon 0"), "4:2 warning bond-unmonitored\n"},
        Wrong{bond("bond-mode 1\n\tbond-miimon 0\n\tbond-updelay 200"), "4:2 warning bond-unmonitored\n5:2 warning bond-delay-ignored\n"},
        Wrong{bond("bond-mode 1\n\tbond-miimon 100\n\tbond-updelay 250"), "5:15 warning bond-delay-rounded\n"},
        Wrong{bond("bond-mode 1\n\tbond-downdelay 200"), ""}, Wrong{bond("bond-miimon soon"), "3:14 error number-invalid\n"},
        Wrong{bond("mtu 1500") + "iface eth0 inet static\n\taddress 10.0.0.1/24\n", "5:10 warning address-on-port\n"},
        Wrong{"iface bond0 inet manual\n\tbond-slaves none\niface bond0.5 inet manual\n\tbond-master bond0\n", "3:1 error stacking-loop\n"},
        Wrong{"iface eth0 inet manual\n\tbond-master bond7\n", "2:14 error bond-unknown\n"},
        Wrong{"iface b inet manual\n\tbond-slaves regex eth(0\n", "2:20 error pattern-invalid\n"},
        Wrong{"iface eth0 inet manual\n\tbond-lacp-rate fast\n", "2:2 warning option-of-bond\n"}));

INSTANTIATE_TEST_SUITE_P(
    Vlans, ValidateTypes,
    testing::Values(
        Wrong{"iface a inet manual\n\tbridge-ports eth0.5\niface s inet manual\n\tvlan-raw-device eth0\n\tvlan-id 5\n",
              "2:15 error vlan-duplicate\n"},
        Wrong{"iface eth0.5 inet manual\n\tvlan-protocol 802.1Q\niface vlan5 inet manual\n\tvlan-raw-device eth0\n",
              "3:1 error vlan-duplicate\n"},
        Wrong{"iface eth0.5 inet manual\n\tvlan-protocol 802.1ad\niface vlan5 inet manual\n\tvlan-raw-device eth0\n", ""},
        Wrong{"iface v inet manual\n\tvlan-raw-device eth0\n\tvlan-id 5000\n", "3:10 error vlan-id-range\n"},
        Wrong{"iface v inet manual\n\tvlan-raw-device nowhere\n\tvlan-id 5\n", "2:18 warning parent-missing\n"},
        Wrong{"iface v inet manual\n\tvlan-raw-device eth0\n\tvlan-id 5\n\tvlan-bridge-binding x\n", "4:22 error switch-invalid\n"},
        Wrong{"iface br inet manual\n\tbridge-ports none\n\tbridge-vlan-aware yes\niface br.1 inet manual\n",
              "4:1 warning vlan-is-untagged\n"},
        // The MTU below is that of the VLAN's own parent.
        Wrong{"iface eth0 inet manual\n\tmtu 2000\niface eth0.5 inet manual\niface eth0.5.6 inet manual\n\tmtu 9000\n",
              "5:6 warning mtu-above-parent\n"},
        Wrong{"iface bond0 inet manual\n\tbond-slaves eth0\niface eth0 inet manual\n\tmtu 9000\niface bond0.5 inet manual\n\tmtu 9000\n",
              ""}));

INSTANTIATE_TEST_SUITE_P(
    Bridges, ValidateTypes,
    testing::Values(
        Wrong{"iface eth0 inet manual\n\tbridge-vids 5-4095\niface a inet manual\n\tbridge-ports eth0\n\tbridge-vlan-aware yes\n",
              "2:14 error vids-invalid\n"},
        Wrong{"iface eth0 inet manual\n\tbridge-pvid 5\n\tbridge-allow-untagged no\niface a inet manual\n\tbridge-ports eth0\n",
              "2:2 warning access-without-vlan-aware\n3:2 warning access-without-vlan-aware\n"},
        Wrong{"iface a inet manual\n\tbridge-ports eth0\n\tbridge-pvid 5\n", "3:2 warning access-without-vlan-aware\n"},
        Wrong{"iface eth0 inet manual\n\tbridge-pathcosts 5\n", "2:2 warning port-option-without-bridge\n"},
        Wrong{"iface eth0 inet manual\n\tbridge-ageing 5\n", "2:2 warning option-of-bridge\n"},
        Wrong{"iface customers-north inet manual\n\tbridge-ports none\n", "1:1 warning name-without-room\n"},
        Wrong{"iface customers-north inet manual\n\tbridge-ports none\n\tbridge-vlan-aware yes\n", ""},
        Wrong{"iface customers-north inet manual\n\tbridge-ports none\n\tbridge-vlan-aware yes\n\tbridge-always-up yes\n",
              "4:2 error name-too-long\n"}));

INSTANTIATE_TEST_SUITE_P(
    Vxlans, ValidateTypes,
    testing::Values(Wrong{vxlan("vxlan-port 4789") + "iface vy inet manual\n\tvxlan-id 7\n", "5:11 error vxlan-duplicate\n"},
                    Wrong{vxlan("vxlan-remoteip 192.0.2.1\n\tvxlan-mcastgrp 239.0.0.1\n\tvxlan-physdev eth0"),
                          "4:2 error vxlan-destination\n"},
                    Wrong{vxlan("vxlan-mcastgrp 192.0.2.1\n\tvxlan-physdev eth0"), "3:17 error vxlan-group\n"},
                    Wrong{vxlan("vxlan-local-tunnelip 192.0.2.1\n\tvxlan-remoteip 2001:db8::1"), "4:17 error vxlan-family\n"},
                    Wrong{vxlan("vxlan-local-tunnelip 192.0.2.1\n\tvxlan-remoteip 192.0.2.2"), ""},
                    Wrong{vxlan("vxlan-learning maybe\n\tvxlan-port 0"), "3:17 error switch-invalid\n4:13 error number-invalid\n"},
                    Wrong{vxlan("vxlan-physdev eth0\n\tmtu 1500") + "iface eth0 inet manual\n", "4:6 warning mtu-above-parent\n"},
                    Wrong{vxlan("vxlan-physdev eth0\n\tmtu 1450") + "iface eth0 inet manual\n", ""},
                    Wrong{"iface vx inet manual\n\tvxlan-port 4789\n", "2:2 warning option-of-vxlan\n"}));

INSTANTIATE_TEST_SUITE_P(
    Others, ValidateTypes,
    testing::Values(
        Wrong{"iface r inet manual\n\tvrf-table 7\niface s inet manual\n\tvrf-table 7\n", "4:12 error vrf-table-duplicate\n"},
        Wrong{"iface r inet manual\n\tvrf-table 254\n", "2:12 error vrf-table-reserved\n"},
        Wrong{"iface r inet manual\n\tvrf-table auto\niface eth0 inet manual\n\tvrf r\niface a inet manual\n\tbridge-ports eth0\n",
              "4:6 error port-in-two-masters\n"},
        Wrong{"iface t inet manual\n\ttunnel-mode gre\n\ttunnel-local 192.0.2.1\n", "1:1 warning tunnel-end-missing\n"},
        Wrong{"iface a inet manual\n\ttunnel-mode gre\n\ttunnel-local 192.0.2.1\n\ttunnel-endpoint 192.0.2.2\n\ttunnel-dev a.5\n"
              "iface a.5 inet manual\n",
              "6:1 error stacking-loop\n"},
        Wrong{"iface enp129s0f0np0 inet manual\n\taddress-virtual 02:00:00:00:00:01 192.0.2.1/24\n", "2:2 error name-too-long\n"},
        Wrong{"iface eth0 inet manual\n\taddress-virtual 02:00:00:00:00:01 192.0.2.1/24\niface eth0-v0 inet manual\n",
              "2:2 error name-derived-twice\n"},
        Wrong{"iface eth0 inet manual\n\tvrrp 9 192.0.2.1/24\niface a inet manual\n\tbridge-ports eth0\n",
              "2:2 error virtual-address-on-port\n"},
        Wrong{"iface eth0 inet6 dhcp\n\tip6-forward on\n", "2:2 warning advertisements-ignored\n"},
        Wrong{"iface eth0 inet6 auto\n\tip6-forward on\n", ""},
        Wrong{"iface eth0 inet manual\n\tuplink-id 1\niface eth1 inet manual\n\tuplink-id 1\n", "4:12 warning uplink-duplicate\n"},
        Wrong{"iface eth0.5 inet manual\n\tuplink-id 1\n", "2:2 warning uplink-type\n"},
        Wrong{"iface v inet manual\n\tovs_type OVSBridge\n\tovs_ports eth0\n\tovs_mtu 1500\niface eth0 inet manual\n\tovs_type OVSPort\n"
              "\tovs_bridge v\n\tovs_mtu 9000\n",
              "8:10 warning mtu-above-master\n"}));

Link link_of(std::string name, std::string kind = "") {
  Link link;
  link.name = std::move(name);
  link.kind = std::move(kind);
  return link;
}

TEST(ValidateTypesKernel, AVlanThatTheKernelHasAlready) {
  Snapshot kernel;
  kernel.links["eth0"] = link_of("eth0");
  kernel.links["eth0"].altnames = {"enp1s0"};
  auto vlan = link_of("byhand", "vlan");
  vlan.parent = "eth0";
  vlan.data = {{"id", std::uint64_t{5}}, {"protocol", std::string("802.1Q")}};
  kernel.links["byhand"] = vlan;
  EXPECT_EQ(describe("iface enp1s0.5 inet manual\n", &kernel), "1:1 warning vlan-in-use\n");
  EXPECT_EQ(describe("iface enp1s0.6 inet manual\n", &kernel), "");
  EXPECT_EQ(describe("iface byhand inet manual\n", &kernel), "") << "known from the kernel only";
  EXPECT_EQ(describe("iface enp1s0.6 inet manual\niface vlan6 inet manual\n\tvlan-raw-device eth0\n", &kernel),
            "2:1 error vlan-duplicate\n");
}

TEST(ValidateTypesKernel, OneLinkByTwoNames) {
  Snapshot kernel;
  kernel.links["eth0"] = link_of("eth0");
  kernel.links["eth0"].altnames = {"enp1s0"};
  EXPECT_EQ(describe("iface enp1s0 inet manual\niface eth0 inet manual\n", &kernel), "2:1 warning link-twice\n");
  EXPECT_EQ(describe("iface a inet manual\n\tbridge-ports enp1s0\niface b inet manual\n\tbridge-ports eth0\n", &kernel),
            "4:15 error port-in-two-masters\n");
}

TEST(ValidateTypesKernel, WhatHasNoMtuLineKeepsTheKernels) {
  Snapshot kernel;
  kernel.links["eth0"] = link_of("eth0");
  kernel.links["eth0"].mtu = 9000;
  EXPECT_EQ(describe("iface eth0.5 inet manual\n\tmtu 9000\n", &kernel), "");
  EXPECT_EQ(describe("iface eth0.5 inet manual\n\tmtu 9001\n", &kernel), "2:6 warning mtu-above-parent\n");
}

TEST(ValidateTypes, FiveThousandInterfacesTakeNoSquare) {
  std::string text = "iface vmbr0 inet manual\n\tbridge-ports eth0\n\tbridge-vlan-aware yes\n";
  for (int i = 2; i < 2'500; ++i) {
    const auto id = std::to_string(i);
    text += "iface vmbr0." + id + " inet manual\n\tmtu 1500\niface net" + id + " inet manual\n\tbridge-ports eth1." + id + "\n";
  }
  const auto model = make_model(interfaces::read_configuration("interfaces", text, {}), nullptr);
  const auto start = std::chrono::steady_clock::now();
  EXPECT_TRUE(validate(model, nullptr).empty());
  const auto taken = std::chrono::steady_clock::now() - start;
  EXPECT_LT(std::chrono::duration_cast<std::chrono::milliseconds>(taken).count(), 3'000);
}

}  // namespace
}  // namespace drawbridge::network
