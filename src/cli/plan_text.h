// A plan for people.
#pragma once

#include <string>

#include "cli/console.h"
#include "network/plan.h"

namespace drawbridge::cli {

/// Numbered operations with the line that asks for each, and what they interrupt. One sentence if the plan is empty.
std::string plan_text(const network::Plan& plan, const Console& console);

/// "3 operations, 1 interrupts traffic".
std::string plan_summary(const network::Plan& plan);

/// Unsupported types and missing NICs stop an apply but not a plan: the same findings as warnings.
Diagnostics as_warnings(Diagnostics diagnostics);

}  // namespace drawbridge::cli
