#include "guest/bridge_check.h"

#include <gtest/gtest.h>

#include "guest/nic_string.h"

namespace drawbridge::guest {
namespace {

constexpr const char* kNode =
    "iface eno1 inet manual\n\tmtu 9000\niface eno2 inet manual\n"
    "iface vmbr0 inet manual\n\tbridge-ports eno2\n"
    "iface jumbo inet manual\n\tbridge-ports eno1\n"
    "iface aware inet manual\n\tbridge-ports none\n\tbridge-vlan-aware yes\n\tbridge-vids 2-100 200\n\tmtu 4000\n"
    "iface all inet manual\n\tbridge-ports none\n\tbridge-vlan-aware yes\n"
    "iface enp193s0f0np0 inet manual\niface longnamebr inet manual\n\tbridge-ports enp193s0f0np0\n";

const network::Model& node() {
  static const network::Model kModel = network::make_model(interfaces::read_configuration("i", kNode, {}), nullptr);
  return kModel;
}

std::string check(const std::string& text, Kind kind = Kind::qemu) {
  const auto read = parse_nic(text, kind, 0, {"n", 1, 1});
  EXPECT_TRUE(read.nic) << text;
  std::string codes;
  for (const auto& finding : check_bridge(*read.nic, node(), {"n", 1, 1})) {
    EXPECT_FALSE(finding.hint.empty());
    codes += (finding.severity == Severity::error ? "error " : "warning ") + finding.code + "\n";
  }
  return codes;
}

TEST(BridgeCheck, TakesWhatFits) {
  EXPECT_EQ(check("virtio,bridge=vmbr0,tag=44"), "");
  EXPECT_EQ(check("virtio,bridge=jumbo,mtu=9000"), "");
  EXPECT_EQ(check("virtio,bridge=aware,tag=44,trunks=2-100;200,mtu=1"), "");
  EXPECT_EQ(check("virtio,bridge=all,trunks=2-4094"), "");
  EXPECT_EQ(check("virtio"), "");
}

TEST(BridgeCheck, NamesWhatDoesNot) {
  EXPECT_EQ(check("virtio,bridge=vmbr1"), "warning bridge-missing\n");
  EXPECT_EQ(check("virtio,bridge=averyverylongname"), "error bridge-name-long\n");
  EXPECT_EQ(check("virtio,bridge=eno1"), "error bridge-wrong-type\n");
  EXPECT_EQ(check("virtio,bridge=vmbr0,trunks=5"), "error trunks-without-vlan-aware\n");
  EXPECT_EQ(check("virtio,bridge=vmbr0,mtu=9000"), "error mtu-above-bridge\n");
  EXPECT_EQ(check("virtio,bridge=vmbr0,mtu=500"), "error mtu-too-small\n");
  EXPECT_EQ(check("virtio,bridge=aware,tag=150"), "warning vlan-not-carried\n");
  EXPECT_EQ(check("virtio,bridge=aware,trunks=90-110"), "warning vlan-not-carried\n");
  EXPECT_EQ(check("virtio,bridge=longnamebr,tag=1000"), "warning device-name-long\n");
  EXPECT_EQ(check("name=eth0", Kind::lxc), "error bridge-missing\n");
  EXPECT_EQ(check("name=eth0,bridge=aware,mtu=4001", Kind::lxc), "error mtu-above-bridge\n");
}

TEST(BridgeCheck, OffersTheBridgeThatWasMeant) {
  const auto nic = *parse_nic("virtio,bridge=vmbr9", Kind::qemu, 0, {"n", 1, 1}).nic;
  EXPECT_EQ(check_bridge(nic, node(), {"n", 1, 1}).front().hint, "did you mean vmbr0?");
}

}  // namespace
}  // namespace drawbridge::guest
