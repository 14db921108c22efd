#include "hypervisor/qemu_command.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "guest/property_string.h"
#include "hypervisor/command_words.h"
#include "hypervisor/properties.h"
#include "hypervisor/shell_words.h"

namespace drawbridge::hypervisor {
namespace {

void add_frame(CommandParts& parts) {
  const RunFiles& files = parts.context.files;
  parts.add(parts.context.program);
  parts.add("-name", escape_commas(parts.guest.name()) + ",debug-threads=on");
  parts.add("-no-user-config");
  parts.add("-nodefaults");
  parts.add("-S");
  parts.add("-pidfile", files.pid);
  parts.add("-chardev", "socket,id=qmp,path=" + escape_commas(files.qmp) + ",server=on,wait=off");
  parts.add("-mon", "chardev=qmp,mode=control");
}

/// The buses on which fixed places are: pci.0, which the PC has and the Q35 gets, and pci.1 behind it.
void add_machine(CommandParts& parts) {
  parts.add("-machine", "type=" + parts.type.name);
  parts.add("-accel", parts.uses_kvm() ? "kvm" : "tcg");
  parts.add("-m", std::to_string(parts.machine.memory_mib));
  if (parts.type.q35) parts.add("-device", "pcie-pci-bridge,id=pci.0,bus=pcie.0,addr=0x1e");
  parts.add("-device", "pci-bridge,id=pci.1,chassis_nr=1,bus=pci.0,addr=0x1e");
  if (parts.machine.ostype.starts_with("w") || parts.settings.text("localtime") == "1") parts.add("-rtc", "base=localtime");
}

/// boot=cdn, the old way to say it: disk, CD, network.
void add_old_boot(CommandParts& parts) {
  const auto* boot = parts.settings.find("boot");
  if (boot == nullptr || !parts.machine.boot_order.empty()) return;
  for (const guest::Item& item : guest::split_items(boot->text))
    if (!item.has_equals || item.key == "legacy") parts.add("-boot", "order=" + std::string(item.value));
}

void check_boot_order(CommandParts& parts) {
  for (const std::string& device : parts.machine.boot_order) {
    const bool is_disk =
        std::ranges::any_of(parts.machine.disks, [&](const guest::Disk& disk) { return disk.bus + std::to_string(disk.index) == device; });
    const auto slot = guest::nic_slot(device);
    if (!is_disk && !(slot && parts.machine.nics.contains(*slot)))
      parts.warn(parts.where("boot"), "boot: the VM has no device " + printable(device), "name one of its drives and cards");
  }
}

void add_identity(CommandParts& parts) {
  for (const guest::Item& item : guest::split_items(parts.settings.text("smbios1")))
    if (item.key == "uuid") parts.add("-uuid", std::string(item.value));
}

void add_agent(CommandParts& parts) {
  if (!parts.machine.agent) return;
  parts.add("-chardev", "socket,id=qga0,path=" + escape_commas(parts.context.files.agent) + ",server=on,wait=off");
  parts.add("-device", "virtio-serial-pci,id=qga0,bus=pci.0,addr=0x8");
  parts.add("-device", "virtserialport,chardev=qga0,name=org.qemu.guest_agent.0");
}

void add_args(CommandParts& parts) {
  if (parts.machine.args.empty()) return;
  auto words = split_shell_words(parts.machine.args, parts.where("args"));
  if (!words) {
    parts.diagnostics.push_back(to_diagnostic(words.error(), "args-invalid"));
    parts.diagnostics.back().message = "args: " + parts.diagnostics.back().message;
    return;
  }
  for (auto& word : *words) parts.add(std::move(word));
}

void add_all(CommandParts& parts) {
  add_frame(parts);
  add_machine(parts);
  add_identity(parts);
  add_processors(parts);
  add_firmware(parts);
  add_old_boot(parts);
  check_boot_order(parts);
  add_screen(parts);
  add_serial_ports(parts);
  add_agent(parts);
  // The last ones have no fixed places; QEMU puts them where the others are not.
  add_cards(parts);
  add_disks(parts);
  warn_of_the_rest(parts);
  // At the end, so that they win over what stands before them.
  add_args(parts);
}

}  // namespace

SourceLocation CommandParts::where(std::string_view key) const {
  const auto* value = settings.find(key);
  return value != nullptr ? value->where : SourceLocation{guest.path, 0, 0};
}

void CommandParts::warn(const SourceLocation& place, std::string message, std::string hint) {
  diagnostics.push_back({place, Severity::warning, "setting-not-honoured", std::move(message), std::move(hint), {}});
}

void CommandParts::error(const SourceLocation& place, std::string code, std::string message, std::string hint) {
  diagnostics.push_back({place, Severity::error, std::move(code), std::move(message), std::move(hint), {}});
}

bool CommandParts::uses_kvm() const {
  return context.accelerator == Accelerator::kvm && guest::parse_switch(settings.text("kvm")).value_or(true);
}

std::optional<unsigned> CommandParts::boot_index(const std::string& device) const {
  constexpr unsigned kFirst = 100;
  const auto at = std::ranges::find(machine.boot_order, device);
  if (at == machine.boot_order.end()) return std::nullopt;
  return kFirst + static_cast<unsigned>(at - machine.boot_order.begin());
}

QemuCommand qemu_command(const guest::Guest& guest, const guest::Settings& settings, const RunContext& context) {
  const auto read = guest::read_machine(settings);
  CommandParts parts{guest, settings, read.machine, context, {}, {}, read.diagnostics, false};
  const auto type = machine_type(read.machine.machine, context.version, parts.where("machine"));
  if (type)
    parts.type = *type;
  else
    parts.diagnostics.push_back(to_diagnostic(type.error(), "machine-unknown"));
  add_all(parts);
  sort_diagnostics(parts.diagnostics);
  QemuCommand command{{}, std::move(parts.diagnostics), parts.has_seed};
  if (!has_errors(command.diagnostics)) command.words = std::move(parts.words);
  return command;
}

}  // namespace drawbridge::hypervisor
