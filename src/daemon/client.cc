#include "daemon/client.h"

#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "daemon/answer.h"

namespace drawbridge::daemon {
namespace {

/// A descriptor that is closed at the end.
struct Owned {
  int fd = -1;
  ~Owned() {
    if (fd >= 0) ::close(fd);
  }
};

int connect_to(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return -1;
  path.copy(address.sun_path, path.size());
  const int fd = ::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return fd;
  ::close(fd);
  return -1;
}

/// While it lives, signals that would end the program arrive at its descriptor instead.
class SignalCatcher {
 public:
  SignalCatcher() {
    ::sigemptyset(&caught_);
    for (const int signal : kPassedOn) ::sigaddset(&caught_, signal);
    ::sigprocmask(SIG_BLOCK, &caught_, &before_);
    signals_.fd = ::signalfd(-1, &caught_, SFD_CLOEXEC);
  }
  ~SignalCatcher() { ::sigprocmask(SIG_SETMASK, &before_, nullptr); }
  SignalCatcher(const SignalCatcher&) = delete;
  SignalCatcher& operator=(const SignalCatcher&) = delete;

  int descriptor() const { return signals_.fd; }
  std::optional<int> next() const {
    signalfd_siginfo info{};
    if (::read(signals_.fd, &info, sizeof info) != static_cast<ssize_t>(sizeof info)) return std::nullopt;
    return static_cast<int>(info.ssi_signo);
  }

 private:
  sigset_t caught_{};
  sigset_t before_{};
  Owned signals_;
};

/// Waits for one answer; `on_signal` is told each signal and says whether to wait on. nullopt: no answer will come.
template <class OnSignal>
std::optional<Answer> wait_for_answer(int socket, const SignalCatcher& signals, const OnSignal& on_signal) {
  for (;;) {
    std::array<pollfd, 2> wait{pollfd{socket, POLLIN, 0}, pollfd{signals.descriptor(), POLLIN, 0}};
    if (::poll(wait.data(), wait.size(), -1) < 0 && errno != EINTR) return std::nullopt;
    if (wait[0].revents != 0) return receive_answer(socket);
    const auto signal = wait[1].revents == 0 ? std::nullopt : signals.next();
    if (signal && !on_signal(*signal)) return std::nullopt;
  }
}

std::optional<int> run_there(int socket, std::string_view message, const SignalCatcher& signals, std::optional<int>& interrupted,
                             bool& lost) {
  if (!send_handoff(socket, message, {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})) return std::nullopt;
  // Until the service has said that it takes the command, nothing of it has begun.
  const auto taken = wait_for_answer(socket, signals, [&](int signal) {
    interrupted = signal;
    return false;
  });
  if (!taken || taken->kind != AnswerKind::taken) return std::nullopt;
  const auto ended = wait_for_answer(socket, signals, [&](int signal) { return send_signal(socket, signal); });
  lost = !ended || ended->kind != AnswerKind::ended;
  return lost ? std::nullopt : std::optional<int>(ended->status);
}

}  // namespace

Result<std::optional<int>> offer(const std::string& path, const Handoff& handoff) {
  const auto message = format_handoff(handoff);
  if (!message) return std::optional<int>();
  const Owned socket{connect_to(path)};
  if (socket.fd < 0) return std::optional<int>();
  std::optional<int> interrupted;
  bool lost = false;
  std::optional<int> status;
  {
    const SignalCatcher signals;
    status = run_there(socket.fd, *message, signals, interrupted, lost);
  }
  // A signal that came before the command began ends this program as it always would.
  if (interrupted) ::raise(*interrupted);
  if (!lost) return status;
  return fail(Errc::unavailable, "the service that ran the command has ended", {},
              "`drawbridge network status` tells how far it came; what was not confirmed is undone");
}

bool is_served(const std::string& path) {
  const Owned socket{connect_to(path)};
  return socket.fd >= 0;
}

}  // namespace drawbridge::daemon
