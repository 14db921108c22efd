// How a scenario's world is made of network namespaces: the commands, few and in batches, because the lab's emulated machine starts
// processes slowly. Pure.
#pragma once

#include <string>
#include <vector>

#include "lab/scenario.h"

namespace drawbridge::lab {

/// What happens inside one namespace: input of `ip -batch`, `bridge -batch` and `tc -batch`.
struct Inside {
  std::string name;
  std::string ip;
  std::string bridge;
  std::string tc;
  bool forwards = false;
  bool operator==(const Inside&) const = default;
};

struct WorldPlan {
  std::vector<std::string> namespaces;  ///< besides the node's
  std::string cables;                   ///< `ip -batch` in the node's namespace: every pair of interfaces
  std::vector<Inside> inside;
};

/// Switches, hosts and cables. The node's interfaces exist and have carrier afterwards, but are down, as after power on. Guests
/// have their namespace and nothing in it.
WorldPlan make_world_plan(const Scenario& scenario);

/// What a hypervisor does when the guests start: their interfaces appear; those without a card join their bridges and are set up.
WorldPlan make_guest_plan(const Scenario& scenario);

}  // namespace drawbridge::lab
