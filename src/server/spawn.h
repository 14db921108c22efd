// A program started with the three streams it is given, in a session of its own or not, with nothing else inherited.
#pragma once

#include <sys/types.h>

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace drawbridge::server {

struct Spawned {
  pid_t pid = -1;
  int ended = -1;  ///< pidfd_open(2): readable once the process has ended; the caller's to close
};

/// `streams` become standard input, output and error; they stay the caller's. Errors: those of the system.
Result<Spawned> spawn(const std::string& program, const std::vector<std::string>& words, const std::vector<std::string>& environment,
                      const std::array<int, 3>& streams, bool own_session);

/// The exit status of a process that has ended, 128 + the signal that killed it; 255 if nobody can tell any more. Reaps it. nullopt: it has
/// not ended. A loop that watches Spawned::ended wakes now and then although it has not (Asio's state of a descriptor before it): then it
/// watches on.
std::optional<int> reap(pid_t pid);

}  // namespace drawbridge::server
