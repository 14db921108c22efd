#include "guest/device_name.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace drawbridge::guest {
namespace {

TEST(DeviceName, IsTheFamiliarOneWhereItFits) {
  EXPECT_EQ(device_name(Kind::qemu, 100, 0), "tap100i0");
  EXPECT_EQ(device_name(Kind::qemu, kLastVmid, 31), "tap999999999i31");
  EXPECT_EQ(device_name(Kind::lxc, 100, 0), "veth100i0");
  EXPECT_EQ(device_name(Kind::lxc, kLastVmid, 9), "veth999999999i9");
  EXPECT_EQ(peer_device_name(100, 3), "veth100i3p");
}

TEST(DeviceName, IsShortenedWhereTheKernelWouldRefuseIt) {
  EXPECT_EQ(device_name(Kind::lxc, kLastVmid, 10), "ve999999999i10");
  EXPECT_EQ(full_device_name(Kind::lxc, kLastVmid, 10), "veth999999999i10");
  EXPECT_EQ(peer_device_name(kLastVmid, 9), "ve999999999i9p");
  EXPECT_EQ(peer_device_name(kLastVmid, 31), "ve999999999i31p");
}

RC_GTEST_PROP(DeviceName, FitsAndLeadsBack, (bool container)) {
  const auto vmid = *rc::gen::inRange<Vmid>(kFirstVmid, kLastVmid + 1);
  const auto slot = static_cast<std::uint8_t>(*rc::gen::inRange(0, 32));
  const DeviceOwner owner{container ? Kind::lxc : Kind::qemu, vmid, slot};
  const std::string name = device_name(owner.kind, owner.vmid, owner.slot);
  RC_ASSERT(name.size() <= kLongestDeviceName);
  RC_ASSERT(peer_device_name(vmid, slot).size() <= kLongestDeviceName);
  RC_ASSERT(parse_device_name(name) == owner);
}

TEST(DeviceName, OfOthersIsNobodys) {
  for (const char* name :
       {"", "tap", "tap0", "tap99i0", "tap100i32", "tap0100i0", "tap100i00", "tap1000000000i0", "tap100i", "tapi0", "tap100i0p",
        "veth100i0p", "veth1a2b3c4", "ve100i0", "ve999999999i9", "vetap100i0", "eth0", "tap-100i0", "tap100i-1"}) {
    EXPECT_FALSE(parse_device_name(name)) << name;
  }
}

TEST(DeviceName, OfADerivedDeviceFits) {
  EXPECT_EQ(fitting_device_name("vmbr0v44"), "vmbr0v44");
  EXPECT_EQ(fitting_device_name("enp1s0f0np0.100"), "enp1s0f0np0.100");
  const std::string shortened = fitting_device_name("enp193s0f0np0.1000");
  EXPECT_EQ(shortened.size(), kLongestDeviceName);
  EXPECT_TRUE(shortened.starts_with("enp193~")) << shortened;
  EXPECT_EQ(shortened, fitting_device_name("enp193s0f0np0.1000"));
  EXPECT_NE(shortened, fitting_device_name("enp193s0f0np0.1001"));
}

}  // namespace
}  // namespace drawbridge::guest
