#include "server/spawn.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

namespace drawbridge::server {
namespace {

std::vector<char*> pointers_to(const std::vector<std::string>& words) {
  std::vector<char*> pointers;
  for (const auto& word : words) pointers.push_back(const_cast<char*>(word.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

/// What the child gets beside its streams: no signal blocked or ignored, no descriptor of ours (all are close-on-exec).
class Recipe {
 public:
  Recipe(const std::array<int, 3>& streams, bool own_session) {
    ::posix_spawn_file_actions_init(&actions_);
    for (int stream = 0; stream < 3; ++stream)
      ::posix_spawn_file_actions_adddup2(&actions_, streams[static_cast<std::size_t>(stream)], stream);
    ::posix_spawnattr_init(&attributes_);
    sigset_t none{};
    ::sigemptyset(&none);
    ::posix_spawnattr_setsigmask(&attributes_, &none);
    sigset_t usual{};
    ::sigemptyset(&usual);
    for (const int signal : {SIGPIPE, SIGTERM, SIGINT, SIGHUP, SIGCHLD}) ::sigaddset(&usual, signal);
    ::posix_spawnattr_setsigdefault(&attributes_, &usual);
    const int flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | (own_session ? POSIX_SPAWN_SETSID : 0);
    ::posix_spawnattr_setflags(&attributes_, static_cast<short>(flags));
  }
  ~Recipe() {
    ::posix_spawn_file_actions_destroy(&actions_);
    ::posix_spawnattr_destroy(&attributes_);
  }
  Recipe(const Recipe&) = delete;
  Recipe& operator=(const Recipe&) = delete;
  const posix_spawn_file_actions_t* actions() const { return &actions_; }
  const posix_spawnattr_t* attributes() const { return &attributes_; }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

}  // namespace

Result<Spawned> spawn(const std::string& program, const std::vector<std::string>& words, const std::vector<std::string>& environment,
                      const std::array<int, 3>& streams, bool own_session) {
  std::vector<std::string> all{"drawbridge"};
  all.insert(all.end(), words.begin(), words.end());
  const auto arguments = pointers_to(all);
  const auto variables = pointers_to(environment);
  const Recipe recipe(streams, own_session);
  Spawned child;
  const int error = ::posix_spawn(&child.pid, program.c_str(), recipe.actions(), recipe.attributes(), arguments.data(), variables.data());
  if (error != 0) return fail_errno(error, "can't start " + program);
  child.ended = static_cast<int>(::syscall(SYS_pidfd_open, child.pid, 0));
  if (child.ended >= 0) return child;
  const int why = errno;
  ::kill(child.pid, SIGKILL);
  ::waitpid(child.pid, nullptr, 0);
  return fail_errno(why, "can't watch a child");
}

std::optional<int> reap(pid_t pid) {
  constexpr int kUnknown = 255;
  int status = 0;
  const pid_t found = ::waitpid(pid, &status, WNOHANG);
  if (found == 0) return std::nullopt;
  if (found != pid) return kUnknown;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace drawbridge::server
