// Counters of the kernel that runs here go on when a chain changes around them.
#include "nftables/counts.h"
#include "tests/netfilter/ruleset_lab.h"

namespace drawbridge::netfilter {
namespace {

using nftables::Compare;
using nftables::Counter;
using nftables::Key;

nftables::Rule rule(Key key, rules::Number value, std::string comment) {
  return {{Compare{.key = key, .values = {value, value}}, Counter{}, nftables::Verdict{}}, std::move(comment)};
}

nftables::Ruleset ruleset_of(std::vector<nftables::Rule> rules) {
  nftables::Ruleset ruleset;
  ruleset.tables[nftables::TableFamily::inet].chains["host-in"] =
      std::make_shared<const nftables::Chain>(nftables::Chain{nftables::Base{nftables::Hook::input, 0}, std::move(rules)});
  return ruleset;
}

TEST_F(RulesetInKernel, CountersGoOnWhenOtherRulesChange) {
  const auto before = ruleset_of({rule(Key::l4proto, 6, "host.fw:2"), rule(Key::l4proto, 1, "host.fw:3")});
  const auto after = ruleset_of({rule(Key::l4proto, 17, "host.fw:2"), rule(Key::l4proto, 1, "host.fw:4")});
  ASSERT_TRUE(socket_->replace(before));
  run("ip link set lo up; ping -c 3 -i 0.01 127.0.0.1");
  const auto counted = nftables::sum_counts(socket_->read("drawbridge").value());
  EXPECT_EQ(counted.at("host.fw:2").packets, 0U);
  ASSERT_EQ(counted.at("host.fw:3").packets, 6U) << "requests and answers";
  EXPECT_EQ(counted.at("host.fw:3").bytes, 6U * 84);
  const auto done = socket_->update(before, after);
  ASSERT_TRUE(done) << done.error().what;
  run("ping -c 1 127.0.0.1");
  const auto now = nftables::sum_counts(socket_->read("drawbridge").value());
  EXPECT_EQ(now.at("host.fw:2").packets, 0U);
  EXPECT_EQ(now.at("host.fw:4").packets, 8U);
}

}  // namespace
}  // namespace drawbridge::netfilter
