// A scenario's world: a process that is the first of its own PID, mount, network, UTS and IPC namespaces, and the network
// namespaces around it. Its network namespace is the node. When that process dies, the whole world is gone: nothing has a name
// outside of it.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "lab/owned_fd.h"
#include "lab/scenario.h"
#include "lab/world_plan.h"

namespace drawbridge::lab {

struct World {
  pid_t pid = 0;  ///< of its first process, a child of the caller; dies with the caller
  OwnedFd alive;  ///< its pidfd
};

/// Where a world keeps a link to its scenario's folder.
inline constexpr const char* kScenarioLink = "/run/drawbridge-lab/scenario";

/// Reads the scenario in a folder, and its guests' cards. Error invalid_input carries every diagnostic.
Result<Scenario> load_scenario(const std::string& folder);

/// Builds the world of the scenario in `folder` and comes back when it is ready. Error denied without root's rights.
Result<World> start_world(const std::string& folder);

/// Starts a command in the world whose first process is `world`: in the node, or in the namespace `where`, in the folder
/// the caller is in. Gives its exit status as a shell counts it; 124 if it had to be ended after `limit`.
Result<int> run_in_world(pid_t world, const std::string& where, const std::vector<std::string>& words,
                         std::optional<std::chrono::seconds> limit);

/// Inside a world: the plan's cables, and what is inside each namespace.
Result<void> follow(const WorldPlan& plan);

/// Runs a batch of `ip`, `bridge` or `tc` commands in a named network namespace ("" for the caller's). The error names the line.
Result<void> run_batch(const std::string& program, const std::string& space, const std::string& lines);

/// Enters the network namespace `name` of the world the caller is in.
bool enter_network(const std::string& name);

}  // namespace drawbridge::lab
