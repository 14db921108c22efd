// Where in a user's file something was said. Carried by every diagnostic, kernel operation and verdict, so that each can
// name the line that asked for it.
#pragma once

#include <compare>
#include <cstdint>
#include <string>

namespace drawbridge {

/// A place in a file. `line` and `column` count from 1; 0 means "the file as a whole". Columns count bytes.
struct SourceLocation {
  std::string file;
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  auto operator<=>(const SourceLocation&) const = default;
};

/// "file:line:column", without the parts that are 0.
std::string format_location(const SourceLocation& where);

}  // namespace drawbridge
