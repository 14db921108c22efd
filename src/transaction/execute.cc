#include "transaction/execute.h"

#include <fmt/format.h>

#include "base/text.h"

namespace drawbridge::transaction {
namespace {

bool is_hook(const network::PlannedOperation& planned) { return std::holds_alternative<network::RunHook>(planned.operation); }

/// The end of the run of kernel operations that starts at `from`.
std::size_t end_of_batch(std::span<const network::PlannedOperation> operations, std::size_t from) {
  while (from < operations.size() && !is_hook(operations[from])) ++from;
  return from;
}

std::string last_line(std::string_view output) {
  const auto lines = split(trim(output), '\n');
  return lines.empty() ? std::string() : printable(lines.back(), 200);
}

std::optional<Diagnostic> complaint(const network::RunHook& hook, const SourceLocation& why, const Result<doors::HookOutcome>& ran) {
  if (ran && ran->exit_status == 0 && !ran->timed_out) return std::nullopt;
  const auto subject = fmt::format("{} hook of {} ", network::hook_phase_name(hook.phase), hook.link);
  Diagnostic diagnostic{why, Severity::warning, "hook-failed", {}, "run it by hand: " + printable(hook.command, 200), {}};
  if (!ran) {
    diagnostic.message = subject + "could not be started: " + ran.error().what;
  } else if (ran->timed_out) {
    diagnostic.message = subject + fmt::format("was ended after {} s", kHookPatience.count());
    diagnostic.hint = "a hook must end by itself; start a service through systemd instead";
  } else {
    const auto output = last_line(ran->output);
    diagnostic.message = subject + fmt::format("ended with status {}{}{}", ran->exit_status, output.empty() ? "" : ": ", output);
  }
  return diagnostic;
}

/// Runs the batch [from, to). False: refused, and `executed` says how.
bool run_batch(const Work& work, std::span<const network::PlannedOperation> operations, std::size_t from, std::size_t to,
               Executed& executed) {
  std::vector<network::Operation> batch;
  batch.reserve(to - from);
  for (std::size_t i = from; i < to; ++i) batch.push_back(operations[i].operation);
  const auto execution = work.doors.kernel.execute(batch);
  if (!execution.error && !execution.failed) return true;
  executed.error = execution.error.value_or(Error{Errc::unavailable, "the kernel refused", {}, {}, 0});
  if (execution.failed) {
    executed.failed = from + *execution.failed;
    const auto& planned = operations[*executed.failed];
    executed.error->what = fmt::format("operation {} of {}, {}: {}", *executed.failed + 1, operations.size(), describe(planned.operation),
                                       executed.error->what);
    if (executed.error->where.file.empty()) executed.error->where = planned.why;
  }
  return false;
}

/// False: its begin could not be noted.
bool run_hook(const Work& work, const network::PlannedOperation& planned, std::size_t index, const HookNotes& notes, Executed& executed) {
  const auto& hook = std::get<network::RunHook>(planned.operation);
  const auto wanted = notes.before(index, hook);
  if (!wanted) {
    executed.error = wanted.error();
    return false;
  }
  if (!*wanted) return true;
  if (auto warning = complaint(hook, planned.why, work.doors.hooks.run(hook, kHookPatience))) executed.warnings.push_back(*warning);
  if (notes.after) notes.after(hook);
  return true;
}

}  // namespace

std::string describe(const network::Operation& operation) {
  const auto detail = network::operation_detail(operation);
  return fmt::format("{} {}{}{}", network::operation_name(operation), network::operation_object(operation), detail.empty() ? "" : ": ",
                     detail);
}

Executed run_operations(const Work& work, const std::string& stage, std::span<const network::PlannedOperation> operations,
                        const HookNotes& notes) {
  Executed executed;
  std::size_t at = 0;
  while (at < operations.size()) {
    const auto end = is_hook(operations[at]) ? at + 1 : end_of_batch(operations, at);
    work.say(stage, describe(operations[at].operation) + (end - at > 1 ? fmt::format(" and {} more", end - at - 1) : ""), at,
             operations.size());
    const bool done =
        is_hook(operations[at]) ? run_hook(work, operations[at], at, notes, executed) : run_batch(work, operations, at, end, executed);
    if (!done) return executed;
    at = end;
  }
  work.say(stage, fmt::format("{} operations done", operations.size()), operations.size(), operations.size());
  return executed;
}

}  // namespace drawbridge::transaction
