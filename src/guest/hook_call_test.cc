#include "guest/hook_call.h"

#include <gtest/gtest.h>

namespace drawbridge::guest {
namespace {

using Words = std::vector<std::string>;

std::string lxc(PortAction action, const Words& words, const Environment& environment = {}) {
  const auto call = read_lxc_call(action, words, environment);
  return call ? call->container + " " + call->device : "error: " + call.error().what;
}

TEST(LxcCall, TellsInWords) {
  EXPECT_EQ(lxc(PortAction::plug, {"100", "net", "up", "veth", "vmbr0", "veth100i0"}), "100 veth100i0");
  EXPECT_EQ(lxc(PortAction::plug, {"web", "net", "up", "veth", "vethX3aQ9f"}), "web vethX3aQ9f") << "no bridge named";
  EXPECT_EQ(lxc(PortAction::unplug, {"100", "net", "down", "veth", "vmbr0", "veth100i0"}), "100 veth100i0");
}

TEST(LxcCall, TellsInTheEnvironment) {
  const Environment environment{
      {"LXC_NAME", "web"}, {"LXC_HOOK_SECTION", "net"}, {"LXC_HOOK_TYPE", "up"}, {"LXC_NET_TYPE", "veth"}, {"LXC_NET_PEER", "veth100i0"}};
  EXPECT_EQ(lxc(PortAction::plug, {"veth", "vmbr0", "veth100i0"}, environment), "web veth100i0");
  EXPECT_EQ(lxc(PortAction::plug, {}, environment), "web veth100i0");
  EXPECT_TRUE(lxc(PortAction::unplug, {}, environment).starts_with("error: "));
}

TEST(LxcCall, RefusesOthers) {
  for (const Words& words :
       {Words{}, Words{"100"}, Words{"100", "net", "down", "veth", "veth100i0"}, Words{"100", "lxc", "up", "veth", "v"},
        Words{"100", "net", "up", "macvlan", "eno1"}, Words{"100", "net", "up", "veth"}, Words{"100", "net", "up", "veth", "../etc"},
        Words{"100", "net", "up", "veth", "abcdefghijklmnop"}})
    EXPECT_TRUE(lxc(PortAction::plug, words).starts_with("error: ")) << words.size();
}

TEST(LxcCardMac, IsThatOfTheNamedDevice) {
  const std::string text =
      "# lxc.net.9.veth.pair = web0\nlxc.net.0.type = veth\nlxc.net.0.veth.pair=web0\nlxc.net.0.hwaddr = bc:24:11:00:00:01\n"
      "lxc.net.1.type = veth\nlxc.net.1.hwaddr = BC:24:11:00:00:02\nlxc.uts.name = web\nlxc.net.x.hwaddr = 1\nlxc.net.1 = 2\n";
  EXPECT_EQ(lxc_card_mac(text, "web0"), *parse_mac("BC:24:11:00:00:01"));
  EXPECT_EQ(lxc_card_mac(text, "vethX3aQ9f"), *parse_mac("BC:24:11:00:00:02")) << "the only one without a name";
  EXPECT_EQ(lxc_card_mac(text + "lxc.net.2.type = veth\n", "vethX3aQ9f"), std::nullopt) << "which of two?";
  EXPECT_EQ(lxc_card_mac("lxc.net.0.type = veth\nlxc.net.0.hwaddr = 00:16:3e:xx:xx:xx\n", "v"), std::nullopt);
  EXPECT_EQ(lxc_card_mac("", "v"), std::nullopt);
}

TEST(LibvirtCall, KnowsTheMoments) {
  const auto action = [](const std::string& operation) { return read_libvirt_call({"mail", operation, "begin", "-"})->action; };
  for (const auto* plug : {"start", "started", "reconnect", "attach"}) EXPECT_EQ(action(plug), PortAction::plug) << plug;
  EXPECT_EQ(action("stopped"), PortAction::unplug);
  for (const auto* nothing : {"prepare", "release", "migrate", "restore", "a new one", ""})
    EXPECT_EQ(action(nothing), std::nullopt) << nothing;
  EXPECT_TRUE(read_libvirt_call({"mail", "start", "begin", "-"})->too_early);
  EXPECT_FALSE(read_libvirt_call({"mail", "started", "begin", "-"})->too_early);
  EXPECT_TRUE(read_libvirt_call({"mail", "reconnect", "begin", "-"})->must_succeed);
  EXPECT_FALSE(read_libvirt_call({"mail", "started", "begin", "-"})->must_succeed);
}

TEST(LibvirtCall, RefusesOthers) {
  for (const Words& words : {Words{}, Words{"mail"}, Words{"mail", "started"}}) EXPECT_FALSE(read_libvirt_call(words));
}

}  // namespace
}  // namespace drawbridge::guest
