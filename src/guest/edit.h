// Edits of a guest's document. Only the lines of the named keys are touched; sections that nobody named stay byte for byte.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "guest/document.h"
#include "guest/nic.h"

namespace drawbridge::guest {

/// Values to set and keys to take out; a key is in one of both. Values have one line, but for "description".
struct Change {
  std::map<std::string, std::string> values;
  std::vector<std::string> removed;
  bool empty() const { return values.empty() && removed.empty(); }
  bool operator==(const Change&) const = default;
};

/// Changes what the guest is. A key that is there keeps its line, a new one stands before the first key that follows it in the
/// alphabet. Setting what is there already changes no byte. What was pending for a key is pending no more.
Document set_current(const Document& document, const Change& change);

/// Changes what the guest shall be at its next start. What is so already needs not be pending; a description never is.
Document set_pending(const Document& document, Kind kind, const Change& change);

/// What was pending is how it is now; the section goes.
Document apply_pending(const Document& document);

/// Nothing is pending for these keys any more.
Document revert_pending(const Document& document, const std::vector<std::string>& keys);

}  // namespace drawbridge::guest
