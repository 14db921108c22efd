// Second factors (etc/pve/priv/tfa.cfg): one-time passwords of an authenticator app, and recovery codes. Other kinds that the file may
// hold (WebAuthn, U2F, Yubico) are kept and listed, and nobody gets in by them here.
//
//   {"users": {"anna@pve": {"totp": [{"id","description","created","enable","entry": "otpauth://…"}],
//                           "recovery": {"secret": HEX, "created", "entries": [HASH or null]}, "totp-locked": true}}}
//
// Which codes have been used is not in there but in a file of our own (UsedCodes): others would not keep it.
#pragma once

#include <boost/json/object.hpp>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/totp.h"
#include "access/users.h"

namespace drawbridge::access {

struct Factor {
  std::string id;
  std::string type;  ///< "totp", "recovery", "webauthn", "u2f", "yubico"
  std::string description;
  UnixTime created = 0;
  bool enabled = true;
  bool operator==(const Factor&) const = default;
};

/// The last time step of each one-time password, and wrong codes in a row, by user. As JSON: {"anna@pve": {"failures": 2, "steps": {ID:
/// 7}}}.
struct UsedCodes {
  struct OfUser {
    unsigned failures = 0;
    std::map<std::string, std::uint64_t, std::less<>> steps;
    bool operator==(const OfUser&) const = default;
  };
  std::map<std::string, OfUser, std::less<>> users;
  bool operator==(const UsedCodes&) const = default;

  /// A text that is none is one of nobody: the file is ours, and only keeps codes from being used twice.
  static UsedCodes parse(std::string_view text);
  std::string format() const;
};

/// After so many wrong codes in a row only a recovery code helps, or an administrator.
inline constexpr unsigned kMostWrongCodes = 8;
inline constexpr std::size_t kRecoveryCodes = 10;

class SecondFactors {
 public:
  SecondFactors() = default;
  /// Errors: invalid_input. A file that can't be read must let nobody in who has a second factor: callers refuse.
  static Result<SecondFactors> parse(std::string_view text, const std::string& path);
  std::string format() const;

  std::vector<std::string> users() const;
  std::vector<Factor> factors(std::string_view user) const;
  /// He has one that is switched on, of whatever kind: the password alone is not enough.
  bool is_needed(std::string_view user) const;
  bool is_locked(std::string_view user) const;
  void unlock(std::string_view user);

  /// What can be answered: {"totp": true, "recovery": [0, 1]}.
  std::string challenge(std::string_view user) const;

  void add_totp(std::string_view user, const Factor& factor, const Totp& totp);
  /// Description or enabled. False: there is none of that id.
  bool change(std::string_view user, const Factor& factor);
  /// False: there is none of that id. The id of recovery codes is "recovery".
  bool remove(std::string_view user, std::string_view id);
  void remove_user(std::string_view user);
  /// New recovery codes in place of older ones; `key`: 8 random bytes or more. Only their hashes are kept.
  void set_recovery(std::string_view user, const std::vector<std::string>& codes, std::string_view key, UnixTime now);
  /// Positions of codes that have not been used.
  std::vector<std::size_t> recovery_left(std::string_view user) const;

  /// The answer to a challenge, "totp:123456" or "recovery:CODE", or the code alone. A code is used up. Errors: denied. Both this and
  /// `used` have changed then, also with an error.
  Result<void> answer(std::string_view user, std::string_view response, UsedCodes& used, UnixTime now);

 private:
  Result<void> answer_totp(std::string_view user, std::string_view code, UsedCodes::OfUser& used, UnixTime now);
  Result<void> answer_recovery(std::string_view user, std::string_view code, UsedCodes::OfUser& used);
  const boost::json::object* find(std::string_view user) const;
  boost::json::object& make(std::string_view user);

  boost::json::object root_;
};

/// "xxxx-xxxx-xxxx-xxxx" of 8 random bytes.
std::string format_recovery_code(std::string_view random);

}  // namespace drawbridge::access
