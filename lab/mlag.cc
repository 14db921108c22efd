#include "lab/mlag.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <map>
#include <thread>

#include "base/text.h"
#include "lab/cache_folder.h"
#include "lab/subprocess.h"
#include "lab/switch_plan.h"
#include "lab/world.h"

namespace drawbridge::lab {
namespace {

constexpr std::chrono::milliseconds kBetweenLooks{20};
constexpr unsigned kCollectingAndDistributing = 0x30;

bool has_bond(const Scenario& scenario, const std::string& name, const std::string& bond) {
  const auto found = std::find_if(scenario.switches.begin(), scenario.switches.end(), [&](const Switch& one) { return one.name == name; });
  return found != scenario.switches.end() &&
         std::any_of(found->bonds.begin(), found->bonds.end(), [&](const SwitchBond& one) { return one.name == bond; });
}

Result<bool> look_at(const MlagLeg& leg) {
  if (!enter_network(leg.there)) return fail_errno(errno, "enter " + leg.there);
  return leg_works(TRY(read_whole_file("/proc/thread-self/net/bonding/" + leg.bond)));
}

/// A `tc` in a switch's namespace that is ready to take lines: starting one takes the emulated machine longer than a switch may.
class Gates {
 public:
  Result<void> set(const std::string& space, const std::string& lines) {
    OwnedFd& input = inputs_[space];
    if (!input.is_open()) input = TRY(start(space));
    if (write(input.get(), lines.data(), lines.size()) != static_cast<ssize_t>(lines.size())) return fail_errno(errno, "tc in " + space);
    return {};
  }

  /// They live as long as they get input; one that has ended was given a line it could not follow.
  static Result<void> check() {
    if (waitpid(-1, nullptr, WNOHANG) > 0) return fail(Errc::unavailable, "tc has ended");
    return {};
  }

 private:
  static Result<OwnedFd> start(const std::string& space) {
    FdPair pipe = TRY(make_pipe());
    const pid_t parent = getpid();
    const pid_t pid = fork();
    if (pid < 0) return fail_errno(errno, "fork");
    if (pid > 0) return std::move(pipe.second);
    die_with(parent);
    dup2(pipe.first.get(), 0);
    if (enter_network(space)) exec_words({"tc", "-batch", "-"});
    _exit(126);
  }

  std::map<std::string, OwnedFd> inputs_;
};

Result<void> control(const std::vector<MlagLeg>& legs) {
  std::map<std::pair<std::string, std::string>, bool> closed;
  Gates gates;
  while (true) {
    for (const MlagLeg& leg : legs) {
      bool& now = closed[{leg.here, leg.bond}];
      const bool works = TRY(look_at(leg));
      if (works == now) continue;
      TRY_VOID(gates.set(leg.here, gate_lines(leg.bond, works)));
      now = works;
    }
    TRY_VOID(Gates::check());
    std::this_thread::sleep_for(kBetweenLooks);
  }
}

}  // namespace

std::vector<MlagLeg> mlag_legs(const Scenario& scenario) {
  std::vector<MlagLeg> legs;
  for (const SwitchLink& link : scenario.links) {
    if (!link.mlag) continue;
    for (const auto& [here, there] : {std::pair(link.first, link.second), std::pair(link.second, link.first)}) {
      for (const Switch& one : scenario.switches) {
        for (const SwitchBond& bond : one.bonds) {
          if (one.name == here && has_bond(scenario, there, bond.name)) legs.push_back(MlagLeg{here, there, bond.name});
        }
      }
    }
  }
  return legs;
}

bool leg_works(std::string_view proc_bonding) {
  bool in_port = false, up = false, actor = false;
  for (const std::string_view raw : split(proc_bonding, '\n')) {
    const std::string_view line = trim(raw);
    if (line.starts_with("Slave Interface: ")) in_port = true, up = false, actor = false;
    if (in_port && line.starts_with("MII Status: ")) up = line == "MII Status: up";
    if (line.starts_with("details ")) actor = line.starts_with("details actor");
    constexpr std::string_view kState = "port state: ";
    if (!up || !actor || !line.starts_with(kState)) continue;
    const auto state = parse_number<unsigned>(line.substr(kState.size())).value_or(0);
    if ((state & kCollectingAndDistributing) == kCollectingAndDistributing) return true;
  }
  return false;
}

std::string gate_lines(const std::string& bond, bool closed) {
  if (closed) return fmt::format("filter add dev {} egress protocol all prio 1 handle {} fw action drop\n", bond, kPeerMark);
  return fmt::format("filter del dev {} egress prio 1\n", bond);
}

Result<std::optional<pid_t>> start_mlag_control(const Scenario& scenario) {
  const std::vector<MlagLeg> legs = mlag_legs(scenario);
  if (legs.empty()) return std::optional<pid_t>();
  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid < 0) return fail_errno(errno, "fork");
  if (pid > 0) return std::optional(pid);
  die_with(parent);
  std::signal(SIGPIPE, SIG_IGN);
  const OwnedFd nothing(open("/dev/null", O_RDWR | O_CLOEXEC));
  for (const int stream : {0, 1, 2}) dup2(nothing.get(), stream);
  // Whoever waits for the end of the caller's pipes must not wait for this process.
  close_range(3, ~0U, 0);
  const auto ended = control(legs);
  if (!ended) static_cast<void>(replace_file(kMlagLog, ended.error().what + "\n"));
  _exit(1);
}

}  // namespace drawbridge::lab
