// The encodings of keys, codes and signatures: hex, base64 (RFC 4648, 4), base32 (RFC 4648, 6).
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

}  // namespace drawbridge::access
