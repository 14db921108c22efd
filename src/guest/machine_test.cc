#include "guest/machine.h"

#include <gtest/gtest.h>

namespace drawbridge::guest {
namespace {

ReadMachine machine_of(const std::string& text) {
  return read_machine(make_guest(parse_document(text, "g"), 100, Kind::qemu, "n").settings);
}

std::string findings(Kind kind, const std::string& key, const std::string& text) {
  std::string codes;
  for (const auto& finding : check_value(kind, key, text, {key, 1, 1})) {
    EXPECT_FALSE(finding.hint.empty()) << finding.message;
    codes += std::to_string(finding.where.column) + " " + finding.message + "\n";
  }
  return codes;
}

TEST(Machine, HasTheUsualValues) {
  const Machine machine = machine_of("").machine;
  EXPECT_EQ(machine.memory_mib, 512U);
  EXPECT_EQ(machine.cores, 1U);
  EXPECT_FALSE(machine.uefi);
  EXPECT_EQ(machine.hotplug, (std::set<std::string>{"network", "disk", "usb"}));
}

TEST(Machine, HasWhatTheFileSays) {
  const auto [machine, diagnostics] = machine_of(
      "agent: 1,fstrim_cloned_disks=1\nargs: -kernel /boot/k -append 'a b'\nbios: ovmf\nboot: order=scsi0;net0\ncdrom: /iso/a.iso\ncores: "
      "4\n"
      "cpu: host,flags=+aes\nhotplug: network,cpu\nipconfig0: ip=192.0.2.7/24,gw=192.0.2.1\nmachine: q35,viommu=virtio\nmemory: "
      "2048\nname: mail\n"
      "net0: virtio=BC:24:11:5A:07:E1,bridge=vmbr0\nonboot: 1\nostype: l26\nscsi0: /var/lib/d.qcow2,cache=none,size=8G\nscsi1: "
      "local:100/x.raw\n"
      "serial0: socket\nsockets: 2\nstartup: order=2,up=30\nvga: std,memory=32\n");
  EXPECT_TRUE(diagnostics.empty());
  EXPECT_TRUE(machine.agent);
  EXPECT_TRUE(machine.uefi);
  EXPECT_EQ(machine.args, "-kernel /boot/k -append 'a b'");
  EXPECT_EQ(machine.boot_order, (std::vector<std::string>{"scsi0", "net0"}));
  EXPECT_EQ(machine.cores, 4U);
  EXPECT_EQ(machine.sockets, 2U);
  EXPECT_EQ(machine.cpu, "host");
  EXPECT_EQ(machine.machine, "q35");
  EXPECT_EQ(machine.memory_mib, 2048U);
  EXPECT_EQ(machine.hotplug, (std::set<std::string>{"network", "cpu"}));
  EXPECT_EQ(machine.vga, "std");
  EXPECT_EQ(machine.startup, (Startup{2, 30, std::nullopt}));
  EXPECT_EQ(machine.serials.at(0), "socket");
  ASSERT_EQ(machine.disks.size(), 3U);
  EXPECT_EQ(machine.disks[0].bus, "ide");
  EXPECT_EQ(machine.disks[0].index, 2U);
  EXPECT_TRUE(machine.disks[0].cdrom);
  EXPECT_EQ(machine.disks[1].file, "/var/lib/d.qcow2");
  EXPECT_EQ(machine.disks[1].options.at("cache"), "none");
  EXPECT_EQ(machine.nics.at(0).bridge, "vmbr0");
  EXPECT_EQ(machine.ip_configs.at(0).gw, *parse_ip("192.0.2.1"));
}

TEST(Machine, NamesThePlaceOfAMistake) {
  const auto read = machine_of("name: x\nmemory: lots\nscsi0: disk.img\nipconfig1: ip=dhcp,gw=192.0.2.1\n");
  ASSERT_EQ(read.diagnostics.size(), 3U);
  EXPECT_EQ(format_diagnostic(read.diagnostics[0]),
            "g:2:9: error: memory: 'lots' is no amount of memory [value-invalid]\n    hint: write MiB, 16 or more: 2048\n");
  EXPECT_EQ(read.diagnostics[1].where, (SourceLocation{"g", 3, 8}));
  EXPECT_EQ(read.diagnostics[2].where, (SourceLocation{"g", 4, 20}));
  EXPECT_EQ(read.machine.memory_mib, 512U);
  EXPECT_TRUE(read.machine.disks.empty());
}

TEST(CheckValue, RefusesWhatARunnerCouldNotUse) {
  EXPECT_EQ(findings(Kind::qemu, "cores", "0"), "1 cores: '0' is no number of cores\n");
  EXPECT_EQ(findings(Kind::qemu, "memory", "8"), "1 memory: '8' is no amount of memory\n");
  EXPECT_EQ(findings(Kind::qemu, "bios", "uefi"), "1 bios: 'uefi' is no firmware\n");
  EXPECT_EQ(findings(Kind::qemu, "boot", "order=scsi0,first=1"), "13 boot: 'first' is no way to boot\n");
  EXPECT_EQ(findings(Kind::qemu, "name", "a_b"), "1 name: 'a_b' is no name of a host\n");
  EXPECT_EQ(findings(Kind::qemu, "startup", "order=x"), "7 startup: 'x' is no number\n");
  EXPECT_EQ(findings(Kind::qemu, "hotplug", "network,wifi"), "9 hotplug: 'wifi' can't be plugged while the guest runs\n");
  EXPECT_EQ(findings(Kind::qemu, "agent", "perhaps"), "1 agent: 'perhaps' does not say whether there is an agent\n");
  EXPECT_EQ(findings(Kind::qemu, "scsi0", "cache=none"), "1 scsi0: names no file\n");
  EXPECT_EQ(findings(Kind::qemu, "ide2", "none,media=tape"), "12 ide2: 'tape' is no medium\n");
  EXPECT_EQ(findings(Kind::qemu, "serial0", "com1"), "1 serial0: 'com1' is no serial port\n");
  EXPECT_EQ(findings(Kind::qemu, "onboot", "x"), "1 onboot: 'x' is neither on nor off\n");
  EXPECT_EQ(findings(Kind::qemu, "net0", "virtio,tag=0"), "12 net0: tag: '0' is no VLAN id\n");
  EXPECT_EQ(findings(Kind::qemu, "ipconfig0", "ip=dhcp,foo=1"), "9 ipconfig0: 'foo' is no key of an ipconfig\n");
  EXPECT_EQ(findings(Kind::lxc, "memory", "x"), "1 memory: 'x' is no amount of memory\n");
  EXPECT_EQ(findings(Kind::lxc, "hostname", "a b"), "1 hostname: 'a b' is no name of a host\n");
  EXPECT_EQ(findings(Kind::lxc, "rootfs", "local:whatever"), "");
  EXPECT_EQ(findings(Kind::qemu, "acpi", "whatever"), "");
  EXPECT_EQ(findings(Kind::qemu, "boot", "cdn"), "");
}

TEST(KnownKeys, HaveNumbersInRange) {
  EXPECT_TRUE(is_known_key(Kind::qemu, "net31"));
  EXPECT_FALSE(is_known_key(Kind::qemu, "net32"));
  EXPECT_FALSE(is_known_key(Kind::qemu, "net01"));
  EXPECT_FALSE(is_known_key(Kind::qemu, "net"));
  EXPECT_TRUE(is_known_key(Kind::qemu, "numa"));
  EXPECT_TRUE(is_known_key(Kind::qemu, "numa0"));
  EXPECT_FALSE(is_known_key(Kind::qemu, "hostname"));
  EXPECT_TRUE(is_known_key(Kind::lxc, "lxc.anything"));
}

}  // namespace
}  // namespace drawbridge::guest
