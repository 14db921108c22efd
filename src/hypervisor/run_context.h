// What a command line depends on beside the guest's settings: the host, as values.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "hypervisor/run_files.h"

namespace drawbridge::hypervisor {

enum class Accelerator : std::uint8_t { kvm, tcg };

struct QemuVersion {
  unsigned major = 0;
  unsigned minor = 0;
  auto operator<=>(const QemuVersion&) const = default;
};

struct RunContext {
  std::string program = "qemu-system-x86_64";
  QemuVersion version{7, 2};
  Accelerator accelerator = Accelerator::tcg;
  bool vhost_net = false;                            ///< /dev/vhost-net can be opened
  std::string firmware_code;                         ///< the UEFI firmware; empty: not installed
  std::string firmware_variables;                    ///< its empty store of variables
  std::map<std::string, std::uint32_t> bridge_mtus;  ///< by bridge; one that is missing is not there
  RunFiles files;
};

}  // namespace drawbridge::hypervisor
