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

/// The node has one trial at a time, and who confirms it must hold Sys.Modify there: whoever may only change his guest's rules must not
/// hold it against others, nor change what is under trial. Deleting by force is about the guest's own names.
std::vector<Need> needs_of_trial(const Parameters& parameters, bool deletes) {
  if (!parameters.has("confirm-within") && (deletes || !parameters.flag("force"))) return {};
  return {{parameters.has("node") ? "/nodes/" + parameters.text("node") : "/nodes", {"Sys.Modify"}}};
}

bool is_below_node(std::string_view key) { return key.contains("/qemu/") || key.contains("/lxc/") || key.contains("/vnets/"); }

}  // namespace

std::vector<Step> firewall_steps() {
  std::vector<Step> all;
  for (auto part : {folders(), firewall_rule_steps(), firewall_name_steps(), firewall_option_steps(), firewall_node_steps()})
    for (auto& step : part) all.push_back(std::move(step));
  for (Step& step : all)
    if (step.effect == Effect::writes && is_below_node(step.key))
      step.needs = [deletes = step.key.starts_with("DELETE ")](const Parameters& parameters, const Documents&) {
        return needs_of_trial(parameters, deletes);
      };
  return all;
}

}  // namespace drawbridge::api
