#include "lab/guest_start.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <functional>
#include <thread>

#include "base/text.h"
#include "lab/cache_folder.h"
#include "lab/guest_wires.h"
#include "lab/subprocess.h"
#include "lab/world.h"
#include "lab/world_plan.h"

namespace drawbridge::lab {
namespace {

/// The lab's emulated machine takes seconds for what is a moment elsewhere.
constexpr std::chrono::seconds kPatience{20};
constexpr const char* kServiceSocket = "/run/drawbridge/service.sock";

bool becomes(const std::function<bool()>& condition) {
  const auto end = std::chrono::steady_clock::now() + kPatience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return true;
}

std::string service_said() { return read_whole_file(kServiceLog).value_or("nothing"); }

[[noreturn]] void become_service() {
  setsid();
  const OwnedFd nothing(open("/dev/null", O_RDONLY | O_CLOEXEC));
  const OwnedFd log(open(kServiceLog, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
  dup2(nothing.get(), 0);
  dup2(log.get(), 1);
  dup2(log.get(), 2);
  exec_words({own_path(), "daemon"});
  _exit(127);
}

Result<void> start_service() {
  const pid_t pid = fork();
  if (pid < 0) return fail_errno(errno, "fork");
  if (pid == 0) become_service();
  if (!becomes([] { return access(kServiceSocket, F_OK) == 0; }))
    return fail(Errc::timed_out, "the service does not start: " + service_said());
  return {};
}

template <class Do>
Result<void> for_each_card(const Scenario& scenario, const Do& act) {
  for (const Guest& guest : scenario.guests) {
    for (const GuestPort& port : guest.ports) {
      if (port.card) TRY_VOID(act(guest, port));
    }
  }
  return {};
}

bool has_firewall() { return access("/etc/pve/firewall/cluster.fw", F_OK) == 0; }

bool has_cards(const Scenario& scenario) {
  bool found = false;
  static_cast<void>(for_each_card(scenario, [&](const Guest&, const GuestPort&) -> Result<void> {
    found = true;
    return {};
  }));
  return found;
}

std::string in_sys(const Guest& guest, const GuestPort& port, const char* what) {
  return "/sys/class/net/" + node_end(guest, port) + "/" + what;
}

Result<void> await_wiring(const Guest& guest, const GuestPort& port) {
  // A container's cable is pulled by leaving its device in no bridge.
  if (port.card->kind == guest::Kind::lxc && port.card->is_link_down()) return {};
  if (becomes([&] { return access(in_sys(guest, port, "master").c_str(), F_OK) == 0; })) return {};
  return fail(Errc::timed_out, fmt::format("the service has not wired {}: {}", node_end(guest, port), service_said()));
}

/// A hypervisor tells the guest what its card says, or the MTU that the port has. Cards other than virtio's have no way to be told.
Result<void> set_guest_mtu(const Guest& guest, const GuestPort& port) {
  if (port.card->kind == guest::Kind::qemu && port.card->model != "virtio") return {};
  const std::string of_port = TRY(read_whole_file(in_sys(guest, port, "mtu")));
  const auto mtu = port.card->own_mtu().value_or(parse_number<std::uint32_t>(trim(split(of_port, '\n')[0])).value_or(1500));
  return run_batch("ip", guest.name, fmt::format("link set eth{} mtu {}\n", port.index, mtu));
}

}  // namespace

Result<void> start_guests(const Scenario& scenario) {
  WorldPlan plan = make_guest_plan(scenario);
  if (has_cards(scenario) || has_firewall()) TRY_VOID(start_service());
  TRY_VOID(await_rules());
  TRY_VOID(run_batch("ip", "", plan.cables));
  plan.cables.clear();
  TRY_VOID(start_guest_wires(scenario));
  TRY_VOID(for_each_card(scenario, await_wiring));
  TRY_VOID(for_each_card(scenario, set_guest_mtu));
  return follow(plan);
}

Result<void> await_rules() {
  if (!has_firewall() || access("/var/lib/drawbridge/firewall/stopped", F_OK) == 0) return {};
  const auto are_in_force = [] {
    const auto ended = run_program({own_path(), "firewall", "verify"}, {.input = {}, .prepare = {}});
    return ended && ended->status == 0;
  };
  if (becomes(are_in_force)) return {};
  return fail(Errc::timed_out, "the firewall's rules are not in force: " + service_said());
}

}  // namespace drawbridge::lab
