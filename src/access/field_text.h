// Text in fields of the user configuration file: ':' parts fields, so it stands there as %3A, as do '%', outer blanks, and what is not
// printable ASCII.
#pragma once

#include <string>
#include <string_view>

namespace drawbridge::access {

std::string encode_field(std::string_view text);
/// Never fails: a '%' that no two hex digits follow stands for itself.
std::string decode_field(std::string_view text);

}  // namespace drawbridge::access
