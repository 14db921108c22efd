// The encodings of keys, codes and signatures: hex, base64 (RFC 4648, 4), base32 (RFC 4648, 6), percent (RFC 3986).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace drawbridge::access {

/// Lower case.
std::string to_hex(std::string_view bytes);
std::optional<std::string> from_hex(std::string_view text);

/// With padding; reading takes it with or without.
std::string to_base64(std::string_view bytes);
std::optional<std::string> from_base64(std::string_view text);

/// Upper case, without padding, as authenticator apps show it. Reading takes lower case and blanks as well.
std::string to_base32(std::string_view bytes);
std::optional<std::string> from_base32(std::string_view text);

/// All but letters, digits and "-._~" as %XX, upper case.
std::string percent_encode(std::string_view text);
/// nullopt if a '%' is not followed by two hex digits.
std::optional<std::string> percent_decode(std::string_view text);

}  // namespace drawbridge::access
