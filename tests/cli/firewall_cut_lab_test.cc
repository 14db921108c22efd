// Connections that are established when their rule goes, with real packets.
#include <arpa/inet.h>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sched.h>
#include <sys/socket.h>

#include <array>
#include <thread>

#include "tests/cli/firewall_lab.h"

namespace drawbridge::e2e {
namespace {

using testing::HasSubstr;

/// Runs in the network namespace of the process.
void within(const std::string& pid, const std::function<void()>& what) {
  std::thread([&] {
    const int space = ::open(("/proc/" + pid + "/ns/net").c_str(), O_RDONLY | O_CLOEXEC);
    if (::setns(space, CLONE_NEWNET) == 0) what();
    ::close(space);
  }).join();
}

sockaddr_in place(const std::string& address, std::uint16_t port) {
  sockaddr_in made{};
  made.sin_family = AF_INET;
  made.sin_port = htons(port);
  ::inet_pton(AF_INET, address.c_str(), &made.sin_addr);
  return made;
}

/// One TCP connection, both ends of it.
class Talk {
 public:
  /// `server` and `client`: processes in whose namespaces they are.
  Talk(const std::string& server, const std::string& client, const std::string& address, std::uint16_t port) {
    const sockaddr_in to = place(address, port);
    const auto* const there = reinterpret_cast<const sockaddr*>(&to);
    int listener = -1;
    within(server, [&] {
      listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
      const int on = 1;
      ::setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
      if (::bind(listener, there, sizeof to) != 0 || ::listen(listener, 4) != 0) ADD_FAILURE() << "no server at port " << port;
    });
    within(client, [&] {
      client_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
      ::connect(client_, there, sizeof to);
    });
    pollfd event{listener, POLLIN, 0};
    if (::poll(&event, 1, 3'000) == 1) server_ = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    ::close(listener);
  }
  ~Talk() {
    ::close(client_);
    if (server_ >= 0) ::close(server_);
  }
  Talk(const Talk&) = delete;
  Talk& operator=(const Talk&) = delete;

  bool is_made() const { return server_ >= 0; }
  /// What one end says now, or said and could not tell yet, is heard at the other.
  bool goes_in() const { return passes(client_, server_); }
  bool goes_out() const { return passes(server_, client_); }
  bool goes_both_ways() const { return goes_in() && goes_out(); }

 private:
  static bool passes(int from, int to) {
    std::array<char, 64> heard{};
    if (::send(from, "word\n", 5, MSG_NOSIGNAL) != 5) return false;
    pollfd event{to, POLLIN, 0};
    return ::poll(&event, 1, 2'000) == 1 && ::recv(to, heard.data(), heard.size(), 0) > 0;
  }
  int client_ = -1, server_ = -1;
};

class FirewallCut : public FirewallLab {
 protected:
  void SetUp() override {
    FirewallLab::SetUp();
    if (IsSkipped()) return;
    for (const char* vmid : {"100", "101"}) {
      tree().write(std::string("etc/pve/nodes/n1/qemu-server/") + vmid + ".conf",
                   std::string("net0: virtio=02:00:00:00:01:") + (vmid + 1) + ",bridge=vmbr0,firewall=1\n");
      tree().write(std::string("etc/pve/firewall/") + vmid + ".fw", kEnabled);
    }
    tree().write(kCluster, kEnabled);
    start();
    guest = std::make_unique<Guest>("tap100i0", "02:00:00:00:01:00", "100.64.0.10");
    other = std::make_unique<Guest>("tap101i0", "02:00:00:00:01:01", "100.64.0.11");
    ASSERT_TRUE(becomes([] { return is_port("tap100i0") && is_port("tap101i0"); })) << shell("ip link");
    ASSERT_TRUE(becomes(are_in_force));
  }
  void allow_guest(const std::string& ports) const {
    tree().write(kGuest, std::string(kEnabled) + (ports.empty() ? "" : "[RULES]\nIN ACCEPT -p tcp -dport " + ports + "\n"));
  }
  void allow_host(const std::string& ports) const { tree().write(kHost, "[RULES]\nIN ACCEPT -p tcp -dport " + ports + "\n"); }
  /// The service has seen and done what was written last.
  bool is_verified() const {
    return becomes([&] { return firewall({"verify"}).exit == 0; });
  }
  static std::string self() { return std::to_string(::getpid()); }
  Talk into_guest(std::uint16_t port) const { return {guest->pid(), other->pid(), "100.64.0.10", port}; }
  Talk into_host(std::uint16_t port) const { return {self(), other->pid(), "100.64.0.102", port}; }

  std::unique_ptr<Guest> guest, other;
};

TEST_F(FirewallCut, AConnectionIsCutWhenItsRuleGoesAndNoOther) {
  allow_guest("22,80");
  allow_host("8000,8001");
  ASSERT_TRUE(is_verified());
  const Talk ssh = into_guest(22), web = into_guest(80), api = into_host(8000), app = into_host(8001);
  const Talk out(other->pid(), guest->pid(), "100.64.0.11", 9);  // closed to others
  ASSERT_TRUE(ssh.goes_both_ways() && web.goes_both_ways() && api.goes_both_ways() && app.goes_both_ways());
  EXPECT_FALSE(out.is_made());
  allow_guest("80");
  ASSERT_TRUE(is_verified());
  EXPECT_TRUE(becomes([&] { return !ssh.goes_in(); }));
  EXPECT_TRUE(web.goes_both_ways() && api.goes_both_ways() && app.goes_both_ways());
  allow_host("8001");
  ASSERT_TRUE(is_verified());
  EXPECT_TRUE(becomes([&] { return !api.goes_in(); }));
  EXPECT_TRUE(web.goes_both_ways() && app.goes_both_ways());
  stop(SIGTERM);
  EXPECT_THAT(said, HasSubstr("1 established connection is not allowed any more and was cut: 1 by policy_in of the guest"));
  EXPECT_THAT(said, HasSubstr("was cut: 1 by policy_in of the datacenter"));
}

TEST_F(FirewallCut, ARuleThatBlocksCutsAndIsNamed) {
  allow_guest("22");
  ASSERT_TRUE(is_verified());
  const Talk ssh = into_guest(22);
  ASSERT_TRUE(ssh.goes_both_ways());
  tree().write("etc/pve/firewall/101.fw", std::string(kEnabled) + "[RULES]\nOUT REJECT -dest 100.64.0.10\n");
  ASSERT_TRUE(is_verified());
  EXPECT_TRUE(becomes([&] { return !ssh.goes_in(); }));
  stop(SIGTERM);
  EXPECT_THAT(said, HasSubstr("was cut: 1 by "));
  EXPECT_THAT(said, HasSubstr("101.fw:4"));
}

TEST_F(FirewallCut, WhoeverWantsItKeepsThem) {
  allow_guest("22");
  ASSERT_TRUE(is_verified());
  const Talk ssh = into_guest(22);
  ASSERT_TRUE(ssh.goes_both_ways());
  EXPECT_EQ(firewall({"connections", "keep"}).exit, 0);
  allow_guest("");
  ASSERT_TRUE(is_verified());
  ::poll(nullptr, 0, 1'000);
  EXPECT_TRUE(ssh.goes_both_ways());
  EXPECT_FALSE(into_guest(22).is_made()) << "a new one is not let in";
  EXPECT_EQ(firewall({"connections", "cut"}).exit, 0);
  allow_guest("23");
  ASSERT_TRUE(is_verified());
  allow_guest("24");
  EXPECT_TRUE(becomes([&] { return !ssh.goes_in(); }));
}

TEST_F(FirewallCut, WhatIsNotTightenedIsNotLookedAt) {
  allow_guest("22");
  ASSERT_TRUE(is_verified());
  const Talk ssh = into_guest(22);
  allow_guest("22,23");
  ASSERT_TRUE(is_verified());
  EXPECT_TRUE(ssh.goes_both_ways());
  EXPECT_EQ(firewall({"restart"}).exit, 0);
  EXPECT_TRUE(ssh.goes_both_ways()) << "nor is one cut that is allowed";
}

}  // namespace
}  // namespace drawbridge::e2e
