// apply as a person at a terminal meets it: a pseudo-terminal, questions, answers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <memory>

#include "tests/cli/node.h"

namespace drawbridge::e2e {
namespace {

using testing::HasSubstr;
using testing::Not;

/// The program on a terminal of its own.
class Terminal {
 public:
  explicit Terminal(std::vector<std::string> words) {
    pid_ = ::forkpty(&screen_, nullptr, nullptr, nullptr);
    if (pid_ == 0) {
      ::setenv("TERM", "xterm", 1);
      ::unsetenv("NO_COLOR");
      words.insert(words.begin(), "drawbridge");
      std::vector<char*> pointers;
      for (std::string& word : words) pointers.push_back(word.data());
      pointers.push_back(nullptr);
      ::execv(DRAWBRIDGE_PROGRAM, pointers.data());
      ::_exit(127);
    }
  }
  ~Terminal() {
    if (pid_ > 0) end();
    ::close(screen_);
  }
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  /// True once the text stands on the screen.
  bool shows(const std::string& text) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (said_.find(text) == std::string::npos && std::chrono::steady_clock::now() < deadline) {
      if (!read_some(200)) break;
    }
    return said_.find(text) != std::string::npos;
  }
  void type(const std::string& text) { EXPECT_EQ(::write(screen_, text.data(), text.size()), static_cast<ssize_t>(text.size())); }
  /// Exit status, after everything was said.
  int end() {
    while (read_some(20000)) {
    }
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = -1;
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  }
  const std::string& said() const { return said_; }

 private:
  bool read_some(int patience_ms) {
    pollfd waiting{.fd = screen_, .events = POLLIN, .revents = 0};
    if (::poll(&waiting, 1, patience_ms) == 0) return patience_ms < 1000;
    std::array<char, 4096> buffer{};
    const auto got = ::read(screen_, buffer.data(), buffer.size());
    if (got <= 0) return false;
    said_.append(buffer.data(), static_cast<std::size_t>(got));
    return true;
  }

  int screen_ = -1;
  pid_t pid_ = -1;
  std::string said_;
};

class TerminalLab : public testing::Test {
 protected:
  void SetUp() override {
    if (const std::string reason = Node::why_not(); !reason.empty()) GTEST_SKIP() << reason;
    node = std::make_unique<Node>();
    node->tree().write(Tree::kInterfaces, kDefaultInterfaces);
    ASSERT_EQ(node->run({"network", "apply", "--yes"}).exit, 0);
    ASSERT_EQ(node->run({"network", "set", "vmbr0", "cidr=10.77.0.5/24", "--delete", "gateway"}).exit, 0);
  }
  std::vector<std::string> apply(std::vector<std::string> more = {}) const {
    std::vector<std::string> words{"--root", node->tree().root(), "network", "apply"};
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }
  std::unique_ptr<Node> node;
};

TEST_F(TerminalLab, NothingHappensWithoutAYes) {
  const std::string before = node->state();
  Terminal terminal(apply());
  ASSERT_TRUE(terminal.shows("Apply? [y/N]")) << terminal.said();
  terminal.type("\n");
  EXPECT_EQ(terminal.end(), 1);
  EXPECT_THAT(terminal.said(), HasSubstr("+\taddress 10.77.0.5/24"));
  EXPECT_EQ(node->state(), before);
}

TEST_F(TerminalLab, YesAndYesKeepsIt) {
  Terminal terminal(apply());
  ASSERT_TRUE(terminal.shows("Apply? [y/N]")) << terminal.said();
  terminal.type("y\n");
  ASSERT_TRUE(terminal.shows("Keep it? [y/N]")) << terminal.said();
  terminal.type("y\n");
  EXPECT_EQ(terminal.end(), 0) << terminal.said();
  EXPECT_TRUE(node->has_address("10.77.0.5/24"));
  EXPECT_THAT(terminal.said(), HasSubstr("\x1b[32m"));
}

TEST_F(TerminalLab, ANoUndoesItAtOnce) {
  const std::string before = node->state();
  Terminal terminal(apply({"--yes", "--confirm-within", "30"}));
  ASSERT_TRUE(terminal.shows("Keep it? [y/N]")) << terminal.said();
  EXPECT_TRUE(node->has_address("10.77.0.5/24"));
  terminal.type("n\n");
  EXPECT_EQ(terminal.end(), 5) << terminal.said();
  EXPECT_EQ(node->state(), before);
}

TEST_F(TerminalLab, InterruptIsANo) {
  const std::string before = node->state();
  Terminal terminal(apply({"--yes", "--confirm-within", "30"}));
  ASSERT_TRUE(terminal.shows("Keep it? [y/N]")) << terminal.said();
  terminal.type("\x03");
  EXPECT_EQ(terminal.end(), 5) << terminal.said();
  EXPECT_EQ(node->state(), before);
}

TEST_F(TerminalLab, SilenceIsANo) {
  const std::string before = node->state();
  Terminal terminal(apply({"--yes", "--confirm-within", "2", "--no-color"}));
  ASSERT_TRUE(terminal.shows("Keep it? [y/N]")) << terminal.said();
  EXPECT_EQ(terminal.end(), 5) << terminal.said();
  EXPECT_EQ(node->state(), before);
  EXPECT_THAT(terminal.said(), Not(HasSubstr("\x1b[31m")));
}

TEST_F(TerminalLab, AConfirmationFromElsewhereEndsTheQuestion) {
  Terminal terminal(apply({"--yes", "--confirm-within", "30"}));
  ASSERT_TRUE(terminal.shows("Keep it? [y/N]")) << terminal.said();
  EXPECT_EQ(node->run({"network", "confirm"}).exit, 0);
  EXPECT_EQ(terminal.end(), 0) << terminal.said();
  EXPECT_TRUE(node->has_address("10.77.0.5/24"));
}

}  // namespace
}  // namespace drawbridge::e2e
