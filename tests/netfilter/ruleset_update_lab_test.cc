// From one ruleset to another in the kernel: what differs is sent, what is equal stays as it is.
#include <chrono>

#include "netfilter/netfilter_testing.h"
#include "nftables/delta_testing.h"
#include "nftables/program_sets.h"
#include "tests/netfilter/ruleset_lab.h"

namespace drawbridge::netfilter {
namespace {

using nftables::Ruleset;
using nftables::TableFamily;
using rules::Stage;

TEST_F(RulesetInKernel, UpdatesWhateverTheCompilerMakes) {
  std::size_t done = 0;
  for (std::uint64_t seed = 0; seed < 280; ++seed) {
    const auto stage = stage_of(seed);
    if (!stage) continue;
    const auto [a, b] = nftables::ruleset_pair(seed, *stage);
    ASSERT_TRUE(socket_->replace(a));
    const auto updated = socket_->update(a, b, *socket_->generation());
    ASSERT_TRUE(updated) << "seed " << seed << ": " << updated.error().what;
    const auto found = socket_->read(b.name);
    ASSERT_TRUE(found) << found.error().what;
    expect_equal(b, *found);
    // What was read serves as well as what was made, to get back.
    const auto back = socket_->update(*found, a);
    ASSERT_TRUE(back) << "seed " << seed << ": " << back.error().what;
    expect_equal(a, *socket_->read(a.name));
    if (HasFailure()) FAIL() << "seed " << seed;
    ++done;
  }
  EXPECT_GE(done, 120U);
}

// Intervals of one key are pairs of elements that can touch each other: each way from one set of them to another.
TEST_F(RulesetInKernel, UpdatesIntervals) {
  nftables::Dice dice(1);
  const auto set_of = [&](nftables::Key key, rules::Number top) {
    nftables::Set set;
    set.keys = nftables::keys_of(key);
    set.intervals = true;
    rules::Number at = dice.below(2);
    for (std::size_t count = dice.below(5); count > 0 && at <= top; --count) {
      const rules::Number last = std::min<rules::Number>(top, dice.one_in(8) ? top : at + dice.below(3));
      set.parts.push_back({at, last});
      if (last == top) break;
      at = last + 1 + dice.below(2);
    }
    Ruleset ruleset;
    ruleset.tables[TableFamily::inet].sets["s"] = std::make_shared<const nftables::Set>(set);
    return ruleset;
  };
  for (const auto& [key, top] :
       {std::pair{nftables::Key::ip_saddr, rules::largest(32)}, std::pair{nftables::Key::dport, rules::largest(16)},
        std::pair{nftables::Key::ip6_saddr, rules::largest(128)}}) {
    Ruleset now = set_of(key, top);
    ASSERT_TRUE(socket_->replace(now));
    for (int step = 0; step < 300; ++step) {
      const Ruleset next = set_of(key, top);
      const auto updated = socket_->update(now, next);
      ASSERT_TRUE(updated) << "step " << step << ": " << updated.error().what << "\n"
                           << nftables::format_ruleset(now) << nftables::format_ruleset(next);
      expect_equal(next, *socket_->read(next.name));
      if (HasFailure()) FAIL() << "step " << step;
      now = next;
    }
  }
}

TEST_F(RulesetInKernel, NothingChangedIsNothingSent) {
  const auto [a, b] = nftables::ruleset_pair(0, Stage::host_in);
  ASSERT_FALSE(nftables::make_delta(a, b).tables.empty());
  ASSERT_TRUE(socket_->replace(a));
  const auto generation = *socket_->generation();
  ASSERT_TRUE(socket_->update(a, a, generation));
  EXPECT_EQ(*socket_->generation(), generation);
  ASSERT_TRUE(socket_->update(a, b, generation));
  EXPECT_EQ(socket_->update(b, a, generation).error().code, Errc::conflict);
}

TEST_F(RulesetInKernel, RepairsWhatOthersDid) {
  const auto [a, b] = nftables::ruleset_pair(6, Stage::host_in);
  ASSERT_TRUE(socket_->replace(a));
  for (const char* edit :
       {"add chain inet drawbridge x { type nat hook prerouting priority 0; }",
        "insert rule inet drawbridge host-in tcp dport { 1, 2 } counter",
        "add chain inet drawbridge y; add rule inet drawbridge y accept; add rule inet drawbridge host-in jump y",
        "add map inet drawbridge m { type ipv4_addr : verdict; elements = { 1.2.3.4 : drop }; }", "flush table inet drawbridge",
        "delete table inet drawbridge", "flush ruleset", "add table inet drawbridge { flags dormant; }"}) {
    run(std::string("nft '") + edit + "'");
    const auto found = socket_->read("drawbridge");
    ASSERT_TRUE(found) << edit;
    const auto generation = *socket_->generation();
    const auto updated = socket_->update(*found, a, generation);
    ASSERT_TRUE(updated) << edit << ": " << updated.error().what;
    expect_equal(a, *socket_->read("drawbridge"));
    EXPECT_NE(*socket_->generation(), generation) << edit << " did nothing";
  }
}

TEST(UpdateBytes, OneElementAmongAHundredThousandIsOneMessage) {
  nftables::Set set;
  set.keys = nftables::keys_of(nftables::Key::ip_saddr);
  for (rules::Number at = 0; at < 100'000; ++at) set.parts.push_back({2 * at, 2 * at});
  Ruleset a, b;
  a.tables[TableFamily::inet].sets["hosts"] = std::make_shared<const nftables::Set>(set);
  set.parts.insert(set.parts.begin() + 5000, {9999, 9999});
  b.tables[TableFamily::inet].sets["hosts"] = std::make_shared<const nftables::Set>(set);
  const auto delta = nftables::make_delta(a, b);
  RulesetBatch batch;
  batch.apply(delta);
  EXPECT_LT(batch.finish().size(), 140U);  // begin, one element's message, end
}

/// The packets that a rule with the comment has counted.
std::string counted(const std::string& comment) {
  return run("nft list ruleset | grep 'comment \"" + comment + "\"' | grep -o 'packets [0-9]*'").text;
}

TEST_F(RulesetInKernel, CountersAndAttemptsSurvive) {
  const auto make = [](int port) {
    using namespace nftables;
    constexpr rules::Number kAll = ~rules::Number{0};
    Ruleset ruleset;
    Table& table = ruleset.tables[TableFamily::inet];
    Set attempts;
    attempts.kind = Set::Kind::dynamic;
    attempts.keys = keys_of(Key::ip_saddr);
    attempts.timeout_seconds = 600;
    table.sets["attempts"] = std::make_shared<const Set>(attempts);
    Chain out{Base{Hook::output, 0}, {}};
    const Compare udp{Key::l4proto, false, kAll, {17, 17}}, ipv4{Key::nfproto, false, kAll, {2, 2}};
    out.rules.push_back({{ipv4, LimitEach{Key::ip_saddr, kAll, "attempts", {1000, 1, 1000}}, Counter{}}, "limit"});
    out.rules.push_back({{udp, Counter{}}, "stays"});
    const auto number = static_cast<rules::Number>(port);
    out.rules.push_back({{udp, Compare{Key::dport, false, kAll, {number, number}}, Counter{}}, "port"});
    out.rules.push_back({{udp, Counter{}}, "stays too"});
    table.chains["out"] = std::make_shared<const Chain>(out);
    Chain other{Base{Hook::output, 1}, {}};
    other.rules.push_back({{udp, Counter{}}, "other chain"});
    table.chains["other"] = std::make_shared<const Chain>(other);
    return ruleset;
  };
  const Ruleset a = make(7), b = make(9);
  ASSERT_TRUE(socket_->replace(a));
  ASSERT_EQ(run("ip link set lo up; bash -c 'for i in 1 2 3; do echo > /dev/udp/127.0.0.1/7; done'").code, 0);
  ASSERT_EQ(counted("other chain"), "packets 3\n");
  ASSERT_NE(run("nft list set inet drawbridge attempts").text.find("127.0.0.1"), std::string::npos);
  ASSERT_TRUE(socket_->update(a, b));
  expect_equal(b, *socket_->read("drawbridge"));
  EXPECT_EQ(counted("other chain"), "packets 3\n");
  EXPECT_NE(run("nft list set inet drawbridge attempts").text.find("127.0.0.1"), std::string::npos);
}

}  // namespace
}  // namespace drawbridge::netfilter
