#include "transaction/file_trial.h"

#include <gtest/gtest.h>

#include "base/digest.h"
#include "doors/fake_clock.h"
#include "doors/fake_files.h"
#include "doors/fault_doors.h"

namespace drawbridge::transaction {
namespace {

using namespace std::chrono_literals;

constexpr const char* kFolder = "/state";
constexpr const char* kCluster = "/etc/cluster.fw";
constexpr const char* kHost = "/etc/host.fw";

/// One file is changed, one is made.
struct Trial : testing::Test {
  Trial() { disk.files[kCluster] = {"old", 0640}; }

  TrialDoors doors(doors::Files& through) { return {through, clock, kFolder, "/etc/lock", {}}; }
  TrialDoors doors() { return doors(files); }
  FileTrial make(TrialKind kind = TrialKind::command) {
    return make_trial(clock, kind, "anna", 60s, {{kCluster, "old", sha256_hex("new")}, {kHost, std::nullopt, sha256_hex("host")}});
  }
  FileTrial begin(TrialKind kind = TrialKind::command) {
    const auto trial = make(kind);
    EXPECT_TRUE(begin_trial(doors(), trial));
    disk.files[kCluster] = {"new", 0640};
    disk.files[kHost] = {"host", 0640};
    return trial;
  }
  std::string cluster() { return files.read(kCluster).value_or("(none)"); }
  std::string host() { return files.read(kHost).value_or("(none)"); }
  bool is_open() { return files.read("/state/trial.json").has_value(); }
  bool is_old() { return cluster() == "old" && host() == "(none)"; }
  bool is_new() { return cluster() == "new" && host() == "host"; }

  doors::FakeDisk disk;
  doors::FakeClock clock;
  doors::FakeFiles files{disk, clock};
};

TEST_F(Trial, TheMarkIsReadAsItWasWritten) {
  auto trial = make();
  trial.files[0].before = "\xff\xfe not UTF-8";
  ASSERT_TRUE(begin_trial(doors(), trial));
  EXPECT_EQ(*read_trial(files, kFolder), trial);
}

/// A file that goes while it is read, as a real folder tells it (store/directory_files.h).
class VanishingFiles final : public doors::Files {
 public:
  explicit VanishingFiles(doors::Files& there) : there_(there) {}
  Result<std::string> read(const std::string& path) override {
    if (reads_++ == 0) return fail(Errc::conflict, path + " kept changing while it was read");
    return there_.read(path);
  }
  Result<void> write(const std::string& path, std::string_view bytes, unsigned mode) override { return there_.write(path, bytes, mode); }
  Result<void> remove(const std::string& path) override { return there_.remove(path); }
  Result<std::vector<std::string>> list(const std::string& folder) override { return there_.list(folder); }
  bool is_executable(const std::string& path) override { return there_.is_executable(path); }
  std::vector<std::string> glob(const std::string& pattern) override { return there_.glob(pattern); }
  Result<std::unique_ptr<doors::FileLock>> lock(const std::string& path, std::chrono::milliseconds patience) override {
    return there_.lock(path, patience);
  }
  Result<bool> wait_for_change(const std::string& folder, std::chrono::nanoseconds deadline) override {
    return there_.wait_for_change(folder, deadline);
  }

 private:
  doors::Files& there_;
  int reads_ = 0;
};

TEST_F(Trial, AMarkThatGoesWhileItIsReadIsGone) {
  VanishingFiles vanishing(files);
  const auto trial = read_trial(vanishing, kFolder);
  ASSERT_TRUE(trial) << trial.error().what;
  EXPECT_FALSE(*trial);
}

TEST_F(Trial, ThereIsOneAtATime) {
  begin();
  const auto second = begin_trial(doors(), make());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Errc::conflict);
}

TEST_F(Trial, WhatIsConfirmedStays) {
  const auto trial = begin();
  EXPECT_EQ(confirm_trial(doors())->ending, Ending::confirmed);
  EXPECT_TRUE(is_new());
  EXPECT_FALSE(is_open());
  EXPECT_EQ(await_trial(doors(), trial, {})->ending, Ending::confirmed);
  EXPECT_EQ(confirm_trial(doors()).error().code, Errc::not_found);
}

TEST_F(Trial, OnlyTheOneThatIsMeantIsConfirmed) {
  const auto trial = begin();
  EXPECT_EQ(confirm_trial(doors(), trial.id + "0").error().code, Errc::conflict);
  EXPECT_TRUE(is_open());
  EXPECT_EQ(confirm_trial(doors(), trial.id)->ending, Ending::confirmed);
  EXPECT_EQ(confirm_trial(doors(), trial.id).error().code, Errc::not_found);
}

TEST_F(Trial, WhatNobodyConfirmsGoesBack) {
  const auto trial = begin();
  EXPECT_EQ(recover_trial(doors())->ending, Ending::nothing_to_do);
  EXPECT_TRUE(is_new());
  const auto end = await_trial(doors(), trial, {});
  ASSERT_TRUE(end);
  EXPECT_EQ(end->ending, Ending::rolled_back);
  EXPECT_TRUE(is_old());
  EXPECT_FALSE(is_open());
}

TEST_F(Trial, ItCanBeConfirmedAndUndoneFromElsewhere) {
  auto trial = begin();
  files.while_waiting = [&] { std::ignore = confirm_trial(doors()); };
  EXPECT_EQ(await_trial(doors(), trial, {})->ending, Ending::confirmed);
  EXPECT_TRUE(is_new());
  disk.files = {{kCluster, {"old", 0640}}};
  trial = begin();
  files.while_waiting = [&] { std::ignore = undo_trial(doors(), "by hand"); };
  EXPECT_EQ(await_trial(doors(), trial, {})->reason, "by hand");
  EXPECT_TRUE(is_old());
}

TEST_F(Trial, ARestartOfTheMachineIsNoConfirmation) {
  begin();
  clock.reboot();
  EXPECT_EQ(recover_trial(doors())->ending, Ending::rolled_back);
  EXPECT_TRUE(is_old());
}

TEST_F(Trial, ItIsTooLateWhenItIsTooLate) {
  begin();
  clock.advance(61s);
  EXPECT_EQ(confirm_trial(doors()).error().code, Errc::timed_out);
  EXPECT_TRUE(is_old());
}

TEST_F(Trial, ALaterEditIsNotOverwritten) {
  begin();
  disk.files[kCluster] = {"somebody's", 0640};
  clock.advance(61s);
  const auto end = recover_trial(doors());
  ASSERT_TRUE(end);
  EXPECT_EQ(end->overtaken, std::vector<std::string>{kCluster});
  EXPECT_EQ(cluster(), "somebody's");
  EXPECT_EQ(host(), "(none)") << "what nobody else touched goes back";
  EXPECT_FALSE(is_open());
}

TEST_F(Trial, AFileThatWasToChangeTwiceGoesBackFromBetween) {
  auto trial = make();
  trial.files[0].between_digest = sha256_hex("both names");
  ASSERT_TRUE(begin_trial(doors(), trial));
  EXPECT_EQ(*read_trial(files, kFolder), trial);
  disk.files[kCluster] = {"both names", 0640};
  clock.reboot();
  const auto end = recover_trial(doors());
  ASSERT_TRUE(end);
  EXPECT_EQ(end->overtaken, std::vector<std::string>());
  EXPECT_TRUE(is_old());
}

TEST_F(Trial, FilesThatAreNotThereAreWaitedFor) {
  begin();
  clock.reboot();
  auto unmounted = doors();
  unmounted.is_missing = [] { return true; };
  disk.files.erase(kCluster);
  EXPECT_EQ(recover_trial(unmounted).error().code, Errc::unavailable);
  EXPECT_TRUE(is_open());
  EXPECT_EQ(cluster(), "(none)");
  disk.files[kCluster] = {"new", 0640};
  EXPECT_EQ(recover_trial(doors())->ending, Ending::rolled_back);
  EXPECT_TRUE(is_old());
}

TEST_F(Trial, WhatWasSavedByHandIsHeldBackAndStays) {
  const auto trial = begin(TrialKind::saved);
  clock.advance(61s);
  EXPECT_EQ(recover_trial(doors())->ending, Ending::rolled_back);
  EXPECT_TRUE(is_new());
  EXPECT_EQ(*read_held(files, kFolder), trial.files);
  EXPECT_EQ(confirm_trial(doors())->ending, Ending::confirmed);
  EXPECT_TRUE(read_held(files, kFolder)->empty());
}

TEST_F(Trial, WhatWasHeldBackAndHasChangedIsSoNoMore) {
  begin(TrialKind::saved);
  ASSERT_TRUE(undo_trial(doors(), "nobody"));
  EXPECT_FALSE(*release_overtaken(doors()));
  disk.files[kCluster] = {"better", 0640};
  auto unmounted = doors();
  unmounted.is_missing = [] { return true; };
  EXPECT_FALSE(*release_overtaken(unmounted)) << "nobody has changed what is not there";
  EXPECT_TRUE(*release_overtaken(doors()));
  ASSERT_EQ(read_held(files, kFolder)->size(), 1U);
  EXPECT_EQ(read_held(files, kFolder)->front().path, kHost);
  disk.files[kCluster] = {"new", 0640};
  EXPECT_EQ(read_held(files, kFolder)->size(), 1U) << "written again on purpose";
}

TEST_F(Trial, ADamagedMarkIsToldAndNothingIsTouched) {
  begin();
  for (const char* text : {"", "{", "[]", R"({"version":2})", R"({"version":1,"kind":"maybe"})"}) {
    disk.files["/state/trial.json"] = {text, 0600};
    clock.advance(100s);
    for (const auto& result : {recover_trial(doors()), confirm_trial(doors()), undo_trial(doors(), "by hand")}) {
      ASSERT_FALSE(result) << text;
      EXPECT_EQ(result.error().where.file, "/state/trial.json");
    }
    EXPECT_TRUE(is_new());
  }
}

/// What a command does: the mark, then the files.
void change(const TrialDoors& through, const FileTrial& trial) {
  if (!begin_trial(through, trial)) return;
  if (!through.files.write(kCluster, "new", 0640) || !through.files.write(kHost, "host", 0640)) return;
  std::ignore = await_trial(through, trial, {});
}

/// The power is cut at every moment, and at every moment of what is done about it: the files are as before.
TEST_F(Trial, WhoeverDiesWheneverTheFilesGoBack) {
  const FileTrial trial = make();
  const auto at_first = disk;
  for (std::size_t cut = 0;; ++cut) {
    bool was_cut = false;
    for (std::size_t again = 0;; ++again) {
      disk = at_first;
      clock = {};
      doors::Faults faults{.cut_at = cut};
      doors::FaultyFiles faulty(files, faults);
      try {
        change(doors(faulty), trial);
      } catch (const doors::PowerLoss&) {
        was_cut = true;
      }
      if (!was_cut) break;
      disk.lock_holders.clear();
      clock.reboot();
      doors::Faults more{.cut_at = again};
      doors::FaultyFiles faulty_again(files, more);
      bool was_cut_again = false;
      try {
        std::ignore = recover_trial(doors(faulty_again));
      } catch (const doors::PowerLoss&) {
        was_cut_again = true;
      }
      disk.lock_holders.clear();
      ASSERT_TRUE(recover_trial(doors()));
      ASSERT_TRUE(is_old()) << cut << "/" << again << ": " << cluster() << ", " << host();
      ASSERT_FALSE(is_open());
      if (!was_cut_again) break;
    }
    if (!was_cut) break;
    ASSERT_LT(cut, 100U);
  }
}

TEST_F(Trial, AFullDiskKeepsNoTrialOpen) {
  begin();
  clock.advance(61s);
  doors::Faults faults{.fail_write_at = 1};  // cluster.fw has gone back; the note about it can't be written
  doors::FaultyFiles faulty(files, faults);
  ASSERT_TRUE(recover_trial(doors(faulty)));
  EXPECT_TRUE(is_old());
  EXPECT_FALSE(is_open());
}

}  // namespace
}  // namespace drawbridge::transaction
