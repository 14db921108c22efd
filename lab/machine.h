// The virtual machine: QEMU's command line and process.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "base/result.h"
#include "lab/kernel_image.h"
#include "lab/owned_fd.h"

namespace drawbridge::lab {

enum class Accelerator : std::uint8_t {
  kvm,
  tcg,
  counting  ///< TCG with one processor, whose clock goes by instructions: a nanosecond each, and idle time passes at once
};

/// What a machine is made of. The descriptors are QEMU's ends of socket pairs, inherited by it.
struct MachinePlan {
  Accelerator accelerator = Accelerator::tcg;
  Kernel kernel;
  std::string initramfs;
  unsigned processors = 2;  ///< one boots fastest, see kernel_words
  int memory_mib = 1024;
  int channel_fd = -1;
  int console_fd = -1;
};

/// QEMU's command line. Pure.
std::vector<std::string> machine_words(MachinePlan plan);

/// A running machine: the host's ends of its channel and console. The machine dies with the process that started it.
struct Machine {
  pid_t pid = 0;
  OwnedFd channel;
  OwnedFd console;
};

/// Errors: not_found if QEMU is not installed, those of fork(2). That the kernel boots is for the caller to see.
Result<Machine> start_machine(MachinePlan plan);

/// Whether KVM runs code here, found by running a few bytes of it for at most 1.5 s: a /dev/kvm that opens may still hang. The answer
/// is kept in the cache for this boot of the host.
Accelerator probe_accelerator();

/// Corrects the probe's answer for this boot of the host: some hosts run those few bytes under KVM and then fail on a kernel.
void remember_accelerator(Accelerator found);

}  // namespace drawbridge::lab
