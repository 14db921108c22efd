// Every method of the firewall: our commands of the same level.
#include "api/firewall_levels.h"

namespace drawbridge::api {
namespace {

std::vector<Step> folders() {
  std::vector<Step> steps{
      folder(datacenter_level().base, {"aliases", "rules", "options", "groups", "ipset", "macros", "refs"}),
      folder(node_level().base, {"rules", "options", "log"}),
      folder(vnet_level().base, {"rules", "options"}),
  };
  for (const auto& level : guest_levels()) steps.push_back(folder(level.base, {"rules", "aliases", "ipset", "refs", "options"}));
  return steps;
}

}  // namespace

std::vector<Step> firewall_steps() {
  std::vector<Step> all;
  for (auto part : {folders(), firewall_rule_steps(), firewall_name_steps(), firewall_option_steps(), firewall_node_steps()})
    for (auto& step : part) all.push_back(std::move(step));
  return all;
}

}  // namespace drawbridge::api
