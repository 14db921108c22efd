#include "daemon/service.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <vector>

#include "daemon/answer.h"

namespace drawbridge::daemon {
namespace {

constexpr int kBacklog = 64;
/// Commands at once; further ones run cold.
constexpr std::size_t kMostCommands = 32;
constexpr int kInternalError = 70;  // EX_SOFTWARE
/// Added to a child's exit status if its command changed something; commands' own statuses are lower.
constexpr int kChanged = 128;

/// A command that runs in a child.
struct Command {
  int socket = -1;
  pid_t child = -1;
};

bool is_root(int socket) {
  ucred peer{};
  socklen_t size = sizeof peer;
  return ::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && peer.uid == ::geteuid();
}

bool somebody_listens(const sockaddr_un& address) {
  const int probe = ::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
  if (probe < 0) return false;
  const bool answered = ::connect(probe, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  ::close(probe);
  return answered;
}

Result<int> listen_at(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return fail(Errc::invalid_input, path + " is too long for a socket");
  path.copy(address.sun_path, path.size());
  if (somebody_listens(address)) return fail(Errc::conflict, "a service listens at " + path + " already");
  ::unlink(path.c_str());  // left by a service that was killed
  const int fd = ::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return fail_errno(errno, "can't make a socket");
  const auto mask = ::umask(0177);
  const int bound = ::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address);
  const int error = errno;
  ::umask(mask);
  if (bound == 0 && ::listen(fd, kBacklog) == 0) return fd;
  ::close(fd);
  return fail_errno(bound == 0 ? errno : error, path);
}

/// The command's streams, environment and folder become the child's own.
bool step_into(const Handoff& handoff, const Streams& streams) {
  for (int stream = 0; stream < static_cast<int>(streams.size()); ++stream)
    if (::dup2(streams[static_cast<std::size_t>(stream)], stream) < 0) return false;
  if (::clearenv() != 0) return false;
  for (const auto& variable : handoff.environment) {
    const auto equals = variable.find('=');
    if (equals == std::string::npos || equals == 0) continue;
    ::setenv(variable.substr(0, equals).c_str(), variable.c_str() + equals + 1, 1);
  }
  return ::chdir(handoff.directory.c_str()) == 0;
}

class Service {
 public:
  Service(int listener, int signals, const Work& work, std::span<const Wakeup> wakeups)
      : listener_(listener), signals_(signals), work_(work), wakeups_(wakeups) {}

  void run() {
    while (!ended_) {
      auto wait = descriptors();
      if (::poll(wait.data(), wait.size(), -1) < 0) continue;
      if (wait[0].revents != 0) take_signals();
      for (std::size_t i = 0; i < wakeups_.size(); ++i)
        if (wait[2 + i].revents != 0) wakeups_[i].act();
      const std::size_t first = 2 + wakeups_.size();
      for (std::size_t i = first; i < wait.size(); ++i)
        if (wait[i].revents != 0) hear(wait[i].fd);
      if (wait[1].revents != 0) accept_one();
    }
  }

 private:
  std::vector<pollfd> descriptors() const {
    std::vector<pollfd> all{{signals_, POLLIN, 0}, {listener_, POLLIN, 0}};
    for (const auto& wakeup : wakeups_) all.push_back({wakeup.descriptor, POLLIN, 0});
    for (const auto& command : commands_)
      if (command.socket >= 0) all.push_back({command.socket, POLLIN, 0});
    return all;
  }

  void take_signals() {
    signalfd_siginfo info{};
    while (::read(signals_, &info, sizeof info) == static_cast<ssize_t>(sizeof info)) {
      if (info.ssi_signo == SIGCHLD) {
        reap();
      } else {
        ended_ = true;
      }
    }
  }

  void reap() {
    int status = 0;
    bool any = false;
    bool changed = false;
    for (pid_t child = 0; (child = ::waitpid(-1, &status, WNOHANG)) > 0;) {
      const auto command = std::ranges::find(commands_, child, &Command::child);
      if (command == commands_.end()) continue;
      const bool exited = WIFEXITED(status);
      changed = changed || !exited || WEXITSTATUS(status) >= kChanged;
      const int code = exited ? WEXITSTATUS(status) % kChanged : 128 + WTERMSIG(status);
      if (command->socket >= 0) {
        send_answer(command->socket, {AnswerKind::ended, static_cast<std::uint8_t>(code)});
        ::close(command->socket);
      }
      commands_.erase(command);
      any = true;
    }
    if (any) work_.settle(changed);
  }

  /// A signal passed on, or the end of the one who asked: as if its terminal had gone.
  void hear(int socket) {
    const auto command = std::ranges::find(commands_, socket, &Command::socket);
    if (command == commands_.end()) return;
    if (const auto signal = receive_signal(socket)) {
      ::kill(command->child, *signal);
      return;
    }
    ::kill(command->child, SIGHUP);
    ::close(command->socket);
    command->socket = -1;
  }

  void accept_one() {
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) return;
    if (!is_root(socket) || !start(socket)) {
      send_answer(socket, {AnswerKind::declined, 0});
      ::close(socket);
    }
  }

  bool start(int socket) {
    // Who connects speaks at once; a peer that does not is not waited for.
    constexpr timeval kPatience{1, 0};
    ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof kPatience);
    auto received = receive_handoff(socket);
    if (!received) return false;
    const auto& [message, streams] = *received;
    const auto handoff = parse_handoff(message);
    const bool able = handoff && handoff->version == work_.version && commands_.size() < kMostCommands && work_.prepare();
    const pid_t child = able ? ::fork() : -1;
    if (child == 0) run_command(socket, *handoff, streams);
    if (able) work_.release();
    for (const int stream : streams) ::close(stream);
    if (child < 0) return false;
    commands_.push_back({socket, child});
    send_answer(socket, {AnswerKind::taken, 0});  // who has gone already is heard hanging up in the loop
    return true;
  }

  [[noreturn]] void run_command(int socket, const Handoff& handoff, const Streams& streams) {
    ::close(socket);
    ::close(listener_);
    ::close(signals_);
    for (const auto& command : commands_)
      if (command.socket >= 0) ::close(command.socket);
    sigset_t none{};
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    int status = kInternalError;
    if (step_into(handoff, streams)) {
      for (const int stream : streams)
        if (stream > STDERR_FILENO) ::close(stream);
      try {
        const auto end = work_.run(handoff);
        status = end.status % kChanged + (end.changed ? kChanged : 0);
      } catch (...) {
        status = kInternalError + kChanged;  // told by the status: there is nobody above who could do more
      }
    }
    ::_exit(status);
  }

  int listener_;
  int signals_;
  const Work& work_;
  std::span<const Wakeup> wakeups_;
  std::vector<Command> commands_;
  bool ended_ = false;
};

}  // namespace

Result<void> serve(const std::string& path, const Work& work, std::span<const Wakeup> wakeups) {
  sigset_t caught{};
  ::sigemptyset(&caught);
  for (const int signal : {SIGTERM, SIGINT, SIGCHLD}) ::sigaddset(&caught, signal);
  sigset_t before{};
  ::sigprocmask(SIG_BLOCK, &caught, &before);
  const int signals = ::signalfd(-1, &caught, SFD_CLOEXEC | SFD_NONBLOCK);
  const int error = errno;
  auto listener = signals < 0 ? Result<int>(fail_errno(error, "can't wait for signals")) : listen_at(path);
  if (listener) {
    if (work.ready) work.ready();
    Service(*listener, signals, work, wakeups).run();
    ::close(*listener);
    ::unlink(path.c_str());
  }
  if (signals >= 0) ::close(signals);
  ::sigprocmask(SIG_SETMASK, &before, nullptr);
  if (!listener) return fail(listener.error());
  return {};
}

}  // namespace drawbridge::daemon
