#include "network/model_hooks.h"

#include <array>
#include <cctype>
#include <string>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "network/option_key.h"

namespace drawbridge::network {
namespace {

constexpr std::array<std::pair<std::string_view, HookPhase>, 6> kPhases{{{"pre-up", HookPhase::pre_up},
                                                                         {"up", HookPhase::up},
                                                                         {"post-up", HookPhase::post_up},
                                                                         {"pre-down", HookPhase::pre_down},
                                                                         {"down", HookPhase::down},
                                                                         {"post-down", HookPhase::post_down}}};

// A stanza of a megabyte could hold as many commands as variables, each command with each variable: a bound on their product
// keeps memory in proportion to the file. Real stanzas stay far below it.
constexpr std::size_t kMostVariables = 200'000;

bool is_up(HookPhase phase) { return phase == HookPhase::pre_up || phase == HookPhase::up || phase == HookPhase::post_up; }

std::string_view phase_text(HookPhase phase) {
  for (const auto& [name, each] : kPhases)
    if (each == phase) return name;
  return "";
}

std::string variable_name(std::string_view option) {
  std::string name = "IF_";
  for (const char c : option) name += std::isalnum(static_cast<unsigned char>(c)) != 0 ? static_cast<char>(std::toupper(c)) : '_';
  return name;
}

std::string family_list(const Interface& interface) {
  std::string list;
  for (const auto& family : interface.families) {
    const std::string_view word = family == Family::ipv6 ? "inet6" : "inet";
    if (!family || list.find(std::string(word) + ",") != std::string::npos || list.ends_with(word)) continue;
    list += (list.empty() ? "" : ",") + std::string(word);
  }
  return list;
}

}  // namespace

std::optional<HookPhase> find_hook_phase(std::string_view canonical_name) {
  for (const auto& [name, phase] : kPhases)
    if (name == canonical_name) return phase;
  return std::nullopt;
}

void read_hooks(const interfaces::Stanza& stanza, Interface& interface) {
  for (const auto& option : stanza.options) {
    const auto phase = find_hook_phase(canonical_option(option.name));
    if (phase) interface.hooks.push_back({*phase, option.value, {{"METHOD", stanza.method}}, option.where});
  }
}

void finish_hooks(Interface& interface, Diagnostics& diagnostics) {
  if (interface.hooks.empty()) return;
  std::map<std::string, std::string> variables{{"IFACE", interface.name}, {"LOGICAL", interface.name}, {"ADDRFAM", family_list(interface)}};
  const std::size_t most = kMostVariables / interface.hooks.size();
  for (const auto& option : interface.options) {
    if (find_hook_phase(option.name)) continue;
    if (variables.size() >= most) {
      diagnostics.push_back({interface.hooks.front().where,
                             Severity::warning,
                             "hook-environment-cut",
                             printable(interface.name) + " has so many commands and options that its commands don't get all IF_ variables",
                             "move commands into one script",
                             {}});
      break;
    }
    variables.try_emplace(variable_name(std::string_view(option.raw).substr(0, option.raw.find(' '))), option.value);
  }
  for (auto& hook : interface.hooks) {
    hook.environment.insert(variables.begin(), variables.end());
    hook.environment["MODE"] = is_up(hook.phase) ? "start" : "stop";
    hook.environment["PHASE"] = phase_text(hook.phase);
  }
}

}  // namespace drawbridge::network
