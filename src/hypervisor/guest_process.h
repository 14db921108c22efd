// The process of a running VM: found by its pid file, told from any other that has its number by now, waited for and ended.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>

#include "base/result.h"
#include "hypervisor/descriptor.h"
#include "hypervisor/run_files.h"

namespace drawbridge::hypervisor {

class GuestProcess {
 public:
  /// The VM's process, or nothing: no pid file, nobody of that number, or somebody else who has the number now.
  static std::optional<GuestProcess> find(const RunFiles& files);

  pid_t pid() const { return pid_; }
  /// True once it has ended, at the latest after `patience`.
  bool wait(std::chrono::milliseconds patience) const;
  /// Readable once it has ended (pidfd_open(2)).
  int descriptor() const { return handle_.get(); }
  /// To this very process, never to one that has its number later. Nothing happens if it has ended.
  void signal(int number) const;

 private:
  GuestProcess(pid_t pid, Descriptor handle) : pid_(pid), handle_(std::move(handle)) {}
  pid_t pid_;
  Descriptor handle_;
};

}  // namespace drawbridge::hypervisor
