// The side of the service: listens at a socket that only root may use, and runs each command that is handed over in a child of
// its own, which begins with everything that the service has in memory.
#pragma once

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

struct Work {
  std::string version;
  /// In the service, just before a command's child is made: bring up to date what it will need. False: it must run cold.
  std::function<bool()> prepare;
  /// In the child, with streams, environment and folder of the command in place; gives the exit status. Exceptions: status 70.
  std::function<int(const Handoff&)> run;
  /// In the service, after a command has ended: something may have changed without a notification.
  std::function<void()> settle;
  /// In the service, once it listens: tells the system's manager.
  std::function<void()> ready;
};

/// Serves until SIGTERM or SIGINT; commands that run then are left to end by themselves. The process must have one thread.
/// Errors: conflict (another service listens at `path`), denied, unavailable.
Result<void> serve(const std::string& path, const Work& work, std::span<const Wakeup> wakeups);

}  // namespace drawbridge::daemon
