#include "cli/display.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <numeric>

#include "base/text.h"

namespace drawbridge::cli {
namespace {

struct Range {
  char32_t first;
  char32_t last;
};

/// Combining marks and other characters without a column of their own (Unicode general categories Mn, Me, Cf; the common blocks).
constexpr std::array kZero{Range{0x0300, 0x036F}, Range{0x0483, 0x0489},  Range{0x0591, 0x05BD}, Range{0x0610, 0x061A},
                           Range{0x064B, 0x065F}, Range{0x0E31, 0x0E31},  Range{0x0E34, 0x0E3A}, Range{0x0E47, 0x0E4E},
                           Range{0x1AB0, 0x1AFF}, Range{0x1DC0, 0x1DFF},  Range{0x200B, 0x200F}, Range{0x202A, 0x202E},
                           Range{0x2060, 0x2064}, Range{0x20D0, 0x20F0},  Range{0xFE00, 0xFE0F}, Range{0xFE20, 0xFE2F},
                           Range{0xFEFF, 0xFEFF}, Range{0xE0100, 0xE01EF}};
/// East Asian Width W and F (Unicode Annex 11), the common blocks.
constexpr std::array kWide{Range{0x1100, 0x115F},   Range{0x231A, 0x231B},  Range{0x2329, 0x232A},   Range{0x23E9, 0x23EC},
                           Range{0x2614, 0x2615},   Range{0x26A1, 0x26A1},  Range{0x2705, 0x2705},   Range{0x274C, 0x274C},
                           Range{0x2E80, 0x303E},   Range{0x3041, 0x33FF},  Range{0x3400, 0x4DBF},   Range{0x4E00, 0x9FFF},
                           Range{0xA000, 0xA4CF},   Range{0xAC00, 0xD7A3},  Range{0xF900, 0xFAFF},   Range{0xFE30, 0xFE6F},
                           Range{0xFF00, 0xFF60},   Range{0xFFE0, 0xFFE6},  Range{0x1F300, 0x1F64F}, Range{0x1F680, 0x1F6FF},
                           Range{0x1F900, 0x1F9FF}, Range{0x20000, 0x3FFFD}};

bool within(const auto& ranges, char32_t c) {
  const auto after = std::ranges::upper_bound(ranges, c, {}, &Range::first);
  return after != ranges.begin() && c <= std::prev(after)->last;
}

std::size_t columns(char32_t c) {
  if (within(kZero, c)) return 0;
  return within(kWide, c) ? 2 : 1;
}

/// Bytes of the well-formed character at the front, or 0.
std::size_t character_length(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  return text.size() >= length && is_utf8(text.substr(0, length)) ? length : 0;
}

char32_t decode(std::string_view character) {
  const auto lead = static_cast<unsigned char>(character.front());
  if (character.size() == 1) return lead;
  char32_t code = lead & (0x7FU >> character.size());
  for (const char c : character.substr(1)) code = (code << 6U) | (static_cast<unsigned char>(c) & 0x3FU);
  return code;
}

std::string escape(unsigned char byte) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  return {'\\', 'x', kDigits[byte >> 4U], kDigits[byte & 15U]};
}

/// Splits off at most `width` columns; at least one character, so that the caller makes progress.
std::string_view take_columns(std::string_view text, std::size_t width) {
  std::size_t used = 0;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t length = std::max<std::size_t>(1, character_length(text.substr(at)));
    const std::size_t more = columns(decode(text.substr(at, length)));
    if (used + more > width && at > 0) break;
    used += more;
    at += length;
  }
  return text.substr(0, at);
}

using Cell = std::vector<std::string>;

Cell cell_lines(const std::string& text, std::size_t width) {
  Cell lines;
  for (const std::string_view line : split(text, '\n')) {
    const auto wrapped = wrap(line, width);
    lines.insert(lines.end(), wrapped.begin(), wrapped.end());
    if (wrapped.empty()) lines.emplace_back();
  }
  return lines;
}

constexpr std::size_t kGap = 2;
constexpr std::size_t kNarrow = 10;

/// The widths that the columns want, then less of the widest until the line fits.
std::vector<std::size_t> column_widths(const Table& table, std::size_t width) {
  std::vector<std::size_t> widths;
  widths.reserve(table.header.size());
  for (const auto& title : table.header) widths.push_back(display_width(title));
  for (const auto& row : table.rows) {
    for (std::size_t i = 0; i < row.size() && i < widths.size(); ++i) {
      for (const std::string_view line : split(row[i], '\n')) widths[i] = std::max(widths[i], display_width(visible(line)));
    }
  }
  const auto total = [&] { return std::accumulate(widths.begin(), widths.end(), kGap * (widths.size() - 1)); };
  while (width != 0 && !widths.empty() && total() > width) {
    const auto widest = std::ranges::max_element(widths);
    if (*widest <= kNarrow) break;
    --*widest;
  }
  return widths;
}

std::string format_row(const std::vector<std::string>& row, const std::vector<std::size_t>& widths) {
  std::vector<Cell> cells;
  std::size_t height = 1;
  for (std::size_t i = 0; i < widths.size(); ++i) {
    cells.push_back(cell_lines(i < row.size() ? row[i] : std::string(), widths[i]));
    height = std::max(height, cells.back().size());
  }
  std::string text;
  for (std::size_t line = 0; line < height; ++line) {
    std::string out;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const std::string part = line < cells[i].size() ? cells[i][line] : std::string();
      out += part + std::string(widths[i] + kGap - std::min(widths[i], display_width(part)), ' ');
    }
    out.erase(out.find_last_not_of(' ') + 1);
    text += out + "\n";
  }
  return text;
}

}  // namespace

std::string visible(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = character_length(text.substr(at));
    const char32_t code = length == 0 ? 0 : decode(text.substr(at, length));
    // C1 controls (U+0080 to U+009F) steer some terminals too.
    if (code < 0x20 || (code >= 0x7F && code < 0xA0)) {
      for (std::size_t i = 0; i < std::max<std::size_t>(1, length); ++i) out += escape(static_cast<unsigned char>(text[at + i]));
    } else {
      out += text.substr(at, length);
    }
    at += std::max<std::size_t>(1, length);
  }
  return out;
}

std::size_t display_width(std::string_view text) {
  const std::string shown = visible(text);
  std::size_t width = 0;
  for (std::string_view rest = shown; !rest.empty();) {
    const std::size_t length = character_length(rest);
    width += columns(decode(rest.substr(0, length)));
    rest.remove_prefix(length);
  }
  return width;
}

std::vector<std::string> wrap(std::string_view raw, std::size_t width) {
  std::vector<std::string> lines;
  const std::string text = visible(trim(raw));
  width = std::max<std::size_t>(1, width);
  if (display_width(text) <= width) return text.empty() ? lines : std::vector<std::string>{text};
  std::string line;
  for (std::string_view word : split_words(text)) {
    while (!word.empty()) {
      const std::size_t used = line.empty() ? 0 : display_width(line) + 1;
      if (used + display_width(word) <= width) {
        line += (line.empty() ? "" : " ") + std::string(word);
        break;
      }
      if (!line.empty()) {
        lines.push_back(std::move(line));
        line.clear();
        continue;
      }
      const std::string_view part = take_columns(word, width);
      lines.emplace_back(part);
      word.remove_prefix(part.size());
    }
  }
  if (!line.empty()) lines.push_back(std::move(line));
  return lines;
}

std::string format_table(const Table& table, std::size_t width) {
  const auto widths = column_widths(table, width);
  std::string text = format_row(table.header, widths);
  const std::size_t ruler = std::accumulate(widths.begin(), widths.end(), widths.empty() ? 0 : kGap * (widths.size() - 1));
  for (std::size_t i = 0; i < ruler; ++i) text += "─";
  text += "\n";
  for (const auto& row : table.rows) text += format_row(row, widths);
  return text;
}

}  // namespace drawbridge::cli
