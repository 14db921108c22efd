// A program that does without one line of a file, which somebody further down can't take, and is nowhere more open for it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "rules/program.h"

namespace drawbridge::rules {

/// How much of the line is given up.
enum class GivenUp : std::uint8_t {
  manner,  ///< what it accepts is not accepted; what it blocks is, without telling sender or log
  match,   ///< what blocks in a guest's own list blocks everything from there on: that card is closed
};

/// nullopt: there is no such line, or giving it up would open something: a block of the host, of a group or a network, or a group that may
/// block. Lists that change are copied, all others shared.
std::optional<Program> without_line(const Program& program, std::string_view file, std::uint32_t line, GivenUp how);

}  // namespace drawbridge::rules
