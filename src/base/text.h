// The handful of string operations that every parser needs, over views, without locale.
#pragma once

#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drawbridge {

/// Space, tab, vertical tab, form feed, carriage return: what separates words inside a line.
constexpr bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\v' || c == '\f' || c == '\r'; }

std::string_view trim(std::string_view text);
/// Words separated by any run of blanks; never yields an empty word.
std::vector<std::string_view> split_words(std::string_view text);
/// Words separated by blanks, commas or semicolons, the list separators of the REST API.
std::vector<std::string_view> split_list(std::string_view text);
std::vector<std::string_view> split(std::string_view text, char separator);
std::string to_lower(std::string_view text);
std::string replace_all(std::string_view text, char from, char to);
std::string join(const std::vector<std::string>& words, std::string_view separator);

/// A whole text as an unsigned decimal number: digits only, in range of T.
template <class T>
std::optional<T> parse_number(std::string_view text) {
  T value{};
  const auto [stop, error] = std::from_chars(text.begin(), text.end(), value);
  if (text.empty() || error != std::errc{} || stop != text.end() || text.front() == '-') return std::nullopt;
  return value;
}

/// Text made safe for a message: control characters and bytes that are not UTF-8 become \xNN, long texts are cut with "…".
std::string printable(std::string_view text, std::size_t most = 80);
/// True if the bytes are well-formed UTF-8 (RFC 3629).
bool is_utf8(std::string_view bytes);
/// True if a byte below 0x20 or 0x7F occurs.
bool has_control_character(std::string_view text);

/// The candidate nearest to `word` by edit distance, if it is near enough to be a slip of the finger; for "did you mean".
std::optional<std::string> nearest(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace drawbridge
