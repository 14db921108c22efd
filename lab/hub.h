// The process that holds a lab: it boots the machine (or builds the world, natively), and passes frames between it and whoever has
// connected. When it dies, however it dies, everything it holds dies with it.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>

#include "base/result.h"
#include "lab/machine.h"
#include "lab/owned_fd.h"

namespace drawbridge::lab {

struct HubPlan {
  bool virtual_machine = true;
  std::string why;                         ///< why this way, for `lab status`
  std::optional<Accelerator> accelerator;  ///< nothing: probe
  unsigned processors = 2;
  std::string scenario;  ///< folder of the scenario whose world is held; empty: none
  std::chrono::seconds boot_limit{60};
  std::optional<std::chrono::seconds> lifetime;
  OwnedFd watched;   ///< a pidfd: the lab ends with this process
  OwnedFd listener;  ///< where others may join
  OwnedFd first;     ///< a client that is connected already
  bool ends_with_first = false;
  bool quiet_when_up = false;  ///< let go of the standard streams once the lab is up
  bool announce = false;       ///< print "up" on standard output once the lab is up
};

/// Runs until it is told to stop, its lifetime is over, or what it depends on is gone. Gives an exit status.
int run_hub(HubPlan plan);

/// The address at which the lab `name` of this user listens: an abstract one, so nothing is left in the file system.
Result<OwnedFd> listen_as(const std::string& name);
/// A connection to the lab `name` of this user. Error not_found if none is up.
Result<OwnedFd> connect_to(const std::string& name);
/// The names of this user's labs that are up.
std::vector<std::string> names_of_labs();

}  // namespace drawbridge::lab
