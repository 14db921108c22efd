// The words of a command line as a shell splits them, but nothing is expanded: quotes and backslashes only.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace drawbridge::hypervisor {

/// 'a b' and "a b" are one word each; a backslash takes the next character as it is (between double quotes only before `"`, `\`,
/// `$` and a backtick). '*', '$' and the like are ordinary characters. Errors: invalid_input with the column of a quote that never
/// ends; the other members of its place are `start`'s.
Result<std::vector<std::string>> split_shell_words(std::string_view text, const SourceLocation& start);

}  // namespace drawbridge::hypervisor
