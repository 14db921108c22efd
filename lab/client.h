// Talking to a lab that is up, or coming up: waiting for it, and running a command in its machine.
#pragma once

#include <chrono>
#include <optional>

#include "base/result.h"
#include "lab/channel.h"
#include "lab/request.h"

namespace drawbridge::lab {

/// Waits until the lab is ready. Errors: unavailable with the lab's reason if it fails, or ends without a word.
Result<LabState> await_lab(Channel& channel);

/// Runs a command in the lab's machine with this process's standard streams. Gives its exit status, as a shell counts it; 124 when
/// `limit` is over, as timeout(1) does. Errors: unavailable if the lab ends.
Result<int> run_remotely(Channel& channel, const Request& request, std::optional<std::chrono::seconds> limit);

/// Asks the lab to end and waits until it has.
void stop_lab(Channel& channel);

/// Rows and columns of this process's terminal, as far as it has one, entered into the request.
void describe_terminal(Request& request);

}  // namespace drawbridge::lab
