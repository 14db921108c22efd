// Rulesets in the kernel that runs here, each test in a network namespace of its own.
#pragma once

#include <gtest/gtest.h>
#include <sched.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <fstream>
#include <memory>
#include <optional>
#include <string>

#include "netfilter/ruleset_socket.h"

namespace drawbridge::netfilter {

struct Output {
  int code = 0;
  std::string text;
};

inline Output run(const std::string& command) {
  Output output;
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen((command + " 2>&1").c_str(), "r"), pclose);
  std::array<char, 4096> buffer{};
  while (const std::size_t size = fread(buffer.data(), 1, buffer.size(), pipe.get())) output.text.append(buffer.data(), size);
  return output;
}

inline std::string listed() { return run("nft -n list ruleset").text; }

class RulesetInKernel : public testing::Test {
 protected:
  void SetUp() override {
    if (geteuid() != 0 || unshare(CLONE_NEWNET) != 0) GTEST_SKIP() << "only root may make network namespaces";
    auto opened = RulesetSocket::open();
    ASSERT_TRUE(opened) << opened.error().what;
    socket_.emplace(std::move(*opened));
  }

  /// The bridge family of the kernel here may have neither conntrack nor rejections.
  static bool bridge_is_complete() {
    std::ofstream("/tmp/drawbridge-probe.nft")
        << "table bridge probe { chain c { type filter hook prerouting priority 0; ct state new reject; } }\n";
    return run("nft -c -f /tmp/drawbridge-probe.nft").text.empty();
  }

  std::optional<RulesetSocket> socket_;
};

}  // namespace drawbridge::netfilter
