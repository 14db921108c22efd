// What is known of a running VM: its process, the settings it runs with, the context in which QEMU's options for it are made.
#pragma once

#include <optional>
#include <set>

#include "cli/context.h"
#include "guest/guest.h"
#include "hypervisor/guest_process.h"
#include "hypervisor/host_probe.h"
#include "hypervisor/qmp.h"
#include "store/guest_files.h"

namespace drawbridge::cli {

struct GuestRuntime {
  pid_t pid = 0;  ///< 0: it does not run
  /// What it runs with: as it started, and what was changed since. Nothing: not known.
  std::optional<guest::Guest> running;

  /// The cards that QEMU has right now. Nothing: it was not asked, or does not answer.
  std::optional<std::set<std::uint8_t>> plugged;

  bool runs() const { return pid != 0; }
};

/// Needs no privilege where the process of the VM can be seen without.
GuestRuntime runtime_of(Context& context, const store::GuestFile& file);

/// Asks QEMU itself, for at most a second; without privilege nothing is learned.
void look_inside(Context& context, guest::Vmid vmid, GuestRuntime& runtime);

/// The process, if it is a VM that runs.
std::optional<hypervisor::GuestProcess> find_process(Context& context, guest::Vmid vmid);

/// The host, and the MTU of each of its bridges.
Result<hypervisor::RunContext> run_context(Context& context, guest::Vmid vmid);

/// The same for a VM that runs: the version is that of its QEMU, which may be older than the one installed by now.
Result<hypervisor::RunContext> live_context(Context& context, guest::Vmid vmid, hypervisor::Qmp& qmp);

/// Held by who starts, stops or changes the running VM. Errors: conflict with the holder's name after 30 s.
Result<std::unique_ptr<doors::FileLock>> lock_runtime(Context& context, guest::Vmid vmid);

/// How a card of the running VM is, next to what the file says: "up", "link down", "not plugged", "other settings"…
std::string card_state(const GuestRuntime& runtime, const guest::Settings& current, std::uint8_t slot);

}  // namespace drawbridge::cli
