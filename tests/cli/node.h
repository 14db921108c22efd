// A node to change for real: a network namespace of this test, with a NIC whose other end is a gateway in another namespace.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "tests/cli/program.h"

namespace drawbridge::e2e {

/// The test process itself moves into the node's namespace, and so does everything it starts.
class Node {
 public:
  /// Why there can be none here, or empty.
  static std::string why_not();

  /// `enp5s0` is down and unconfigured; behind it 100.64.0.1/22 answers.
  Node();
  ~Node();
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  const Tree& tree() const { return tree_; }
  Finished run(std::vector<std::string> words, const Surroundings& surroundings = {}) const {
    return tree_.run(std::move(words), surroundings);
  }
  /// Links, addresses and routes as the program's snapshot shows them, without counters of time.
  std::string state() const;
  bool has_address(const std::string& cidr) const;
  /// Output of a shell command in the gateway's namespace; its NIC is `wire`.
  std::string in_gateway(const std::string& command) const;

 private:
  Tree tree_;
  pid_t gateway_ = -1;
};

/// Output of a shell command in the namespace.
std::string shell(const std::string& command);

}  // namespace drawbridge::e2e
