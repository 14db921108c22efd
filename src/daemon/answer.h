// What service and command say to each other after the handoff.
#pragma once

#include <array>
#include <csignal>
#include <cstdint>
#include <optional>

namespace drawbridge::daemon {

enum class AnswerKind : std::uint8_t { declined, taken, ended };

/// From the service to the command.
struct Answer {
  AnswerKind kind = AnswerKind::declined;
  std::uint8_t status = 0;  ///< exit status, with `ended`
};

/// Signals that a command passes on to where it runs.
inline constexpr std::array<int, 4> kPassedOn{SIGINT, SIGTERM, SIGHUP, SIGQUIT};

/// False if the other side is gone.
bool send_answer(int socket, const Answer& answer);
/// nullopt: the other side is gone, or spoke nonsense.
std::optional<Answer> receive_answer(int socket);

bool send_signal(int socket, int signal);
/// nullopt: the other side is gone, or sent none of kPassedOn.
std::optional<int> receive_signal(int socket);

}  // namespace drawbridge::daemon
