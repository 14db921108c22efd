#include "process/shell_hooks.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <string>
#include <thread>

#include "base/text.h"

namespace drawbridge::process {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

doors::HookOutcome run(const std::string& command, milliseconds patience = seconds(20)) {
  const network::RunHook hook{"vmbr0", network::HookPhase::post_up, command, {{"IFACE", "vmbr0"}, {"IF_ADDRESS", "192.0.2.1/24"}}};
  auto outcome = ShellHooks().run(hook, patience);
  EXPECT_TRUE(outcome);
  return outcome.value_or(doors::HookOutcome{});
}

TEST(ShellHooks, GivesStatusAndBothStreams) {
  const auto outcome = run("echo out; echo err >&2; exit 3");
  EXPECT_EQ(outcome.exit_status, 3);
  EXPECT_EQ(outcome.output, "out\nerr\n");
  EXPECT_FALSE(outcome.timed_out);
}

TEST(ShellHooks, AddsTheHooksEnvironmentToOurs) {
  ::setenv("DRAWBRIDGE_TEST", "inherited", 1);
  ::setenv("IFACE", "overridden", 1);
  EXPECT_EQ(run("echo $IFACE $IF_ADDRESS $DRAWBRIDGE_TEST").output, "vmbr0 192.0.2.1/24 inherited\n");
  ::unsetenv("DRAWBRIDGE_TEST");
  ::unsetenv("IFACE");
}

TEST(ShellHooks, KeepsBackslashesAndQuotesAsWritten) { EXPECT_EQ(run(R"(echo a.b.c | sed 's/\./-/g')").output, "a-b-c\n"); }

TEST(ShellHooks, EndsAHookThatDoesNotEndWithEverythingItStarted) {
  const auto begin = std::chrono::steady_clock::now();
  const auto outcome = run("sleep 60 & echo $!; sleep 60", milliseconds(200));
  EXPECT_TRUE(outcome.timed_out);
  EXPECT_EQ(outcome.exit_status, 128 + SIGTERM);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, seconds(10));
  const auto background = parse_number<int>(trim(split(outcome.output, '\n').front()));
  ASSERT_TRUE(background);
  bool gone = false;
  for (int i = 0; i < 200 && !gone; ++i) {
    // A zombie of init's counts as gone: it runs no more.
    const auto state = run("cut -d ' ' -f 3 /proc/" + std::to_string(*background) + "/stat 2>/dev/null").output;
    gone = state.empty() || state == "Z\n";
    if (!gone) std::this_thread::sleep_for(milliseconds(10));
  }
  EXPECT_TRUE(gone);
}

TEST(ShellHooks, KillsAHookThatIgnoresTheRequestToEnd) {
  const auto outcome = run("trap '' TERM; while :; do sleep 0.05; done", milliseconds(100));
  EXPECT_TRUE(outcome.timed_out);
  EXPECT_EQ(outcome.exit_status, 128 + SIGKILL);
}

TEST(ShellHooks, DoesNotWaitForADaemonThatAHookStarts) {
  const auto begin = std::chrono::steady_clock::now();
  const auto outcome = run("sleep 5 & echo started $!");
  EXPECT_EQ(outcome.exit_status, 0);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, seconds(4));
  const auto daemon = parse_number<int>(trim(outcome.output.substr(8)));
  ASSERT_TRUE(daemon);
  EXPECT_EQ(::kill(*daemon, SIGKILL), 0) << "it lives on";
}

TEST(ShellHooks, BoundsTheOutput) {
  const auto outcome = run("head -c 1000000 /dev/zero | tr '\\0' x; echo end");
  EXPECT_EQ(outcome.exit_status, 0);
  EXPECT_EQ(outcome.output, std::string(kMostHookOutput, 'x'));
}

TEST(ShellHooks, LeaksNoDescriptor) {
  const int careless = ::open("/dev/null", O_RDONLY);
  ASSERT_GE(careless, 3);
  // Without a pipeline or a glob: for those the shell itself opens descriptors.
  EXPECT_EQ(run("for n in 0 1 2 3 4 5 6 7 8 9 10 11 12; do test -e /proc/$$/fd/$n && echo $n; done; echo end").output, "0\n1\n2\nend\n");
  ::close(careless);
}

TEST(ShellHooks, DoesNotPassOnIgnoredSignals) {
  const auto old = ::signal(SIGHUP, SIG_IGN);
  EXPECT_EQ(run("kill -HUP $$; echo still here").exit_status, 128 + SIGHUP);
  ::signal(SIGHUP, old);
}

TEST(ShellHooks, ReadsNothingFromOurInput) { EXPECT_EQ(run("cat; echo end").output, "end\n"); }

TEST(ShellHooks, LeavesNoZombie) {
  run("true");
  run("sleep 60", milliseconds(50));
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);
  EXPECT_EQ(errno, ECHILD);
}

}  // namespace
}  // namespace drawbridge::process
