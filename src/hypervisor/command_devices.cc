// Processors, firmware, screen, serial ports and cards on the command line.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "base/text.h"
#include "guest/property_string.h"
#include "hypervisor/card_options.h"
#include "hypervisor/command_words.h"
#include "hypervisor/properties.h"

namespace drawbridge::hypervisor {
namespace {

/// The levels of the x86-64 psABI, which QEMU has no models of: features on top of its basic model.
std::string_view level_features(std::string_view type) {
  constexpr std::string_view kSecond = ",+cx16,+lahf_lm,+popcnt,+pni,+ssse3,+sse4.1,+sse4.2";
  constexpr std::string_view kThird =
      ",+cx16,+lahf_lm,+popcnt,+pni,+ssse3,+sse4.1,+sse4.2,+aes,+avx,+avx2,+bmi1,+bmi2,+f16c,+fma,+abm,+movbe,+xsave";
  constexpr std::string_view kFourth =
      ",+cx16,+lahf_lm,+popcnt,+pni,+ssse3,+sse4.1,+sse4.2,+aes,+avx,+avx2,+bmi1,+bmi2,+f16c,+fma,+abm,+movbe,+xsave,+avx512f,+avx512bw,"
      "+avx512cd,+avx512dq,+avx512vl";
  if (type == "x86-64-v2") return kSecond;
  if (type == "x86-64-v2-AES") return ",+cx16,+lahf_lm,+popcnt,+pni,+ssse3,+sse4.1,+sse4.2,+aes";
  if (type == "x86-64-v3") return kThird;
  if (type == "x86-64-v4") return kFourth;
  return {};
}

std::string cpu_model(CommandParts& parts) {
  const bool kvm = parts.uses_kvm();
  const std::string& type = parts.machine.cpu;
  const std::string basic = kvm ? "kvm64" : "qemu64";
  if (type.empty()) return basic;
  if (const auto features = level_features(type); !features.empty()) return "qemu64" + std::string(features);
  if ((type == "host" || type == "max") && !kvm) {
    if (type == "host") parts.warn(parts.where("cpu"), "cpu: host needs KVM, which does not run here; the VM gets what QEMU emulates", "");
    return "max";
  }
  return escape_commas(type);
}

/// "flags=+aes;-pcid" as ",+aes,-pcid".
std::string cpu_flags(CommandParts& parts) {
  std::string flags;
  const auto where = parts.where("cpu");
  for (const guest::Item& item : guest::split_items(parts.settings.text("cpu"))) {
    if (!item.has_equals || item.key == "cputype") continue;
    if (item.key != "flags") {
      parts.warn(where, "cpu: " + printable(item.key) + " is not known here; the VM runs without it", "");
      continue;
    }
    for (const std::string_view flag : split(item.value, ';'))
      if (!flag.empty()) flags += "," + escape_commas(flag);
  }
  return flags;
}

/// What lets Windows know that it is on KVM.
bool wants_enlightenments(const std::string& ostype) {
  constexpr std::array<std::string_view, 8> kOlder{"other", "l24", "l26", "solaris", "wxp", "w2k", "w2k3", "wvista"};
  return !ostype.empty() && std::ranges::find(kOlder, ostype) == kOlder.end();
}

const std::map<std::string, std::string, std::less<>>& screens() {
  static const std::map<std::string, std::string, std::less<>> kScreens{
      {"", "VGA"}, {"std", "VGA"}, {"cirrus", "cirrus-vga"}, {"vmware", "vmware-svga"}, {"virtio", "virtio-vga"}};
  return kScreens;
}

}  // namespace

void add_processors(CommandParts& parts) {
  const guest::Machine& machine = parts.machine;
  parts.add("-smp", fmt::format("{},sockets={},cores={},maxcpus={}", machine.cores * machine.sockets, machine.sockets, machine.cores,
                                machine.cores * machine.sockets));
  std::string cpu = cpu_model(parts) + cpu_flags(parts);
  if (parts.uses_kvm() && wants_enlightenments(machine.ostype)) cpu += ",hv_relaxed,hv_spinlocks=0x1fff,hv_vapic,hv_time";
  parts.add("-cpu", std::move(cpu));
}

void add_firmware(CommandParts& parts) {
  if (!parts.machine.uefi) return;
  const auto where = parts.where("bios");
  if (parts.context.firmware_code.empty())
    return parts.error(where, "firmware-missing", "bios: the UEFI firmware is not installed",
                       "install the package ovmf, or use bios=seabios");
  parts.add("-drive", "if=pflash,unit=0,format=raw,readonly=on,file=" + escape_commas(parts.context.firmware_code));
  const auto* store = parts.settings.find("efidisk0");
  const std::string path = store == nullptr ? "" : store->text.substr(0, store->text.find(','));
  if (path.starts_with('/')) return parts.add("-drive", "if=pflash,unit=1,format=raw,file=" + escape_commas(path));
  parts.warn(where, "bios: what the firmware remembers is lost when the VM stops", "efidisk0=PATH names a file to keep it in");
  parts.add("-drive", "if=pflash,unit=1,format=raw,snapshot=on,file=" + escape_commas(parts.context.firmware_variables));
}

void add_screen(CommandParts& parts) {
  const std::string& type = parts.machine.vga;
  parts.add("-display", "none");
  const bool is_serial = type.starts_with("serial");
  if (type == "none" || is_serial) {
    const bool is_there = !is_serial || parts.settings.find(type) != nullptr;
    if (!is_there) parts.warn(parts.where("vga"), "vga: the VM has no " + printable(type), "add " + printable(type) + "=socket");
    return;
  }
  auto found = screens().find(type);
  if (found == screens().end()) {
    parts.warn(parts.where("vga"), "vga: " + printable(type) + " is not known here; the VM gets a standard screen",
               "write std, cirrus, vmware, virtio, serial0 or none");
    found = screens().begin();
  }
  parts.add("-device", found->second + ",id=vga," + (parts.type.q35 ? "bus=pcie.0,addr=0x1" : "bus=pci.0,addr=0x2"));
  parts.add("-vnc", "unix:" + escape_commas(parts.context.files.vnc));
}

void add_serial_ports(CommandParts& parts) {
  for (const auto& [number, target] : parts.machine.serials) {
    const std::string id = "serial" + std::to_string(number);
    parts.add("-chardev", target == "socket"
                              ? "socket,id=" + id + ",path=" + escape_commas(parts.context.files.serial(number)) + ",server=on,wait=off"
                              : "serial,id=" + id + ",path=" + escape_commas(target));
    parts.add("-device", "isa-serial,chardev=" + id + ",index=" + std::to_string(number));
  }
}

void add_cards(CommandParts& parts) {
  for (const auto& [slot, nic] : parts.machine.nics) {
    const std::string key = "net" + std::to_string(slot);
    auto built =
        card_options(nic, {parts.guest.vmid, parts.guest.name(), parts.type, parts.boot_index(key), parts.where(key)}, parts.context);
    for (auto& finding : built.diagnostics) parts.diagnostics.push_back(std::move(finding));
    if (!built.options) continue;
    parts.add("-netdev", built.options->netdev.text());
    parts.add("-device", built.options->device.text());
  }
}

void warn_of_the_rest(CommandParts& parts) {
  constexpr std::array<std::string_view, 17> kLeftOut{"affinity", "amd-sev",   "audio",   "cpulimit", "cpuunits", "hookscript",
                                                      "hostpci",  "hugepages", "ivshmem", "numa",     "parallel", "rng",
                                                      "tpmstate", "usb",       "vcpus",   "virtiofs", "watchdog"};
  for (const auto& [key, value] : parts.settings.values) {
    const std::string_view stem = std::string_view(key).substr(0, key.find_last_not_of("0123456789") + 1);
    if (std::ranges::find(kLeftOut, stem) == kLeftOut.end() || value.text == "0") continue;
    parts.warn(value.where, key + ": the VM runs without it", "Drawbridge keeps this key, but does nothing with it");
  }
  if (parts.settings.text("acpi") == "0")
    parts.warn(parts.where("acpi"), "acpi: the VM has ACPI all the same", "to be without: args=-no-acpi");
  if (!parts.has_seed && !parts.machine.ip_configs.empty())
    parts.warn(parts.where("ipconfig" + std::to_string(parts.machine.ip_configs.begin()->first)),
               "ipconfig: the VM has no drive from which cloud-init could learn it", "add one: ide2=local:cloudinit,media=cdrom");
}

}  // namespace drawbridge::hypervisor
