// Where scenarios are found.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace drawbridge::lab {

/// The folder of a scenario: `name` itself if it has a slash, else a folder of that name under $DRAWBRIDGE_EXAMPLES, ./examples, the
/// source tree this program was built in, or /usr/share/drawbridge/examples. Absolute. Error not_found with the nearest name.
Result<std::string> find_scenario(const std::string& name);

/// Every scenario's folder, by name.
std::vector<std::string> scenario_folders();

}  // namespace drawbridge::lab
