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
#include <vector>

#include "netfilter/ruleset_socket.h"
#include "nftables/place.h"

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

  /// The stage whose programs the seed is for; nullopt: this kernel does not take them.
  static std::optional<rules::Stage> stage_of(std::uint64_t seed) {
    using rules::Stage;
    constexpr std::array kStages{Stage::frame_gate, Stage::guest_out, Stage::guest_in, Stage::vnet,
                                 Stage::host_in,    Stage::host_out,  Stage::forward};
    static const bool is_complete = bridge_is_complete();
    const Stage stage = kStages.at(seed % kStages.size());
    if (nftables::hooks_of(stage).front().place.family == nftables::TableFamily::bridge && !is_complete) return std::nullopt;
    return stage;
  }

  /// A chain for what comes to the host, with so many rules that drop everything.
  static void add_host_in(nftables::Ruleset& ruleset, std::size_t rules) {
    const nftables::Rule drop{{nftables::Verdict{nftables::Verdict::Kind::drop, {}}}, "host.fw:1"};
    ruleset.tables[nftables::TableFamily::inet].chains["host-in"] = std::make_shared<const nftables::Chain>(
        nftables::Chain{nftables::Base{nftables::Hook::input, 0}, std::vector<nftables::Rule>(rules, drop)});
  }

  std::optional<RulesetSocket> socket_;
};

}  // namespace drawbridge::netfilter
