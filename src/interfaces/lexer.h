// From bytes to logical lines: where lines end, which are joined by a backslash, what their words are. No meaning yet.
#pragma once

#include <string_view>

#include "interfaces/document.h"

namespace drawbridge::interfaces {

/// The logical line at the start of `bytes` (which are not empty) with `bytes`, `number`, `word`, `rest` and their places set,
/// and `kind` blank, comment or other. A line ends with LF or CR LF; a CR elsewhere is a blank.
Line lex_line(std::string_view bytes, std::uint32_t number);

/// How many physical lines a logical line holds.
std::uint32_t count_physical_lines(std::string_view bytes);

/// The physical line at the start of `bytes`, its line end included.
std::string_view first_physical_line(std::string_view bytes);

/// A physical line without its line end (LF or CR LF).
std::string_view without_line_end(std::string_view physical_line);

/// True if the logical line's last physical line ends with a backslash that has nothing left to join: only at the end of a file.
bool has_dangling_backslash(const Line& line);

}  // namespace drawbridge::interfaces
