#include "cli/hook_name.h"

#include <gtest/gtest.h>

namespace drawbridge::cli {
namespace {

using Words = std::vector<std::string>;

TEST(HookName, StandsForPlugAndUnplug) {
  EXPECT_EQ(*hook_words("qemu-ifup", {"tap100i3"}, "", ""), (Words{"guest", "plug", "100", "net3", "tap100i3"}));
  EXPECT_EQ(*hook_words("qemu-ifdown", {"tap100i3"}, "/r", "pve1"),
            (Words{"--root", "/r", "--node", "pve1", "guest", "unplug", "100", "net3"}));
}

TEST(HookName, TakesOnlyTheTapOfAVm) {
  for (const Words& words : {Words{}, Words{"tap0"}, Words{"veth100i0"}, Words{"tap100i0", "x"}, Words{"--help"}})
    EXPECT_FALSE(hook_words("qemu-ifup", words, "", ""));
  EXPECT_FALSE(is_hook_name("ifup"));
  EXPECT_TRUE(is_hook_name("qemu-ifdown"));
}

TEST(HookName, HandsTheOthersWordsOverAsTheyStand) {
  EXPECT_EQ(*hook_words("libvirt-hook", {"--json", "started", "begin", "-"}, "", ""),
            (Words{"guest", "hook", "--", "libvirt-hook", "--json", "started", "begin", "-"}));
  EXPECT_EQ(*hook_words("lxc-ifup", {"101", "net", "up", "veth", "veth101i0"}, "/r", "n"),
            (Words{"--root", "/r", "--node", "n", "guest", "hook", "--", "lxc-ifup", "101", "net", "up", "veth", "veth101i0"}));
  for (const auto* name : {"lxc-ifup", "lxc-ifdown", "libvirt-hook"}) EXPECT_TRUE(is_hook_name(name)) << name;
}

}  // namespace
}  // namespace drawbridge::cli
