// Percent-encoding (RFC 3986, 2.1).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace drawbridge::http {

/// nullopt: a '%' that no two hexadecimal digits follow. A decoded NUL or slash is given as it is: the caller must mind.
std::optional<std::string> decode_percent(std::string_view text);
/// The same for form data and queries, where '+' is a space.
std::optional<std::string> decode_form(std::string_view text);
/// All but letters, digits and -._~ is encoded.
std::string encode_percent(std::string_view text);

}  // namespace drawbridge::http
