#include "transaction/pending.h"

#include <gtest/gtest.h>

#include "base/digest.h"
#include "doors/fake_clock.h"
#include "doors/fake_files.h"
#include "doors/fault_doors.h"

namespace drawbridge::transaction {
namespace {

class Pending : public testing::Test {
 protected:
  Pending() { disk.files[paths.interfaces] = {"running\n", 0644}; }
  Result<PendingState> write(const std::string& bytes, const std::string& expected = {}, const std::string& author = "root@pam") {
    return write_pending(files, clock, paths, bytes, expected, author);
  }
  PendingState state() { return read_pending(files, paths).value(); }
  bool nothing_but_running() { return disk.files.size() == 1 && disk.files.contains(paths.interfaces); }

  Paths paths = paths_below("/r");
  doors::FakeDisk disk;
  doors::FakeClock clock;
  doors::FakeFiles files{disk, clock};
};

TEST_F(Pending, StartsFromTheRunningFile) {
  EXPECT_EQ(state().effective(), "running\n");
  EXPECT_EQ(state().effective_digest(), sha256_hex("running\n"));
  EXPECT_FALSE(state().pending);
  EXPECT_FALSE(state().base_changed());
}

TEST_F(Pending, NoFileAtAllIsAnEmptyOne) {
  disk.files.clear();
  EXPECT_EQ(state().effective(), "");
  EXPECT_FALSE(state().running);
  ASSERT_TRUE(write("new\n", sha256_hex("")));
  EXPECT_EQ(state().effective(), "new\n");
}

TEST_F(Pending, RemembersWhoBeganAndOnTopOfWhat) {
  const auto written = write("edited\n", state().effective_digest(), "alice@pve");
  ASSERT_TRUE(written);
  EXPECT_EQ(written->pending, "edited\n");
  ASSERT_TRUE(written->origin);
  EXPECT_EQ(written->origin->base_digest, sha256_hex("running\n"));
  EXPECT_EQ(written->origin->author, "alice@pve");
  EXPECT_EQ(written->origin->when.substr(0, 5), "2026-");
  EXPECT_EQ(disk.files[paths.interfaces].bytes, "running\n");
}

TEST_F(Pending, OfTwoConcurrentEditsTheSecondGetsTheConflictAndNothingIsLost) {
  const auto read_by_both = state().effective_digest();
  ASSERT_TRUE(write("by alice\n", read_by_both, "alice@pve"));
  const auto second = write("by bob\n", read_by_both, "bob@pve");
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Errc::conflict);
  EXPECT_NE(second.error().what.find("alice@pve"), std::string::npos) << second.error().what;
  EXPECT_FALSE(second.error().hint.empty());
  EXPECT_EQ(state().pending, "by alice\n");
  EXPECT_TRUE(write("by alice\nby bob\n", state().effective_digest(), "bob@pve"));
}

TEST_F(Pending, AHandEditOfTheRunningFileIsAConflictToo) {
  const auto seen = state().effective_digest();
  disk.files[paths.interfaces].bytes = "by hand\n";
  EXPECT_EQ(write("mine\n", seen).error().code, Errc::conflict);
  EXPECT_FALSE(state().pending);
}

TEST_F(Pending, AHandEditWhileAnEditIsPendingIsNoticed) {
  ASSERT_TRUE(write("mine\n"));
  EXPECT_FALSE(state().base_changed());
  disk.files[paths.interfaces].bytes = "by hand\n";
  EXPECT_TRUE(state().base_changed());
  ASSERT_TRUE(write("mine, more\n")) << "goes on, and the base stays the one it was begun on";
  EXPECT_TRUE(state().base_changed());
}

TEST_F(Pending, EditedBackToTheRunningBytesNothingIsPending) {
  ASSERT_TRUE(write("mine\n"));
  ASSERT_TRUE(write("running\n"));
  EXPECT_TRUE(nothing_but_running());
}

TEST_F(Pending, ALockHeldElsewhereNamesItsHolder) {
  doors::FakeFiles other(disk, clock, "process 7 (nano)");
  const auto lock = other.lock(paths.edit_lock, std::chrono::seconds(0));
  const auto refused = write("mine\n");
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().what.find("process 7 (nano)"), std::string::npos);
  EXPECT_FALSE(revert_pending(files, paths));
  EXPECT_TRUE(nothing_but_running());
}

TEST_F(Pending, RevertDropsItAndSaysWhetherThereWasOne) {
  EXPECT_FALSE(revert_pending(files, paths).value());
  ASSERT_TRUE(write("mine\n"));
  EXPECT_TRUE(revert_pending(files, paths).value());
  EXPECT_TRUE(nothing_but_running());
}

TEST_F(Pending, WhatSomebodyElseHasChangedSinceIsNotDropped) {
  const auto mine = write("mine\n");
  ASSERT_TRUE(mine);
  const std::string seen = mine->effective_digest();
  ASSERT_TRUE(write("theirs\n", {}, "alice@pve"));
  const auto refused = revert_pending(files, paths, seen);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::conflict);
  EXPECT_NE(refused.error().what.find("by alice@pve"), std::string::npos);
  EXPECT_EQ(read_pending(files, paths)->pending, "theirs\n");
  EXPECT_TRUE(revert_pending(files, paths, read_pending(files, paths)->effective_digest()).value());
}

TEST_F(Pending, AFullDiskLeavesEverythingAsItWas) {
  for (std::size_t at = 0; at < 2; ++at) {
    doors::Faults faults;
    faults.fail_write_at = at;
    doors::FaultyFiles full(files, faults);
    const auto refused = write_pending(full, clock, paths, "mine\n", "", "root@pam");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().os_errno, ENOSPC);
    EXPECT_TRUE(nothing_but_running()) << at;
  }
}

TEST_F(Pending, AForeignPendingFileHasNoOrigin) {
  disk.files[paths.pending] = {"by another program\n", 0644};
  EXPECT_FALSE(state().origin);
  EXPECT_FALSE(state().base_changed()) << "nobody knows";
  disk.files[paths.state + "/pending.json"] = {"not JSON", 0644};
  EXPECT_FALSE(state().origin);
}

TEST_F(Pending, KeepsAsideWithoutOverwriting) {
  const PendingOrigin origin{sha256_hex("running\n"), "root@pam", "2026-11-24T00:00:00+00:00"};
  EXPECT_EQ(keep_aside(files, paths, "first\n", origin).value(), paths.pending);
  EXPECT_EQ(keep_aside(files, paths, "second\n", origin).value(), paths.pending + ".1");
  EXPECT_EQ(keep_aside(files, paths, "third\n", origin).value(), paths.pending + ".2");
  EXPECT_EQ(keep_aside(files, paths, "second\n", origin).value(), paths.pending + ".1") << "kept already";
  EXPECT_EQ(disk.files[paths.pending].bytes, "first\n");
}

TEST_F(Pending, SettlesAfterItWasApplied) {
  ASSERT_TRUE(write("applied\n"));
  disk.files[paths.interfaces].bytes = "applied\n";
  ASSERT_TRUE(settle_pending(files, paths, "applied\n", true));
  EXPECT_TRUE(nothing_but_running());
}

TEST_F(Pending, AnEditMadeWhileItWasAppliedStandsOnTopOfIt) {
  ASSERT_TRUE(write("applied\n"));
  ASSERT_TRUE(write("applied\nand more\n"));
  disk.files[paths.interfaces].bytes = "applied\n";
  ASSERT_TRUE(settle_pending(files, paths, "applied\n", true));
  EXPECT_EQ(state().pending, "applied\nand more\n");
  EXPECT_FALSE(state().base_changed());
}

}  // namespace
}  // namespace drawbridge::transaction
