// Options of every level: drawbridge firewall options.
#include <set>

#include "api/firewall_levels.h"
#include "base/text.h"

namespace drawbridge::api {
namespace {

bool is_option(std::string_view name) {
  static const std::set<std::string_view> kOthers{"node", "vmid", "vnet", "delete", "digest", "confirm-within", "force"};
  return !kOthers.contains(name);
}

/// Nothing, if nothing is to be set: that changes nothing, and is no mistake.
std::vector<Words> set_words(const FirewallLevel& level, const Parameters& parameters) {
  Words words = level.words("options", parameters);
  const auto before = words.size();
  for (const auto& [name, value] : parameters.all())
    if (is_option(name)) words.push_back(name + "=" + value);
  for (const auto name : split_list(parameters.text("delete"))) words.push_back(option("delete", name));
  if (words.size() == before) return {};
  append_digest(words, parameters);
  append_write(words, parameters);
  return one(std::move(words));
}

}  // namespace

std::vector<Step> firewall_option_steps() {
  std::vector<Step> steps;
  auto levels = guest_levels();
  levels.insert(levels.end(), {datacenter_level(), node_level(), vnet_level()});
  for (const auto& level : levels) {
    steps.push_back({.key = "GET " + level.base + "/options", .commands = [level](const Parameters& parameters) {
                       Words words = level.words("options", parameters);
                       words.emplace_back("list");
                       return one(std::move(words));
                     }});
    steps.push_back({.key = "PUT " + level.base + "/options",
                     .effect = Effect::writes,
                     .commands = [level](const Parameters& parameters) { return set_words(level, parameters); },
                     .shape = written});
  }
  return steps;
}

}  // namespace drawbridge::api
