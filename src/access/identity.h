// Who asks: a user, or one of a user's API tokens. Names are as in the familiar files: "anna@pve", "anna@pve!backup".
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace drawbridge::access {

/// The user that may do everything, and that every installation has.
inline constexpr std::string_view kRoot = "root@pam";

/// A user ("name@realm"), and the token's id if it is a token that asks.
struct Identity {
  std::string user;
  std::string token;  ///< empty: the user himself
  auto operator<=>(const Identity&) const = default;

  /// The user root@pam himself: no check holds him. A token of his is held to its own rights.
  bool is_root() const { return user == kRoot && token.empty(); }
};

/// "anna@pve" or "anna@pve!backup".
std::string format_identity(const Identity& identity);
/// The same back; nullopt for what is neither.
std::optional<Identity> parse_identity(std::string_view text);

/// "name@realm": the name is without white space, ':' and '/', the realm as is_realm says; at most 64 bytes.
bool is_user_id(std::string_view text);
/// A letter, then letters, digits, '.', '-', '_'; two characters at least. The same form as a token's id.
bool is_realm(std::string_view text);
/// What groups, roles and pools may be called: letters, digits, '.', '-', '_'.
bool is_access_name(std::string_view text);

/// The parts of a user id; the realm is what follows the last '@'.
std::string_view name_of(std::string_view user);
std::string_view realm_of(std::string_view user);

}  // namespace drawbridge::access
