// Which device of which switch each cable ends in. Pure.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "lab/scenario.h"

namespace drawbridge::lab {

/// A device in a switch's namespace.
struct SwitchEnd {
  std::string switch_name;
  std::string device;
  auto operator<=>(const SwitchEnd&) const = default;
};

/// A port's cable: the ports of the node, then those of the hosts, are plugged into p1, p2… of their switches.
struct Plug {
  Cable cable;
  SwitchEnd end;
  const Port* port = nullptr;  ///< in the scenario
};
std::vector<Plug> plugs_of(const Scenario& scenario);

/// The device of `scenario.links[index]`; both switches call it the same.
std::string link_device(std::size_t index);

/// The switches' ends of a cable: what is set down to cut it. Of a whole switch: all of its devices.
std::vector<SwitchEnd> ends_of(const Scenario& scenario, const Cable& cable);

/// All ends that are down while these are cut. A cable of a switch that is away is down for two reasons.
std::set<SwitchEnd> ends_down(const Scenario& scenario, const std::set<Cable>& cut);

}  // namespace drawbridge::lab
