#include "tests/cli/node.h"

#include <gtest/gtest.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>

namespace drawbridge::e2e {
namespace {

/// A child that holds a network namespace open; it goes when this process does.
pid_t hold_namespace() {
  std::array<int, 2> ready{};
  if (::pipe(ready.data()) != 0) return -1;
  const pid_t child = ::fork();
  if (child == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    const char done = ::unshare(CLONE_NEWNET) == 0 ? 'y' : 'n';
    if (::write(ready[1], &done, 1) != 1) ::_exit(1);
    ::close(ready[1]);
    for (;;) ::pause();
  }
  char done = 'n';
  const bool told = ::read(ready[0], &done, 1) == 1;
  ::close(ready[0]);
  ::close(ready[1]);
  EXPECT_TRUE(told && done == 'y') << "no namespace for the gateway";
  return child;
}

}  // namespace

std::string shell(const std::string& command) {
  std::string text;
  FILE* pipe = ::popen(("{ " + command + "; } 2>&1").c_str(), "r");
  if (pipe == nullptr) return "popen failed";
  std::array<char, 4096> buffer{};
  for (std::size_t got = 0; (got = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) text.append(buffer.data(), got);
  ::pclose(pipe);
  return text;
}

std::string Node::why_not() {
  if (::geteuid() != 0) return "only root may make network namespaces";
  // A try in a child: this process stays where it is.
  const pid_t child = ::fork();
  if (child == 0)
    ::_exit(::unshare(CLONE_NEWNET) == 0 && std::system("ip link add type bridge 2>/dev/null && ip link add type veth 2>/dev/null") == 0
                ? 0
                : 1);
  int status = 1;
  ::waitpid(child, &status, 0);
  return status == 0 ? "" : "this kernel has no network namespaces, bridges or veth pairs";
}

Node::Node() {
  EXPECT_EQ(::unshare(CLONE_NEWNET), 0) << std::strerror(errno);
  gateway_ = hold_namespace();
  const std::string inside = "nsenter --net=/proc/" + std::to_string(gateway_) + "/ns/net ";
  EXPECT_EQ(shell("ip link set lo up; ip link add enp5s0 address 02:00:00:00:05:00 type veth peer name wire; ip link set wire netns " +
                  std::to_string(gateway_) + "; " + inside + "ip link set wire up; " + inside + "ip address add 100.64.0.1/22 dev wire; " +
                  inside + "ip address add 10.9.0.1/24 dev wire"),
            "");
}

Node::~Node() {
  if (gateway_ <= 0) return;
  ::kill(gateway_, SIGKILL);
  ::waitpid(gateway_, nullptr, 0);
}

std::string Node::state() const {
  return shell(
      "ip -o link | sed -e 's/^[0-9]*: //' -e 's/<.*UP.*>/<UP>/' -e 's/state [A-Z]* //' | sort; "
      "ip -o address show scope global | awk '{print $2, $4, $5, $6}' | sort; ip route | sed 's/ linkdown//' | sort");
}

std::string Node::in_gateway(const std::string& command) const {
  return shell("nsenter --net=/proc/" + std::to_string(gateway_) + "/ns/net " + command);
}

bool Node::has_address(const std::string& cidr) const { return shell("ip -o address").find(" " + cidr + " ") != std::string::npos; }

}  // namespace drawbridge::e2e
