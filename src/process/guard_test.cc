#include "process/guard.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <stdexcept>
#include <string>
#include <vector>

namespace drawbridge::process {
namespace {

TEST(Guard, RelaysEveryMessageInOrder) {
  std::vector<std::string> got;
  const std::string awkward("\0two\nlines\xff", 11);
  const auto end = run_guarded(
      [&](const SendMessage& send) {
        send("first");
        send(awkward);
        send("");
        send(std::string(1'000'000, 'x'));
        return 5;
      },
      [&](std::string_view message) { got.emplace_back(message); });
  ASSERT_TRUE(end);
  EXPECT_EQ(end->exit_status, 5);
  EXPECT_FALSE(end->killed);
  EXPECT_EQ(got, (std::vector<std::string>{"first", awkward, "", std::string(1'000'000, 'x')}));
}

TEST(Guard, TellsThatTheWorkWasKilled) {
  std::vector<std::string> got;
  const auto end = run_guarded(
      [](const SendMessage& send) {
        send("begun");
        ::raise(SIGKILL);
        return 0;
      },
      [&](std::string_view message) { got.emplace_back(message); });
  ASSERT_TRUE(end);
  EXPECT_TRUE(end->killed);
  EXPECT_EQ(end->exit_status, 128 + SIGKILL);
  EXPECT_EQ(got, std::vector<std::string>{"begun"});
}

TEST(Guard, AnExceptionDoesNotReturnIntoTheCaller) {
  const auto end = run_guarded([](const SendMessage&) -> int { throw std::runtime_error("no"); }, [](std::string_view) {});
  ASSERT_TRUE(end);
  EXPECT_EQ(end->exit_status, 70);
}

TEST(Guard, LeavesTheTerminalAndIgnoresItsSignals) {
  std::string session;
  const auto end = run_guarded(
      [](const SendMessage& send) {
        send(::getsid(0) == ::getpid() ? "own session" : "the caller's session");
        for (const int signal : {SIGHUP, SIGINT, SIGQUIT, SIGPIPE}) ::raise(signal);
        return 0;
      },
      [&](std::string_view message) { session = message; });
  ASSERT_TRUE(end);
  EXPECT_EQ(session, "own session");
  EXPECT_EQ(end->exit_status, 0);
}

// The caller is killed in the middle, as by a closing terminal: the work goes on to its end.
TEST(Guard, TheWorkOutlivesItsCaller) {
  std::array<int, 2> proof{};
  ASSERT_EQ(::pipe2(proof.data(), O_CLOEXEC), 0);
  const pid_t caller = ::fork();
  ASSERT_GE(caller, 0);
  if (caller == 0) {
    const auto ignored = run_guarded(
        [&](const SendMessage& send) {
          send("begun");
          ::usleep(200'000);
          send("nobody listens");
          return ::write(proof[1], "done", 4) == 4 ? 0 : 1;
        },
        [](std::string_view) { ::raise(SIGKILL); });
    ::_exit(ignored ? 0 : 1);
  }
  ::close(proof[1]);
  int status = 0;
  ASSERT_EQ(::waitpid(caller, &status, 0), caller);
  EXPECT_TRUE(WIFSIGNALED(status));
  std::array<char, 4> text{};
  pollfd waiting{proof[0], POLLIN, 0};
  ASSERT_EQ(::poll(&waiting, 1, 10'000), 1);
  EXPECT_EQ(::read(proof[0], text.data(), text.size()), 4);
  EXPECT_EQ(std::string(text.data(), 4), "done");
  ::close(proof[0]);
}

}  // namespace
}  // namespace drawbridge::process
