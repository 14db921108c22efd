// kill -9 at every moment of a real transaction: real files with fsync, a real kernel through rtnetlink, hooks through /bin/sh.
//
//   crash_apply [SCENARIO [STRIDE]]       with a stride only every so many-th moment
//
// For each index one world is made: a folder as root and a network namespace with a veth end in the role of the NIC. One process
// applies and kills itself at that index; another one, which knows nothing but the folder and the kernel, recovers; then kernel and
// files must be exactly as before or exactly as wanted. Exit: 0 all good, 1 not, 77 skipped (not root, or the kernel lacks veth or
// bridge).
#include <fmt/format.h>
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <sstream>

#include "doors/fake_probe.h"
#include "doors/fault_doors.h"
#include "kernel/rtnetlink.h"
#include "process/shell_hooks.h"
#include "process/system_clock.h"
#include "store/directory_files.h"
#include "transaction/pending.h"
#include "transaction/sample_network.h"
#include "transaction/transaction.h"

namespace drawbridge {
namespace {

using namespace std::chrono_literals;
using transaction::Ending;
using transaction::Outcome;
using transaction::Paths;
using transaction::Request;

constexpr int kSkipped = 77;
constexpr int kNotKilled = 3;
constexpr int kNotKilledAndBad = 4;
constexpr std::size_t kMostMoments = 1000;
constexpr int kMostFaults = 5;  ///< then the rest of the scenario is left out

struct Scenario {
  std::string name;
  std::function<void(Request&)> prepare;
  std::size_t refuse_operation_at = doors::Faults::kNever;
  network::Desired before = transaction::testing::old_desired();
  network::Desired after = transaction::testing::new_desired();
};

std::vector<Scenario> scenarios() {
  return {
      {"confirmed", [](Request&) {}},
      {"deadline", [](Request& request) { request.confirm_within = 300ms; }},
      {"refused", [](Request&) {}, 4},
      {"hand-edited", [](Request& request) { request.from_pending = false; }},
      // Bond, VLAN-aware bridge, VLANs, VRF and VXLAN, which the kernel may lack.
      {"large", [](Request&) {}, doors::Faults::kNever, transaction::testing::large_old_desired(),
       transaction::testing::large_new_desired()},
  };
}

/// Everything real, in the network namespace of the process that makes it; but nobody is outside who could answer a probe, and waiting
/// for that would only take time.
struct RealDoors {
  explicit RealDoors(kernel::Rtnetlink opened) : kernel(std::move(opened)) {
    probe.on_answers = [](const IpAddress&, const std::string&) { return false; };
  }
  transaction::Doors plain() { return {kernel, files, clock, hooks, probe}; }

  kernel::Rtnetlink kernel;
  store::DirectoryFiles files;
  process::SystemClock clock;
  process::ShellHooks hooks;
  doors::FakeProbe probe;
};
RealDoors open_doors() {
  auto kernel = kernel::Rtnetlink::open();
  if (!kernel) {
    std::cerr << kernel.error().what << "\n";
    std::_Exit(1);
  }
  return RealDoors(std::move(*kernel));
}

/// The real doors, behind ones that kill this process at a chosen moment.
struct DeadlyDoors {
  DeadlyDoors(RealDoors& real, std::size_t cut_at, std::size_t refuse_at)
      : clock(real.clock), probe(real.probe), kernel(real.kernel, faults), files(real.files, faults), hooks(real.hooks, faults) {
    faults.cut_at = cut_at;
    faults.refuse_operation_at = refuse_at;
    faults.cut = [] { ::raise(SIGKILL); };
  }
  transaction::Doors doors() { return {kernel, files, clock, hooks, probe}; }

  doors::Faults faults;
  doors::Clock& clock;
  doors::Probe& probe;
  doors::FaultyKernel kernel;
  doors::FaultyFiles files;
  doors::FaultyHooks hooks;
};

/// Runs `body` in a child process; its wait status.
int in_child(const std::function<int()>& body) {
  const pid_t child = ::fork();
  if (child == 0) std::_Exit(body());
  int status = 0;
  ::waitpid(child, &status, 0);
  return status;
}
bool ended_with(int status, int code) { return WIFEXITED(status) && WEXITSTATUS(status) == code; }

std::map<std::string, std::string> file_state(const Paths& paths) {
  std::map<std::string, std::string> state;
  for (const auto& folder : {std::filesystem::path(paths.interfaces).parent_path(), std::filesystem::path(paths.state)}) {
    if (!std::filesystem::exists(folder)) continue;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
      if (!entry.is_regular_file() || entry.path().filename() == "ended.json" || entry.path().extension() == ".lock") continue;
      std::ostringstream bytes;
      bytes << std::ifstream(entry.path(), std::ios::binary).rdbuf();
      // Moments differ from run to run.
      state[entry.path()] = entry.path().filename() == "meta.json" || entry.path().filename() == "pending.json" ? "" : bytes.str();
    }
  }
  return state;
}

struct State {
  network::Snapshot kernel;
  std::map<std::string, std::string> files;
  bool operator==(const State&) const = default;
};

class World {
 public:
  World(std::string root, const Scenario& scenario) : paths_(transaction::paths_below(root)), scenario_(scenario) {}

  /// The old state. Nullopt: this kernel can't.
  bool make() {
    auto real = open_doors();
    std::vector<network::Operation> nics{network::CreateLink{"enp5s0", "veth", {}, parse_mac("02:00:00:00:00:05").value(), 1500, "outside"},
                                         network::SetUp{"outside", true}, network::SetUp{"lo", true}};
    if (scenario_.before.links.contains("enp6s0"))
      nics.emplace_back(network::CreateLink{"enp6s0", "veth", {}, parse_mac("02:00:00:00:00:06").value(), 1500, "outside2"});
    if (const auto made = real.kernel.execute(nics); made.error) {
      std::cerr << "no veth here: " << made.error->what << "\n";
      return false;
    }
    if (!has_kinds(real)) return false;
    run_plan(real, scenario_.before, {});
    must(real.files.write(paths_.interfaces, transaction::testing::kOldFile));
    if (request().from_pending) {
      must(transaction::write_pending(real.files, real.clock, paths_, transaction::testing::kNewFile, "", "test"));
      return true;
    }
    // Applied once, then edited by hand.
    Request first;
    first.bytes = transaction::testing::kOldFile;
    first.from_pending = false;
    first.desired = scenario_.before;
    first.previous = first.desired;
    must(transaction::apply(real.plain(), paths_, first, {}));
    must(real.files.write(paths_.interfaces, transaction::testing::kNewFile));
    return true;
  }

  Request request() const {
    Request wanted;
    wanted.bytes = transaction::testing::kNewFile;
    wanted.desired = scenario_.after;
    wanted.previous = scenario_.before;
    wanted.author = "test";
    scenario_.prepare(wanted);
    return wanted;
  }

  /// In a process of its own: applies and dies at `moment`. kNotKilled: there is no such moment.
  int apply_and_die(std::size_t moment) const {
    auto real = open_doors();
    DeadlyDoors deadly(real, moment, scenario_.refuse_operation_at);
    const auto outcome = transaction::apply(deadly.doors(), paths_, request(), {});
    if (!outcome) std::cerr << "apply: " << outcome.error().what << "\n";
    return outcome ? kNotKilled : 1;
  }

  /// In a process of its own: what any later command does.
  int recover() const {
    auto real = open_doors();
    const auto outcome = transaction::recover_and_wait(real.plain(), paths_, {});
    if (!outcome) std::cerr << "recover: " << outcome.error().what << "\n";
    return outcome ? 0 : 1;
  }

  State state(const network::Plan& plan) const {
    auto real = open_doors();
    return {network::comparable(must(real.kernel.snapshot()), plan), file_state(paths_)};
  }
  network::Plan plan() const {
    auto real = open_doors();
    return network::make_plan(must(real.kernel.snapshot()), scenario_.after, scenario_.before);
  }
  bool journal_there() const { return std::filesystem::exists(paths_.state + "/transaction/journal.json"); }

 private:
  template <class T>
  static T must(Result<T> result) {
    if (!result) {
      std::cerr << "cannot make the world: " << result.error().what << "\n";
      std::_Exit(1);
    }
    if constexpr (!std::is_void_v<T>) return std::move(*result);
  }
  /// Of all that the scenario speaks of, bonds, VLANs and VRFs are what a small kernel lacks.
  bool has_kinds(RealDoors& real) const {
    const std::vector<network::Operation> probes{network::CreateLink{"probe-bond", "bond", {}, {}, {}, {}},
                                                 network::CreateLink{"probe-vlan", "vlan", {{"id", std::uint64_t{5}}}, {}, {}, "enp5s0"},
                                                 network::CreateLink{"probe-vrf", "vrf", {{"table", std::uint64_t{999}}}, {}, {}, {}}};
    if (!scenario_.before.links.contains("bond0")) return true;
    if (real.kernel.execute(probes).error) return false;
    for (const auto* name : {"probe-vlan", "probe-vrf", "probe-bond"})
      if (const network::Operation gone = network::DeleteLink{name}; real.kernel.execute(std::span(&gone, 1)).error) return false;
    return true;
  }
  static void run_plan(RealDoors& real, const network::Desired& desired, const network::Desired& previous) {
    const auto plan = network::make_plan(must(real.kernel.snapshot()), desired, previous);
    for (const auto& planned : plan.operations) {
      if (const auto ran = real.kernel.execute(std::span(&planned.operation, 1)); ran.error)
        must(Result<void>(std::unexpected(*ran.error)));
    }
  }

  Paths paths_;
  const Scenario& scenario_;
};

std::string make_folder() {
  std::string name = std::filesystem::temp_directory_path() / "drawbridge-crash-XXXXXX";
  return ::mkdtemp(name.data());
}

/// One world, one kill. Returns 0 (good), kNotKilled (good, and there are no later moments), kNotKilledAndBad, kSkipped, or 1.
int one_round(const std::string& root, const Scenario& scenario, std::size_t moment) {
  if (::unshare(CLONE_NEWNET) != 0) return kSkipped;
  const World world(root, scenario);
  if (!World(root, scenario).make()) return kSkipped;
  const auto plan = world.plan();
  const auto before = world.state(plan);

  const int died = in_child([&] { return world.apply_and_die(moment); });
  const bool killed = WIFSIGNALED(died) && WTERMSIG(died) == SIGKILL;
  if (!killed && !ended_with(died, kNotKilled)) return kNotKilledAndBad;
  const bool open = world.journal_there();
  if (!ended_with(in_child([&] { return world.recover(); }), 0)) return killed ? 1 : kNotKilledAndBad;

  const auto after = world.state(plan);
  const bool kernel_is_old = after.kernel == before.kernel;
  const bool kernel_is_new = world.plan().empty();
  const auto interfaces = after.files.at(transaction::paths_below(root).interfaces);
  const bool edited_by_hand = !world.request().from_pending;
  const bool file_is_new = interfaces == transaction::testing::kNewFile;
  // A hand edit that was never begun to be applied stays; one that was and failed makes way and is kept aside.
  const bool files_are_old =
      after.files == before.files ||
      (edited_by_hand && !file_is_new && after.files.at(transaction::paths_below(root).pending) == transaction::testing::kNewFile);
  const bool files_are_new = file_is_new && !after.files.contains(transaction::paths_below(root).pending);
  const bool good = !world.journal_there() && ((kernel_is_old && files_are_old) || (kernel_is_new && files_are_new));
  if (!good) {
    std::cerr << fmt::format("{}: killed at moment {}{}: kernel {}, files {}{}\n", scenario.name, moment, open ? ", journal was open" : "",
                             kernel_is_old   ? "old"
                             : kernel_is_new ? "new"
                                             : "between",
                             files_are_old   ? "old"
                             : files_are_new ? "new"
                                             : "between",
                             world.journal_there() ? ", journal still open" : "");
    return killed ? 1 : kNotKilledAndBad;
  }
  return killed ? 0 : kNotKilled;
}

/// 0 good, 1 not, kSkipped.
int run_scenario(const Scenario& scenario, std::size_t stride) {
  int faults = 0;
  std::size_t moment = 0;
  for (bool more = true; more && moment < kMostMoments && faults < kMostFaults; moment += stride) {
    const auto root = make_folder();
    const int status = in_child([&] { return one_round(root, scenario, moment); });
    std::error_code ignored;
    std::filesystem::remove_all(root, ignored);
    if (ended_with(status, kSkipped)) return kSkipped;
    more = !ended_with(status, kNotKilled) && !ended_with(status, kNotKilledAndBad);
    if (!ended_with(status, 0) && !ended_with(status, kNotKilled)) ++faults;
  }
  std::cout << fmt::format("{:12} killed at {} moments: {}", scenario.name, moment / stride - 1,
                           faults == 0 ? "always exactly old or exactly new" : "FAILED")
            << std::endl;
  return faults == 0 ? 0 : 1;
}

}  // namespace
}  // namespace drawbridge

int main(int argc, char** argv) {
  const std::string only = argc > 1 ? argv[1] : "";
  const std::size_t stride = argc > 2 ? std::max(1UL, std::strtoul(argv[2], nullptr, 10)) : 1;
  if (::geteuid() != 0) {
    std::cout << "skipped: needs root for a network namespace\n";
    return drawbridge::kSkipped;
  }
  int worst = 0;
  for (const auto& scenario : drawbridge::scenarios()) {
    if (!only.empty() && only != scenario.name) continue;
    const int verdict = drawbridge::run_scenario(scenario, stride);
    if (verdict == drawbridge::kSkipped && scenario.name == "large" && only.empty()) {
      std::cout << "large        skipped: no bonds, VLANs or VRFs here\n";
      continue;
    }
    if (verdict == drawbridge::kSkipped) {
      std::cout << "skipped: no network namespaces, veth or bridge here, or for the large scenario no bonds, VLANs or VRFs\n";
      return verdict;
    }
    worst = std::max(worst, verdict);
  }
  return worst;
}
