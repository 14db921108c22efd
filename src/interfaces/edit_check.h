// Which texts may be written into the file. A value that could end its line would let whoever sets it add statements, and so
// run commands as root; all edits pass through here.
#pragma once

#include <string_view>

#include "base/result.h"

namespace drawbridge::interfaces {

/// A single word: the name of an interface, a method, a class. No blanks, no backslash.
Result<void> check_word(std::string_view word, std::string_view what);

/// The text of one comment line, after '#'.
Result<void> check_comment(std::string_view text);

}  // namespace drawbridge::interfaces
