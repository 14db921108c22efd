// What changes at the beginning of a state: cables, and what somebody's commands do.
#pragma once

#include <sys/types.h>

#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "lab/owned_fd.h"
#include "lab/scenario.h"

namespace drawbridge::lab {

/// A command that was given, and how it ended.
struct CommandSeen {
  Command command;
  int exit = 0;
  std::string output;  ///< both streams; of a long one the end
};

/// True if it ended as the scenario says.
bool as_expected(const CommandSeen& seen);

/// Runs commands one after the other, inside a world. Errors: a program that is not there, a namespace that is not.
Result<std::vector<CommandSeen>> run_commands(const std::vector<Command>& commands);

/// Changes the world in a process of its own: setting a device down takes the kernel as long as a bond needs to notice, a command takes its
/// time, and flows must go on meanwhile, or nothing would ever be lost.
class Change {
 public:
  Change(std::function<Result<void>()> cables, std::vector<Command> commands)
      : cables_(std::move(cables)), commands_(std::move(commands)) {}

  Result<void> start();
  /// Waits for its end.
  Result<std::vector<CommandSeen>> finish();
  /// Both at once, in this process.
  Result<std::vector<CommandSeen>> run() const;

 private:
  std::function<Result<void>()> cables_;
  std::vector<Command> commands_;
  pid_t pid_ = -1;
  OwnedFd told_;
};

}  // namespace drawbridge::lab
