#include "daemon/answer.h"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

namespace drawbridge::daemon {
namespace {

template <std::size_t size>
bool send_bytes(int socket, const std::array<std::uint8_t, size>& bytes) {
  ssize_t sent = 0;
  while ((sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL)) < 0 && errno == EINTR) {
  }
  return sent == static_cast<ssize_t>(size);
}

template <std::size_t size>
std::optional<std::array<std::uint8_t, size>> receive_bytes(int socket) {
  std::array<std::uint8_t, size> bytes{};
  ssize_t got = 0;
  while ((got = ::recv(socket, bytes.data(), bytes.size(), 0)) < 0 && errno == EINTR) {
  }
  if (got != static_cast<ssize_t>(size)) return std::nullopt;
  return bytes;
}

}  // namespace

bool send_answer(int socket, const Answer& answer) {
  return send_bytes<2>(socket, {static_cast<std::uint8_t>(answer.kind), answer.status});
}

std::optional<Answer> receive_answer(int socket) {
  const auto bytes = receive_bytes<2>(socket);
  if (!bytes || (*bytes)[0] > static_cast<std::uint8_t>(AnswerKind::ended)) return std::nullopt;
  return Answer{static_cast<AnswerKind>((*bytes)[0]), (*bytes)[1]};
}

bool send_signal(int socket, int signal) { return send_bytes<1>(socket, {static_cast<std::uint8_t>(signal)}); }

std::optional<int> receive_signal(int socket) {
  const auto bytes = receive_bytes<1>(socket);
  if (!bytes || std::ranges::find(kPassedOn, int{(*bytes)[0]}) == kPassedOn.end()) return std::nullopt;
  return (*bytes)[0];
}

}  // namespace drawbridge::daemon
