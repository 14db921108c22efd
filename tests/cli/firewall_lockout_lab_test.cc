// Nobody is locked out: edits that are undone unless they are confirmed, by commands and by hand, with a real session from afar.
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <pty.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/cli/firewall_lab.h"

namespace drawbridge::e2e {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* kNoSsh = "[RULES]\nIN DROP -p tcp -dport 22\n";
constexpr const char* kMark = "var/lib/drawbridge/firewall/trial.json";
constexpr const char* kSaved = "var/lib/drawbridge/firewall/rules";
const Surroundings kFromAfar{.environment = {"SSH_CONNECTION=100.64.0.1 50000 100.64.0.102 22"}, .program = {}};

/// Takes connections to a port, as sshd does.
class Listener {
 public:
  explicit Listener(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    const int on = 1;
    ::setsockopt(socket_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    EXPECT_EQ(::bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::listen(socket_, 64), 0);
  }
  ~Listener() { ::close(socket_); }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  int take() const { return ::accept4(socket_, nullptr, nullptr, SOCK_CLOEXEC); }

 private:
  int socket_;
};

/// Somebody from the gateway, who is root at a terminal here, as sshd would have made him.
class RootFromAfar {
 public:
  RootFromAfar(const Node& node, const Listener& listener, std::uint16_t port) : node_(node) {
    client_ = node.in_gateway("bash -c \"exec 3<>/dev/tcp/100.64.0.102/" + std::to_string(port) +
                              "; exec sleep 600\" >/dev/null 2>&1 </dev/null & echo -n $!");
    connection_ = listener.take();
    sockaddr_in peer{};
    socklen_t size = sizeof peer;
    ::getpeername(connection_, reinterpret_cast<sockaddr*>(&peer), &size);
    const std::string session = "100.64.0.1 " + std::to_string(ntohs(peer.sin_port)) + " 100.64.0.102 " + std::to_string(port);
    shell_ = ::forkpty(&screen_, nullptr, nullptr, nullptr);
    if (shell_ == 0) {
      ::setenv("SSH_CONNECTION", session.c_str(), 1);
      ::execlp("sleep", "sleep", "600", nullptr);
      ::_exit(127);
    }
    // Until it has its own environment.
    shell("until grep -q SSH_CONNECTION=100 /proc/" + std::to_string(shell_) + "/environ; do sleep 0.05; done");
  }
  ~RootFromAfar() {
    ::kill(shell_, SIGKILL);
    ::waitpid(shell_, nullptr, 0);
    node_.in_gateway("kill " + client_);
    ::close(connection_);
    ::close(screen_);
  }
  RootFromAfar(const RootFromAfar&) = delete;
  RootFromAfar& operator=(const RootFromAfar&) = delete;

  /// What has come to his terminal so far.
  std::string screen() {
    pollfd ready{.fd = screen_, .events = POLLIN, .revents = 0};
    std::array<char, 4096> bytes{};
    while (::poll(&ready, 1, 0) > 0) {
      const auto size = ::read(screen_, bytes.data(), bytes.size());
      if (size <= 0) break;
      seen_.append(bytes.data(), static_cast<std::size_t>(size));
    }
    return seen_;
  }

 private:
  const Node& node_;
  std::string client_;
  int connection_ = -1;
  int screen_ = -1;
  pid_t shell_ = -1;
  std::string seen_;
};

class FirewallLockoutLab : public FirewallLab {
 protected:
  bool gets_in(std::uint16_t port) const {
    return node->in_gateway("timeout 2 bash -c \"exec 3<>/dev/tcp/100.64.0.102/" + std::to_string(port) + "\" 2>/dev/null && echo yes")
        .contains("yes");
  }
  std::string status() const { return firewall({"status", "--json"}).out; }
  /// A command of somebody from afar that goes on by itself.
  std::unique_ptr<Running> begin(std::vector<std::string> words) const {
    words.insert(words.begin(), {"--root", tree().root(), "--node", "n1", "firewall"});
    return std::make_unique<Running>(words, kFromAfar);
  }
};

TEST_F(FirewallLockoutLab, TurningItOnStaysIfItIsConfirmed) {
  start();
  auto command = begin({"options", "datacenter", "enable=1"});
  ASSERT_TRUE(becomes(are_in_force));
  EXPECT_THAT(status(), HasSubstr("\"kind\":\"command\""));
  ::poll(nullptr, 0, 3'000);
  EXPECT_FALSE(tree().has(kSaved)) << "what is on trial is not for the next boot";
  EXPECT_EQ(firewall({"confirm"}).exit, 0);
  const Finished ended = command->wait();
  EXPECT_EQ(ended.exit, 0) << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("Kept"));
  EXPECT_TRUE(becomes([&] { return tree().has(kSaved); }));
  EXPECT_TRUE(are_in_force());
  EXPECT_EQ(firewall({"confirm"}).exit, 1);
  // Who is no administrator does not get so far.
  const Finished refused = firewall({"rules", "node", "add", "IN DROP -p tcp -dport 22"}, kFromAfar);
  EXPECT_EQ(refused.exit, 4);
  EXPECT_THAT(refused.err, HasSubstr("host.fw:"));
}

TEST_F(FirewallLockoutLab, TurningItOnGoesBackIfNobodyConfirms) {
  start();
  auto command = begin({"options", "datacenter", "enable=1", "--confirm-within", "6"});
  ASSERT_TRUE(becomes(are_in_force));
  const Finished ended = command->wait();
  EXPECT_EQ(ended.exit, 5) << ended.out << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("Rolled back"));
  EXPECT_FALSE(tree().has(kCluster));
  EXPECT_TRUE(becomes([] { return !are_in_force(); }));
  EXPECT_EQ(firewall({"confirm"}).exit, 1);
}

TEST_F(FirewallLockoutLab, WhoAsksForNoConfirmationGetsNone) {
  start();
  EXPECT_EQ(firewall({"options", "datacenter", "enable=1", "--yes"}, kFromAfar).exit, 0);
  EXPECT_EQ(firewall({"rules", "node", "add", "IN ACCEPT -p tcp -dport 80"}, kFromAfar).exit, 0);
  EXPECT_FALSE(tree().has(kMark));
}

TEST_F(FirewallLockoutLab, FilesAndRulesGoBackWithoutTheService) {
  tree().write(kCluster, kEnabled);
  start();
  ASSERT_TRUE(becomes([&] { return tree().has(kSaved); }));
  const Listener listener(22);
  ASSERT_TRUE(gets_in(22));
  EXPECT_EQ(firewall({"rules", "node", "add", "IN DROP -p tcp -dport 22", "--confirm-within", "8", "--no-wait"}).exit, 0);
  ASSERT_TRUE(becomes([&] { return !gets_in(22); }));
  stop(SIGKILL);
  EXPECT_TRUE(becomes([&] { return !tree().has(kMark); }));
  EXPECT_FALSE(tree().has(kHost));
  EXPECT_TRUE(becomes([&] { return gets_in(22); })) << rules();
}

TEST_F(FirewallLockoutLab, TheServiceEndsWhatADeadOneLeft) {
  tree().write(kCluster, kEnabled);
  start();
  ASSERT_TRUE(becomes(are_in_force));
  const Listener listener(22);
  // As after a restart of the machine: the mark is of another boot, and nobody waits.
  tree().write(kHost, kNoSsh);
  stop(SIGKILL);
  const std::string digest = shell("sha256sum < " + tree().path(kHost)).substr(0, 64);
  tree().write(
      kMark,
      R"({"version":1,"author":"anna","when":"","kind":"command","id":"x","boot_id":"another","deadline_boottime_ns":0,"files":[{"path":")" +
          tree().path(kHost) + R"(","before":"# old\n","after_digest":")" + digest + "\"}]}");
  start();
  EXPECT_TRUE(becomes([&] { return tree().read(kHost) == "# old\n"; }));
  EXPECT_TRUE(becomes([&] { return gets_in(22); }));
  EXPECT_FALSE(tree().has(kMark));
}

TEST_F(FirewallLockoutLab, WhatIsSavedByHandIsHeldBackIfItLocksAdministratorsOut) {
  tree().write(kCluster, kEnabled);
  start({"--undo-after", "6"});
  ASSERT_TRUE(becomes(are_in_force));
  const Listener listener(22);
  RootFromAfar anna(*node, listener, 22);
  tree().write(kHost, kNoSsh);
  ASSERT_TRUE(becomes([&] { return !gets_in(22); })) << "it is in force meanwhile";
  EXPECT_THAT(anna.screen(), HasSubstr("host.fw:2"));
  EXPECT_TRUE(becomes([&] { return status().contains("\"trial\":null"); }));
  EXPECT_TRUE(becomes([&] { return gets_in(22); })) << rules();
  EXPECT_EQ(tree().read(kHost), kNoSsh) << "the file is whose it is";
  EXPECT_THAT(firewall({"status"}).err, HasSubstr("held back"));
  EXPECT_EQ(firewall({"verify"}).exit, 0);
  // Nor does another service, or another edit elsewhere, put it into force.
  stop(SIGTERM);
  start({"--undo-after", "6"});
  tree().write(kCluster, std::string(kEnabled) + "# another\n");
  ::poll(nullptr, 0, 1'000);
  EXPECT_TRUE(gets_in(22));
  EXPECT_EQ(firewall({"confirm"}).exit, 0);
  EXPECT_TRUE(becomes([&] { return !gets_in(22); }));
  ::poll(nullptr, 0, 7'000);
  EXPECT_FALSE(gets_in(22)) << "who has confirmed it is not asked again";
}

TEST_F(FirewallLockoutLab, WhatIsMendedInTimeIsInForce) {
  tree().write(kCluster, kEnabled);
  start({"--undo-after", "60"});
  ASSERT_TRUE(becomes(are_in_force));
  const Listener listener(22);
  RootFromAfar anna(*node, listener, 22);
  tree().write(kHost, kNoSsh);
  ASSERT_TRUE(becomes([&] { return status().contains("\"kind\":\"saved\""); }));
  tree().write(kHost, "[RULES]\nIN DROP -p tcp -dport 23\n");
  EXPECT_TRUE(becomes([&] { return status().contains("\"trial\":null"); }));
  EXPECT_TRUE(gets_in(22));
  EXPECT_EQ(firewall({"verify"}).exit, 0);
}

TEST_F(FirewallLockoutLab, NothingGoesBackWhereAnAdministratorIsLeft) {
  tree().write(kCluster, kEnabled);
  tree().write(kHost, "[RULES]\nIN ACCEPT -p tcp -dport 2222\n");
  start({"--undo-after", "3"});
  ASSERT_TRUE(becomes(are_in_force));
  const Listener listener(22);
  const Listener other(2222);
  RootFromAfar anna(*node, listener, 22);
  RootFromAfar bob(*node, other, 2222);
  tree().write(kHost, "[RULES]\nIN DROP -p tcp -dport 22\nIN ACCEPT -p tcp -dport 2222\n");
  ASSERT_TRUE(becomes([&] { return !gets_in(22); }));
  ::poll(nullptr, 0, 5'000);
  EXPECT_FALSE(gets_in(22));
  EXPECT_TRUE(gets_in(2222));
  stop(SIGTERM);
  EXPECT_THAT(said, HasSubstr("session-cut"));
  EXPECT_THAT(said, Not(HasSubstr("leave no administrator")));
}

/// A connection alone is nobody: else an outsider could keep the firewall from being turned on by being connected.
TEST_F(FirewallLockoutLab, AConnectionWithoutALoginHoldsNothingBack) {
  tree().write(kCluster, kEnabled);
  start({"--undo-after", "3"});
  ASSERT_TRUE(becomes(are_in_force));
  const Listener listener(22);
  const std::string client =
      node->in_gateway("bash -c \"exec 3<>/dev/tcp/100.64.0.102/22; exec sleep 600\" >/dev/null 2>&1 </dev/null & echo -n $!");
  const int connection = listener.take();
  tree().write(kHost, kNoSsh);
  ASSERT_TRUE(becomes([&] { return !gets_in(22); }));
  ::poll(nullptr, 0, 5'000);
  EXPECT_FALSE(gets_in(22));
  EXPECT_FALSE(tree().has(kMark));
  node->in_gateway("kill " + client);
  ::close(connection);
}

}  // namespace
}  // namespace drawbridge::e2e
