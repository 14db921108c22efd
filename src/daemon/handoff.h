// A command handed over to the running service: its words, environment and folder as one message, its three streams as
// descriptors. The service runs it as the same program would, only warm. Both ends are root on one machine (the service asks the
// kernel), so the format needs no more than a bound and a version.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace drawbridge::daemon {

struct Handoff {
  std::string version;  ///< of the program that asks; another one runs its command itself
  std::vector<std::string> words;
  std::vector<std::string> environment;  ///< "NAME=value"
  std::string directory;                 ///< working directory
  bool operator==(const Handoff&) const = default;
};

/// The longest message; a longer command line runs cold.
inline constexpr std::size_t kMostHandoffBytes = 160 * 1024;

/// A string that holds a NUL cannot be a word of a command line: invalid_input.
Result<std::string> format_handoff(const Handoff& handoff);
/// Errors: invalid_input for anything that format_handoff did not write.
Result<Handoff> parse_handoff(std::string_view message);

/// Standard input, output and error.
using Streams = std::array<int, 3>;

/// One message with three descriptors over a SOCK_SEQPACKET socket.
Result<void> send_handoff(int socket, std::string_view message, const Streams& streams);
/// The received descriptors are the caller's to close. Errors: invalid_input if the message is too long or lacks descriptors.
Result<std::pair<std::string, Streams>> receive_handoff(int socket);

}  // namespace drawbridge::daemon
