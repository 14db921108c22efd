#include "interfaces/edit_check.h"

#include <algorithm>

#include "base/text.h"
#include "interfaces/edit.h"
#include "interfaces/keywords.h"

namespace drawbridge::interfaces {
namespace {

constexpr std::size_t kLongestText = 65536;
constexpr std::size_t kLongestWord = 255;

// U+0080 to U+009F (NEL among them), U+2028 and U+2029: line breaks to some programs.
bool has_unicode_line_break(std::string_view text) {
  for (std::size_t i = 0; i + 1 < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const auto next = static_cast<unsigned char>(text[i + 1]);
    if (byte == 0xC2 && next < 0xA0) return true;
    const auto third = i + 2 < text.size() ? static_cast<unsigned char>(text[i + 2]) : 0U;
    if (byte == 0xE2 && next == 0x80 && (third == 0xA8 || third == 0xA9)) return true;
  }
  return false;
}

Result<void> check_text(std::string_view text, std::string_view what) {
  const std::string subject(what);
  if (text.size() > kLongestText) return fail(Errc::invalid_input, subject + " is longer than 65536 bytes");
  if (has_control_character(text) || has_unicode_line_break(text))
    return fail(Errc::invalid_input, subject + " contains a line break or another control character: '" + printable(text) + "'", {},
                "write it on one line, without control characters");
  if (!is_utf8(text)) return fail(Errc::invalid_input, subject + " is not valid UTF-8: '" + printable(text) + "'");
  if (text.ends_with('\\'))
    return fail(Errc::invalid_input, subject + " ends with a backslash, which would join the next line to it: '" + printable(text) + "'",
                {}, "remove the backslash at the end");
  return {};
}

}  // namespace

Result<void> check_value(std::string_view value) {
  TRY_VOID(check_text(value, "the value"));
  if (trim(value).empty()) return fail(Errc::invalid_input, "the value is empty", {}, "give a value, or delete the option");
  return check_text(trim(value), "the value");
}

Result<void> check_option_name(std::string_view name) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
  };
  if (name.empty() || name.size() > kLongestWord || !std::ranges::all_of(name, allowed))
    return fail(Errc::invalid_input, "'" + printable(name) + "' is not the name of an option", {}, "use letters, digits, '-', '_' and '.'");
  if (statement_kind(name) || is_remark(name))
    return fail(Errc::invalid_input, "'" + std::string(name) + "' begins a statement of its own and can't be an option");
  return {};
}

Result<void> check_word(std::string_view word, std::string_view what) {
  TRY_VOID(check_text(word, what));
  if (word.empty() || word.size() > kLongestWord || std::ranges::any_of(word, is_blank) || word.find('\\') != std::string_view::npos)
    return fail(Errc::invalid_input, std::string(what) + " must be a single word without backslashes: '" + printable(word) + "'");
  return {};
}

Result<void> check_comment(std::string_view text) { return check_text(replace_all(text, '\t', ' '), "the comment"); }

}  // namespace drawbridge::interfaces
