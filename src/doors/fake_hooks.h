// Hooks that leave a trace instead of running, and fail when told to.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "doors/hooks.h"

namespace drawbridge::doors {

class FakeHooks final : public Hooks {
 public:
  Result<HookOutcome> run(const network::RunHook& hook, std::chrono::milliseconds /*patience*/) override {
    ran.push_back(network::hook_phase_name(hook.phase) + " " + hook.link + ": " + hook.command);
    const auto at = outcomes.find(hook.command);
    return at == outcomes.end() ? HookOutcome{} : at->second;
  }

  std::vector<std::string> ran;                 ///< "up vmbr0: echo hello", in order
  std::map<std::string, HookOutcome> outcomes;  ///< by command; else success without output
};

}  // namespace drawbridge::doors
