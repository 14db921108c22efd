// Starting and stopping the process of a VM. Whoever calls holds RunFiles::lock.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "hypervisor/guest_process.h"
#include "hypervisor/run_files.h"

namespace drawbridge::hypervisor {

struct StartRequest {
  std::vector<std::string> words;         ///< of QEMU, which begins stopped
  std::vector<std::string> environment;   ///< "NAME=VALUE" on top of ours, for its scripts
  std::string scope;                      ///< the systemd scope it belongs to; empty: systemd is not asked
  std::string program;                    ///< this program, which the scripts are
  std::function<Result<void>()> prepare;  ///< files that the VM needs, made when leftovers of an earlier run have gone
  std::vector<std::string> links_down;    ///< cards whose link is down from the first moment: "net1"
  std::chrono::milliseconds patience{30'000};
};

/// Starts QEMU in a session of its own, in the scope if one is named, waits until it answers, sets the links and lets the VM run.
/// If anything fails nothing runs and nothing is left. Gives the pid.
/// Errors: conflict (it runs already), unavailable (it ended: with QEMU's own words), timed_out (it does not answer), invalid_input
/// (the path of a socket would be too long).
Result<pid_t> start_guest(const RunFiles& files, const StartRequest& request);

enum class StopStage : std::uint8_t { powerdown, quit, terminate, kill };

struct StopRequest {
  bool force = false;                          ///< without asking the guest
  bool may_cut = true;                         ///< end it, if it does not shut down by itself
  std::chrono::milliseconds patience{60'000};  ///< for the guest to shut down by itself
  /// Called when a stage begins and every second of it; seconds left.
  std::function<void(StopStage, std::chrono::seconds)> tell = [](StopStage, std::chrono::seconds) {};
};

/// Asks the guest to shut down, then QEMU to end, then the kernel to end QEMU. Gives the stage at which it ended. What the VM had
/// under run/ is removed. Errors: unavailable if even SIGKILL does not end it; timed_out if it runs on and may not be cut.
Result<StopStage> stop_guest(const RunFiles& files, const GuestProcess& process, const StopRequest& request);

/// Removes what a VM that has ended left under run/; only the lock stays.
void clean_up(const RunFiles& files);

/// True if systemd is what runs this machine.
bool has_systemd();

}  // namespace drawbridge::hypervisor
