// JSON as people see it: where in the text a value stands, and a layout in which short things stay on one line. Parsing itself
// is Boost.JSON's.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/source_location.h"

namespace drawbridge {

/// A step into a JSON document: a member's name or an element's position.
using JsonStep = std::variant<std::string, std::size_t>;
using JsonPath = std::vector<JsonStep>;

/// "links[3].mtu"; empty for the document itself.
std::string format_json_path(const JsonPath& path);

/// Where the value at `path` begins. `text` must be valid JSON; if the path leads nowhere, the last value on the way that exists.
SourceLocation locate_json(std::string_view text, const JsonPath& path, std::string file);

/// Line and column of a byte offset.
SourceLocation locate_offset(std::string_view text, std::size_t offset, std::string file);

/// Lays out compact valid JSON: a value that fits into `width` columns stays on its line, a longer one gets a line per member,
/// indented by two. Ends with a newline. Nothing but white space outside strings is changed.
std::string indent_json(std::string_view compact, std::size_t width = 140);

}  // namespace drawbridge
