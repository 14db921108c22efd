// How the lines of a document are laid out: where the words of a line stand in its bytes, which blanks a new line starts with.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "interfaces/document.h"

namespace drawbridge::interfaces {

/// Half-open range of bytes.
struct Span {
  std::size_t begin = 0;
  std::size_t end = 0;
  bool operator==(const Span&) const = default;
};

/// Where the words of a logical line stand in its bytes; a backslash that continues the line separates words.
std::vector<Span> word_spans(const Line& line);

/// The blanks before the line's first word: spaces and tabs only.
std::string indentation_of(const Line& line);

/// What a new option of the stanza (index of its iface line) is indented by: as its last option, or the nearest option above, or
/// below; a tab if there is none.
std::string option_indentation(const Document& document, std::size_t stanza);

/// The index after the stanza's last option (after its iface line, if it has none).
std::size_t end_of_options(const Document& document, std::size_t stanza);
/// The index after the stanza's last option or comment.
std::size_t end_of_stanza(const Document& document, std::size_t stanza);

/// The bytes of an option or comment line with another value, everything else of it kept.
std::string with_value(const Line& line, std::string_view value);
std::string with_comment(const Line& line, std::string_view text);

/// The lines that speak about the address line at `index` (netmask, broadcast, scope…): those between it and the next address of
/// its stanza. Empty for other options.
std::vector<std::size_t> bound_lines(const Document& document, std::size_t index);

}  // namespace drawbridge::interfaces
