#include "access/field_text.h"

#include "base/percent.h"

namespace drawbridge::access {

std::string encode_field(std::string_view text) {
  return encode_percent_unless(text, [&](std::size_t at) {
    // Readers take blanks off the ends of a field.
    const bool outer_blank = text[at] == ' ' && (at == 0 || at + 1 == text.size());
    return is_plain_in_line(text[at]) && text[at] != ':' && !outer_blank;
  });
}

std::string decode_field(std::string_view text) { return decode_percent_if_any(text); }

}  // namespace drawbridge::access
