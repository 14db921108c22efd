// Keyed hashes (HMAC, RFC 2104) and comparing without telling where two texts differ.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace drawbridge::access {

enum class HashKind : std::uint8_t { sha1, sha256, sha512 };

/// Bytes, not text.
std::string keyed_hash(HashKind kind, std::string_view key, std::string_view data);

/// Takes the same time wherever they differ; of different lengths they are told apart at once.
bool is_same_secret(std::string_view a, std::string_view b);

}  // namespace drawbridge::access
