#include "transaction/journal.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "transaction/fake_world.h"

namespace drawbridge::transaction {
namespace {

Journal sample() {
  testing::World world;
  Journal journal;
  journal.id = "boot-1/1000000000000";
  journal.stage = Stage::awaiting;
  journal.boot_id = "boot-1";
  journal.deadline = std::chrono::seconds(1060);
  journal.author = "root on pts/0";
  journal.when = "2026-11-24T03:00:00+00:00";
  journal.session = doors::Session{parse_ip("2001:db8::7").value(), 50000, parse_ip("2001:db8::1").value(), 22};
  journal.from_pending = false;
  journal.partial = true;
  journal.bytes = testing::kNewFile;
  journal.running_before = testing::kOldFile;
  journal.generation = 7;
  journal.generation_is_new = false;
  journal.baseline = 6;
  journal.before = world.kernel.state();
  journal.plan = network::make_plan(journal.before, testing::new_desired(), testing::old_desired());
  journal.hooks_started = {0, 3};
  journal.hooks_undone = {"vmbr0 down ifconfig"};
  journal.reason = "why";
  return journal;
}

TEST(Journal, IsReadAsItWasWritten) {
  const auto journal = sample();
  const auto again = parse_journal(format_journal(journal));
  ASSERT_TRUE(again) << again.error().what;
  EXPECT_EQ(*again, journal);
}

TEST(Journal, IsReadAsItWasWrittenAtEachStage) {
  for (const auto stage : {Stage::executing, Stage::awaiting, Stage::committing, Stage::rolling_back}) {
    Journal journal;
    journal.stage = stage;
    EXPECT_EQ(parse_journal(format_journal(journal)).value(), journal) << stage_name(stage);
  }
}

RC_GTEST_PROP(Journal, CarriesAnyBytesOfTheFiles, (const std::string& before, const std::string& after, const std::string& author)) {
  Journal journal;
  journal.running_before = before;
  journal.bytes = after;
  journal.author = author;
  RC_ASSERT(parse_journal(format_journal(journal)).value() == journal);
}

TEST(Journal, ATruncatedOneIsAnErrorWhereverItIsCut) {
  const auto whole = format_journal(sample());
  for (std::size_t size = 0; size + 2 < whole.size(); size += 7) EXPECT_FALSE(parse_journal(whole.substr(0, size))) << size;
}

TEST(Journal, AMissingMemberIsNamed) {
  const auto whole = format_journal(sample());
  for (const std::string name : {"stage", "boot_id", "plan", "kernel_before", "interfaces_after", "hooks_started"}) {
    auto damaged = whole;
    damaged.replace(damaged.find("\"" + name + "\""), name.size() + 2, "\"x\"");
    const auto journal = parse_journal(damaged);
    ASSERT_FALSE(journal) << name;
    EXPECT_NE(journal.error().what.find(name), std::string::npos) << journal.error().what;
  }
}

TEST(Journal, AnOtherVersionIsRefused) {
  auto text = format_journal(sample());
  text.replace(text.find("\"version\":1"), 11, "\"version\":2");
  EXPECT_FALSE(parse_journal(text));
}

TEST(Journal, BeginsWithWhatAPersonNeedsFirst) {
  EXPECT_EQ(format_journal(sample()).find(
                R"({"version":1,"stage":"awaiting","author":"root on pts/0","when":"2026-11-24T03:00:00+00:00","reason":"why")"),
            0U);
}

TEST(Ended, IsOnlyInformation) {
  testing::World world;
  EXPECT_FALSE(read_ended(world.files, world.paths));
  const Ended ended{"id", Ending::confirmed, "because", "now", 3};
  ASSERT_TRUE(write_ended(world.files, world.paths, ended));
  EXPECT_EQ(read_ended(world.files, world.paths), ended);
  world.disk.files[transaction_folder(world.paths) + "/ended.json"].bytes = "?";
  EXPECT_FALSE(read_ended(world.files, world.paths));
}

}  // namespace
}  // namespace drawbridge::transaction
