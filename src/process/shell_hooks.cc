#include "process/shell_hooks.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <map>
#include <vector>

namespace drawbridge::process {
namespace {

using SteadyClock = std::chrono::steady_clock;

/// Between SIGTERM and SIGKILL.
constexpr std::chrono::milliseconds kGrace{500};

class OwnedDescriptor {
 public:
  explicit OwnedDescriptor(int number) : number_(number) {}
  OwnedDescriptor(const OwnedDescriptor&) = delete;
  OwnedDescriptor& operator=(const OwnedDescriptor&) = delete;
  ~OwnedDescriptor() { close_now(); }
  int number() const { return number_; }
  void close_now() {
    if (number_ >= 0) ::close(number_);
    number_ = -1;
  }

 private:
  int number_;
};

/// Our environment with the hook's on top, as "NAME=value" strings.
std::vector<std::string> environment_of(const network::RunHook& hook) {
  std::vector<std::string> all;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    if (!hook.environment.contains(text.substr(0, text.find('=')))) all.push_back(text);
  }
  for (const auto& [name, value] : hook.environment) all.push_back(fmt::format("{}={}", name, value));
  return all;
}

std::vector<char*> pointers_to(std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  pointers.reserve(strings.size() + 1);
  for (auto& string : strings) pointers.push_back(string.data());
  pointers.push_back(nullptr);
  return pointers;
}

int spawn(const network::RunHook& hook, int output, pid_t& pid) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_init(&actions);
  posix_spawnattr_init(&attributes);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, output, 1);
  posix_spawn_file_actions_adddup2(&actions, output, 2);
  posix_spawn_file_actions_addclosefrom_np(&actions, 3);
  // The guard process ignores SIGHUP and SIGPIPE; a hook must not inherit that.
  sigset_t all_signals;
  sigset_t no_signals;
  sigfillset(&all_signals);
  sigemptyset(&no_signals);
  posix_spawnattr_setsigdefault(&attributes, &all_signals);
  posix_spawnattr_setsigmask(&attributes, &no_signals);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);

  std::vector<std::string> arguments{"/bin/sh", "-c", hook.command};
  auto environment = environment_of(hook);
  const auto failure =
      ::posix_spawn(&pid, "/bin/sh", &actions, &attributes, pointers_to(arguments).data(), pointers_to(environment).data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return failure;
}

/// Takes what the pipe holds now. False at its end.
bool drain(int pipe, std::string& output) {
  std::array<char, 4096> buffer{};
  for (;;) {
    const auto got = ::read(pipe, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return got < 0 && errno == EAGAIN;
    output.append(buffer.data(), std::min(static_cast<std::size_t>(got), kMostHookOutput - std::min(kMostHookOutput, output.size())));
  }
}

/// Reads until the process has ended (true) or `deadline` has passed (false).
bool read_until_ended(int process, int pipe, SteadyClock::time_point deadline, std::string& output) {
  bool open = true;
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - SteadyClock::now()).count();
    if (left <= 0) return false;
    std::array<pollfd, 2> waiting{pollfd{process, POLLIN, 0}, pollfd{open ? pipe : -1, POLLIN, 0}};
    if (::poll(waiting.data(), waiting.size(), static_cast<int>(std::min<long>(left, 60'000))) < 0 && errno != EINTR) return false;
    if (waiting[1].revents != 0) open = drain(pipe, output);
    if (waiting[0].revents != 0) {
      if (open) drain(pipe, output);
      return true;
    }
  }
}

int reap(pid_t pid) {
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace

Result<doors::HookOutcome> ShellHooks::run(const network::RunHook& hook, std::chrono::milliseconds patience) {
  std::array<int, 2> ends{-1, -1};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return fail_errno(errno, "can't run a hook of " + hook.link);
  const OwnedDescriptor reading(ends[0]);
  OwnedDescriptor writing(ends[1]);
  ::fcntl(reading.number(), F_SETFL, O_NONBLOCK);
  pid_t pid = -1;
  if (const int failure = spawn(hook, writing.number(), pid); failure != 0) return fail_errno(failure, "can't run a hook of " + hook.link);
  writing.close_now();
  const OwnedDescriptor process(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));

  doors::HookOutcome outcome;
  outcome.timed_out = !read_until_ended(process.number(), reading.number(), SteadyClock::now() + patience, outcome.output);
  if (outcome.timed_out) {
    ::kill(-pid, SIGTERM);
    read_until_ended(process.number(), reading.number(), SteadyClock::now() + kGrace, outcome.output);
    ::kill(-pid, SIGKILL);
  }
  outcome.exit_status = reap(pid);
  return outcome;
}

}  // namespace drawbridge::process
