// Percent-encoding (RFC 3986, 2.1), and the same notation in configuration files.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace drawbridge {

/// "%2F", upper case as the RFC wants it.
std::string percent_of(char byte);

/// All but letters, digits and -._~ is encoded.
std::string encode_percent(std::string_view text);
/// For files, which have marks of their own: `stays` tells of a place in the text whether its byte stands for itself.
template <class Stays>
std::string encode_percent_unless(std::string_view text, Stays stays) {
  std::string encoded;
  encoded.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) encoded += stays(at) ? std::string(1, text[at]) : percent_of(text[at]);
  return encoded;
}
/// What needs no encoding in a line of a file: printable ASCII but the mark itself.
constexpr bool is_plain_in_line(char c) { return c >= 0x20 && c <= 0x7e && c != '%'; }

/// nullopt: a '%' that no two hexadecimal digits follow. A decoded NUL or slash is given as it is: the caller must mind.
std::optional<std::string> decode_percent(std::string_view text);
/// The same for form data and queries, where '+' is a space.
std::optional<std::string> decode_percent_of_form(std::string_view text);
/// Never fails: a '%' that no two hexadecimal digits follow stands for itself.
std::string decode_percent_if_any(std::string_view text);

}  // namespace drawbridge
