#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/text.h"
#include "network/interface.h"

namespace drawbridge::network {
namespace {

Link make_link(std::string name, std::string kind = "", std::vector<std::string> altnames = {}) {
  Link link;
  link.name = std::move(name);
  link.kind = std::move(kind);
  link.altnames = std::move(altnames);
  return link;
}

Diagnostics findings_of(std::string_view text, const Snapshot* kernel = nullptr) {
  const Model model = make_model(interfaces::read_configuration("interfaces", text, {}), kernel);
  Diagnostics found = validate(model, kernel);
  found.insert(found.end(), model.diagnostics.begin(), model.diagnostics.end());
  return found;
}

std::string describe(const Diagnostics& findings) {
  std::string text;
  for (const auto& finding : findings) {
    text += std::to_string(finding.where.line) + ":" + std::to_string(finding.where.column) + " " +
            (finding.severity == Severity::error ? "error " : "warning ") + finding.code + "\n";
    EXPECT_FALSE(finding.hint.empty()) << finding.code;
  }
  return text;
}

struct Wrong {
  std::string text;
  std::string findings;
};

class Validate : public testing::TestWithParam<Wrong> {};

TEST_P(Validate, Finds) { EXPECT_EQ(describe(findings_of(GetParam().text)), GetParam().findings) << GetParam().text; }

const std::string kNic = "iface eth0 inet manual\n";

INSTANTIATE_TEST_SUITE_P(Names, Validate,
                         testing::Values(Wrong{"iface sixteen_bytes_nn inet manual\n", "1:1 error name-too-long\n"},
                                         Wrong{"iface fifteen_bytes_n inet manual\n", ""},
                                         Wrong{"iface a/b inet manual\n", "1:1 error name-invalid\n"},
                                         Wrong{"iface a:b inet manual\n", "1:1 error name-invalid\n"},
                                         Wrong{"iface a\x01 inet manual\n", "1:1 error name-invalid\n"},
                                         Wrong{"iface b inet manual\n\tbridge-ports enp1s0f0np0.1234\n", "2:15 error name-too-long\n"},
                                         Wrong{"auto ghost\n", "1:1 warning auto-without-stanza\n"},
                                         Wrong{"auto eth0\niface b inet manual\n\tbridge-ports eth0\n", ""}));

INSTANTIATE_TEST_SUITE_P(
    Ports, Validate,
    testing::Values(
        Wrong{"iface a inet manual\n\tbridge-ports eth0\niface b inet manual\n\tbridge-ports eth1 eth0\n",
              "4:20 error port-in-two-masters\n"},
        Wrong{"iface a inet manual\n\tbridge-ports eth0\niface bond0 inet manual\n\tbond-slaves eth0\n",
              "4:14 error port-in-two-masters\n"},
        Wrong{"iface a inet manual\n\tbridge-ports what\n", "2:15 warning port-missing\n"},
        Wrong{"iface a inet manual\n\tbridge-ports eth0.5 bond0.7 enp1s0\niface bond0 inet manual\n\tbond-slaves none\n", ""},
        Wrong{"iface a inet manual\n\tbridge-ports glob what*  noglob eth0\n", ""},
        Wrong{"iface a inet manual\n\tbridge-ports regex (what|ever).*\n", ""}, Wrong{"iface a inet manual\n\tbridge_ports all\n", ""},
        Wrong{"iface a inet manual\n\tbridge-ports a\n", "2:15 error bridge-loop\n"},
        Wrong{"iface a inet manual\n\tbridge-ports b\niface b inet manual\n\tbridge-ports none\n", "2:15 error port-is-bridge\n"},
        Wrong{"iface a inet manual\n\tbridge-ports lo\niface lo inet loopback\n", "2:15 error port-type\n"},
        Wrong{"iface a inet manual\n\tbridge-ports a.5\niface a.5 inet manual\n", "3:1 error stacking-loop\n"},
        Wrong{"iface eth0 inet static\n\taddress 10.0.0.1/24\niface a inet manual\n\tbridge-ports eth0\n",
              "2:10 warning address-on-port\n"},
        Wrong{"iface eth0 inet dhcp\niface a inet manual\n\tbridge-ports eth0\n", "1:1 warning address-on-port\n"},
        Wrong{"iface eth0 inet static\n\taddress 0.0.0.0\niface a inet manual\n\tbridge-ports eth0\n", ""},
        Wrong{"iface eth0 inet manual\n\tbridge-access 7\n", "2:2 warning port-option-without-bridge\n"},
        Wrong{"iface eth0 inet manual\n\tbridge-access 7\niface a inet manual\n\tbridge-ports eth0\n",
              "2:2 warning access-without-vlan-aware\n"},
        Wrong{"iface eth0 inet manual\n\tbridge-access 4095\niface a inet manual\n\tbridge-ports eth0\n\tbridge-vlan-aware yes\n",
              "2:16 error number-invalid\n"},
        Wrong{"iface eth0 inet manual\n\tbridge-learning maybe\niface a inet manual\n\tbridge-ports eth0\n",
              "2:18 error switch-invalid\n"}));

INSTANTIATE_TEST_SUITE_P(
    Bridges, Validate,
    testing::Values(
        Wrong{"iface a inet manual\n\tbridge-ports none\n\tbridge-stp maybe\n", "3:13 error switch-invalid\n"},
        Wrong{"iface a inet manual\n\tbridge-ports none\n\tbridge-stp on\n\tbridge-fd 1\n", "4:12 error bridge-fd-range\n"},
        Wrong{"iface a inet manual\n\tbridge-ports none\n\tbridge-fd 1\n", ""},
        Wrong{"iface a inet manual\n\tbridge-ports none\n\tbridge-fd soon\n", "3:12 error number-invalid\n"},
        Wrong{"iface a inet manual\n\tbridge-ports none\n\tbridge-vlan-aware jein\n", "3:20 error switch-invalid\n"},
        Wrong{"iface a inet manual\n\tbridge-ports none\n\tbridge-vlan-aware yes\n\tbridge-vids 2-5 9-8\n", "4:18 error vids-invalid\n"},
        Wrong{"iface a inet manual\n\tbridge-ports none\n\tbridge-vids 2-5\n", "3:2 warning vids-without-vlan-aware\n"},
        Wrong{"iface a inet manual\n\tbridge-vlan-aware yes\n", "1:1 warning bridge-without-ports\n"},
        Wrong{"iface a inet manual\n\tbridge_stp off\n", "2:2 warning option-of-bridge\n"},
        Wrong{"iface a inet manual\n\tbridge_port eth0\n", "2:2 warning option-unknown\n2:2 warning option-of-bridge\n"},
        Wrong{"iface a inet static\n\taddres 10.0.0.1/24\n", "1:1 warning static-without-address\n2:2 warning option-unknown\n"},
        Wrong{"iface a inet manual\n\tmtu 12\n", "2:6 error number-invalid\n"},
        Wrong{"iface a inet manual\n\thwaddress ether 02:00:00:00:00:01\n", ""},
        Wrong{"iface a inet manual\n\thwaddress 03:00:00:00:00:01\n", "2:12 error mac-invalid\n"},
        Wrong{"iface a inet manual\n\thwaddress 02:00:00:00:01\n", "2:12 error mac-invalid\n"}));

INSTANTIATE_TEST_SUITE_P(
    Bonds, Validate,
    testing::Values(
        Wrong{"iface b inet manual\n\tbond-slaves b\n", "2:14 error bond-loop\n"},
        Wrong{"iface b inet manual\n\tbond-slaves eth0\n\tbond-mode what\n", "3:12 error value-unknown\n"},
        Wrong{"iface b inet manual\n\tbond-slaves eth0\n\tbond-mode 1\n\tbond-primary eth1\n", "4:15 error primary-not-slave\n"},
        Wrong{"iface b inet manual\n\tbond-slaves eth0\n\tbond-primary eth0\n", "3:2 warning primary-ignored\n"},
        Wrong{"iface b inet manual\n\tbond-slaves eth0\n\tbond-mode 1\n\tbond-xmit-hash-policy layer2\n",
              "4:2 warning hash-policy-ignored\n"},
        Wrong{"iface b inet manual\n\tbond-slaves eth0\n\tbond-mode 4\n\tbond-xmit-hash-policy layer7\n", "4:24 error value-unknown\n"},
        Wrong{"iface b inet manual\n\tbond-slaves c\niface c inet manual\n\tbridge-ports none\n", "2:14 error slave-type\n"},
        Wrong{"iface bond0 inet manual\n\tbond-slaves none\niface eth0 inet manual\n\tbond-master bond0\n\tbond-primary eth0\n", ""},
        Wrong{"iface b inet manual\n\tbond-slaves eth0\niface eth0.5 inet manual\n", "3:1 warning vlan-on-slave\n"}));

INSTANTIATE_TEST_SUITE_P(
    Vlans, Validate,
    testing::Values(
        Wrong{"iface vlan5 inet manual\n", "1:1 error vlan-without-parent\n"},
        Wrong{"iface s inet manual\n\tvlan-raw-device eth0\n", "1:1 error vlan-without-id\n"},
        Wrong{"iface eth0.4095 inet manual\n", "1:1 error vlan-id-range\n"},
        Wrong{"iface eth0.0 inet manual\n", "1:1 error vlan-id-range\n"},
        Wrong{"iface s inet manual\n\tvlan-raw-device eth0\n\tvlan-id x\n", "3:10 error vlan-id-range\n"},
        Wrong{"iface eth0.5 inet manual\n\tvlan-id 6\n", "2:10 warning vlan-id-contradiction\n"},
        Wrong{"iface eth0.5 inet manual\n\tvlan-raw-device eth1\n", "2:18 warning vlan-parent-contradiction\n"},
        Wrong{"iface lan.5 inet manual\n", "1:1 warning parent-missing\n"},
        Wrong{"iface eth0.5 inet manual\niface s inet manual\n\tvlan-raw-device eth0\n\tvlan-id 5\n", "2:1 error vlan-duplicate\n"},
        Wrong{"iface eth0.5 inet manual\n\tvlan-protocol 802.1x\n", "2:16 error vlan-protocol-invalid\n"},
        Wrong{kNic + "\tmtu 1500\niface eth0.5 inet manual\n\tmtu 9000\n", "4:6 error mtu-above-parent\n"},
        Wrong{kNic + "iface eth0.5 inet manual\n\tmtu 9000\n", "3:6 warning mtu-above-parent\n"},
        Wrong{kNic + "iface b inet manual\n\tbridge-ports eth0\n\tmtu 9000\n", "4:6 warning mtu-above-port\n"},
        Wrong{"iface a inet manual\n\tvlan-raw-device b\n\tvlan-id 1\niface b inet manual\n\tvlan-raw-device a\n\tvlan-id 1\n",
              "5:18 error stacking-loop\n"},
        Wrong{"iface vx inet manual\n\tvxlan-id 16777216\n\tvxlan-remoteip x\n", "2:11 error number-invalid\n3:17 error ip-invalid\n"},
        Wrong{"iface vx inet manual\n\tvxlan-id 1\n\tvxlan-svcnodeip 239.0.0.1\n", "3:2 error vxlan-without-physdev\n"},
        Wrong{"iface p inet manual\n\tovs_type OVSPort\n\tovs_bridge b\n", "3:13 error ovs-bridge-unknown\n"},
        Wrong{"iface eth0:1 inet static\n\taddress 10.0.0.1/24\n", ""},
        Wrong{"iface x:1 inet static\n\taddress 10.0.0.1/24\n", "1:1 warning parent-missing\n"}));

INSTANTIATE_TEST_SUITE_P(
    Addresses, Validate,
    testing::Values(
        Wrong{"iface a inet static\n\taddress 10.0.0.1/24\niface b inet static\n\taddress 10.0.0.1/24\n",
              "4:10 warning address-duplicate\n"},
        Wrong{"iface a inet static\n\taddress 10.0.0.1/24\n\taddress 10.0.0.1/24\n", "3:10 warning address-duplicate\n"},
        // The node's own address on a bridge for routed guests.
        Wrong{"iface a inet static\n\taddress 10.0.0.1/24\niface b inet static\n\taddress 10.0.0.1/32\n", ""},
        Wrong{"iface a inet static\n\taddress 10.0.0.1/24\niface b inet static\n\taddress 10.0.0.9/16\n", "4:10 warning subnet-overlap\n"},
        Wrong{"iface a inet static\n\taddress 10.0.0.1/24\niface a:1 inet static\n\taddress 10.0.0.9/24\n\niface a inet manual\n", ""},
        Wrong{"iface a inet static\n\taddress 10.0.0.1/24\n\tvrf x\niface b inet static\n\taddress 10.0.0.9/24\n", ""},
        Wrong{"iface a inet static\n\taddress 224.0.0.1/24\n", "2:10 error address-unusable\n"},
        Wrong{"iface a inet static\n\taddress 10.0.0.0/24\n", "2:10 warning address-is-network\n"},
        Wrong{"iface a inet static\n\taddress 10.0.0.255/24\n", "2:10 warning address-is-broadcast\n"},
        Wrong{"iface a inet static\n\taddress 10.0.0.0/31\n", ""},
        Wrong{"iface a inet static\n\taddress 10.0.0.1/0\n", "2:10 warning address-length\n"},
        Wrong{"iface a inet static\n", "1:1 warning static-without-address\n"},
        Wrong{"iface a inet static\n\taddress 10.0.0.1/24\n\tgateway 10.0.1.1\n", "3:10 warning gateway-off-link\n"},
        Wrong{"iface a inet static\n\taddress 10.0.0.1/24\n\tgateway 10.0.0.1\n", "3:10 error gateway-is-self\n"},
        Wrong{"iface a inet static\n\taddress 10.0.0.1/24\n\tgateway 10.0.0.255\n", "3:10 error gateway-is-broadcast\n"},
        Wrong{"iface a inet6 static\n\taddress 2001:db8::1/64\n\tgateway fe80::1\n", ""},
        Wrong{"iface a inet static\n\taddress 10.0.0.1/32\n\tgateway 10.9.9.9\n", ""},
        Wrong{"iface a inet static\n\taddress 10.0.0.1/24\n\tpost-up ip route add 10.9.9.9 dev a\n\tgateway 10.9.9.9\n", ""},
        Wrong{"iface a inet static\n\taddress 10.0.0.1\n\tnetmask 255.255.255.0\n\tpointopoint 10.9.9.9\n\tgateway 10.9.9.9\n", ""},
        Wrong{"iface a inet manual\n\tgateway 10.0.0.1\n", "2:10 warning gateway-without-address\n"},
        Wrong{"iface a inet static\n\taddress 10.0.0.2/24\n\tgateway 10.0.0.1\niface b inet static\n\taddress 10.1.0.2/24\n\tgateway "
              "10.1.0.1\n",
              "6:10 warning second-gateway\n"},
        Wrong{"iface a inet static\n\taddress 10.0.0.2/24\n\tgateway 10.0.0.1\niface b inet static\n\taddress 10.1.0.2/24\n\tgateway "
              "10.1.0.1\n\tmetric 5\n",
              ""}));

TEST(ValidateKernel, MissingHardware) {
  Snapshot kernel;
  kernel.links["eth0"] = make_link("eth0", "", {"enp1s0"});
  EXPECT_EQ(describe(findings_of("iface eth0 inet manual\niface enp1s0 inet manual\niface eth1 inet manual\n", &kernel)),
            "1:1 warning link-twice\n3:1 warning nic-missing\n");
  EXPECT_EQ(describe(findings_of("iface b inet manual\n\tbridge-ports eth0 eth0.5 eth7\n", &kernel)), "2:27 warning nic-missing\n");
  EXPECT_EQ(describe(findings_of("allow-hotplug eth1\niface eth1 inet dhcp\n", &kernel)), "");
}

// Configurations of real nodes: none has an error, and those that are sound have no warning.
TEST(Validate, TheWildIsMostlyRight) {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(DRAWBRIDGE_SOURCE_DIR "/tests/golden/wild")) {
    if (entry.path().extension() != ".interfaces") continue;
    ++count;
    std::ifstream file(entry.path(), std::ios::binary);
    const auto findings = findings_of(std::string(std::istreambuf_iterator<char>(file), {}));
    EXPECT_FALSE(has_errors(findings)) << entry.path();
    const std::string name = entry.path().filename();
    // One puts the same IPv6 subnet on two links, the other's bridge is in a file of its own.
    if (name == "hetzner-routed.interfaces" || name == "sdn-generated.interfaces") {
      EXPECT_EQ(findings.size(), 1U) << name;
      continue;
    }
    EXPECT_TRUE(findings.empty()) << name << "\n" << (findings.empty() ? "" : format_diagnostic(findings.front()));
  }
  EXPECT_GE(count, 10U);
}

TEST(Validate, CommonHabitsAreNotNoise) {
  EXPECT_EQ(describe(findings_of(R"(source /etc/network/interfaces.d/*

auto lo
iface lo inet loopback
	up ip addr add 192.0.2.99/32 dev lo

allow-hotplug wlan0
iface wlan0 inet dhcp
	wpa-ssid home
	wpa-psk secret
	wireless-power off

auto eno1
iface eno1 inet static
	address 203.0.113.10
	netmask 255.255.255.192
	network 203.0.113.0
	broadcast 203.0.113.63
	gateway 203.0.113.1
	up route add -net 203.0.113.0 netmask 255.255.255.192 gw 203.0.113.1 dev eno1
	dns-nameservers 192.0.2.53 192.0.2.54
	dns-search example.net
	ethernet-wol g
	offload-gro off
	hardware-dma-ring-rx 4096
	link-speed 1000

iface eno1 inet6 auto
	privext 2
	accept_ra 2
	autoconf 1

auto vmbr1
iface vmbr1 inet static
	address 10.10.10.1/24
	bridge_ports none
	bridge_stp off
	bridge_fd 0
	bridge_maxwait 0
	bridge_ageing 300
	bridge_waitport 0
	post-up   echo 1 > /proc/sys/net/ipv4/ip_forward
	post-up   iptables -t nat -A POSTROUTING -s '10.10.10.0/24' -o eno1 -j MASQUERADE
	post-down iptables -t nat -D POSTROUTING -s '10.10.10.0/24' -o eno1 -j MASQUERADE

auto bond0
iface bond0 inet manual
	bond-slaves eno2 eno3
	bond-miimon 100
	bond-mode 802.3ad
	bond-lacp-rate fast
	bond-downdelay 200
	bond-updelay 200
	bond-min-links 1
	bond-xmit-hash-policy layer2+3

auto wg0
iface wg0 inet static
	address 10.99.0.1/24
	pre-up ip link add wg0 type wireguard
)")),
            "");
}

}  // namespace
}  // namespace drawbridge::network
