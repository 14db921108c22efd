// The named forms of text parameters: what a schema's "format" refers to. Forms that a command checks anyway, and explains better
// (addresses of an interface, cards of a guest), are only named here; what is checked here is what paths and our own files rest on.
#pragma once

#include <string>
#include <string_view>

namespace drawbridge::api {

/// Empty: the text has the form. Else what is wrong, in words: "is no name of a node: letters, digits and -, …".
std::string why_not(std::string_view format, std::string_view text);
/// There is such a form.
bool is_format(std::string_view format);
/// A regular expression for documents; empty if the form has none.
std::string_view pattern_of(std::string_view format);

}  // namespace drawbridge::api
