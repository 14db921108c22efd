// Service and command in processes of their own, as they will be.
#include "daemon/service.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>

#include "daemon/client.h"

namespace drawbridge::daemon {
namespace {

int exit_of(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void say(int fd, const std::string& text) { std::ignore = ::write(fd, text.data(), text.size()); }

/// What a command does in these tests.
CommandEnd run_command(const Handoff& handoff) {
  const std::string verb = handoff.words.empty() ? "" : handoff.words.front();
  if (verb == "throw") throw std::runtime_error("thrown on purpose");
  if (verb == "sleep") {
    say(STDOUT_FILENO, "asleep\n");
    ::pause();
  }
  std::array<char, 256> folder{};
  if (::getcwd(folder.data(), folder.size()) == nullptr) return {1, false};
  const char* value = ::getenv("DRAWBRIDGE_TEST");
  say(STDOUT_FILENO, verb + " in " + folder.data() + " with " + (value == nullptr ? "nothing" : value) + "\n");
  say(STDERR_FILENO, "a word on standard error\n");
  return {7, verb == "change"};
}

class DaemonService : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "daemon-XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    path_ = folder_ + "/daemon.sock";
    std::array<int, 2> ready{};
    ASSERT_EQ(::pipe(ready.data()), 0);
    service_ = ::fork();
    ASSERT_GE(service_, 0);
    if (service_ == 0) {
      ::close(ready[0]);
      const Work work{.version = "1",
                      .prepare = [] { return true; },
                      .release = [] {},
                      .run = run_command,
                      .settle = [this](bool changed) { std::ofstream(folder_ + (changed ? "/changed" : "/settled")) << "yes"; },
                      .ready = [&] { ::close(ready[1]); }};
      ::_exit(serve(path_, work, {}) ? 0 : 1);
    }
    ::close(ready[1]);
    char byte = 0;
    EXPECT_EQ(::read(ready[0], &byte, 1), 0);  // its end: the service listens
    ::close(ready[0]);
  }

  void TearDown() override {
    if (service_ > 0) {
      ::kill(service_, SIGTERM);
      EXPECT_EQ(exit_of(service_), 0);
    }
    EXPECT_NE(::access(path_.c_str(), F_OK), 0) << "the socket goes with the service";
  }

  /// Offers the words in a child whose output is read here. Exit status 99: not taken.
  struct Command {
    pid_t child = -1;
    int output = -1;
  };
  Command begin(std::vector<std::string> words, const std::string& version = "1") {
    std::array<int, 2> output{};
    EXPECT_EQ(::pipe(output.data()), 0);
    const pid_t child = ::fork();
    if (child == 0) {
      ::dup2(output[1], STDOUT_FILENO);
      ::dup2(output[1], STDERR_FILENO);
      const auto taken = offer(path_, {version, std::move(words), {"DRAWBRIDGE_TEST=a value"}, folder_});
      ::_exit(!taken ? 98 : taken->value_or(99));
    }
    ::close(output[1]);
    return {child, output[0]};
  }
  static std::string rest_of(int output) {
    std::string text;
    std::array<char, 256> part{};
    for (ssize_t got = 0; (got = ::read(output, part.data(), part.size())) > 0;) text.append(part.data(), static_cast<std::size_t>(got));
    ::close(output);
    return text;
  }

  std::string folder_;
  std::string path_;
  pid_t service_ = -1;
};

TEST_F(DaemonService, RunsACommandWithItsStreamsEnvironmentAndFolder) {
  const auto command = begin({"greet"});
  EXPECT_EQ(rest_of(command.output), "greet in " + folder_ + " with a value\na word on standard error\n");
  EXPECT_EQ(exit_of(command.child), 7);
}

TEST_F(DaemonService, IsToldWhetherACommandChangedSomething) {
  const auto appears = [&](const std::string& name) {
    const auto file = folder_ + "/" + name;
    for (int i = 0; i < 500 && ::access(file.c_str(), F_OK) != 0; ++i) ::poll(nullptr, 0, 10);
    return ::access(file.c_str(), F_OK) == 0;
  };
  const auto looked = begin({"greet"});
  rest_of(looked.output);
  EXPECT_EQ(exit_of(looked.child), 7);
  EXPECT_TRUE(appears("settled"));
  EXPECT_NE(::access((folder_ + "/changed").c_str(), F_OK), 0);
  const auto changed = begin({"change"});
  rest_of(changed.output);
  EXPECT_EQ(exit_of(changed.child), 7);
  EXPECT_TRUE(appears("changed"));
}

TEST_F(DaemonService, AnotherVersionRunsItsCommandItself) {
  const auto command = begin({"greet"}, "2");
  EXPECT_EQ(rest_of(command.output), "");
  EXPECT_EQ(exit_of(command.child), 99);
}

TEST_F(DaemonService, AnExceptionIsAStatusAndTheServiceLivesOn) {
  const auto thrown = begin({"throw"});
  rest_of(thrown.output);
  EXPECT_EQ(exit_of(thrown.child), 70);
  const auto command = begin({"greet"});
  rest_of(command.output);
  EXPECT_EQ(exit_of(command.child), 7);
}

TEST_F(DaemonService, ASignalReachesTheCommand) {
  const auto command = begin({"sleep"});
  std::array<char, 16> word{};
  ASSERT_EQ(::read(command.output, word.data(), word.size()), 7);
  ::kill(command.child, SIGINT);
  EXPECT_EQ(exit_of(command.child), 128 + SIGINT);
  ::close(command.output);
}

TEST_F(DaemonService, WhoGoesAwayTakesTheCommandAlong) {
  const auto command = begin({"sleep"});
  std::array<char, 16> word{};
  ASSERT_EQ(::read(command.output, word.data(), word.size()), 7);
  ::kill(command.child, SIGKILL);
  EXPECT_EQ(exit_of(command.child), 128 + SIGKILL);
  EXPECT_EQ(rest_of(command.output), "") << "its end shows that the command has ended";
}

TEST_F(DaemonService, ThereIsOneService) {
  const Work work{.version = "1", .prepare = [] { return true; }, .release = [] {}, .run = run_command, .settle = [](bool) {}, .ready = {}};
  const auto second = serve(path_, work, {});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Errc::conflict);
}

TEST_F(DaemonService, OnlyRootMaySpeakToIt) {
  struct stat status{};
  ASSERT_EQ(::stat(path_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST_F(DaemonService, WithoutAServiceACommandIsNotTaken) {
  const auto taken = offer(folder_ + "/nobody.sock", {"1", {"greet"}, {}, "/"});
  ASSERT_TRUE(taken);
  EXPECT_FALSE(taken->has_value());
}

TEST_F(DaemonService, ASocketLeftByADeadServiceIsReplaced) {
  ::kill(service_, SIGKILL);
  exit_of(service_);
  ASSERT_EQ(::access(path_.c_str(), F_OK), 0);
  SetUp();
}

}  // namespace
}  // namespace drawbridge::daemon
