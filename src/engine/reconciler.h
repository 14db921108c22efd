// Keeps the guests' ports as their cards say: whatever device appears under a guest's name is wired, what changes is moved, what is
// left over goes. Told of every change, it does what that change made necessary and nothing else.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "doors/clock.h"
#include "doors/kernel.h"
#include "engine/port_survey.h"
#include "guest/bridge_policy.h"

namespace drawbridge::engine {

/// The kernel as one who follows it sees it.
class FollowedKernel : public doors::Kernel {
 public:
  /// The links now; what follows from them (routes, queues) may lag behind. Valid, and as it was, until the next look.
  virtual Result<const network::Snapshot*> glance() = 0;
  /// The links that changed in what matters to ports since the last call.
  virtual Names take_changes() = 0;
};

/// A helper bridge that nobody uses goes after so long: somebody may be about to plug into it.
inline constexpr std::chrono::seconds kLeftoverPatience{10};
/// A port that could not be wired is tried again after so long, or when something about it changes.
inline constexpr std::chrono::seconds kRetryAfter{30};

class Reconciler {
 public:
  using Tell = std::function<void(const Diagnostic&)>;  ///< a line for the log

  Reconciler(FollowedKernel& kernel, doors::Clock& clock, Tell tell) : kernel_(kernel), clock_(clock), tell_(std::move(tell)) {}

  /// The guests of this node and what the active interfaces file says of bridges: all ports are looked at next.
  void set_guests(std::vector<guest::Guest> guests);
  void set_policies(guest::BridgePolicies policies);
  /// Devices that are left as they are, though they have a card: somebody has unplugged them. One that is no longer among them is looked at
  /// next.
  void set_unplugged(Names devices);

  /// Does what has to be done now. Gives when it wants to be called though nothing changes (boot-time clock); nullopt: never.
  std::optional<std::chrono::nanoseconds> run();

 private:
  struct Failure {
    std::chrono::nanoseconds again{};
    std::uint32_t index = 0;  ///< the device's
  };

  /// True if there was anything to look at.
  Result<bool> run_once();
  Result<void> wire(const network::Snapshot& planned_from, const std::vector<PortTask>& tasks);
  void report(const PortTask& task, const std::optional<Error>& error, const std::optional<Error>& not_undone,
              const network::Snapshot& before);
  void tell_once(const Diagnostics& problems, const std::vector<guest::Waiting>& waiting);
  void collect();
  std::optional<std::chrono::nanoseconds> next_call() const;

  FollowedKernel& kernel_;
  doors::Clock& clock_;
  Tell tell_;
  std::vector<guest::Guest> guests_;
  guest::BridgePolicies policies_;
  bool everything_ = true;                                     ///< all ports are to be looked at
  std::map<std::string, Failure, std::less<>> failed_;         ///< by device
  std::map<std::string, std::chrono::nanoseconds> abandoned_;  ///< helpers that nobody uses, and since when
  Names unplugged_;
  Names told_;  ///< problems that the log has already
};

}  // namespace drawbridge::engine
