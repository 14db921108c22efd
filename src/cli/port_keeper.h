// The service's care for guests' ports: hands every change of the kernel, the guests' files and the interfaces file to the reconciler.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/console.h"
#include "doors/clock.h"
#include "doors/files.h"
#include "guest/bridge_policy.h"
#include "guest/guest.h"
#include "kernel/live_kernel.h"

namespace drawbridge::cli {

/// Held while ports are wired, by the service or by `guest plug`.
std::string ports_lock(const std::string& root);

class PortKeeper {
 public:
  /// Everything must outlive it. Errors: unavailable if the system has no timer to give.
  static Result<std::unique_ptr<PortKeeper>> open(kernel::LiveKernel& kernel, doors::Files& files, doors::Clock& clock, Console& console,
                                                  std::string root);
  virtual ~PortKeeper() = default;

  /// Readable when run() should be called though nothing has changed.
  virtual int timer() const = 0;
  /// The same: a VM that was about to end has ended.
  virtual int ended() const = 0;
  /// The node's guests; what the interfaces file says of bridges.
  virtual void set_guests(std::vector<guest::Guest> guests) = 0;
  virtual void set_policies(guest::BridgePolicies policies) = 0;
  /// Does what has to be done now.
  virtual void run() = 0;
};

}  // namespace drawbridge::cli
