#include "transaction/verify.h"

#include <fmt/format.h>

#include <algorithm>

#include "transaction/execute.h"

namespace drawbridge::transaction {
namespace {

std::size_t facts_of(const network::DesiredLink& link) {
  const std::size_t scalars = (link.up ? 1U : 0U) + (link.mtu ? 1U : 0U) + (link.mac ? 1U : 0U) + (link.master ? 1U : 0U) +
                              (link.alias ? 1U : 0U) + (link.kind.empty() ? 0U : 1U);
  return scalars + link.data.size() + link.port.size() + link.sysctl.size() + link.addresses.size();
}

Error difference(const network::Plan& left) {
  const auto is_hook = [](const network::PlannedOperation& planned) { return std::holds_alternative<network::RunHook>(planned.operation); };
  const auto& first = *std::ranges::find_if_not(left.operations, is_hook);
  const auto more = left.operations.size() - 1 - static_cast<std::size_t>(std::ranges::count_if(left.operations, is_hook));
  std::string what = "the kernel does not hold what was asked for: still to do is " + describe(first.operation);
  if (more > 0) what += fmt::format(" and {} more", more);
  return Error{Errc::unavailable, what, first.why, "somebody else may be changing the same objects; look at `drawbridge network plan`", 0};
}

/// Next hops of the main table's default routes: gateway and link.
std::vector<std::pair<IpAddress, std::string>> default_gateways(const network::Snapshot& snapshot) {
  std::vector<std::pair<IpAddress, std::string>> gateways;
  for (const auto& route : snapshot.routes) {
    if (!route.destination.is_default() || route.table != network::Route{}.table) continue;
    for (const auto& hop : route.nexthops) {
      if (hop.gateway) gateways.emplace_back(*hop.gateway, hop.link);
    }
  }
  return gateways;
}

bool answers(const Work& work, const IpAddress& gateway, const std::string& link, std::chrono::milliseconds patience) {
  const auto answer = work.doors.probe.answers(gateway, link, patience);
  return answer && *answer;
}

Result<void> probe_replacement(const Work& work, const Request& request, const IpAddress& replaced) {
  auto candidates = request.gateways;
  const auto in_kernel = default_gateways(TRY(work.doors.kernel.snapshot()));
  candidates.insert(candidates.end(), in_kernel.begin(), in_kernel.end());
  for (const auto& [address, link] : candidates) {
    work.say("probe", fmt::format("does gateway {} answer on {}?", format_ip(address), link));
    if (answers(work, address, link, kProbePatience)) return {};
  }
  return fail(Errc::timed_out, fmt::format("no default gateway answers any more; {} did before", format_ip(replaced)), {},
              "if that is meant, apply with a confirmation by a person");
}

}  // namespace

std::size_t count_facts(const network::Desired& desired) {
  std::size_t facts = desired.routes.size();
  for (const auto& [name, link] : desired.links) facts += facts_of(link);
  return facts;
}

Result<void> verify(const Work& work, const network::Desired& desired, const network::Desired& previous) {
  const auto patient_until = work.doors.clock.boot_time() + kSettlePatience;
  std::chrono::nanoseconds pause = std::chrono::milliseconds(20);
  for (;;) {
    const auto now = TRY(work.doors.kernel.snapshot());
    const auto left = network::make_plan(now, desired, previous);
    // Hooks leave no state to look at: only kernel operations count.
    if (!left.changes_kernel()) return {};
    if (work.doors.clock.boot_time() + pause > patient_until) return fail(difference(left));
    work.doors.clock.sleep(pause);
    pause *= 2;
  }
}

Reachable probe_before(const Work& work, const Request& request, const network::Snapshot& before) {
  Reachable reachable;
  const auto in_kernel = default_gateways(before);
  if (!request.gateways.empty() || !in_kernel.empty() || request.session) work.say("probe", "looking at what answers before the change");
  for (const auto& [address, link] : request.gateways) {
    // The same gateway may stand behind another link after the change: a NIC before, the bridge above it then.
    const auto known = std::ranges::find(in_kernel, address, &std::pair<IpAddress, std::string>::first);
    const auto& link_before = known != in_kernel.end() ? known->second : link;
    if (answers(work, address, link_before, kProbePatienceBefore)) reachable.gateways.emplace_back(address, link);
  }
  for (const auto& [address, link] : in_kernel) {
    if (!reachable.gateways.empty() || reachable.replaced) break;
    if (answers(work, address, link, kProbePatienceBefore)) reachable.replaced = address;
  }
  if (request.session) {
    const auto alive = work.doors.probe.session_alive(*request.session, kProbePatienceBefore, [&] {
      work.say("probe", fmt::format("does your own connection from {} live?", format_ip(request.session->peer)));
    });
    reachable.session = alive && *alive;
  }
  return reachable;
}

Result<void> probe_after(const Work& work, const Request& request, const Reachable& before) {
  for (const auto& [address, link] : before.gateways) {
    work.say("probe", fmt::format("does gateway {} still answer on {}?", format_ip(address), link));
    if (!answers(work, address, link, kProbePatience)) {
      return fail(Errc::timed_out, fmt::format("gateway {} no longer answers on {}", format_ip(address), link));
    }
  }
  if (before.replaced) TRY_VOID(probe_replacement(work, request, *before.replaced));
  if (before.session && request.session) {
    // This very line travels over the session, so that there is something for its peer to acknowledge.
    const auto alive = work.doors.probe.session_alive(*request.session, kProbePatience, [&] {
      work.say("probe", fmt::format("does your own connection from {} still live?", format_ip(request.session->peer)));
    });
    if (!alive || !*alive) {
      return fail(Errc::timed_out,
                  fmt::format("the connection from {} that asked for the change is gone", format_ip(request.session->peer)));
    }
  }
  return {};
}

}  // namespace drawbridge::transaction
