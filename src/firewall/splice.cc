#include "firewall/splice.h"

#include <algorithm>

#include "base/text.h"

namespace drawbridge::firewall {

void Splice::rewrite_line(std::size_t line, std::string text) {
  const std::string_view whole = document_.text_of(document_.lines[line]);
  const std::string_view old = trim(whole);
  const auto begin = static_cast<std::size_t>(old.data() - document_.bytes.data());
  if (old != text) replace(begin, begin + old.size(), std::move(text));
}

void Splice::delete_line(std::size_t line) { replace(document_.lines[line].begin, document_.lines[line].end, ""); }

void Splice::insert_line(std::size_t line, const std::string& text) {
  if (line < document_.lines.size()) {
    // Behind a byte order mark, not before it.
    const auto begin = static_cast<std::size_t>(document_.text_of(document_.lines[line]).data() - document_.bytes.data());
    return replace(begin, begin, text + "\n");
  }
  const std::size_t end = document_.bytes.size();
  const bool open = end > 0 && document_.bytes.back() != '\n';
  const bool first = std::ranges::none_of(pieces_, [&](const Piece& piece) { return piece.begin == end; });
  replace(end, end, (open && first ? "\n" : "") + text + "\n");
}

Document Splice::apply() && {
  std::ranges::stable_sort(pieces_, {}, &Piece::begin);
  std::string bytes;
  std::size_t at = 0;
  for (const Piece& piece : pieces_) {
    bytes.append(document_.bytes, at, piece.begin - at);
    bytes += piece.text;
    at = std::max(at, piece.end);
  }
  bytes.append(document_.bytes, at);
  return parse_document(std::move(bytes), *document_.path, document_.level);
}

}  // namespace drawbridge::firewall
