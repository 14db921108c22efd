// A set of changes to whole lines of a document, carried out together and checked: every other line must keep its bytes and its
// meaning. What all edits are made of.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "interfaces/document.h"

namespace drawbridge::interfaces {

/// Indices are those of the document before the patch. Nothing happens until `apply`.
class Patch {
 public:
  /// The line's new bytes, of which it stays one logical line of the same kind.
  void replace(std::size_t index, std::string bytes) { changes_[index].replacement = std::move(bytes); }
  void remove(std::size_t index) { changes_[index].removed = true; }
  /// A new line above line `index` (or at the end, for the number of lines), below those inserted there before. `bytes` are one
  /// logical line, line end included, which must turn out to be of that kind.
  void insert(std::size_t index, LineKind kind, std::string bytes) { changes_[index].inserted.push_back({kind, std::move(bytes)}); }

  bool is_removed(std::size_t index) const;

  /// Errors: conflict if a line that isn't part of the patch would change its meaning (then `document` is unchanged).
  Result<void> apply(Document& document) const;

 private:
  struct Insertion {
    LineKind kind;
    std::string bytes;
  };
  struct Change {
    std::vector<Insertion> inserted;
    std::string replacement;  ///< empty: none
    bool removed = false;
  };
  std::map<std::size_t, Change> changes_;
};

/// The line end that lines added beside `index` get: that of the line, or of the nearest line above that has one, or below; "\n" by
/// default.
std::string line_end_near(const Document& document, std::size_t index);

/// The line end at the end of the line's bytes: "\n", "\r\n" or "".
std::string_view line_end_of(const Line& line);

}  // namespace drawbridge::interfaces
