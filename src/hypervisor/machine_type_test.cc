#include "hypervisor/machine_type.h"

#include <gtest/gtest.h>

namespace drawbridge::hypervisor {
namespace {

constexpr QemuVersion kHere{7, 2};

TEST(MachineType, IsThatOfTheKey) {
  EXPECT_EQ(machine_type("", kHere, {})->name, "pc");
  EXPECT_EQ(machine_type("", kHere, {})->version, kHere);
  EXPECT_TRUE(machine_type("q35", kHere, {})->q35);
  const auto old = machine_type("pc-q35-6.2+pve0", kHere, {});
  ASSERT_TRUE(old);
  EXPECT_EQ(old->name, "pc-q35-6.2");
  EXPECT_EQ(old->version, (QemuVersion{6, 2}));
}

TEST(MachineType, TellsTheUsualMtuFromSomeVersionOn) {
  constexpr QemuVersion kNew{10, 2};
  EXPECT_FALSE(machine_type("pc-i440fx-10.0", kNew, {})->pins_host_mtu);
  EXPECT_FALSE(machine_type("pc-i440fx-10.0+pve0", kNew, {})->pins_host_mtu);
  EXPECT_TRUE(machine_type("pc-i440fx-10.0+pve1", kNew, {})->pins_host_mtu);
  EXPECT_TRUE(machine_type("pc-i440fx-10.1", kNew, {})->pins_host_mtu);
  EXPECT_FALSE(machine_type("pc", kHere, {})->pins_host_mtu);
}

TEST(MachineType, ThatCannotBe) {
  for (const char* text : {"virt", "pc-i440fx-", "pc-q35-x.1", "pc-q35-7"}) EXPECT_FALSE(machine_type(text, kHere, {})) << text;
  const auto newer = machine_type("pc-q35-9.0", kHere, {"f", 2, 10});
  ASSERT_FALSE(newer);
  EXPECT_EQ(newer.error().code, Errc::invalid_input);
  EXPECT_EQ(newer.error().where, (SourceLocation{"f", 2, 10}));
}

TEST(QemuVersion, IsReadFromWhatItSays) {
  EXPECT_EQ(*parse_qemu_version("QEMU emulator version 7.2.22 (Debian 1:7.2+dfsg-7+deb12u18)\n"), kHere);
  EXPECT_EQ(*parse_qemu_version("QEMU emulator version 10.0.2"), (QemuVersion{10, 0}));
  EXPECT_FALSE(parse_qemu_version("QEMU emulator"));
  EXPECT_FALSE(parse_qemu_version(""));
}

}  // namespace
}  // namespace drawbridge::hypervisor
