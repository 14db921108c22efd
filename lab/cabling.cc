#include "lab/cabling.h"

#include <map>

namespace drawbridge::lab {

std::vector<Plug> plugs_of(const Scenario& scenario) {
  std::vector<Plug> plugs;
  std::map<std::string, unsigned> used;
  const auto plug = [&](const std::string& owner, const Port& port) {
    const std::string& name = port.plugged.switch_name;
    plugs.push_back(Plug{Cable{owner, port.name}, SwitchEnd{name, "p" + std::to_string(++used[name])}, &port});
  };
  for (const Port& port : scenario.node_ports) plug(std::string(kNode), port);
  for (const Host& host : scenario.hosts) {
    for (const Port& port : host.ports) plug(host.name, port);
  }
  return plugs;
}

std::string link_device(std::size_t index) { return "link" + std::to_string(index + 1); }

std::vector<SwitchEnd> ends_of(const Scenario& scenario, const Cable& cable) {
  std::vector<SwitchEnd> ends;
  for (const Plug& plug : plugs_of(scenario)) {
    if (plug.cable == cable || (cable.port.empty() && plug.end.switch_name == cable.owner)) ends.push_back(plug.end);
  }
  for (std::size_t i = 0; i < scenario.links.size(); ++i) {
    const SwitchLink& link = scenario.links[i];
    const bool whole = cable.port.empty() && (link.first == cable.owner || link.second == cable.owner);
    if (whole) ends.push_back(SwitchEnd{cable.owner, link_device(i)});
    if (cable == Cable{link.first, link.second}) ends.push_back(SwitchEnd{link.first, link_device(i)});
  }
  return ends;
}

std::set<SwitchEnd> ends_down(const Scenario& scenario, const std::set<Cable>& cut) {
  std::set<SwitchEnd> down;
  for (const Cable& cable : cut) {
    for (SwitchEnd& end : ends_of(scenario, cable)) down.insert(std::move(end));
  }
  return down;
}

}  // namespace drawbridge::lab
