// Which features the running kernel has, found by using them in a network namespace that is thrown away.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace drawbridge::lab {

/// Names of features that a scenario may need.
std::vector<std::string> feature_names();

/// Those of `needed` that this kernel lacks. Error: denied without the right to make namespaces; invalid_input for unknown names.
Result<std::vector<std::string>> missing_features(const std::vector<std::string>& needed);

}  // namespace drawbridge::lab
