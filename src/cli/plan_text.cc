#include "cli/plan_text.h"

#include <algorithm>

#include "cli/display.h"

namespace drawbridge::cli {
namespace {

std::string why_text(const SourceLocation& why) {
  if (why.file.empty()) return "";
  return why.file + (why.line == 0 ? "" : ":" + std::to_string(why.line));
}

std::size_t count_disruptive(const network::Plan& plan) {
  return static_cast<std::size_t>(std::ranges::count_if(plan.operations, &network::PlannedOperation::disruptive));
}

}  // namespace

std::string plan_summary(const network::Plan& plan) {
  const std::size_t all = plan.operations.size();
  const std::size_t disruptive = count_disruptive(plan);
  std::string text = std::to_string(all) + (all == 1 ? " operation" : " operations");
  if (disruptive == 0) return text + ", none interrupts traffic";
  return text + ", " + std::to_string(disruptive) + (disruptive == 1 ? " interrupts traffic" : " interrupt traffic");
}

std::string plan_text(const network::Plan& plan, const Console& console) {
  if (plan.empty()) return "Nothing to do: the kernel is as the file asks.\n";
  Table table{.header = {"", "Operation", "Object", "Detail", "Asked for by"}, .rows = {}};
  std::size_t number = 0;
  for (const network::PlannedOperation& planned : plan.operations) {
    std::string detail = network::operation_detail(planned.operation);
    if (planned.disruptive) detail += "\n! " + (planned.risk.empty() ? "interrupts traffic" : planned.risk);
    table.rows.push_back({std::to_string(++number), network::operation_name(planned.operation),
                          network::operation_object(planned.operation), std::move(detail), why_text(planned.why)});
  }
  return format_table(table, console.width()) + "\n" +
         console.style(plan_summary(plan), count_disruptive(plan) == 0 ? Style::green : Style::yellow) + "\n";
}

Diagnostics as_warnings(Diagnostics diagnostics) {
  for (Diagnostic& diagnostic : diagnostics) diagnostic.severity = Severity::warning;
  return diagnostics;
}

}  // namespace drawbridge::cli
