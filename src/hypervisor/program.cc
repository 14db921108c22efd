#include "hypervisor/program.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>

#include "hypervisor/descriptor.h"

namespace drawbridge::hypervisor {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t kMostOutput = 65536;

Result<pid_t> spawn(const std::vector<std::string>& words, int output, const std::vector<int>& keep) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, output, STDERR_FILENO);
  // Duplicated onto itself, a descriptor stays open at exec.
  for (const int kept : keep) posix_spawn_file_actions_adddup2(&actions, kept, kept);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t defaults;
  sigemptyset(&defaults);
  sigaddset(&defaults, SIGPIPE);
  posix_spawnattr_setsigdefault(&attributes, &defaults);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
  pid_t pid = 0;
  const int failure = ::posix_spawnp(&pid, words.front().c_str(), &actions, &attributes, pointers_to(words).data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  if (failure == ENOENT) return fail(Errc::not_found, words.front() + " is not installed");
  if (failure != 0) return fail_errno(failure, "can't start " + words.front());
  return pid;
}

/// False when the time is over.
bool collect(int from, std::string& output, Clock::time_point deadline) {
  std::array<char, 4096> bytes{};
  while (true) {
    pollfd polled{from, POLLIN, 0};
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
    if (left <= 0) return false;
    if (::poll(&polled, 1, static_cast<int>(std::min<long>(left, 60'000))) <= 0) continue;
    const ssize_t got = ::read(from, bytes.data(), bytes.size());
    if (got == 0 || (got < 0 && errno != EINTR)) return true;
    if (got > 0) output.append(bytes.data(), std::min(static_cast<std::size_t>(got), kMostOutput - std::min(kMostOutput, output.size())));
  }
}

}  // namespace

Result<ProgramEnd> run_program(const std::vector<std::string>& words, std::chrono::milliseconds limit, const std::vector<int>& keep) {
  std::array<int, 2> ends{-1, -1};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return fail_errno(errno, "no pipe");
  const Descriptor out(ends[0]);
  Descriptor in(ends[1]);
  const pid_t pid = TRY(spawn(words, in.get(), keep));
  in = Descriptor();
  ProgramEnd end;
  const bool in_time = collect(out.get(), end.output, Clock::now() + limit);
  if (!in_time) ::kill(pid, SIGKILL);
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  if (!in_time) return fail(Errc::timed_out, words.front() + " has not ended in time");
  end.status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  return end;
}

std::vector<char*> pointers_to(const std::vector<std::string>& words) {
  std::vector<char*> pointers;
  pointers.reserve(words.size() + 1);
  for (const std::string& word : words) pointers.push_back(const_cast<char*>(word.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

}  // namespace drawbridge::hypervisor
