// The service's care for guests' ports: hands every change of the kernel, the guests' files and the interfaces file to the reconciler.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "cli/console.h"
#include "doors/clock.h"
#include "doors/files.h"
#include "kernel/live_kernel.h"

namespace drawbridge::cli {

/// Held while ports are wired, by the service or by `guest plug`.
std::string ports_lock(const std::string& root);

class PortKeeper {
 public:
  /// Everything must outlive it. `node`: whose guests are looked after. Errors: unavailable if the system has no timer to give.
  static Result<std::unique_ptr<PortKeeper>> open(kernel::LiveKernel& kernel, doors::Files& files, doors::Clock& clock, Console& console,
                                                  std::string root, std::string node);
  virtual ~PortKeeper() = default;

  /// Readable when run() should be called though nothing has changed.
  virtual int timer() const = 0;
  /// The same: a VM that was about to end has ended.
  virtual int ended() const = 0;
  /// The guests' files may have changed; the interfaces file may have.
  virtual void read_guests() = 0;
  virtual void read_network() = 0;
  /// Does what has to be done now.
  virtual void run() = 0;
};

}  // namespace drawbridge::cli
