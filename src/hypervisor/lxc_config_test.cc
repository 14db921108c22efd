#include "hypervisor/lxc_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "guest/document.h"

namespace drawbridge::hypervisor {
namespace {

using testing::HasSubstr;
using testing::Not;

LxcConfig config_of(const std::string& text, const LxcHost& host = {.hook = "hook", .unified = true, .common = ""}) {
  return lxc_config(guest::make_guest(guest::parse_document(text, "101.conf"), 101, guest::Kind::lxc, "n1"), host);
}

TEST(LxcConfig, HasWhatTheContainerSays) {
  const auto config = config_of(
      "cores: 2\nhostname: web\nmemory: 64\nmp0: /srv/data,mp=/data,ro=1\n"
      "net0: name=eth0,bridge=vmbr0,hwaddr=BC:24:11:00:00:01,ip=192.0.2.7/24,gw=192.0.2.1,ip6=dhcp,mtu=1400\nrootfs: /srv/web\n"
      "lxc.cap.drop: sys_time\n");
  EXPECT_EQ(config.text,
            "lxc.uts.name = web\nlxc.rootfs.path = dir:/srv/web\nlxc.mount.entry = /srv/data data none bind,create=dir,ro 0 0\n"
            "lxc.cgroup2.memory.max = 67108864\nlxc.cgroup2.cpu.max = 200000 100000\n"
            "lxc.net.0.type = veth\nlxc.net.0.veth.pair = veth101i0\nlxc.net.0.name = eth0\nlxc.net.0.hwaddr = bc:24:11:00:00:01\n"
            "lxc.net.0.flags = up\nlxc.net.0.mtu = 1400\nlxc.net.0.ipv4.address = 192.0.2.7/24\nlxc.net.0.ipv4.gateway = 192.0.2.1\n"
            "lxc.net.0.script.up = hook lxc-ifup\nlxc.net.0.script.down = hook lxc-ifdown\nlxc.cap.drop = sys_time\n");
}

TEST(LxcConfig, APulledCableIsNotRaised) {
  const auto config = config_of("net0: name=eth0,bridge=vmbr0,link_down=1,ip=192.0.2.7/24,gw=192.0.2.1\nrootfs: /srv/web\n");
  EXPECT_THAT(config.text, Not(HasSubstr("flags")));
  EXPECT_THAT(config.text, Not(HasSubstr("gateway"))) << "LXC would fail: the route has no way";
}

TEST(LxcConfig, OldControlGroups) {
  const auto config = config_of("cores: 1\nmemory: 64\nrootfs: /srv/web\n", {.hook = "h", .unified = false, .common = "/c"});
  EXPECT_THAT(config.text, HasSubstr("lxc.include = /c\n"));
  EXPECT_THAT(config.text, HasSubstr("lxc.cgroup.memory.limit_in_bytes = 67108864\nlxc.cgroup.cpu.cfs_quota_us = 100000\n"));
}

TEST(LxcConfig, WhatCantBeIsRefusedWithItsLine) {
  for (const auto* rootfs : {"local:101/disk.raw", "/a b", "relative"}) {
    const auto config = config_of(std::string("hostname: web\nrootfs: ") + rootfs + "\n");
    EXPECT_EQ(config.text, "") << rootfs;
    ASSERT_FALSE(config.diagnostics.empty()) << rootfs;
    EXPECT_EQ(config.diagnostics.front().where.line, 2U);
  }
  EXPECT_EQ(config_of("hostname: web\n").text, "");
  EXPECT_EQ(config_of("rootfs: /srv/web\nunprivileged: 1\n").text, "");
}

}  // namespace
}  // namespace drawbridge::hypervisor
