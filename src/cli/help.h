// Help texts, made from the command tree.
#pragma once

#include <string>
#include <vector>

#include "cli/command_spec.h"

namespace drawbridge::cli {

/// "drawbridge network plan".
std::string command_line_of(const std::vector<const CommandSpec*>& path);
/// "drawbridge network plan [--against FILE]".
std::string usage_line(const std::vector<const CommandSpec*>& path);
/// The whole help text of a verb or a group, wrapped to `width` columns.
std::string help_text(const std::vector<const CommandSpec*>& path, std::size_t width);

}  // namespace drawbridge::cli
