// A node with a bridge and the service, on a kernel whose bridges know connections.
#pragma once

#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>

#include "tests/cli/node.h"

namespace drawbridge::e2e {

inline constexpr const char* kCluster = "etc/pve/firewall/cluster.fw";
inline constexpr const char* kHost = "etc/pve/nodes/n1/host.fw";
inline constexpr const char* kGuest = "etc/pve/firewall/100.fw";
inline constexpr const char* kStopped = "var/lib/drawbridge/firewall/stopped";
inline constexpr const char* kSaved = "var/lib/drawbridge/firewall/rules";
inline constexpr const char* kEnabled = "[OPTIONS]\nenable: 1\n";

/// Somebody in a network of his own, behind a device of the node.
class Guest {
 public:
  Guest(const std::string& device, const std::string& mac, const std::string& address) {
    pid_ = shell("unshare -n sleep 600 >/dev/null 2>&1 </dev/null & echo -n $!");
    shell("until [ \"$(readlink /proc/" + pid_ + "/ns/net)\" != \"$(readlink /proc/self/ns/net)\" ]; do sleep 0.05; done");
    shell("ip link add " + device + " type veth peer name eth0 address " + mac + " netns " + pid_);
    in("ip addr add " + address + "/22 dev eth0; ip link set eth0 up; ip link set lo up");
  }
  ~Guest() { shell("kill " + pid_); }
  Guest(const Guest&) = delete;
  Guest& operator=(const Guest&) = delete;
  /// Of its network's namespace.
  const std::string& pid() const { return pid_; }
  std::string in(const std::string& command) const { return shell("nsenter -t " + pid_ + " -n sh -c '" + command + "' 2>&1"); }
  bool reaches(const std::string& address) const { return in("ping -c 1 -W 1 " + address + " >/dev/null && echo yes").contains("yes"); }

 private:
  std::string pid_;
};

/// A kernel that has lost the module that logs, and gets no other.
class NoLogModule {
 public:
  NoLogModule() : loader_(shell("cat /proc/sys/kernel/modprobe")) {
    shell("modprobe -r nft_log; echo /bin/false > /proc/sys/kernel/modprobe");
  }
  ~NoLogModule() { shell("echo " + loader_.substr(0, loader_.find('\n')) + " > /proc/sys/kernel/modprobe"); }
  NoLogModule(const NoLogModule&) = delete;
  NoLogModule& operator=(const NoLogModule&) = delete;
  static bool holds() { return !shell("lsmod").contains("nft_log "); }

 private:
  std::string loader_;
};

class FirewallLab : public testing::Test {
 protected:
  void SetUp() override {
    if (const std::string reason = Node::why_not(); !reason.empty()) GTEST_SKIP() << reason;
    node = std::make_unique<Node>();
    const auto probe = shell("nft 'table bridge probe { chain c { type filter hook prerouting priority 0; ct state new reject; }; }' 2>&1");
    if (!probe.empty()) GTEST_SKIP() << "this kernel's bridges know no connections: " << probe;
    shell("nft delete table bridge probe");
    tree().write(Tree::kInterfaces, kDefaultInterfaces);
    tree().write("etc/hosts", "100.64.0.102 n1\n");
    shell(
        "ip link set lo up; ip link add vmbr0 type bridge forward_delay 0; ip link set vmbr0 up; ip addr add 100.64.0.102/22 dev vmbr0; "
        "ip link set enp5s0 up master vmbr0");
  }
  void TearDown() override { stop(SIGTERM); }

  const Tree& tree() const { return node->tree(); }
  void start(const std::vector<std::string>& options = {}) {
    std::filesystem::remove(tree().path("run/drawbridge/service.sock"));
    std::vector<std::string> words{"--root", tree().root(), "--node", "n1", "daemon"};
    words.insert(words.end(), options.begin(), options.end());
    service = std::make_unique<Running>(words);
    ASSERT_TRUE(becomes([&] { return tree().has("run/drawbridge/service.sock"); }));
  }
  void stop(int signal) {
    if (!service) return;
    ::kill(service->pid(), signal);
    said = service->wait().err;
    service.reset();
  }
  Finished firewall(std::vector<std::string> words, const Surroundings& surroundings = {}) const {
    words.insert(words.begin(), {"--node", "n1", "firewall"});
    return node->run(std::move(words), surroundings);
  }
  static bool becomes(const std::function<bool()>& condition) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(30);  // the lab's machine is emulated
    while (!condition()) {
      if (std::chrono::steady_clock::now() > until) return false;
      ::poll(nullptr, 0, 5);
    }
    return true;
  }
  bool gateway_reaches(const std::string& address) const {
    return node->in_gateway("ping -c 1 -W 1 " + address + " >/dev/null && echo yes").contains("yes");
  }
  static std::string rules() { return shell("nft list ruleset"); }
  static bool are_in_force() { return rules().contains("table inet drawbridge"); }
  static bool is_port(const std::string& device) { return shell("ip -o link show dev " + device).contains("master vmbr0 "); }

  std::unique_ptr<Node> node;
  std::unique_ptr<Running> service;
  std::string said;  ///< by the service that was stopped last
};

}  // namespace drawbridge::e2e
