#include "engine/reconciler.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/port_work.h"
#include "guest/device_name.h"
#include "guest/plan_port.h"

namespace drawbridge::engine {
namespace {

/// Somebody who never stops changing ports must not keep the service busy for ever.
constexpr int kMostRounds = 64;
/// The kernel's state kept changing while it was read, or could not be read.
constexpr std::chrono::milliseconds kReadAgainAfter{200};

bool is_guests_device(const std::string& name) { return guest::parse_device_name(name).has_value(); }

Diagnostic note(const SourceLocation& where, Severity severity, std::string code, std::string message, std::string hint = {}) {
  return {where, severity, std::move(code), std::move(message), std::move(hint), {}};
}

}  // namespace

void Reconciler::set_guests(std::vector<guest::Guest> guests) {
  if (guests == guests_) return;
  guests_ = std::move(guests);
  everything_ = true;
  failed_.clear();
  told_.clear();
}

void Reconciler::set_policies(guest::BridgePolicies policies) {
  policies_ = std::move(policies);
  everything_ = true;
  failed_.clear();
}

void Reconciler::set_unplugged(Names devices) {
  if (!std::ranges::includes(devices, unplugged_)) everything_ = true;
  unplugged_ = std::move(devices);
}

std::optional<std::chrono::nanoseconds> Reconciler::run() {
  // What comes while ports are wired is heard by the proof, and waits for nobody to wake us again.
  for (int round = 0; round < kMostRounds; ++round) {
    const auto more = run_once();
    if (!more) {
      tell_(to_diagnostic(more.error(), "kernel-unreadable"));
      everything_ = true;
      return clock_.boot_time() + kReadAgainAfter;
    }
    if (!*more) return next_call();
  }
  everything_ = true;
  return clock_.boot_time() + kReadAgainAfter;
}

Result<bool> Reconciler::run_once() {
  const auto* now = TRY(kernel_.glance());
  const auto changes = kernel_.take_changes();
  // Another device of the same name is another matter.
  std::erase_if(failed_, [&](const auto& entry) {
    const auto link = now->links.find(entry.first);
    return link == now->links.end() || link->second.index != entry.second.index;
  });
  const auto due = std::erase_if(failed_, [&](const auto& entry) { return entry.second.again <= clock_.boot_time(); });
  // A bridge or a card that changed concerns any port.
  const bool all = std::exchange(everything_, false) || due > 0 || !std::ranges::all_of(changes, is_guests_device);
  const bool anything = all || !changes.empty();
  if (anything) {
    const guest::NodeNetwork node(*now, policies_);
    auto survey = survey_ports(guests_, node, all ? nullptr : &changes);
    std::erase_if(survey.tasks, [&](const PortTask& task) { return failed_.contains(task.device) || unplugged_.contains(task.device); });
    tell_once(survey.problems, survey.waiting);
    if (!survey.tasks.empty()) TRY_VOID(wire(*now, survey.tasks));
  }
  if (anything || !abandoned_.empty()) collect();
  return anything;
}

Result<void> Reconciler::wire(const network::Snapshot& planned_from, const std::vector<PortTask>& tasks) {
  std::map<std::string, doors::Execution> executed;
  for (const auto& task : tasks) executed.emplace(task.device, kernel_.execute(operations_of(task.plan)));
  // For the way back. A copy of a large state takes longer than wiring a port, so the port comes first.
  const network::Snapshot before = planned_from;
  // The proof: one look at everything, whatever was done.
  const auto after = TRY(kernel_.snapshot());
  const guest::NodeNetwork node(after, policies_);
  Names devices;
  for (const auto& task : tasks) devices.insert(task.device);
  const auto left = survey_ports(guests_, node, &devices);
  for (const auto& task : tasks) {
    const auto& execution = executed.at(task.device);
    const auto rest = std::ranges::find(left.tasks, task.device, &PortTask::device);
    std::optional<Error> error = execution.error;
    if (!error && rest != left.tasks.end())
      error = Error{Errc::unavailable, "the kernel does not hold what was asked for", task.where, {}, 0};
    // A guest that stopped meanwhile took its device along.
    if (error && node.find(task.device) == nullptr) continue;
    report(task, error, error ? undo(kernel_, before, task.plan) : std::nullopt, before);
  }
  return {};
}

void Reconciler::report(const PortTask& task, const std::optional<Error>& error, const std::optional<Error>& not_undone,
                        const network::Snapshot& before) {
  const auto place = task.bridge.empty() ? std::string("out of its bridge") : "in " + task.bridge;
  if (!error) {
    failed_.erase(task.device);
    tell_(note(task.where, Severity::warning, "port-wired", fmt::format("{} of {} is {}", task.device, task.title, place)));
    return;
  }
  auto text = fmt::format("{} of {} could not be wired: {}{}", task.device, task.title, error->what,
                          not_undone ? "; nor could it be undone: " + not_undone->what : "; it is as it was before");
  failed_[task.device] = {clock_.boot_time() + kRetryAfter, before.links.at(task.device).index};
  tell_(note(task.where, Severity::error, "port-not-wired", std::move(text), error->hint));
}

void Reconciler::tell_once(const Diagnostics& problems, const std::vector<guest::Waiting>& waiting) {
  const auto tell = [this](const Diagnostic& diagnostic) {
    if (told_.insert(fmt::format("{}:{} {}", diagnostic.where.file, diagnostic.where.line, diagnostic.message)).second) tell_(diagnostic);
  };
  for (const auto& problem : problems) tell(problem);
  for (const auto& port : waiting) tell(port.why);
}

void Reconciler::collect() {
  const auto glanced = kernel_.glance();
  if (!glanced) return;
  const guest::NodeNetwork node(**glanced, policies_);
  const auto unused = leftovers(guests_, node);
  std::erase_if(abandoned_, [&](const auto& entry) { return std::ranges::find(unused, entry.first) == unused.end(); });
  std::vector<std::string> due;
  for (const auto& name : unused) {
    const auto since = abandoned_.try_emplace(name, clock_.boot_time()).first->second;
    if (clock_.boot_time() - since >= kLeftoverPatience) due.push_back(name);
  }
  if (due.empty()) return;
  for (const auto& name : due) abandoned_[name] = clock_.boot_time();  // once more after the same time, if it stays
  const auto execution = kernel_.execute(operations_of(guest::plan_collect(due, node)));
  if (execution.error) tell_(to_diagnostic(*execution.error, "leftover-stays"));
}

std::optional<std::chrono::nanoseconds> Reconciler::next_call() const {
  std::optional<std::chrono::nanoseconds> next;
  const auto take = [&](std::chrono::nanoseconds when) { next = next ? std::min(*next, when) : when; };
  for (const auto& [device, failure] : failed_) take(failure.again);
  for (const auto& [name, since] : abandoned_) take(since + kLeftoverPatience);
  return next;
}

}  // namespace drawbridge::engine
