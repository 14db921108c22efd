// Running a user's hook commands, as floors 4 and up see it.
#pragma once

#include <chrono>
#include <string>

#include "base/result.h"
#include "network/operation.h"

namespace drawbridge::doors {

struct HookOutcome {
  int exit_status = 0;  ///< 128+signal if killed
  bool timed_out = false;
  std::string output;  ///< both streams, at most 64 KiB
};

class Hooks {
 public:
  virtual ~Hooks() = default;
  /// Through /bin/sh -c, inherited environment plus the hook's; ended with its process group after `patience`.
  virtual Result<HookOutcome> run(const network::RunHook& hook, std::chrono::milliseconds patience) = 0;
};

}  // namespace drawbridge::doors
