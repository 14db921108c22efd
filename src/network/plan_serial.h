// Plans and desired states as JSON, both ways, for the journal of the open transaction. What people read is plan_json (plan.h).
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "network/plan.h"

namespace drawbridge::network {

/// Lossless: plan_from_json gives the same value. Text that is not UTF-8 is written as {"bytes": "6e6f…"}.
std::string plan_to_json(const Plan& plan);
/// Error invalid_input, with the member that is wrong.
Result<Plan> plan_from_json(std::string_view text, std::string file);

std::string desired_to_json(const Desired& desired);
Result<Desired> desired_from_json(std::string_view text, std::string file);

}  // namespace drawbridge::network
