#include "cli/qemu_script.h"

#include <gtest/gtest.h>

namespace drawbridge::cli {
namespace {

using Words = std::vector<std::string>;

TEST(QemuScript, StandsForPlugAndUnplug) {
  EXPECT_EQ(*qemu_script_words("qemu-ifup", {"tap100i3"}, "", ""), (Words{"guest", "plug", "100", "net3", "tap100i3"}));
  EXPECT_EQ(*qemu_script_words("qemu-ifdown", {"tap100i3"}, "/r", "pve1"),
            (Words{"--root", "/r", "--node", "pve1", "guest", "unplug", "100", "net3"}));
}

TEST(QemuScript, TakesOnlyTheTapOfAVm) {
  for (const Words& words : {Words{}, Words{"tap0"}, Words{"veth100i0"}, Words{"tap100i0", "x"}, Words{"--help"}})
    EXPECT_FALSE(qemu_script_words("qemu-ifup", words, "", ""));
  EXPECT_FALSE(is_qemu_script("ifup"));
  EXPECT_TRUE(is_qemu_script("qemu-ifdown"));
}

}  // namespace
}  // namespace drawbridge::cli
