// Hashes of passwords. What is written is Argon2id (RFC 9106); what other programs wrote is read with crypt(3).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace drawbridge::access {

/// What a guess costs. The default takes a tenth of a second or two.
struct PasswordCost {
  std::uint32_t memory_kib = 65536;
  std::uint32_t passes = 3;
};

/// Fewest and most characters of a password that is set.
inline constexpr std::size_t kShortestPassword = 8;
inline constexpr std::size_t kLongestPassword = 64;
/// Errors: invalid_input: too short, too long, or with control characters.
Result<void> check_new_password(std::string_view password);

/// "$argon2id$v=19$m=65536,t=3,p=1$SALT$HASH". `salt`: 16 random bytes. Errors: unavailable without the memory.
Result<std::string> hash_password(std::string_view password, std::string_view salt, PasswordCost cost = {});

/// Takes as long as the hash asks for; a hash that is none, or asks for absurdly much, matches nothing.
bool is_password(std::string_view hash, std::string_view password);

}  // namespace drawbridge::access
