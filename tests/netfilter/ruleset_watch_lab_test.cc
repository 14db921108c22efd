// Who changes our tables is heard; we ourselves, and what others do to theirs, are not.
#include <poll.h>

#include "netfilter/ruleset_watch.h"
#include "tests/netfilter/ruleset_lab.h"

namespace drawbridge::netfilter {
namespace {

using nftables::Ruleset;

class WatchedRuleset : public RulesetInKernel {
 protected:
  void SetUp() override {
    RulesetInKernel::SetUp();
    if (!socket_) return;
    add_host_in(ours_, 1);
    auto opened = RulesetWatch::open(ours_.name, socket_->port());
    ASSERT_TRUE(opened) << opened.error().what;
    watch_.emplace(std::move(*opened));
    ASSERT_TRUE(socket_->replace(ours_));
  }
  bool is_readable() const {
    pollfd waiting{watch_->descriptor(), POLLIN, 0};
    return poll(&waiting, 1, 0) == 1;
  }
  RulesetWatch::News news_after(const std::string& command) {
    EXPECT_EQ(run(command).text, "") << command;
    const auto news = watch_->drain();
    EXPECT_TRUE(news);
    return news.value_or(RulesetWatch::News{});
  }

  Ruleset ours_;
  std::optional<RulesetWatch> watch_;
};

TEST_F(WatchedRuleset, OwnChangesWakeNobody) {
  EXPECT_FALSE(is_readable());
  ASSERT_TRUE(socket_->update(ours_, {.name = ours_.name, .tables = {}}));
  ASSERT_TRUE(socket_->replace(ours_));
  EXPECT_FALSE(is_readable());
  const auto news = watch_->drain();
  ASSERT_TRUE(news);
  EXPECT_FALSE(news->changed || news->lost);
}

TEST_F(WatchedRuleset, OthersChangesOfOursAreHeardWithTheirProgram) {
  for (const char* command : {"nft add rule inet drawbridge host-in accept", "nft flush chain inet drawbridge host-in",
                              "nft add set inet drawbridge s '{ type ipv4_addr; }'", "nft add element inet drawbridge s '{ 1.2.3.4 }'",
                              "nft delete table inet drawbridge", "nft add table bridge drawbridge", "nft flush ruleset"}) {
    const auto news = news_after(command);
    EXPECT_TRUE(news.changed) << command;
    EXPECT_FALSE(news.lost);
    EXPECT_TRUE(news.by.starts_with("nft (pid ")) << news.by;
  }
}

TEST_F(WatchedRuleset, OthersTablesAreTheirOwn) {
  for (const char* command :
       {"nft add table inet other", "nft add table ip drawbridge", "nft add chain inet other drawbridge", "nft delete table inet other"}) {
    const auto news = news_after(command);
    EXPECT_FALSE(news.changed) << command;
    EXPECT_EQ(news.by, "");
  }
}

TEST_F(WatchedRuleset, LostNotificationsAreTold) {
  std::ofstream("/tmp/drawbridge-many.nft") << [] {
    std::string text = "table inet other { set s { type ipv4_addr; elements = { ";
    for (int at = 0; at < 60'000; ++at)
      text += "10." + std::to_string(at >> 16) + "." + std::to_string(at >> 8 & 255) + "." + std::to_string(at & 255) + ",";
    return text + "}\n}\n}\n";
  }();
  const auto news = news_after("nft -f /tmp/drawbridge-many.nft");
  EXPECT_TRUE(news.lost);
  EXPECT_TRUE(news_after("nft flush chain inet drawbridge host-in").changed);
}

}  // namespace
}  // namespace drawbridge::netfilter
