// The service's care for the firewall: what a file says is in the kernel milliseconds after it was saved, and stays there.
#pragma once

#include <chrono>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/console.h"
#include "doors/clock.h"
#include "doors/files.h"
#include "guest/guest.h"
#include "network/snapshot.h"
#include "transaction/transaction.h"

namespace drawbridge::cli {

class FirewallKeeper {
 public:
  /// Everything must outlive it. `node`: whose firewall it is; `undo_after`: as TrialKeeper has it. Errors: unavailable, denied.
  static Result<std::unique_ptr<FirewallKeeper>> open(doors::Files& files, doors::Clock& clock, Console& console,
                                                      const transaction::Paths& paths, std::string root, std::string node,
                                                      std::chrono::seconds undo_after);
  virtual ~FirewallKeeper() = default;

  /// Readable when run() should be called: a file has changed, a time has come.
  virtual std::vector<int> descriptors() const = 0;
  /// The node's guests with their cards; the bridges of the interfaces file; what the kernel says, `generation` counts its changes.
  virtual void set_guests(std::span<const guest::Guest> guests) = 0;
  virtual void set_bridges(std::set<std::string> bridges) = 0;
  virtual void look_at(const network::Snapshot& kernel, std::uint64_t generation) = 0;
  /// Does what has to be done now; nothing, if nothing has changed. Before ports are wired, so that no port is without rules.
  virtual void run() = 0;
  /// False: there should be rules, and there are none. No port may be wired then.
  virtual bool is_safe() const = 0;
  /// The service ends: what is in force stays, and is kept for the next boot.
  virtual void finish() = 0;
};

}  // namespace drawbridge::cli
