#include "access/password.h"

#include <argon2.h>
#include <crypt.h>

#include <memory>

#include "access/keyed_hash.h"
#include "base/text.h"

namespace drawbridge::access {
namespace {

constexpr std::size_t kHashBytes = 32;
constexpr std::uint32_t kMostMemory = std::uint32_t{1} << 20U;  ///< KiB
constexpr std::uint32_t kMostPasses = 64;
/// A password that is tried; longer ones are none, and would only cost time.
constexpr std::size_t kLongestTried = 1024;

/// The number behind "m=" or "t=" of an encoded hash.
std::uint32_t parameter_of(std::string_view hash, std::string_view name) {
  for (const std::string_view part : split(hash, '$'))
    for (const std::string_view pair : split(part, ','))
      if (pair.starts_with(name)) return parse_number<std::uint32_t>(pair.substr(name.size())).value_or(UINT32_MAX);
  return UINT32_MAX;
}

bool is_argon_password(const std::string& hash, std::string_view password) {
  if (parameter_of(hash, "m=") > kMostMemory || parameter_of(hash, "t=") > kMostPasses) return false;
  return argon2id_verify(hash.c_str(), password.data(), password.size()) == ARGON2_OK;
}

bool is_crypt_password(const std::string& hash, const std::string& password) {
  // A star or an exclamation mark locks an account; a text without '$' would be DES, which is as good as none.
  if (!hash.starts_with('$') || password.contains('\0')) return false;
  const auto data = std::make_unique<crypt_data>();
  const char* again = crypt_r(password.c_str(), hash.c_str(), data.get());
  return again != nullptr && again[0] != '*' && is_same_secret(again, hash);
}

}  // namespace

Result<void> check_new_password(std::string_view password) {
  if (password.size() < kShortestPassword || password.size() > kLongestPassword)
    return fail(Errc::invalid_input, "a password has 8 to 64 characters", {}, "several words make a good one");
  if (has_control_character(password)) return fail(Errc::invalid_input, "a password has no control characters", {}, "type it anew");
  return {};
}

Result<std::string> hash_password(std::string_view password, std::string_view salt, PasswordCost cost) {
  std::string encoded(argon2_encodedlen(cost.passes, cost.memory_kib, 1, static_cast<std::uint32_t>(salt.size()), kHashBytes, Argon2_id),
                      '\0');
  const int failed = argon2id_hash_encoded(cost.passes, cost.memory_kib, 1, password.data(), password.size(), salt.data(), salt.size(),
                                           kHashBytes, encoded.data(), encoded.size());
  if (failed != ARGON2_OK) return fail(Errc::unavailable, std::string("the password can't be hashed: ") + argon2_error_message(failed));
  encoded.resize(encoded.find('\0'));
  return encoded;
}

bool is_password(std::string_view hash, std::string_view password) {
  if (password.size() > kLongestTried || hash.contains('\0')) return false;
  const std::string text(hash);
  return text.starts_with("$argon2id$") ? is_argon_password(text, password) : is_crypt_password(text, std::string(password));
}

}  // namespace drawbridge::access
