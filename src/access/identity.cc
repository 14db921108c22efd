#include "access/identity.h"

#include <algorithm>

#include "base/text.h"

namespace drawbridge::access {
namespace {

constexpr std::size_t kLongestUser = 64;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_name_character(char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_'; }

}  // namespace

std::string format_identity(const Identity& identity) {
  return identity.token.empty() ? identity.user : identity.user + "!" + identity.token;
}

std::optional<Identity> parse_identity(std::string_view text) {
  if (is_user_id(text)) return Identity{std::string(text), ""};
  // A name may have a '!' of its own; a realm has none.
  const auto at = text.rfind('@');
  const auto mark = at == std::string_view::npos ? at : text.find('!', at);
  if (mark == std::string_view::npos) return std::nullopt;
  const auto user = text.substr(0, mark);
  const auto token = text.substr(mark + 1);
  if (!is_user_id(user) || !is_realm(token)) return std::nullopt;
  return Identity{std::string(user), std::string(token)};
}

bool is_user_id(std::string_view text) {
  const auto at = text.rfind('@');
  if (at == std::string_view::npos || at == 0 || text.size() > kLongestUser) return false;
  const auto name = text.substr(0, at);
  return is_utf8(name) && !has_control_character(name) &&
         std::ranges::none_of(name, [](char c) { return is_blank(c) || c == ':' || c == '/'; }) && is_realm(text.substr(at + 1));
}

bool is_realm(std::string_view text) { return text.size() >= 2 && is_letter(text.front()) && std::ranges::all_of(text, is_name_character); }

bool is_access_name(std::string_view text) { return !text.empty() && std::ranges::all_of(text, is_name_character); }

std::string_view name_of(std::string_view user) { return user.substr(0, user.rfind('@')); }

std::string_view realm_of(std::string_view user) {
  const auto at = user.rfind('@');
  return at == std::string_view::npos ? std::string_view{} : user.substr(at + 1);
}

}  // namespace drawbridge::access
