// The lossless document: an interfaces file as a list of lines that keep every byte, each with what it means. parse then print
// gives back the same bytes for any input whatever; an edit (edit.h) touches only its own lines.
//
// The grammar is the union of what the familiar readers of this file accept; docs/interfaces-file.md is its description.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/address.h"
#include "base/diagnostic.h"
#include "base/result.h"

namespace drawbridge::interfaces {

enum class LineKind : std::uint8_t {
  blank,
  comment,  ///< first non-blank is '#'
  allow,    ///< auto, allow-*
  iface,    ///< also with a header that parse_header refuses: its options stay its own
  source,   ///< source, source-directory
  mapping,  ///< mapping and the lines of its body, script and map
  vlan,     ///< vlan (attributes of a bridge's VLAN) and, until the next statement, its body
  option,   ///< inside a stanza
  other,    ///< anything else: kept, reported
};

/// One logical line: a physical line and the continuation lines that a backslash at its end joins to it. Comments don't continue.
struct Line {
  LineKind kind = LineKind::other;
  std::string bytes;              ///< exactly as in the file, line ends included
  std::uint32_t number = 1;       ///< of the first physical line
  std::uint32_t column = 1;       ///< of the word, in the physical line `word_number`; for a comment, of its '#'
  std::uint32_t word_number = 1;  ///< the physical line of the word: `number`, unless the line starts with a lone backslash
  std::uint32_t rest_number = 1;  ///< physical line and column where `rest` begins (where it would, if it is empty)
  std::uint32_t rest_column = 1;
  std::string word;  ///< first word ("iface", "bridge-ports"); empty for blank and comment
  std::string rest;  ///< the other words, continuation joined by one space, outer blanks removed
  /// The index in Document::lines of the iface line that this option or comment belongs to; for the iface line, its own.
  ///
  /// A stanza's options are all option lines up to the next statement; blank lines don't end it. A comment belongs to the
  /// stanza if one of its options follows, or if no blank line stands between it and the last line of the stanza. So the
  /// comment directly below the options is the stanza's, and a block after a blank line, above the next statement or at the
  /// end of the file, is nobody's: it is likely a title of what follows.
  std::optional<std::size_t> stanza;
  bool operator==(const Line&) const = default;
};

struct Document {
  std::string path;
  std::vector<Line> lines;
  Diagnostics diagnostics;  ///< unknown keyword, option without value…
  bool operator==(const Document&) const = default;
};

/// Time and memory are proportional to the bytes. Never fails; what can't be understood is kept and reported in `diagnostics`,
/// in the order of the lines. An error means that a line has no effect and that this may cut access; a warning, that the line
/// works but is suspicious, or is read differently by other programs.
Document parse(std::string_view bytes, std::string path);
std::string print(const Document& document);

/// What an iface line says.
struct Header {
  std::string name;              ///< as written: "swp[1-4]" is not expanded
  std::optional<Family> family;  ///< nullopt: typeless
  std::string method;            ///< empty if the line has none
  bool operator==(const Header&) const = default;
};

/// Errors: invalid_input if the name is missing or the family is neither inet nor inet6. Words after the method are ignored.
Result<Header> parse_header(const Line& iface, const std::string& path);

/// The class of an allow line: "auto" for auto and allow-auto, "hotplug" for allow-hotplug, and so on.
std::string_view allow_class(const Line& allow);

/// Option names are the same whatever their separators: "bridge_ports" is "bridge-ports".
bool same_option(std::string_view a, std::string_view b);

/// The text of a comment line after '#', blanks at its end removed.
std::string_view comment_text(const Line& comment);

/// The comment lines directly above line `index` (no blank line between), topmost first, as indices.
std::vector<std::size_t> comments_above(const Document& document, std::size_t index);

}  // namespace drawbridge::interfaces
