#include "engine/port_work.h"

#include <fmt/format.h>

namespace drawbridge::engine {
namespace {

constexpr int kUndoAttempts = 3;

std::string words(const network::Operation& operation) {
  return fmt::format("{} {} {}", network::operation_name(operation), network::operation_object(operation),
                     network::operation_detail(operation));
}

Error refusal(const network::Plan& plan, const doors::Execution& execution) {
  Error error = execution.error.value_or(Error{Errc::unavailable, "the kernel refused", {}, {}, 0});
  if (!execution.failed || *execution.failed >= plan.operations.size()) return error;
  const auto& planned = plan.operations[*execution.failed];
  error.what = words(planned.operation) + ": " + error.what;
  if (error.where.file.empty()) error.where = planned.why;
  return error;
}

}  // namespace

std::vector<network::Operation> operations_of(const network::Plan& plan) {
  std::vector<network::Operation> operations;
  operations.reserve(plan.operations.size());
  for (const auto& planned : plan.operations) operations.push_back(planned.operation);
  return operations;
}

std::optional<Error> undo(doors::Kernel& kernel, const network::Snapshot& before, const network::Plan& plan) {
  const auto home = network::needed_for_way_back(before, plan);
  Error obstacle{Errc::unavailable, "the kernel keeps differing", {}, {}, 0};
  for (int attempt = 0; attempt < kUndoAttempts; ++attempt) {
    const auto now = kernel.snapshot();
    if (!now) return now.error();
    const auto back = network::make_inverse(home, plan, *now);
    if (!back.changes_kernel()) return std::nullopt;
    const auto execution = kernel.execute(operations_of(back));
    if (execution.error || execution.failed) obstacle = refusal(back, execution);
  }
  return obstacle;
}

PortOutcome carry_out(doors::Kernel& kernel, const network::Snapshot& before, const network::Plan& plan,
                      const std::function<network::Plan(const network::Snapshot&)>& still_to_do) {
  const auto execution = kernel.execute(operations_of(plan));
  PortOutcome outcome;
  if (execution.error || execution.failed) {
    outcome.error = refusal(plan, execution);
  } else if (const auto now = kernel.snapshot(); !now) {
    outcome.error = now.error();
  } else if (const auto left = still_to_do(*now); left.changes_kernel()) {
    outcome.error =
        Error{Errc::unavailable, "the kernel does not hold what was asked for: still to do is " + words(left.operations.front().operation),
              left.operations.front().why, "somebody else may be changing the same port", 0};
  }
  if (outcome.error) outcome.not_undone = undo(kernel, before, plan);
  return outcome;
}

}  // namespace drawbridge::engine
