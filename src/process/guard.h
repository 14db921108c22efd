// Work that must go on when the terminal, the SSH session or the calling process dies: done in a child process of its own
// session that ignores SIGHUP and reports through a pipe.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace drawbridge::process {

/// Sends one message to the parent; nothing happens if the parent is gone. Any bytes, also newlines.
using SendMessage = std::function<void(std::string_view)>;

/// How the guarded work ended.
struct GuardEnd {
  int exit_status = 0;  ///< what `work` returned; 128+signal if it was killed
  bool killed = false;
};

/// Runs `work` in a forked child (own session; SIGHUP, SIGINT, SIGQUIT and SIGPIPE ignored; standard streams at /dev/null) and
/// calls `receive` for each message, in the caller's thread, until the child has ended. Must be called while the process has
/// only one thread. The child never returns from here: it ends by _exit with the status that `work` gives (exceptions: 70).
/// Errors: those of pipe(2) and fork(2); then `work` has not begun.
Result<GuardEnd> run_guarded(const std::function<int(const SendMessage&)>& work, const std::function<void(std::string_view)>& receive);

/// The same, but `receive` may end the watch by giving false: then nullopt comes back at once and the child goes on by itself.
Result<std::optional<GuardEnd>> run_guarded_until(const std::function<int(const SendMessage&)>& work,
                                                  const std::function<bool(std::string_view)>& receive);

}  // namespace drawbridge::process
