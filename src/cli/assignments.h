// KEY=VALUE words and --delete lists, the same for interfaces and guests.
#pragma once

#include <expected>
#include <map>
#include <string>
#include <vector>

#include "cli/context.h"

namespace drawbridge::cli {

struct Assignments {
  std::map<std::string, std::string> values;
  std::vector<std::string> removed;
};

/// The argument KEY=VALUE and the option "delete" (which swallows the words after it, assignments among them).
std::expected<Assignments, UsageError> read_assignments(const Context& context);

}  // namespace drawbridge::cli
