#include "network/model_hooks.h"

#include <algorithm>
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

using Variables = std::map<std::string, std::string>;

/// At most `most` of them; `cut`: there would be more.
Variables variables_of(const Interface& interface, std::size_t most, bool& cut) {
  Variables variables{{"IFACE", interface.name}, {"LOGICAL", interface.name}, {"ADDRFAM", family_list(interface)}};
  for (const auto& option : interface.options) {
    if (find_hook_phase(option.name)) continue;
    cut = variables.size() >= most;
    if (cut) break;
    variables.try_emplace(variable_name(std::string_view(option.raw).substr(0, option.raw.find(' '))), option.value);
  }
  return variables;
}

void complete(DesiredHook& hook, const Variables& variables) {
  hook.environment.insert(variables.begin(), variables.end());
  hook.environment["MODE"] = is_up(hook.phase) ? "start" : "stop";
  hook.environment["PHASE"] = phase_text(hook.phase);
}

/// As one word of the shell.
std::string shell_word(const std::string& path) {
  const auto plain = [](unsigned char c) { return std::isalnum(c) != 0 || c == '/' || c == '.' || c == '-' || c == '_'; };
  if (std::ranges::all_of(path, plain)) return path;
  std::string word = "'";
  for (const char c : path) word += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return word + "'";
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
  bool cut = false;
  const Variables variables = variables_of(interface, kMostVariables / interface.hooks.size(), cut);
  if (cut)
    diagnostics.push_back({interface.hooks.front().where,
                           Severity::warning,
                           "hook-environment-cut",
                           printable(interface.name) + " has so many commands and options that its commands don't get all IF_ variables",
                           "move commands into one script",
                           {}});
  for (auto& hook : interface.hooks) complete(hook, variables);
}

void add_scripts(Model& model, const std::vector<HookScript>& scripts) {
  if (scripts.empty()) return;
  for (auto& [name, interface] : model.interfaces) {
    if (!interface.declared || interface.type == InterfaceType::alias) continue;
    bool cut = false;
    Variables variables = variables_of(interface, kMostVariables / scripts.size(), cut);
    variables["METHOD"] = interface.method.value_or(interface.method6.value_or(""));
    variables["VERBOSITY"] = "0";
    for (const auto& script : scripts) {
      interface.hooks.push_back({script.phase, shell_word(script.path), {}, interface.where});
      complete(interface.hooks.back(), variables);
    }
  }
}

}  // namespace drawbridge::network
