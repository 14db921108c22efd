// The two files of secrets that are lists of lines: etc/pve/priv/shadow.cfg ("NAME:HASH:", the users of the realm pve) and
// etc/pve/priv/token.cfg ("anna@pve!backup SECRET"). Edits keep all other lines.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "access/identity.h"

namespace drawbridge::access {

/// The hash of a user's password; `name` without the realm.
std::optional<std::string> find_password_hash(std::string_view shadow, std::string_view name);
std::string put_password_hash(std::string_view shadow, std::string_view name, std::string_view hash);
std::string remove_password_hash(std::string_view shadow, std::string_view name);

std::optional<std::string> find_token_secret(std::string_view tokens, const Identity& token);
std::string put_token_secret(std::string_view tokens, const Identity& token, std::string_view secret);
std::string remove_token_secret(std::string_view tokens, const Identity& token);

/// 16 random bytes as a token's secret: a UUID, version 4.
std::string format_token_secret(std::string_view random);

/// "PVEAPIToken=anna@pve!backup=SECRET", as the header Authorization has it.
struct TokenClaim {
  Identity token;
  std::string secret;
};
std::optional<TokenClaim> parse_token_claim(std::string_view authorization);
/// The secret is that token's.
bool is_token_secret(std::string_view tokens, const TokenClaim& claim);

}  // namespace drawbridge::access
