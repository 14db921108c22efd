// Text as a terminal shows it: widths in columns, wrapping, tables.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace drawbridge::cli {

/// Columns that a terminal gives to the text: wide East Asian characters and emoji count 2, combining marks 0. Bytes that are
/// not UTF-8 and control characters count as `visible` shows them.
std::size_t display_width(std::string_view text);

/// The text with control characters and bytes that are not UTF-8 as \xNN, so that a file can't steer the terminal.
std::string visible(std::string_view text);

/// Lines of at most `width` columns, broken at blanks where there are any, inside a word where one is longer than a line.
std::vector<std::string> wrap(std::string_view text, std::size_t width);

struct Table {
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> rows;  ///< a cell may hold several lines
};

/// Left-aligned columns, two blanks between them, a line under the header. Columns that hold nothing but the header stay. If
/// the table is wider than `width` (0: no limit), the widest columns are wrapped until it fits or every column is narrow.
std::string format_table(const Table& table, std::size_t width);

}  // namespace drawbridge::cli
