// The side of the service: listens at a socket that only root may use, and runs each command that is handed over in a child of
// its own, which begins with everything that the service has in memory.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>

#include "base/result.h"
#include "daemon/handoff.h"

namespace drawbridge::daemon {

/// A descriptor that wakes the service, and what is then done: the kernel's notifications, a changed file.
struct Wakeup {
  int descriptor = -1;
  std::function<void()> act;
};

/// How a command ended in the child.
struct CommandEnd {
  int status = 0;        ///< exit status, 0 to 127
  bool changed = false;  ///< it may have changed something
};

struct Work {
  std::string version;
  /// In the service, just before a command's child is made: bring up to date what it will need. False: it must run cold.
  std::function<bool()> prepare;
  /// In the service, when the child has been made: lets go of what was only for it.
  std::function<void()> release;
  /// In the child, with streams, environment and folder of the command in place. Exceptions: status 70.
  std::function<CommandEnd(const Handoff&)> run;
  /// In the service, after a command has ended; true: it changed something, or was killed.
  std::function<void(bool)> settle;
  /// In the service, once it listens: tells the system's manager.
  std::function<void()> ready;
};

/// Serves until SIGTERM or SIGINT; commands that run then are left to end by themselves. The process must have one thread.
/// Errors: conflict (another service listens at `path`), denied, unavailable.
Result<void> serve(const std::string& path, const Work& work, std::span<const Wakeup> wakeups);

}  // namespace drawbridge::daemon
