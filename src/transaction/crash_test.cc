// Every moment of every transaction at which a process can be killed, a machine restarted, a disk full, an operation refused:
// exactly the old state or exactly the new one comes of it, and no leftovers.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "transaction/fake_world.h"

namespace drawbridge::transaction {
namespace {

using testing::World;
using namespace std::chrono_literals;

/// One way that a transaction can go, when nothing goes wrong.
struct Scenario {
  std::string name;
  void (*prepare)(World& world, Request& request);
  const testing::Sample& (*sample)() = testing::small_sample;
};
void PrintTo(const Scenario& scenario, std::ostream* out) { *out << scenario.name; }

void change_by_hand(World& world, Request& request) {
  // Generation 1 is what was applied; then `interfaces` was edited by hand.
  world.disk.files.erase(world.paths.pending);
  world.disk.files.erase(world.paths.state + "/pending.json");
  const auto folder = world.paths.state + "/generations/1/";
  world.disk.files[folder + "interfaces"] = {testing::kOldFile, 0644};
  world.disk.files[folder + "meta.json"] = {R"({"number":1,"digest":")" + sha256_hex(testing::kOldFile) + "\"}", 0644};
  world.disk.files[world.paths.interfaces] = {testing::kNewFile, 0644};
  request.from_pending = false;
}

const std::vector<Scenario>& scenarios() {
  static const std::vector<Scenario> kAll{
      {"Confirmed", [](World&, Request&) {}},
      {"ProbeFails",
       [](World& world, Request&) {
         world.probe.on_answers = [&world](const IpAddress&, const std::string&) { return !world.kernel.state().links.contains("vmbr0"); };
       }},
      {"ConfirmedByAPerson",
       [](World& world, Request& request) {
         request.confirm_within = 60s;
         world.files.while_waiting = [&world] { std::ignore = confirm(world.doors(), world.paths, {}); };
       }},
      {"UndoneByAPerson",
       [](World& world, Request& request) {
         request.confirm_within = 60s;
         world.files.while_waiting = [&world] { std::ignore = roll_back(world.doors(), world.paths, "by hand", {}); };
       }},
      {"DeadlinePasses", [](World&, Request& request) { request.confirm_within = 3s; }},
      {"ConfirmedByHandEdit", change_by_hand},
      {"HandEditUndone",
       [](World& world, Request& request) {
         change_by_hand(world, request);
         request.confirm_within = 3s;
       }},
      {"LargeConfirmed", [](World&, Request&) {}, testing::large_sample},
      {"LargeDeadlinePasses", [](World&, Request& request) { request.confirm_within = 3s; }, testing::large_sample},
  };
  return kAll;
}

struct State {
  testing::FileState files;
  network::Snapshot kernel;
  bool operator==(const State&) const = default;
};
State state_of(const World& world) { return {world.file_state(), world.kernel_state()}; }

/// The states that a scenario may end in.
struct Ends {
  State start;  ///< the transaction never began; equal to old_state unless an edit by hand makes way when it fails
  State old_state;
  State new_state;
  std::size_t moments = 0;
  std::size_t writes = 0;
  std::size_t operations = 0;
};

std::string names_of(const testing::FileState& files) {
  std::string names;
  for (const auto& [path, bytes] : files) names += "\n  " + path + ": " + bytes.substr(0, 300);
  return names;
}

class Crash : public ::testing::TestWithParam<Scenario> {
 protected:
  static Request prepared(World& world) {
    auto request = world.request();
    GetParam().prepare(world, request);
    return request;
  }

  /// The states by runs without any fault: one that is confirmed, one that is undone.
  static Ends ends() {
    Ends ends;
    const auto settle = [&](bool confirmed) {
      World world(GetParam().sample());
      auto request = prepared(world);
      request.confirm_within = 60s;
      world.probe.on_answers = nullptr;
      world.files.while_waiting = [&] {
        if (confirmed) {
          std::ignore = confirm(world.doors(), world.paths, {});
        } else {
          std::ignore = roll_back(world.doors(), world.paths, "no", {});
        }
      };
      EXPECT_TRUE(world.apply_now(request));
      return state_of(world);
    };
    ends.old_state = settle(false);
    ends.new_state = settle(true);
    World world(GetParam().sample());
    const auto request = prepared(world);
    ends.start = state_of(world);
    EXPECT_TRUE(world.apply_now(request));
    ends.moments = world.faults.moments;
    ends.writes = world.faults.writes;
    ends.operations = world.faults.operations;
    return ends;
  }

  /// What any later process does: recover, and once more when the deadline has passed.
  static void recover_fully(World& world) {
    world.files.while_waiting = nullptr;
    ASSERT_TRUE(recover(world.repaired(), world.paths, {}));
    world.clock.advance(120s);
    ASSERT_TRUE(recover(world.doors(), world.paths, {}));
  }

  static bool ran(const World& world, const std::string& phase) {
    return std::ranges::find(world.hooks.ran, phase + " vmbr0: " + phase + " of vmbr0") != world.hooks.ran.end();
  }

  static void expect_an_end(const World& world, const Ends& ends, const std::string& when) {
    const auto is = state_of(world);
    EXPECT_FALSE(world.journal_there()) << when;
    EXPECT_TRUE(is == ends.old_state || is == ends.new_state || is == ends.start)
        << GetParam().name << " " << when << ": neither old nor new; kernel is "
        << (is.kernel == ends.old_state.kernel   ? "old"
            : is.kernel == ends.new_state.kernel ? "new"
                                                 : "between")
        << ", files are "
        << (is.files == ends.old_state.files   ? "old"
            : is.files == ends.new_state.files ? "new"
                                               : "between")
        << names_of(is.files);
  }
};

TEST_P(Crash, OldAndNewStateDiffer) {
  const auto both = ends();
  EXPECT_NE(both.old_state.kernel, both.new_state.kernel);
  EXPECT_NE(both.old_state.files, both.new_state.files);
  EXPECT_GT(both.moments, 20U);
}

TEST_P(Crash, KilledAtAnyMoment) {
  const auto both = ends();
  for (std::size_t at = 0; at < both.moments; ++at) {
    World world(GetParam().sample());
    const auto request = prepared(world);
    world.faults.cut_at = at;
    EXPECT_THROW(std::ignore = world.apply_now(request), doors::PowerLoss) << at;
    const bool begun = ran(world, "up");
    recover_fully(world);
    expect_an_end(world, both, fmt::format("killed at moment {}", at));
    if (begun && world.kernel_state() == both.old_state.kernel) {
      EXPECT_TRUE(ran(world, "down")) << "killed at moment " << at << ": hooks have no state to read, so they must be undone";
    }
  }
}

TEST_P(Crash, KilledAtAnyMomentAndAgainAtAnyMomentOfTheRecovery) {
  const auto both = ends();
  constexpr std::size_t kMostMoments = 80;
  const bool large = both.moments > kMostMoments;
  for (std::size_t at = 0; at < both.moments; at += large ? both.moments / 6 : 7) {
    bool again = true;
    for (std::size_t second = 0; again; second += large ? 5 : 1) {
      World world(GetParam().sample());
      const auto request = prepared(world);
      world.faults.cut_at = at;
      EXPECT_THROW(std::ignore = world.apply_now(request), doors::PowerLoss) << at;
      world.files.while_waiting = nullptr;
      std::ignore = world.repaired();
      world.clock.advance(120s);
      world.faults.cut_at = second;
      try {
        ASSERT_TRUE(recover(world.doors(), world.paths, {}));
        again = false;
      } catch (const doors::PowerLoss&) {
        recover_fully(world);
      }
      expect_an_end(world, both, fmt::format("killed at moments {} and {}", at, second));
    }
  }
}

TEST_P(Crash, RestartedAtAnyMoment) {
  const auto both = ends();
  for (std::size_t at = 0; at < both.moments; ++at) {
    World world(GetParam().sample());
    const auto request = prepared(world);
    world.faults.cut_at = at;
    EXPECT_THROW(std::ignore = world.apply_now(request), doors::PowerLoss) << at;
    world.reboot();
    world.files.while_waiting = nullptr;
    const auto outcome = recover(world.repaired(), world.paths, {});
    ASSERT_TRUE(outcome) << outcome.error().what;
    EXPECT_FALSE(world.journal_there());
    EXPECT_EQ(world.kernel.state(), GetParam().sample().bare) << "recovery leaves the new boot's kernel to the boot";
    const auto files = world.file_state();
    EXPECT_TRUE(files == both.old_state.files || files == both.new_state.files || files == both.start.files)
        << GetParam().name << " restarted at moment " << at << names_of(files);
    if (outcome->ending == Ending::rolled_back) {
      EXPECT_EQ(files, both.old_state.files) << at;
    }
    if (outcome->ending == Ending::confirmed) {
      EXPECT_EQ(files, both.new_state.files) << at;
    }
  }
}

TEST_P(Crash, AnyOperationRefused) {
  const auto both = ends();
  const auto plan = World::plan_of(GetParam().sample());
  std::vector<std::size_t> of_plan;  // the kernel's operations among the plan's
  for (std::size_t i = 0; i < plan.operations.size(); ++i) {
    if (!std::holds_alternative<network::RunHook>(plan.operations[i].operation)) of_plan.push_back(i);
  }
  ASSERT_GE(of_plan.size(), 5U);
  for (const bool go_on : {false, true}) {
    for (std::size_t at = 0; at < of_plan.size(); ++at) {
      World world(GetParam().sample());
      const auto request = prepared(world);
      world.faults.refuse_operation_at = at;
      world.faults.go_on_after_refusal = go_on;
      const auto outcome = world.apply_now(request);
      ASSERT_TRUE(outcome) << outcome.error().what;
      EXPECT_EQ(outcome->ending, Ending::rolled_back);
      EXPECT_EQ(outcome->failed, of_plan[at]);
      ASSERT_TRUE(outcome->error);
      EXPECT_EQ(outcome->error->os_errno, EPERM);
      EXPECT_NE(outcome->reason.find(network::operation_name(plan.operations[of_plan[at]].operation)), std::string::npos)
          << outcome->reason;
      EXPECT_NE(outcome->reason.find("refused by the test"), std::string::npos) << outcome->reason;
      EXPECT_EQ(state_of(world).kernel, both.old_state.kernel) << at;
      EXPECT_EQ(state_of(world).files, both.old_state.files) << at;
    }
  }
}

TEST_P(Crash, AnOperationOfTheWayBackRefused) {
  const auto both = ends();
  for (std::size_t at = 0; at < both.operations * 2; ++at) {
    World world(GetParam().sample());
    const auto request = prepared(world);
    world.faults.refuse_operation_at = at;
    const auto outcome = world.apply_now(request);
    recover_fully(world);
    expect_an_end(world, both, fmt::format("refused at operation {}", at));
    if (outcome && outcome->ending == Ending::rolled_back) {
      EXPECT_EQ(state_of(world), both.old_state);
    }
  }
}

TEST_P(Crash, DiskFullAtAnyWrite) {
  const auto both = ends();
  for (const bool stays_full : {false, true}) {
    for (std::size_t at = 0; at < both.writes; ++at) {
      World world(GetParam().sample());
      const auto request = prepared(world);
      world.faults.fail_write_at = at;
      world.faults.disk_stays_full = stays_full;
      const auto outcome = world.apply_now(request);
      const bool open = world.journal_there();
      const auto at_once = state_of(world);
      recover_fully(world);
      const auto when = fmt::format("write {} failed{}", at, stays_full ? " and all after it" : "");
      expect_an_end(world, both, when);
      if (outcome && outcome->ending == Ending::confirmed) {
        EXPECT_EQ(at_once, both.new_state) << when;
      }
      if (outcome && outcome->ending == Ending::rolled_back) {
        EXPECT_EQ(at_once, both.old_state) << when;
      }
      EXPECT_TRUE(outcome || !open || !outcome.error().what.empty());
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, Crash, ::testing::ValuesIn(scenarios()), [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace drawbridge::transaction
