#include "hypervisor/qemu_command.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "hypervisor/hypervisor_testing.h"

namespace drawbridge::hypervisor {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

QemuCommand command_of(const std::string& text, const RunContext& context = context_with(Accelerator::tcg)) {
  const auto guest = guest_of(text);
  return qemu_command(guest, guest.settings, context);
}

/// A word for each line, an option with its value.
std::string listing(const QemuCommand& command) {
  std::string text;
  for (const std::string& word : command.words) text += (text.empty() ? "" : word.starts_with('-') ? "\n" : " ") + word;
  text += "\n";
  for (const auto& finding : command.diagnostics) text += format_diagnostic(finding);
  return text;
}

std::string value_after(const QemuCommand& command, std::string_view begins) {
  const auto at = std::ranges::find_if(command.words, [&](const std::string& word) { return word.starts_with(begins); });
  return at == command.words.end() ? "" : *at;
}

std::string findings(const QemuCommand& command) {
  std::string text;
  for (const auto& finding : command.diagnostics) text += format_diagnostic(finding);
  return text;
}

TEST(QemuCommand, OfAnEmptyFile) { expect_golden(listing(command_of("")), "empty.txt"); }

TEST(QemuCommand, OfAUsualServer) {
  const auto context = context_with(Accelerator::kvm);
  expect_golden(listing(command_of("agent: 1\n"
                                   "boot: order=scsi0;ide2;net0\n"
                                   "cores: 4\n"
                                   "cpu: x86-64-v2-AES,flags=+pcid;-spec-ctrl\n"
                                   "ide2: none,media=cdrom\n"
                                   "memory: 4096\n"
                                   "name: mail\n"
                                   "net0: virtio=BC:24:11:5A:07:E1,bridge=vmbr0,firewall=1,queues=4,rate=12.5,tag=44\n"
                                   "net1: e1000=BC:24:11:5A:07:E2,bridge=vmbr1,link_down=1\n"
                                   "onboot: 1\n"
                                   "ostype: l26\n"
                                   "scsi0: /var/lib/vm/100.qcow2,cache=writeback,discard=on,size=32G,ssd=1\n"
                                   "scsihw: virtio-scsi-single\n"
                                   "serial0: socket\n"
                                   "smbios1: uuid=0d5a4a05-8f0e-4cbb-9f63-0cd9ad20b3a7\n"
                                   "sockets: 2\n"
                                   "startup: order=2,up=30\n",
                                   context)),
                "server.txt");
}

TEST(QemuCommand, OfAQ35WithEveryBus) {
  auto context = context_with(Accelerator::kvm);
  context.firmware_code = "/usr/share/OVMF/OVMF_CODE_4M.fd";
  context.firmware_variables = "/usr/share/OVMF/OVMF_VARS_4M.fd";
  expect_golden(listing(command_of("args: -kernel /boot/vmlinuz -append 'console=ttyS0 quiet'\n"
                                   "bios: ovmf\n"
                                   "cpu: host\n"
                                   "hostpci0: 01:00.0\n"
                                   "ide0: /iso/a.iso,media=cdrom\n"
                                   "machine: q35\n"
                                   "net0: virtio=BC:24:11:5A:07:E1,bridge=vmbr1\n"
                                   "net9: virtio=BC:24:11:5A:07:E9\n"
                                   "ostype: win11\n"
                                   "sata1: /var/lib/vm/sata.raw\n"
                                   "scsi0: /var/lib/vm/a.raw\n"
                                   "scsi8: /var/lib/vm/b.raw,iothread=1\n"
                                   "serial1: /dev/ttyS0\n"
                                   "vga: serial1\n"
                                   "virtio0: /var/lib/vm/v.raw\n"
                                   "virtio7: /var/lib/vm/w.raw\n",
                                   context)),
                "q35.txt");
}

TEST(QemuCommand, HoldsTheSeedOfCloudInit) {
  const auto command = command_of("ide2: local:cloudinit,media=cdrom\nipconfig0: ip=dhcp\nnet0: virtio=BC:24:11:5A:07:E1,bridge=vmbr0\n");
  EXPECT_TRUE(command.has_seed);
  EXPECT_THAT(findings(command), IsEmpty());
  EXPECT_THAT(value_after(command, "if=none,id=drive-ide2"),
              HasSubstr("file=/run/drawbridge/guests/100.seed.iso,format=raw,media=cdrom,readonly=on"));
  EXPECT_TRUE(command_of("scsi1: local-lvm:vm-100-cloudinit\n").has_seed);
  EXPECT_THAT(findings(command_of("ipconfig0: ip=dhcp\n")), HasSubstr("100.conf:1:12: warning: ipconfig: the VM has no drive"));
}

TEST(QemuCommand, RefusesWhatItCannotRun) {
  const struct {
    const char* text;
    const char* message;
  } kCases[] = {
      {"scsi0: local-lvm:vm-100-disk-0,size=8G\n", "100.conf:1:8: error: scsi0: 'local-lvm:vm-100-disk-0' is a volume of a storage"},
      {"net0: virtio=BC:24:11:5A:07:E1,bridge=vmbr7\n", "100.conf:1:7: error: net0: there is no bridge vmbr7"},
      {"net0: virtio=BC:24:11:5A:07:E1,bridge=vmbr0,mtu=9000\n", "100.conf:1:7: error: net0: mtu: 9000 is more than the 1500 of vmbr0"},
      {"net0: virtio=BC:24:11:5A:07:E1,bridge=vmbr0,mtu=500\n", "net0: mtu: 500 is less than the 576"},
      {"net0: virtio,bridge=vmbr0\n", "net0: the card has no MAC address"},
      {"args: -append 'quiet\n", "100.conf:1:15: error: args: the quote ' has no end"},
      {"machine: pc-q35-9.9\n", "100.conf:1:10: error: machine: the QEMU here is 7.2"},
      {"bios: ovmf\n", "install the package ovmf"},
      {"scsi0: /a.raw\nscsihw: adaptec\n", "scsihw: 'adaptec' is no controller"},
      {"virtio1: /a.iso,media=cdrom\n", "virtio1: virtio has no CD drives"},
      {"memory: much\n", "100.conf:1:9: error: memory: 'much' is no amount of memory"},
  };
  for (const auto& [text, message] : kCases) {
    const auto command = command_of(text);
    EXPECT_THAT(command.words, IsEmpty()) << text;
    EXPECT_THAT(findings(command), HasSubstr(message));
  }
}

TEST(QemuCommand, WarnsOfWhatTheVmRunsWithout) {
  const struct {
    const char* text;
    const char* message;
  } kCases[] = {
      {"hostpci0: 01:00.0\n", "100.conf:1:11: warning: hostpci0: the VM runs without it"},
      {"usb0: host=1234:5678\n", "usb0: the VM runs without it"},
      {"cpu: host\n", "cpu: host needs KVM"},
      {"cpu: kvm64,phys-bits=40\n", "cpu: phys-bits is not known here"},
      {"vga: qxl\n", "vga: qxl is not known here"},
      {"vga: serial0\n", "vga: the VM has no serial0"},
      {"boot: order=scsi3\n", "boot: the VM has no device scsi3"},
      {"scsi0: /a.raw,iothread=1\n", "scsi0: the drive runs without iothread"},
      {"net0: e1000=BC:24:11:5A:07:E1,bridge=vmbr0,mtu=1400\n", "net0: mtu has no effect on this model"},
      {"net0: virtio=BC:24:11:5A:07:E1,bridge=vmbr0,host-tunnel=1\n", "net0: host-tunnel needs QEMU 10.2"},
      {"net0: virtio=BC:24:11:5A:07:E1,rate=3\n", "net0: rate has no effect without a bridge"},
  };
  for (const auto& [text, message] : kCases) {
    const auto command = command_of(text);
    EXPECT_FALSE(command.words.empty()) << text;
    EXPECT_THAT(findings(command), HasSubstr(message));
  }
}

TEST(QemuCommand, ForbidsKvmWhereTheFileDoes) {
  const auto context = context_with(Accelerator::kvm);
  EXPECT_THAT(command_of("kvm: 0\n", context).words, Contains("tcg"));
  EXPECT_THAT(command_of("", context).words, Contains("kvm"));
}

TEST(QemuCommand, TellsTheGuestItsMtuOnlyIfItIsUnusual) {
  EXPECT_THAT(value_after(command_of("net0: virtio=BC:24:11:5A:07:E1,bridge=vmbr1\n"), "virtio-net-pci"), HasSubstr("host_mtu=9000"));
  EXPECT_THAT(value_after(command_of("net0: virtio=BC:24:11:5A:07:E1,bridge=vmbr1,mtu=1400\n"), "virtio-net-pci"),
              HasSubstr("host_mtu=1400"));
  EXPECT_THAT(value_after(command_of("net0: virtio=BC:24:11:5A:07:E1,bridge=vmbr0\n"), "virtio-net-pci"),
              testing::Not(HasSubstr("host_mtu")));
}

TEST(QemuCommand, KnowsWhatOlderMachinesLack) {
  const auto older =
      value_after(command_of("machine: pc-i440fx-6.2\nnet0: virtio=BC:24:11:5A:07:E1,bridge=vmbr0,queues=2\n"), "virtio-net-pci");
  EXPECT_THAT(older, HasSubstr("mq=on,vectors=6"));
  EXPECT_THAT(older, testing::Not(HasSubstr("packed")));
  EXPECT_THAT(older, testing::Not(HasSubstr("rx_queue_size")));
}

}  // namespace
}  // namespace drawbridge::hypervisor
