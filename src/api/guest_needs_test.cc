#include "api/guest_needs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/check.h"
#include "guest/machine.h"

namespace drawbridge::api {
namespace {

using guest::Kind;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using testing::UnorderedElementsAre;

const Need kRoot{"/", {}};
Need on_guest(std::string privilege) { return {"/vms/100", {std::move(privilege)}}; }
Need on_bridge(const std::string& below) { return {"/sdn/zones/localnetwork/" + below, {"SDN.Use"}}; }

std::vector<Need> needs(Kind kind, RawParameters values, const boost::json::value& now = nullptr) {
  values.emplace("vmid", "100");
  values.emplace("node", "alpha");
  return guest_needs(kind, Parameters(std::move(values)), now);
}

TEST(GuestNeeds, OfSettings) {
  EXPECT_THAT(needs(Kind::qemu, {{"cores", "2"}, {"digest", "ab"}}), ElementsAre(on_guest("VM.Config.CPU")));
  EXPECT_THAT(needs(Kind::qemu, {{"name", "x"}, {"delete", "memory"}}),
              UnorderedElementsAre(on_guest("VM.Config.Options"), on_guest("VM.Config.Memory")));
  EXPECT_THAT(needs(Kind::qemu, {{"revert", "cores"}}), ElementsAre(on_guest("VM.Config.CPU")));
  EXPECT_THAT(needs(Kind::qemu, {{"ipconfig0", "ip=dhcp"}}), ElementsAre(Need{"/vms/100", {"VM.Config.Cloudinit", "VM.Config.Network"}}));
  EXPECT_THAT(needs(Kind::lxc, {{"hostname", "x"}}), ElementsAre(on_guest("VM.Config.Network")));
}

TEST(GuestNeeds, APrivilegedContainerIsRoots) {
  EXPECT_THAT(needs(Kind::lxc, {{"unprivileged", "1"}}), ElementsAre(on_guest("VM.Config.Options")));
  EXPECT_THAT(needs(Kind::lxc, {{"unprivileged", "0"}}), ElementsAre(kRoot));
  EXPECT_THAT(needs(Kind::lxc, {{"delete", "unprivileged"}}), ElementsAre(kRoot));
}

TEST(GuestNeeds, OfACardBeforeAndAfter) {
  const auto now = boost::json::parse(
      R"({"config":{"net0":"virtio=BC:24:11:5A:07:E1,bridge=vmbr0,tag=44"},"pending":[{"key":"net0","pending":"virtio,bridge=vmbr2"}]})");
  EXPECT_THAT(needs(Kind::qemu, {{"net0", "virtio,bridge=vmbr1,trunks=5;7-8"}}, now),
              UnorderedElementsAre(on_guest("VM.Config.Network"), on_bridge("vmbr1/5"), on_bridge("vmbr1/7"), on_bridge("vmbr1/8"),
                                   on_bridge("vmbr0/44"), on_bridge("vmbr2")));
  EXPECT_THAT(needs(Kind::qemu, {{"delete", "net0"}}, now),
              UnorderedElementsAre(on_guest("VM.Config.Network"), on_bridge("vmbr0/44"), on_bridge("vmbr2")));
  EXPECT_THAT(needs(Kind::lxc, {{"net0", "name=eth0,bridge=vmbr1,tag=3"}}),
              UnorderedElementsAre(on_guest("VM.Config.Network"), on_bridge("vmbr1/3")));
  EXPECT_THAT(needs(Kind::qemu, {{"net1", "virtio"}}, now), ElementsAre(on_guest("VM.Config.Network")));
}

TEST(GuestNeeds, WhatReachesIntoTheHostIsRoots) {
  const RawParameters roots{{"args", "-x"},
                            {"hookscript", "local:snippets/x"},
                            {"hostpci0", "01:00"},
                            {"lock", "backup"},
                            {"parallel0", "/dev/x"},
                            {"scsi0", "/etc/shadow"},
                            {"ide2", "none,file=/etc/shadow"},
                            {"serial0", "/dev/x"},
                            {"usb0", "spice,host=1-2"},
                            {"rng0", "source=/dev/hwrng"},
                            {"meta", "x"},
                            {"virtio1", "../x:y"},
                            {"cdrom", "cdrom"},
                            {"skiplock", "1"}};
  for (const auto& one : roots) EXPECT_THAT(needs(Kind::qemu, {one}), Contains(kRoot)) << one.first;
  for (const auto& one : RawParameters{{"rootfs", "/srv/x"}, {"mp0", "volume=/etc,mp=/x"}, {"features", "nesting=1"}, {"dev0", "/dev/x"}})
    EXPECT_THAT(needs(Kind::lxc, {one}), Contains(kRoot)) << one.first;
}

TEST(GuestNeeds, OfDrives) {
  const auto now = boost::json::parse(R"({"config":{"scsi0":"fast:vm-100-disk-0","ide2":"iso:x.iso,media=cdrom"},"pending":[]})");
  EXPECT_THAT(needs(Kind::qemu, {{"scsi0", "none,media=cdrom"}}, now),
              UnorderedElementsAre(on_guest("VM.Config.CDROM"), on_guest("VM.Config.Disk")));
  EXPECT_THAT(needs(Kind::qemu, {{"ide2", "none,media=cdrom"}}, now), ElementsAre(on_guest("VM.Config.CDROM")));
  EXPECT_THAT(needs(Kind::qemu, {{"ide2", "none,media=cdrom"}}), ElementsAre(on_guest("VM.Config.CDROM")));
  EXPECT_THAT(needs(Kind::qemu, {{"scsi0", "fast:vm-100-disk-0,size=8G"}}),
              UnorderedElementsAre(on_guest("VM.Config.Disk"), Need{"/storage/fast", {"Datastore.AllocateSpace"}}));
  EXPECT_THAT(needs(Kind::qemu, {{"serial0", "socket"}, {"usb0", "spice"}, {"rng0", "source=/dev/urandom"}}),
              ElementsAre(on_guest("VM.Config.HWType")));
}

/// A key that comes later and is in no list is nobody's but root's.
TEST(GuestNeeds, EveryKeyNeedsSomething) {
  for (const auto kind : {Kind::qemu, Kind::lxc})
    for (const auto& key : guest::known_keys(kind)) EXPECT_THAT(needs(kind, {{key, "x"}}), Not(IsEmpty())) << key;
}

TEST(GuestNeeds, ToSee) {
  EXPECT_EQ(need_to_see_guest(boost::json::parse(R"({"vmid":7})")), (Need{"/vms/7", {"VM.Audit"}}));
  EXPECT_FALSE(need_to_see_guest(boost::json::parse(R"({"node":"x"})")));
}

}  // namespace
}  // namespace drawbridge::api
