#include "transaction/verify.h"

#include <fmt/format.h>

#include "transaction/execute.h"

namespace drawbridge::transaction {
namespace {

std::size_t facts_of(const network::DesiredLink& link) {
  const std::size_t scalars = (link.up ? 1U : 0U) + (link.mtu ? 1U : 0U) + (link.mac ? 1U : 0U) + (link.master ? 1U : 0U) +
                              (link.alias ? 1U : 0U) + (link.kind.empty() ? 0U : 1U);
  return scalars + link.data.size() + link.port.size() + link.sysctl.size() + link.addresses.size();
}

Error difference(const network::Plan& left) {
  const auto& first = left.operations.front();
  std::string what = "the kernel does not hold what was asked for: still to do is " + describe(first.operation);
  if (left.operations.size() > 1) what += fmt::format(" and {} more", left.operations.size() - 1);
  return Error{Errc::unavailable, what, first.why, "somebody else may be changing the same objects; look at `drawbridge network plan`", 0};
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
    if (left.empty()) return {};
    if (work.doors.clock.boot_time() + pause > patient_until) return fail(difference(left));
    work.doors.clock.sleep(pause);
    pause *= 2;
  }
}

Reachable probe_before(const Work& work, const Request& request) {
  Reachable reachable;
  if (!request.gateways.empty() || request.session) work.say("probe", "looking at what answers before the change");
  for (const auto& [address, link] : request.gateways) {
    const auto answer = work.doors.probe.answers(address, link, kProbePatienceBefore);
    if (answer && *answer) reachable.gateways.emplace_back(address, link);
  }
  if (request.session) {
    const auto alive = work.doors.probe.session_alive(*request.session, kProbePatienceBefore);
    reachable.session = alive && *alive;
  }
  return reachable;
}

Result<void> probe_after(const Work& work, const Request& request, const Reachable& before) {
  for (const auto& [address, link] : before.gateways) {
    work.say("probe", fmt::format("does gateway {} still answer on {}?", format_ip(address), link));
    const auto answer = TRY(work.doors.probe.answers(address, link, kProbePatience));
    if (!answer) return fail(Errc::timed_out, fmt::format("gateway {} on {} no longer answers", format_ip(address), link));
  }
  if (before.session && request.session) {
    // This very line travels over the session, so that there is something for its peer to acknowledge.
    work.say("probe", fmt::format("does your own connection from {} still live?", format_ip(request.session->peer)));
    const auto alive = TRY(work.doors.probe.session_alive(*request.session, kProbePatience));
    if (!alive) {
      return fail(Errc::timed_out,
                  fmt::format("the connection from {} that asked for the change is gone", format_ip(request.session->peer)));
    }
  }
  return {};
}

}  // namespace drawbridge::transaction
