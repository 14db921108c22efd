#include "transaction/transaction.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "transaction/fake_world.h"

namespace drawbridge::transaction {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Transaction : public ::testing::Test {
 protected:
  Transaction() { request = world.request(); }
  Outcome applied() {
    auto outcome = world.apply_now(request);
    EXPECT_TRUE(outcome) << (outcome ? "" : outcome.error().what);
    return outcome.value_or(Outcome{});
  }
  Error refused() {
    const auto outcome = world.apply_now(request);
    EXPECT_FALSE(outcome);
    return outcome ? Error{} : outcome.error();
  }
  std::string running() { return world.file(world.paths.interfaces); }
  std::string pending() { return world.file(world.paths.pending); }

  testing::World world;
  Request request;
};

// ---- the good end

TEST_F(Transaction, AppliesVerifiesAndCommits) {
  const auto outcome = applied();
  EXPECT_EQ(outcome.ending, Ending::confirmed);
  EXPECT_FALSE(outcome.plan.empty());
  EXPECT_EQ(outcome.generation, 2U) << "1 is what was there before the first change";
  EXPECT_GE(outcome.facts_verified, 8U);
  EXPECT_TRUE(outcome.warnings.empty());
  EXPECT_EQ(running(), testing::kNewFile);
  EXPECT_EQ(pending(), "(none)");
  EXPECT_EQ(world.file(world.paths.state + "/pending.json"), "(none)");
  EXPECT_FALSE(world.journal_there());
  EXPECT_TRUE(world.kernel.state().links.contains("vmbr0"));
  EXPECT_TRUE(world.disk.lock_holders.empty());
}

TEST_F(Transaction, ASecondApplyFindsNothingToDo) {
  applied();
  const auto hooks = world.hooks.ran.size();
  const auto changes = world.disk.changes;
  const auto operations = world.kernel.count();
  request.from_pending = false;
  request.previous = request.desired;
  const auto outcome = applied();
  EXPECT_EQ(outcome.ending, Ending::nothing_to_do);
  EXPECT_EQ(outcome.generation, 2U);
  EXPECT_EQ(world.hooks.ran.size(), hooks);
  EXPECT_EQ(world.disk.changes, changes) << "not one write";
  EXPECT_EQ(world.kernel.count(), operations);
}

TEST_F(Transaction, AChangeOfCommentsOnlyChangesTheFilesOnly) {
  request.desired = testing::old_desired();
  const auto operations = world.kernel.count();
  const auto outcome = applied();
  EXPECT_EQ(outcome.ending, Ending::confirmed);
  EXPECT_TRUE(outcome.plan.empty());
  EXPECT_EQ(running(), testing::kNewFile);
  EXPECT_EQ(pending(), "(none)");
  EXPECT_EQ(world.kernel.count(), operations);
}

TEST_F(Transaction, TakingOverARunningMachineNotesItAndChangesNothing) {
  std::ignore = revert_pending(world.files, world.paths);
  request.bytes = testing::kOldFile;
  request.from_pending = false;
  request.desired = testing::old_desired();
  request.previous = {};
  const auto outcome = applied();
  EXPECT_EQ(outcome.ending, Ending::nothing_to_do);
  EXPECT_EQ(outcome.generation, 1U);
  EXPECT_EQ(read_generation(world.files, world.paths, 1).value(), testing::kOldFile);
}

TEST_F(Transaction, APartialRequestTouchesNoFile) {
  const auto before = world.file_state();
  request.partial = true;
  const auto outcome = applied();
  EXPECT_EQ(outcome.ending, Ending::confirmed);
  EXPECT_EQ(world.file_state(), before);
  EXPECT_TRUE(world.kernel.state().links.contains("vmbr0"));
}

TEST_F(Transaction, InterfacesKeepsItsContentUntilTheCommit) {
  request.confirm_within = 60s;
  world.files.while_waiting = [&] {
    EXPECT_EQ(running(), testing::kOldFile);
    EXPECT_TRUE(world.kernel.state().links.contains("vmbr0"));
    EXPECT_TRUE(history(world.files, world.paths).value().empty());
    EXPECT_TRUE(confirm(world.doors(), world.paths, {}));
  };
  EXPECT_EQ(applied().ending, Ending::confirmed);
  EXPECT_EQ(running(), testing::kNewFile);
}

// ---- what must be as it was

TEST_F(Transaction, RefusesAPendingFileThatWasEditedMeanwhile) {
  world.disk.files[world.paths.pending].bytes = "somebody else's\n";
  EXPECT_EQ(refused().code, Errc::conflict);
  EXPECT_EQ(pending(), "somebody else's\n");
  EXPECT_FALSE(world.kernel.state().links.contains("vmbr0"));
}

TEST_F(Transaction, RefusesToUndoAHandEditOfTheRunningFileUnlessTold) {
  world.disk.files[world.paths.interfaces].bytes = "by hand\n";
  EXPECT_THAT(refused().what, HasSubstr("edited by hand"));
  EXPECT_EQ(running(), "by hand\n");
  request.ignore_changed_base = true;
  EXPECT_EQ(applied().ending, Ending::confirmed);
  EXPECT_EQ(running(), testing::kNewFile);
}

TEST_F(Transaction, AHandEditDuringTheWaitIsKeptAside) {
  request.confirm_within = 60s;
  world.files.while_waiting = [&] {
    world.disk.files[world.paths.interfaces].bytes = "by hand\n";
    EXPECT_TRUE(confirm(world.doors(), world.paths, {}));
  };
  EXPECT_EQ(applied().ending, Ending::confirmed);
  EXPECT_EQ(running(), testing::kNewFile);
  EXPECT_EQ(world.file(world.paths.pending + ".1"), "by hand\n");
}

TEST_F(Transaction, AnEditOfThePendingFileDuringTheWaitStaysPending) {
  request.confirm_within = 60s;
  world.files.while_waiting = [&] {
    EXPECT_TRUE(write_pending(world.files, world.clock, world.paths, "next change\n", "", "bob"));
    EXPECT_TRUE(confirm(world.doors(), world.paths, {}));
  };
  EXPECT_EQ(applied().ending, Ending::confirmed);
  EXPECT_EQ(running(), testing::kNewFile);
  EXPECT_EQ(pending(), "next change\n");
  EXPECT_FALSE(read_pending(world.files, world.paths).value().base_changed());
}

TEST_F(Transaction, AFailedHandEditMakesWayForTheLastGenerationAndIsKept) {
  applied();
  world.disk.files[world.paths.interfaces].bytes = "a bad edit\n";
  request.bytes = "a bad edit\n";
  request.from_pending = false;
  request.desired = testing::old_desired();
  request.previous = testing::new_desired();
  request.confirm_within = 5s;
  const auto outcome = applied();
  EXPECT_EQ(outcome.ending, Ending::rolled_back);
  EXPECT_EQ(running(), testing::kNewFile);
  EXPECT_EQ(pending(), "a bad edit\n");
  EXPECT_FALSE(read_pending(world.files, world.paths).value().base_changed());
}

TEST_F(Transaction, AFailedHandEditDoesNotOverwriteAPendingFile) {
  applied();
  ASSERT_TRUE(write_pending(world.files, world.clock, world.paths, "pending\n", "", "bob"));
  world.disk.files[world.paths.interfaces].bytes = "a bad edit\n";
  request.bytes = "a bad edit\n";
  request.from_pending = false;
  request.desired = testing::old_desired();
  request.previous = testing::new_desired();
  world.probe.on_answers = [&](const IpAddress&, const std::string&) { return world.kernel.state().links.contains("vmbr0"); };
  const auto outcome = applied();
  EXPECT_EQ(outcome.ending, Ending::rolled_back);
  EXPECT_EQ(pending(), "pending\n");
  EXPECT_EQ(world.file(world.paths.pending + ".1"), "a bad edit\n");
  ASSERT_EQ(outcome.warnings.size(), 1U);
  EXPECT_THAT(outcome.warnings[0].message, AllOf(HasSubstr("generation 2"), HasSubstr("interfaces.new.1")));
}

// ---- the way back

TEST_F(Transaction, AHookThatFailsIsAWarningNoRollback) {
  world.hooks.outcomes["up of vmbr0"] = {7, false, "some text\nip: no such device\n"};
  world.hooks.outcomes["post-up of vmbr0"] = {143, true, ""};
  const auto outcome = applied();
  EXPECT_EQ(outcome.ending, Ending::confirmed);
  ASSERT_EQ(outcome.warnings.size(), 2U);
  EXPECT_THAT(outcome.warnings[0].message, AllOf(HasSubstr("vmbr0"), HasSubstr("status 7"), HasSubstr("no such device")));
  EXPECT_EQ(outcome.warnings[0].where.line, 9U);
  EXPECT_THAT(outcome.warnings[1].message, HasSubstr("60 s"));
}

TEST_F(Transaction, TheWayBackRunsTheOppositeOfHooksThatWereStarted) {
  request.confirm_within = 1s;
  EXPECT_EQ(applied().ending, Ending::rolled_back);
  EXPECT_THAT(world.hooks.ran, Contains("up vmbr0: up of vmbr0"));
  EXPECT_THAT(world.hooks.ran, Contains("down vmbr0: down of vmbr0"));
  EXPECT_THAT(world.hooks.ran, Contains("post-down vmbr0: post-down of vmbr0"));
}

TEST_F(Transaction, TheWayBackRunsNoHookOfALinkThatNeverStartedOne) {
  world.faults.refuse_operation_at = 0;
  request.desired.links["vmbr0"].hooks.erase(request.desired.links["vmbr0"].hooks.begin());  // pre-up
  EXPECT_EQ(applied().ending, Ending::rolled_back);
  EXPECT_THAT(world.hooks.ran, ElementsAre());
}

TEST_F(Transaction, AGatewayThatAnsweredBeforeMustAnswerAfter) {
  const auto before = world.kernel_state();
  world.probe.on_answers = [&](const IpAddress&, const std::string& link) { return link == "enp5s0"; };
  const auto outcome = applied();
  EXPECT_EQ(outcome.ending, Ending::rolled_back);
  EXPECT_THAT(outcome.reason, HasSubstr("100.64.0.1"));
  EXPECT_EQ(world.kernel_state(), before);
}

TEST_F(Transaction, AGatewayThatNeverAnsweredIsNotMissed) {
  world.probe.on_answers = [](const IpAddress&, const std::string&) { return false; };
  EXPECT_EQ(applied().ending, Ending::confirmed);
}

TEST_F(Transaction, AGatewayThatTheFilesDropIsMissedUnlessAnotherAnswers) {
  request.gateways.clear();
  request.desired.routes.clear();
  const auto outcome = applied();
  EXPECT_EQ(outcome.ending, Ending::rolled_back);
  EXPECT_THAT(outcome.reason, HasSubstr("no default gateway answers any more"));
  request.gateways = {{parse_ip("100.64.3.254").value(), "vmbr0"}};
  world.probe.on_answers = [&](const IpAddress& address, const std::string&) {
    return (address == parse_ip("100.64.3.254").value()) == world.kernel.state().links.contains("vmbr0");
  };
  EXPECT_EQ(applied().ending, Ending::confirmed) << "a gateway that moved";
}

TEST_F(Transaction, TheAskingSessionMustSurvive) {
  request.session = doors::Session{parse_ip("198.51.100.7").value(), 50000, parse_ip("100.64.0.102").value(), 22};
  world.probe.on_session_alive = [&] { return !world.kernel.state().links.contains("vmbr0"); };
  const auto outcome = applied();
  EXPECT_EQ(outcome.ending, Ending::rolled_back);
  EXPECT_THAT(outcome.reason, HasSubstr("198.51.100.7"));
  world.probe.on_session_alive = [] { return false; };
  EXPECT_EQ(applied().ending, Ending::confirmed) << "it was dead before already";
}

TEST_F(Transaction, AKernelThatDoesNotHoldWhatWasAskedForIsTheWayBack) {
  // Somebody else takes the port out of the bridge each time before we look.
  world.kernel.call_before(world.kernel.count() + 100, [] {});
  world.faults.refuse_operation_at = doors::Faults::kNever;
  class Meddler final : public doors::Kernel {
   public:
    explicit Meddler(doors::FakeKernel& inner) : inner_(inner) {}
    Result<network::Snapshot> snapshot() override {
      auto snapshot = inner_.snapshot();
      if (snapshot->links.contains("vmbr0")) snapshot->links.at("enp5s0").master.clear();
      return snapshot;
    }
    doors::Execution execute(std::span<const network::Operation> operations) override { return inner_.execute(operations); }

   private:
    doors::FakeKernel& inner_;
  };
  Meddler meddler(world.kernel);
  const auto before = world.kernel_state();
  const auto outcome = apply({meddler, world.files, world.clock, world.hooks, world.probe}, world.paths, request, world.note());
  ASSERT_TRUE(outcome) << outcome.error().what;
  EXPECT_EQ(outcome->ending, Ending::rolled_back);
  EXPECT_THAT(outcome->reason, AllOf(HasSubstr("does not hold"), HasSubstr("enp5s0")));
  EXPECT_EQ(world.kernel_state(), before);
}

// ---- confirmation

TEST_F(Transaction, ProbesMayConfirmInsteadOfAPerson) {
  request.confirm_within = 60s;
  request.probe_confirms = true;
  const auto outcome = applied();
  EXPECT_EQ(outcome.ending, Ending::confirmed);
  EXPECT_THAT(outcome.reason, HasSubstr("still answers"));
}

TEST_F(Transaction, ProbesWithNothingToProveConfirmNothing) {
  request.confirm_within = 5s;
  request.probe_confirms = true;
  world.probe.on_answers = [](const IpAddress&, const std::string&) { return false; };
  EXPECT_EQ(applied().ending, Ending::rolled_back);
}

TEST_F(Transaction, ProbesThatPassLaterConfirmLater) {
  request.confirm_within = 60s;
  request.probe_confirms = true;
  int waits = 0;
  world.files.while_waiting = [&] { ++waits; };
  world.probe.on_answers = [&](const IpAddress&, const std::string&) {
    return !world.kernel.state().links.contains("vmbr0") || waits >= 3;
  };
  EXPECT_EQ(applied().ending, Ending::confirmed);
  EXPECT_EQ(waits, 3);
}

TEST_F(Transaction, ConfirmAfterTheDeadlineIsTooLate) {
  request.confirm_within = 10s;
  world.faults.cut_at = doors::Faults::kNever;
  const auto before = world.kernel_state();
  world.files.while_waiting = [&] {
    world.clock.advance(11s);
    const auto late = confirm(world.doors(), world.paths, {});
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().code, Errc::timed_out);
    EXPECT_EQ(world.kernel_state(), before);
    EXPECT_FALSE(world.journal_there());
  };
  EXPECT_EQ(applied().ending, Ending::rolled_back);
  EXPECT_EQ(pending(), testing::kNewFile) << "the edit is not lost";
}

TEST_F(Transaction, ConfirmWithNothingOpenFindsNothing) {
  EXPECT_EQ(confirm(world.doors(), world.paths, {}).error().code, Errc::not_found);
  EXPECT_EQ(roll_back(world.doors(), world.paths, "no", {}).error().code, Errc::not_found);
  EXPECT_EQ(recover(world.doors(), world.paths, {})->ending, Ending::nothing_to_do);
}

TEST_F(Transaction, OneAtATime) {
  request.confirm_within = 60s;
  world.files.while_waiting = [&] {
    auto other = world.request();
    other.author = "bob on pts/1";
    const auto second = apply(world.doors(), world.paths, other, {});
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, Errc::conflict);
    EXPECT_THAT(second.error().what, AllOf(HasSubstr("root on pts/0"), HasSubstr("60 s")));
    EXPECT_TRUE(roll_back(world.doors(), world.paths, "the person changed his mind", {}));
  };
  const auto outcome = applied();
  EXPECT_EQ(outcome.ending, Ending::rolled_back);
  EXPECT_EQ(outcome.reason, "the person changed his mind");
}

TEST_F(Transaction, AHeldLockNamesItsHolder) {
  doors::FakeFiles other(world.disk, world.clock, "process 7 (drawbridge network apply)");
  const auto lock = other.lock(world.paths.run + "/network.lock", 0s);
  EXPECT_THAT(refused().what, HasSubstr("process 7 (drawbridge network apply)"));
}

TEST_F(Transaction, StatusTellsWhatIsOpen) {
  EXPECT_FALSE(status(world.doors(), world.paths)->stage);
  request.confirm_within = 60s;
  world.files.while_waiting = [&] {
    const auto open = status(world.doors(), world.paths);
    ASSERT_TRUE(open);
    EXPECT_EQ(open->stage, Stage::awaiting);
    EXPECT_EQ(open->remaining, 60s);
    EXPECT_EQ(open->author, "root on pts/0");
    EXPECT_TRUE(open->holder_alive);
    EXPECT_FALSE(open->plan.empty());
    world.disk.lock_holders.clear();
    EXPECT_FALSE(status(world.doors(), world.paths)->holder_alive);
    world.clock.reboot();
    EXPECT_LT(status(world.doors(), world.paths)->remaining, 0s);
    world.files.while_waiting = nullptr;
  };
  applied();
}

TEST_F(Transaction, OnlyTheChangeThatIsMeantIsConfirmed) {
  request.confirm_within = 60s;
  request.task = "UPID:alpha:1";
  world.files.while_waiting = [&] {
    const auto open = status(world.doors(), world.paths);
    EXPECT_EQ(open->task, "UPID:alpha:1");
    ASSERT_FALSE(open->id.empty());
    const auto other = confirm(world.doors(), world.paths, {}, open->id + "0");
    ASSERT_FALSE(other);
    EXPECT_EQ(other.error().code, Errc::conflict);
    EXPECT_THAT(other.error().what, HasSubstr("by root on pts/0"));
    EXPECT_TRUE(world.journal_there());
    EXPECT_TRUE(confirm(world.doors(), world.paths, {}, open->id));
    world.files.while_waiting = nullptr;
  };
  applied();
}

TEST_F(Transaction, RecoverLeavesAChangeThatMayStillBeConfirmed) {
  request.confirm_within = 60s;
  world.files.while_waiting = [&] {
    EXPECT_EQ(recover(world.doors(), world.paths, {})->ending, Ending::nothing_to_do);
    EXPECT_TRUE(world.journal_there());
    EXPECT_TRUE(confirm(world.doors(), world.paths, {}));
  };
  EXPECT_EQ(applied().ending, Ending::confirmed);
}

TEST_F(Transaction, AnotherGuardKeepsTheDeadlineWhenTheFirstIsKilled) {
  request.confirm_within = 60s;
  world.files.while_waiting = [] { throw doors::PowerLoss{}; };
  EXPECT_THROW(applied(), doors::PowerLoss);
  world.files.while_waiting = nullptr;
  const auto begin = world.clock.boot_time();
  const auto outcome = recover_and_wait(world.repaired(), world.paths, {});
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->ending, Ending::rolled_back);
  EXPECT_EQ(world.clock.boot_time() - begin, 60s);
  EXPECT_FALSE(world.journal_there());
}

TEST_F(Transaction, AnApplyFinishesWhatACrashLeft) {
  request.confirm_within = 60s;
  world.files.while_waiting = [] { throw doors::PowerLoss{}; };
  EXPECT_THROW(applied(), doors::PowerLoss);
  world.files.while_waiting = nullptr;
  std::ignore = world.repaired();
  world.clock.advance(61s);
  request.confirm_within.reset();
  const auto outcome = applied();
  EXPECT_EQ(outcome.ending, Ending::confirmed);
  ASSERT_EQ(outcome.warnings.size(), 1U);
  EXPECT_THAT(outcome.warnings[0].message, HasSubstr("rolled back first"));
}

TEST_F(Transaction, ADamagedJournalStopsEverythingWithAHint) {
  world.disk.files[journal_path(world.paths)] = {"{\"version\":1,", 0600};
  const auto error = refused();
  EXPECT_EQ(error.code, Errc::unavailable);
  EXPECT_FALSE(error.hint.empty());
  EXPECT_FALSE(recover(world.doors(), world.paths, {}));
  EXPECT_TRUE(world.journal_there());
}

TEST_F(Transaction, ANicThatIsPulledOutDoesNotKeepTheTransactionOpen) {
  request.confirm_within = 10s;
  world.files.while_waiting = [&] {
    world.kernel.state().links.erase("enp5s0");
    std::erase_if(world.kernel.state().addresses, [](const auto& address) { return address.link == "enp5s0"; });
    std::erase_if(world.kernel.state().bridge_vlans, [](const auto& vlan) { return vlan.link == "enp5s0"; });
  };
  const auto outcome = applied();
  EXPECT_EQ(outcome.ending, Ending::rolled_back);
  EXPECT_FALSE(world.journal_there());
  ASSERT_FALSE(outcome.warnings.empty());
  EXPECT_EQ(outcome.warnings.back().code, "link-vanished");
}

TEST_F(Transaction, AWayBackThatTheKernelRefusesStaysOpenAndIsTriedAgain) {
  class Stubborn final : public doors::Kernel {
   public:
    explicit Stubborn(doors::FakeKernel& inner) : inner_(inner) {}
    Result<network::Snapshot> snapshot() override { return inner_.snapshot(); }
    doors::Execution execute(std::span<const network::Operation> operations) override {
      for (std::size_t i = 0; i < operations.size(); ++i) {
        if (std::holds_alternative<network::DeleteLink>(operations[i])) return {i + 1, i, fail_errno(EBUSY, "in use").error()};
        auto one = inner_.execute(operations.subspan(i, 1));
        if (one.error) return {i + 1, i, one.error};
      }
      return {operations.size(), {}, {}};
    }

   private:
    doors::FakeKernel& inner_;
  };
  Stubborn stubborn(world.kernel);
  request.confirm_within = 1s;
  const auto before = world.kernel_state();
  const auto outcome = apply({stubborn, world.files, world.clock, world.hooks, world.probe}, world.paths, request, {});
  ASSERT_FALSE(outcome);
  EXPECT_THAT(outcome.error().what, AllOf(HasSubstr("vmbr0 should not be there"), HasSubstr("in use")));
  EXPECT_TRUE(world.journal_there());
  EXPECT_EQ(status(world.doors(), world.paths)->stage, Stage::rolling_back);
  EXPECT_EQ(recover(world.doors(), world.paths, {})->ending, Ending::rolled_back);
  EXPECT_EQ(world.kernel_state(), before);
  EXPECT_FALSE(world.journal_there());
}

// ---- history

TEST_F(Transaction, HistoryHoldsWhatWasApplied) {
  applied();
  const auto all = history(world.files, world.paths).value();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].summary, "what was there before the first change");
  EXPECT_EQ(all[1].author, "root on pts/0");
  EXPECT_THAT(all[1].summary, AllOf(HasSubstr("operations on "), HasSubstr("vmbr0")));
  EXPECT_EQ(all[1].digest, sha256_hex(testing::kNewFile));
  EXPECT_EQ(read_generation(world.files, world.paths, 1).value(), testing::kOldFile);
  EXPECT_EQ(read_generation(world.files, world.paths, 2).value(), testing::kNewFile);
  EXPECT_EQ(read_generation(world.files, world.paths, 3).error().code, Errc::not_found);
}

TEST_F(Transaction, ADamagedGenerationIsNotGiven) {
  applied();
  world.disk.files[world.paths.state + "/generations/1/interfaces"].bytes = "tampered\n";
  EXPECT_EQ(read_generation(world.files, world.paths, 1).error().code, Errc::unavailable);
}

TEST_F(Transaction, OldGenerationsArePruned) {
  for (int i = 0; i < 60; ++i) {
    const auto bytes = "# edit " + std::to_string(i) + "\n";
    ASSERT_TRUE(write_pending(world.files, world.clock, world.paths, bytes, "", "root"));
    request.bytes = bytes;
    request.desired = testing::old_desired();
    EXPECT_EQ(applied().ending, Ending::confirmed);
  }
  const auto all = history(world.files, world.paths).value();
  EXPECT_EQ(all.size(), kMostGenerations);
  EXPECT_EQ(all.back().number, 61U);
  EXPECT_EQ(read_generation(world.files, world.paths, 61).value(), "# edit 59\n");
  EXPECT_EQ(world.files.list(world.paths.state + "/generations")->size(), kMostGenerations);
}

}  // namespace
}  // namespace drawbridge::transaction
