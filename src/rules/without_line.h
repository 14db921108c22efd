// A program that does without one line of a file, which somebody further down can't take, and is nowhere more open for it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "rules/program.h"

namespace drawbridge::rules {

/// How much of the line is given up, the least first.
enum class GivenUp : std::uint8_t {
  manner,  ///< it accepts and blocks as before, without telling sender or log
  rule,    ///< what it accepts is not accepted; what blocks in a guest's own list blocks everything from there on
  card,    ///< guests' lists that hold it drop everything: those cards are closed
};
std::string_view word_of(GivenUp how);

struct LineGivenUp {
  std::string file;
  std::uint32_t line = 0;
  GivenUp how = GivenUp::manner;
  bool operator==(const LineGivenUp&) const = default;
};

/// nullopt: there is no such line; it has nothing of that kind to give up; or giving it up would open something: a block of the host, of a
/// group or a network, or a group that may block. Lists that change are copied, all others shared.
std::optional<Program> without_line(const Program& program, const LineGivenUp& given);
/// Without all of them that can be given up.
Program without_lines(const Program& program, std::span<const LineGivenUp> lines);

/// What the line's rules say, wherever in its file it stands; empty: there is no such line.
std::string text_of_line(const Program& program, std::string_view file, std::uint32_t line);

}  // namespace drawbridge::rules
