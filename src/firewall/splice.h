// Edits of a document as pieces of its bytes that are replaced; all others stay.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "firewall/document.h"

namespace drawbridge::firewall {

class Splice {
 public:
  explicit Splice(const Document& document) : document_(document) {}

  /// Bytes begin to end (of the document) become the text. Pieces must not overlap; of insertions at one place the first comes first.
  void replace(std::size_t begin, std::size_t end, std::string text) { pieces_.push_back({begin, end, std::move(text)}); }
  /// The text of the line, its blanks and end aside, becomes another.
  void rewrite_line(std::size_t line, std::string text);
  void delete_line(std::size_t line);
  /// A new line, written with its end, before the line of that index; behind the last if there is none.
  void insert_line(std::size_t line, const std::string& text);

  bool empty() const { return pieces_.empty(); }
  Document apply() &&;

 private:
  struct Piece {
    std::size_t begin;
    std::size_t end;
    std::string text;
  };

  const Document& document_;
  std::vector<Piece> pieces_;
};

}  // namespace drawbridge::firewall
