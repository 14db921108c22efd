// A user's hook commands, run through /bin/sh with a time limit.
//
// Sources: interfaces(5) for the environment, posix_spawn(3), pidfd_open(2).
#pragma once

#include "doors/hooks.h"

namespace drawbridge::process {

/// Most that is kept of a hook's output, in bytes; what follows is read and dropped.
inline constexpr std::size_t kMostHookOutput = std::size_t{64} << 10U;

/// doors::Hooks by real processes. Each hook has its own process group, no descriptor but 0 to 2 and default signal handling.
/// A background process that a hook starts and that outlives its shell is left running: starting one is what some hooks are for.
class ShellHooks final : public doors::Hooks {
 public:
  /// Errors: those of posix_spawn(3). A failing command is no error: see exit_status.
  Result<doors::HookOutcome> run(const network::RunHook& hook, std::chrono::milliseconds patience) override;
};

}  // namespace drawbridge::process
