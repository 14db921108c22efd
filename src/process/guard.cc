#include "process/guard.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <optional>

namespace drawbridge::process {
namespace {

// A message is its length (4 bytes, this machine's order: both ends are the same program) and its bytes.
using Length = std::uint32_t;

bool write_all(int pipe, const char* bytes, std::size_t size) {
  while (size > 0) {
    const auto written = ::write(pipe, bytes, size);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    bytes += written;
    size -= static_cast<std::size_t>(written);
  }
  return true;
}

bool read_all(int pipe, char* bytes, std::size_t size) {
  while (size > 0) {
    const auto got = ::read(pipe, bytes, size);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    bytes += got;
    size -= static_cast<std::size_t>(got);
  }
  return true;
}

std::optional<std::string> receive_message(int pipe) {
  Length length = 0;
  if (!read_all(pipe, reinterpret_cast<char*>(&length), sizeof length)) return std::nullopt;
  std::string message(length, '\0');
  if (!read_all(pipe, message.data(), message.size())) return std::nullopt;
  return message;
}

void send_message(int pipe, std::string_view message) {
  std::string frame(sizeof(Length), '\0');
  const auto length = static_cast<Length>(message.size());
  std::memcpy(frame.data(), &length, sizeof length);
  frame += message;
  // The parent may be gone: the work goes on without it.
  write_all(pipe, frame.data(), frame.size());
}

void leave_terminal() {
  ::setsid();
  for (const int signal : {SIGHUP, SIGINT, SIGQUIT, SIGPIPE}) ::signal(signal, SIG_IGN);
  const int nothing = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  if (nothing < 0) return;
  // Its messages are its voice; whoever reads the caller's output until its end must not wait for this process.
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::dup2(nothing, stream);
  ::close(nothing);
}

[[noreturn]] void be_the_child(int pipe, const std::function<int(const SendMessage&)>& work) {
  leave_terminal();
  int status = 70;
  try {
    status = work([pipe](std::string_view message) { send_message(pipe, message); });
  } catch (...) {
    status = 70;  // EX_SOFTWARE; the parent finds the journal and recovers
  }
  ::_exit(status);
}

}  // namespace

Result<std::optional<GuardEnd>> run_guarded_until(const std::function<int(const SendMessage&)>& work,
                                                  const std::function<bool(std::string_view)>& receive) {
  std::array<int, 2> ends{-1, -1};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return fail_errno(errno, "can't start the guard process");
  const pid_t child = ::fork();
  if (child < 0) {
    const int failure = errno;
    ::close(ends[0]);
    ::close(ends[1]);
    return fail_errno(failure, "can't start the guard process");
  }
  if (child == 0) {
    ::close(ends[0]);
    be_the_child(ends[1], work);
  }
  ::close(ends[1]);
  bool watching = true;
  while (watching) {
    const auto message = receive_message(ends[0]);
    if (!message) break;
    watching = receive(*message);
  }
  ::close(ends[0]);
  if (!watching) return std::optional<GuardEnd>();
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  GuardEnd end;
  end.killed = WIFSIGNALED(status);
  end.exit_status = end.killed ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  return std::optional(end);
}

Result<GuardEnd> run_guarded(const std::function<int(const SendMessage&)>& work, const std::function<void(std::string_view)>& receive) {
  const auto end = run_guarded_until(work, [&receive](std::string_view message) {
    receive(message);
    return true;
  });
  if (!end) return fail(end.error());
  return **end;
}

}  // namespace drawbridge::process
