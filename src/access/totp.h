// Time-based one-time passwords (RFC 6238), and the addresses that authenticator apps read ("otpauth://totp/…").
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "access/keyed_hash.h"
#include "access/users.h"

namespace drawbridge::access {

struct Totp {
  std::string secret = {};  ///< bytes
  HashKind hash = HashKind::sha1;
  unsigned digits = 6;   ///< 6 to 8
  unsigned period = 30;  ///< seconds, 10 to 300
  std::string issuer = {};
  std::string account = {};
  bool operator==(const Totp&) const = default;
};

/// Errors: invalid_input.
Result<Totp> parse_totp(std::string_view address);
std::string format_totp(const Totp& totp);

/// The code of the time step `counter`.
std::string totp_code(const Totp& totp, std::uint64_t counter);

/// The step that the code is of: this one, the one before or the one after, and none that is not after `last_used`. nullopt: it is
/// wrong, or has been used.
std::optional<std::uint64_t> match_totp(const Totp& totp, std::string_view code, UnixTime now, std::optional<std::uint64_t> last_used);

}  // namespace drawbridge::access
