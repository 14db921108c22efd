#include "server/command_runner.h"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>

namespace drawbridge::server {
namespace {

/// A watched process now and then seems to have ended before it has; the answer then was never given, and its place never free again.
TEST(CommandRunner, EveryCommandIsAnsweredAndGivesItsPlaceBack) {
  constexpr int kCommands = 2000;
  boost::asio::io_context loop(1);
  CommandRunner runner(loop, {.program = "/bin/true", .root = "", .node = ""});
  int begun = 0, answered = 0;
  std::function<void()> next = [&] {
    if (begun == kCommands) return;
    ++begun;
    runner.run({}, {}, [&](const api::Ran& ran) {
      EXPECT_EQ(ran.exit, 0) << ran.err;
      ++answered;
      next();
    });
  };
  for (std::size_t i = 0; i < CommandRunner::kMostRunning; ++i) next();
  loop.run();
  EXPECT_EQ(answered, kCommands);
}

}  // namespace
}  // namespace drawbridge::server
