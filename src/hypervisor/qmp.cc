#include "hypervisor/qmp.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "base/text.h"

namespace drawbridge::hypervisor {
namespace {

using Clock = std::chrono::steady_clock;

/// Events that nobody waits for must not grow without end.
constexpr std::size_t kMostEvents = 1024;

std::unexpected<Error> silent() {
  return fail(Errc::timed_out, "QEMU does not answer on its control socket", {},
              "it may be stopped or busy; \"drawbridge guest stop --force\" ends it without its consent");
}

std::unexpected<Error> closed() { return fail(Errc::unavailable, "QEMU has closed its control socket"); }

Result<Descriptor> open_socket(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path)
    return fail(Errc::invalid_input, "the path of the control socket is too long: " + path, {}, "use a shorter --root");
  std::memcpy(address.sun_path, path.data(), path.size());
  Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket.is_open()) return fail_errno(errno, "no socket");
  // Of a UNIX socket, connect(2) is done at once, or says EAGAIN where those who wait are too many.
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return socket;
  if (errno == ENOENT) return fail(Errc::not_found, "there is no control socket " + path);
  if (errno == EAGAIN) return silent();
  return fail_errno(errno, "can't connect to the control socket " + path);
}

}  // namespace

Result<Qmp> Qmp::connect(const std::string& path, Milliseconds patience) {
  const auto deadline = Clock::now() + patience;
  Qmp qmp(TRY(open_socket(path)));
  while (!std::holds_alternative<QmpGreeting>(TRY(qmp.next(deadline)))) {
  }
  TRY_VOID(qmp.execute("qmp_capabilities", {}, patience));
  return qmp;
}

Result<Qmp> Qmp::connect_agent(const std::string& path) {
  Qmp agent(TRY(open_socket(path)));
  // Answers to somebody who gave up waiting come to the next one: none may have the number of ours.
  agent.last_id_ = static_cast<std::uint64_t>(Clock::now().time_since_epoch().count()) & 0x7FFFFFFFFFFF;
  return agent;
}

Result<boost::json::value> Qmp::execute(std::string_view command, boost::json::object arguments, Milliseconds patience) {
  const auto deadline = Clock::now() + patience;
  const std::uint64_t id = ++last_id_;
  TRY_VOID(send(qmp_command(command, std::move(arguments), id), deadline));
  while (true) {
    QmpMessage message = TRY(next(deadline));
    if (auto* returned = std::get_if<QmpReturn>(&message); returned != nullptr && returned->id == id) return std::move(returned->value);
    if (const auto* failure = std::get_if<QmpFailure>(&message); failure != nullptr && (failure->id == id || failure->id == 0))
      return fail(failure->error_class == "DeviceNotFound" ? Errc::not_found : Errc::unavailable,
                  "QEMU refuses " + std::string(command) + ": " + printable(failure->description, 400));
    if (auto* event = std::get_if<QmpEvent>(&message); event != nullptr && events_.size() < kMostEvents)
      events_.push_back(std::move(*event));
    // An answer with another number is that of a command which was given up.
  }
}

Result<QmpEvent> Qmp::wait_for(const std::function<bool(const QmpEvent&)>& is_the_one, Milliseconds patience) {
  const auto deadline = Clock::now() + patience;
  for (auto& event : std::exchange(events_, {}))
    if (is_the_one(event)) return std::move(event);
  while (true) {
    QmpMessage message = TRY(next(deadline));
    if (auto* event = std::get_if<QmpEvent>(&message); event != nullptr && is_the_one(*event)) return std::move(*event);
  }
}

Result<QmpMessage> Qmp::next(Deadline deadline) {
  std::array<char, 16384> bytes{};
  while (true) {
    if (const auto line = lines_.take()) {
      if (trim(*line).empty()) continue;
      return parse_qmp_message(*line);
    }
    TRY_VOID(wait_until_ready(POLLIN, deadline));
    const ssize_t got = ::read(socket_.get(), bytes.data(), bytes.size());
    if (got == 0) return closed();
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (got < 0) return fail_errno(errno, "QEMU's control socket can't be read");
    TRY_VOID(lines_.add({bytes.data(), static_cast<std::size_t>(got)}));
  }
}

Result<void> Qmp::send(std::string_view bytes, Deadline deadline) {
  while (!bytes.empty()) {
    TRY_VOID(wait_until_ready(POLLOUT, deadline));
    const ssize_t sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (sent < 0 && (errno == EPIPE || errno == ECONNRESET)) return closed();
    if (sent < 0) return fail_errno(errno, "QEMU's control socket can't be written");
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return {};
}

Result<void> Qmp::wait_until_ready(short events, Deadline deadline) {
  pollfd polled{socket_.get(), events, 0};
  while (true) {
    const auto left = std::chrono::duration_cast<Milliseconds>(deadline - Clock::now()).count();
    const int ready = ::poll(&polled, 1, static_cast<int>(std::clamp<long>(left, 0, 60'000)));
    if (ready > 0) return {};
    if (ready < 0 && errno != EINTR) return fail_errno(errno, "no wait for QEMU's control socket");
    if (left <= 0) return silent();
  }
}

}  // namespace drawbridge::hypervisor
