// The machine that QEMU plays: the type's name and its version, on which the defaults of devices depend.
#pragma once

#include <string>

#include "base/result.h"
#include "hypervisor/run_context.h"

namespace drawbridge::hypervisor {

struct MachineType {
  std::string name = "pc";  ///< as QEMU is told
  bool q35 = false;
  QemuVersion version;         ///< of the type; QEMU's own if the type names none
  bool pins_host_mtu = false;  ///< the guest is told the MTU even if it is the usual one
  bool operator==(const MachineType&) const = default;
};

/// `text` as the key `machine` has it ("", "q35", "pc-q35-8.1", "pc-i440fx-9.2+pve1"). Errors: invalid_input if it is no type known
/// here or newer than QEMU.
Result<MachineType> machine_type(const std::string& text, QemuVersion qemu, const SourceLocation& where);

/// "QEMU emulator version 7.2.22 (Debian …)". Errors: unsupported if there is no version in it.
Result<QemuVersion> parse_qemu_version(const std::string& text);

}  // namespace drawbridge::hypervisor
