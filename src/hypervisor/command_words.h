// The parts of the command line, one function each; qemu_command.cc puts them in order.
#pragma once

#include <string>
#include <vector>

#include "guest/machine.h"
#include "hypervisor/machine_type.h"
#include "hypervisor/run_context.h"

namespace drawbridge::hypervisor {

/// What the parts share.
struct CommandParts {
  const guest::Guest& guest;
  const guest::Settings& settings;
  const guest::Machine& machine;
  const RunContext& context;
  MachineType type;
  std::vector<std::string> words;
  Diagnostics diagnostics;
  bool has_seed = false;

  void add(std::string word) { words.push_back(std::move(word)); }
  void add(std::string option, std::string value) {
    add(std::move(option));
    add(std::move(value));
  }
  /// Where the value of the key stands; the file, if it has none.
  SourceLocation where(std::string_view key) const;
  void warn(const SourceLocation& place, std::string message, std::string hint);
  void error(const SourceLocation& place, std::string code, std::string message, std::string hint);
  /// KVM is there, and the settings do not forbid it.
  bool uses_kvm() const;
  /// For boot=order: 100 for the first device, 101 for the next; nullopt if it is not in it.
  std::optional<unsigned> boot_index(const std::string& device) const;
};

void add_processors(CommandParts& parts);
void add_firmware(CommandParts& parts);
void add_screen(CommandParts& parts);
void add_serial_ports(CommandParts& parts);
void add_disks(CommandParts& parts);
void add_cards(CommandParts& parts);
/// Says which settings the VM runs without.
void warn_of_the_rest(CommandParts& parts);

/// True if the drive is the image for cloud-init: a volume "cloudinit" or "vm-VMID-cloudinit" of whatever storage.
bool is_seed(const guest::Disk& disk);

}  // namespace drawbridge::hypervisor
