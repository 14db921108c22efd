// Digests of files, to detect concurrent edits.
#pragma once

#include <string>
#include <string_view>

namespace drawbridge {

/// SHA-256 of the bytes, 64 lower-case hex digits.
std::string sha256_hex(std::string_view bytes);

}  // namespace drawbridge
