#include "access/secret_lines.h"

#include <algorithm>
#include <utility>

#include "access/encoding.h"
#include "access/keyed_hash.h"
#include "base/text.h"

namespace drawbridge::access {
namespace {

/// The file's format: what parts a name from its secret.
constexpr char kShadow = ':';
constexpr char kTokens = ' ';

bool is_line_of(std::string_view line, std::string_view name, char separator) {
  return line.size() > name.size() && line.starts_with(name) && line[name.size()] == separator;
}

std::optional<std::string> find(std::string_view bytes, std::string_view name, char separator) {
  for (const std::string_view line : split(bytes, '\n')) {
    if (!is_line_of(line, name, separator)) continue;
    const auto rest = line.substr(name.size() + 1);
    const auto secret = trim(rest.substr(0, rest.find(separator)));
    if (!secret.empty()) return std::string(secret);
  }
  return std::nullopt;
}

/// Without the lines of that name; with `line` at the place of the first, or at the end.
std::string replace(std::string_view bytes, std::string_view name, char separator, std::string line) {
  std::string result;
  while (!bytes.empty()) {
    const auto end = std::min(bytes.find('\n'), bytes.size() - 1);
    const auto old = bytes.substr(0, end + 1);
    bytes.remove_prefix(end + 1);
    if (is_line_of(old, name, separator)) {
      result += std::exchange(line, "");
    } else {
      result += old;
      if (!old.ends_with('\n')) result += '\n';
    }
  }
  return result + line;
}

}  // namespace

std::optional<std::string> find_password_hash(std::string_view shadow, std::string_view name) { return find(shadow, name, kShadow); }

std::string put_password_hash(std::string_view shadow, std::string_view name, std::string_view hash) {
  return replace(shadow, name, kShadow, std::string(name) + ":" + std::string(hash) + ":\n");
}

std::string remove_password_hash(std::string_view shadow, std::string_view name) { return replace(shadow, name, kShadow, ""); }

std::optional<std::string> find_token_secret(std::string_view tokens, const Identity& token) {
  return find(tokens, format_identity(token), kTokens);
}

std::string put_token_secret(std::string_view tokens, const Identity& token, std::string_view secret) {
  const std::string name = format_identity(token);
  return replace(tokens, name, kTokens, name + " " + std::string(secret) + "\n");
}

std::string remove_token_secret(std::string_view tokens, const Identity& token) {
  return replace(tokens, format_identity(token), kTokens, "");
}

std::string format_token_secret(std::string_view random) {
  std::string bytes(random);
  bytes.resize(16);
  bytes[6] = static_cast<char>((static_cast<unsigned char>(bytes[6]) & 0x0fU) | 0x40U);
  bytes[8] = static_cast<char>((static_cast<unsigned char>(bytes[8]) & 0x3fU) | 0x80U);
  std::string text = to_hex(bytes);
  for (const std::size_t place : {20U, 16U, 12U, 8U}) text.insert(place, "-");
  return text;
}

std::optional<TokenClaim> parse_token_claim(std::string_view authorization) {
  constexpr std::string_view kScheme = "PVEAPIToken=";
  if (!authorization.starts_with(kScheme)) return std::nullopt;
  authorization.remove_prefix(kScheme.size());
  const auto equals = authorization.rfind('=');
  if (equals == std::string_view::npos || equals + 1 == authorization.size()) return std::nullopt;
  auto token = parse_identity(authorization.substr(0, equals));
  if (!token || token->token.empty()) return std::nullopt;
  return TokenClaim{std::move(*token), std::string(authorization.substr(equals + 1))};
}

bool is_token_secret(std::string_view tokens, const TokenClaim& claim) {
  const auto secret = find_token_secret(tokens, claim.token);
  return secret && is_same_secret(*secret, claim.secret);
}

}  // namespace drawbridge::access
