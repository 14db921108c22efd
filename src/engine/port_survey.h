// What has to be done so that the guests' devices which are there are wired as their cards say. Pure.
#pragma once

#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "guest/guest.h"
#include "guest/node_network.h"
#include "guest/port.h"
#include "network/plan.h"

namespace drawbridge::engine {

using Names = std::set<std::string, std::less<>>;

/// The port of one card, and the way to it.
struct PortTask {
  std::string device;
  std::string title;   ///< "VM 100 (mail) on node pve1", for messages
  std::string bridge;  ///< whose port it becomes; empty: of none
  SourceLocation where;
  network::Plan plan;  ///< not empty
};

struct PortSurvey {
  std::vector<PortTask> tasks;
  std::vector<guest::Waiting> waiting;  ///< for a bridge that is not there
  Diagnostics problems;                 ///< cards that can't be wired (errors), and what is odd about the others
  Names helpers;                        ///< helper bridges that cards need, wired or waiting
};

/// Looks at the devices that `node` has and that bear a guest's name; with `only`, at those of them. A device without a guest
/// or without a card is somebody else's. `guests`: of this node, as they are now (not as they will be at their next start).
PortSurvey survey_ports(std::span<const guest::Guest> guests, const guest::NodeNetwork& node, const Names* only = nullptr);

/// The helper bridges that no card of these guests needs and that nobody uses: leftovers.
std::vector<std::string> leftovers(std::span<const guest::Guest> guests, const guest::NodeNetwork& node);

}  // namespace drawbridge::engine
