// Interfaces as a JSON document: what `ifquery -o json` prints, read back by `-t json`. Pure.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace drawbridge::cli {

/// The document as the text of an interfaces file: a list of {"name", "auto"?, "addr_family"?, "addr_method"?, "config"?: {option: value
/// or list of values}}. Unknown members are passed over.
/// Errors: invalid_input, if it is no such list; `where` has no place, since the document's lines are not the text's.
Result<std::string> interfaces_from_json(std::string_view document);

}  // namespace drawbridge::cli
