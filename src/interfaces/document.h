// The lossless document: an interfaces file as a list of lines that keep every byte, each with what it means. parse then print
// gives back the same bytes for any input whatever; an edit touches only its own lines.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "base/result.h"

namespace drawbridge::interfaces {

enum class LineKind : std::uint8_t {
  blank,
  comment,       ///< first non-blank is '#'
  allow,         ///< auto, allow-*
  iface,
  source,        ///< source, source-directory
  mapping,       ///< mapping and, until the next statement, its body
  option,        ///< inside a stanza
  other,         ///< anything else: kept, reported
};

/// One logical line: a physical line and the continuation lines that a backslash at its end joins to it.
struct Line {
  LineKind kind = LineKind::other;
  std::string bytes;         ///< exactly as in the file, line ends included
  std::uint32_t number = 1;  ///< of the first physical line
  std::string word;          ///< first word ("iface", "bridge-ports"); empty for blank and comment
  std::string rest;          ///< the other words, continuation joined by one space, outer blanks removed
  std::optional<std::size_t> stanza;  ///< index of the iface line this option or comment belongs to
  bool operator==(const Line&) const = default;
};

struct Document {
  std::string path;
  std::vector<Line> lines;
  Diagnostics diagnostics;  ///< unknown keyword, option without value…
};

Document parse(std::string_view bytes, std::string path);
std::string print(const Document& document);

}  // namespace drawbridge::interfaces
