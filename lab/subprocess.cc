#include "lab/subprocess.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>

#include "base/text.h"

namespace drawbridge::lab {
namespace {

using Clock = std::chrono::steady_clock;

struct Child {
  pid_t pid = 0;
  OwnedFd input, output, error_output;
};

[[noreturn]] void become(const std::vector<std::string>& words, const StartOptions& options, int in, int out, int err) {
  dup2(in, 0);
  dup2(out, 1);
  dup2(err, 2);
  std::signal(SIGPIPE, SIG_DFL);
  if (options.prepare && !options.prepare()) _exit(126);
  exec_words(words);
  _exit(errno == ENOENT ? 127 : 126);
}

Result<Child> start(const std::vector<std::string>& words, const StartOptions& options) {
  FdPair in = TRY(make_pipe());
  FdPair out = TRY(make_pipe());
  FdPair err = TRY(make_pipe());
  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid < 0) return fail_errno(errno, "fork");
  if (pid == 0) {
    die_with(parent);
    become(words, options, in.first.get(), out.second.get(), err.second.get());
  }
  set_nonblocking(in.second.get());
  return Child{pid, std::move(in.second), std::move(out.first), std::move(err.first)};
}

void write_input(Child& child, std::string_view& rest) {
  const ssize_t written = rest.empty() ? 0 : write(child.input.get(), rest.data(), rest.size());
  if (written > 0) rest.remove_prefix(static_cast<std::size_t>(written));
  if (rest.empty() || (written < 0 && errno != EAGAIN && errno != EINTR)) child.input.reset();
}

/// Passes input and output until the child has closed its ends; false when the time is over.
bool converse(Child& child, std::string_view rest, Ended& ended, Clock::time_point deadline) {
  while (child.output.is_open() || child.error_output.is_open()) {
    std::array<pollfd, 3> polled{pollfd{child.output.get(), POLLIN, 0}, pollfd{child.error_output.get(), POLLIN, 0},
                                 pollfd{child.input.get(), POLLOUT, 0}};
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
    if (left <= 0) return false;
    if (poll(polled.data(), polled.size(), static_cast<int>(std::min<long>(left, 60000))) < 0 && errno != EINTR) return false;
    if (polled[0].revents != 0 && !read_some(child.output.get(), ended.output)) child.output.reset();
    if (polled[1].revents != 0 && !read_some(child.error_output.get(), ended.error_output)) child.error_output.reset();
    if (polled[2].revents != 0) write_input(child, rest);
  }
  return true;
}

}  // namespace

Result<Ended> run_program(const std::vector<std::string>& words, const StartOptions& options) {
  Child child = TRY(start(words, options));
  Ended ended;
  const bool in_time = converse(child, options.input, ended, Clock::now() + options.limit);
  if (!in_time) kill(child.pid, SIGKILL);
  int status = 0;
  while (waitpid(child.pid, &status, 0) < 0 && errno == EINTR) {
  }
  if (!in_time) return fail(Errc::timed_out, words[0] + " has not ended in time");
  ended.status = shell_status(status);
  if (ended.status == 127 && ended.output.empty() && ended.error_output.empty())
    return fail(Errc::not_found, words[0] + " is not installed");
  return ended;
}

Result<std::string> program_output(const std::vector<std::string>& words, const StartOptions& options) {
  Ended ended = TRY(run_program(words, options));
  if (ended.status == 0) return std::move(ended.output);
  std::string said(trim(ended.error_output));
  while (said.ends_with('\n')) said.pop_back();
  return fail(Errc::unavailable, words[0] + " ended with status " + std::to_string(ended.status) + (said.empty() ? "" : ": " + said));
}

int shell_status(int wait_status) { return WIFSIGNALED(wait_status) ? 128 + WTERMSIG(wait_status) : WEXITSTATUS(wait_status); }

void die_with(pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  // In a new PID namespace the parent is outside and reads as 0.
  const pid_t now = getppid();
  if (now != parent && now != 0) _exit(1);
}

void exec_words(const std::vector<std::string>& words) {
  std::vector<char*> pointers;
  pointers.reserve(words.size() + 1);
  for (const std::string& word : words) pointers.push_back(const_cast<char*>(word.c_str()));
  pointers.push_back(nullptr);
  execvp(pointers[0], pointers.data());
}

void prefer_own_program() {
  const char* path = getenv("PATH");
  setenv("PATH", (std::string(kOwnPrograms) + ":" + (path != nullptr ? path : "/usr/sbin:/usr/bin:/sbin:/bin")).c_str(), 1);
}

std::string own_path() {
  std::array<char, 4096> path{};
  const ssize_t length = readlink("/proc/self/exe", path.data(), path.size());
  return length > 0 ? std::string(path.data(), static_cast<std::size_t>(length)) : std::string();
}

void offer_own_program() {
  std::error_code problem;
  std::filesystem::create_directories(kOwnPrograms, problem);
  for (const char* name : {"drawbridge", "ifup", "ifdown", "ifquery", "ifreload"})
    std::filesystem::create_symlink(own_path(), std::string(kOwnPrograms) + "/" + name, problem);
}

Result<FdPair> make_pipe() {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return fail_errno(errno, "pipe");
  return FdPair{OwnedFd(ends[0]), OwnedFd(ends[1])};
}

Result<FdPair> make_socket_pair() {
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) return fail_errno(errno, "socketpair");
  return FdPair{OwnedFd(ends[0]), OwnedFd(ends[1])};
}

void set_nonblocking(int fd) { fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK); }

bool read_some(int fd, std::string& text, std::size_t most) {
  std::array<char, 65536> buffer;  // NOLINT: filled by read
  const ssize_t got = read(fd, buffer.data(), std::min(most, buffer.size()));
  if (got > 0) text.append(buffer.data(), static_cast<std::size_t>(got));
  return got > 0 || (got < 0 && (errno == EAGAIN || errno == EINTR));
}

}  // namespace drawbridge::lab
