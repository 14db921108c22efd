#include "access/user_fields.h"

#include <algorithm>

#include "base/text.h"

namespace drawbridge::access {
namespace {

namespace json = boost::json;

std::unexpected<Error> wrong(std::string_view key, const std::string& what, const std::string& hint) {
  return fail(Errc::invalid_input, std::string(key) + ": " + what, {}, hint);
}

Result<void> set_text(std::string& text, std::string_view key, std::string_view value, std::size_t longest) {
  if (value.size() > longest) return wrong(key, "it is too long", "at most " + std::to_string(longest) + " bytes");
  if (!is_utf8(value) || value.contains('\0')) return wrong(key, "this is no text", "write UTF-8");
  text = value;
  return {};
}

Result<void> set_switch(bool& flag, std::string_view key, std::string_view value) {
  if (value != "0" && value != "1") return wrong(key, "'" + printable(value, 20) + "' is neither 0 nor 1", "write 1 for yes");
  flag = value == "1";
  return {};
}

Result<void> set_time(UnixTime& time, std::string_view key, std::string_view value) {
  const auto seconds = value.empty() ? std::optional<UnixTime>(0) : parse_number<UnixTime>(value);
  if (!seconds) return wrong(key, "'" + printable(value, 20) + "' is no time", "seconds since 1970, 0 for never: date -d 2030-01-31 +%s");
  time = *seconds;
  return {};
}

/// A name, an '@', a host: no more is asked, since mail decides by itself.
bool is_email(std::string_view text) {
  const auto at = text.rfind('@');
  return at != std::string_view::npos && at > 0 && at + 1 < text.size() && is_utf8(text) && !has_control_character(text) &&
         std::ranges::none_of(text, [](char c) { return is_blank(c) || c == ':' || c == '%'; });
}

bool is_keys(std::string_view text) {
  return std::ranges::all_of(
      text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '!' || c == '='; });
}

void add_text(json::object& object, std::string_view key, const std::string& text) {
  if (!text.empty()) object[key] = printable(text, text.size() * 4);
}

/// The members that lists and single objects have in common.
json::object basic_fields(const User& user) {
  json::object object{{"enable", user.enabled ? 1 : 0}, {"expire", user.expire}};
  add_text(object, "firstname", user.first_name);
  add_text(object, "lastname", user.last_name);
  add_text(object, "email", user.email);
  add_text(object, "comment", user.comment);
  add_text(object, "keys", user.keys);
  return object;
}

std::vector<std::string> groups_of(const Users& users, const std::string& user) {
  std::vector<std::string> groups;
  for (const auto& [name, group] : users.groups)
    if (group.members.contains(user)) groups.push_back(name);
  return groups;
}

void add_grants(json::array& list, const std::string& path, std::string_view type,
                const std::map<std::string, RoleGrants, std::less<>>& members) {
  for (const auto& [member, grants] : members)
    for (const auto& [role, propagates] : grants)
      list.push_back(json::object{{"path", path}, {"type", type}, {"ugid", member}, {"roleid", role}, {"propagate", propagates ? 1 : 0}});
}

}  // namespace

Result<void> set_user_field(User& user, std::string_view key, std::string_view value) {
  constexpr std::size_t kLongestName = 1024;
  if (key == "enable") return set_switch(user.enabled, key, value);
  if (key == "expire") return set_time(user.expire, key, value);
  if (key == "firstname") return set_text(user.first_name, key, value, kLongestName);
  if (key == "lastname") return set_text(user.last_name, key, value, kLongestName);
  if (key == "comment") return set_text(user.comment, key, value, 2 * kLongestName);
  if (key == "email") {
    if (!value.empty() && !is_email(value)) return wrong(key, "'" + printable(value, 40) + "' is no address", "write name@host");
    return set_text(user.email, key, value, 254);
  }
  if (key == "keys") {
    if (!is_keys(value)) return wrong(key, "letters and digits only", "second factors are set with \"user totp\"");
    return set_text(user.keys, key, value, 4096);
  }
  return wrong(key, "users have no such field", "enable, expire, firstname, lastname, email, comment, groups");
}

Result<void> set_token_field(Token& token, std::string_view key, std::string_view value) {
  if (key == "expire") return set_time(token.expire, key, value);
  if (key == "privsep") return set_switch(token.separated, key, value);
  if (key == "comment") return set_text(token.comment, key, value, 2048);
  return wrong(key, "tokens have no such field", "expire, privsep, comment");
}

Result<Privileges> read_privileges(std::string_view list) {
  Privileges all;
  for (const std::string_view name : split_list(list)) {
    const auto known = privilege(name);
    if (!known) {
      const auto near = nearest(name, privilege_names(all_privileges()));
      return wrong("privs", "there is no privilege '" + printable(name, 40) + "'",
                   near ? "did you mean " + *near + "?" : "\"role show Administrator\" names them");
    }
    all |= *known;
  }
  return all;
}

json::object user_item(const Users& users, const User& user, bool full) {
  json::object object{{"userid", user.id}, {"realm-type", realm_of(user.id)}};
  for (auto& [key, value] : basic_fields(user)) object[key] = value;
  if (!full) return object;
  object["groups"] = join(groups_of(users, user.id), ",");
  object["tokens"] = token_list(users, user.id);
  return object;
}

json::object user_object(const Users& users, const User& user) {
  json::object object = basic_fields(user);
  json::array groups;
  for (const std::string& group : groups_of(users, user.id)) groups.emplace_back(group);
  json::object tokens;
  for (const auto& [id, token] : users.tokens)
    if (id.user == user.id) tokens[id.token] = token_object(token);
  object["groups"] = std::move(groups);
  object["tokens"] = std::move(tokens);
  return object;
}

json::object token_object(const Token& token) {
  json::object object{{"expire", token.expire}, {"privsep", token.separated ? 1 : 0}};
  add_text(object, "comment", token.comment);
  return object;
}

json::array token_list(const Users& users, std::string_view user) {
  json::array list;
  for (const auto& [id, token] : users.tokens) {
    if (id.user != user) continue;
    json::object object{{"tokenid", id.token}};
    for (auto& [key, value] : token_object(token)) object[key] = value;
    list.push_back(std::move(object));
  }
  return list;
}

json::object group_item(const std::string& name, const Group& group) {
  json::object object{{"groupid", name}, {"users", join({group.members.begin(), group.members.end()}, ",")}};
  object["comment"] = printable(group.comment, 8192);
  return object;
}

json::object group_object(const Group& group) {
  json::object object{{"members", json::array(group.members.begin(), group.members.end())}};
  add_text(object, "comment", group.comment);
  return object;
}

json::array role_list(const Users& users) {
  json::array list;
  for (const auto& [name, privileges] : users.roles)
    list.push_back(json::object{
        {"roleid", name}, {"privs", join(privilege_names(privileges), ",")}, {"special", built_in_roles().contains(name) ? 1 : 0}});
  return list;
}

json::object role_object(Privileges privileges) {
  json::object object;
  for (const std::string& name : privilege_names(privileges)) object[name] = 1;
  return object;
}

json::array acl_list(const Users& users, const std::function<bool(std::string_view)>& shows) {
  json::array list;
  for (const auto& [path, node] : users.acl) {
    if (!shows(path)) continue;
    add_grants(list, path, "user", node.users);
    add_grants(list, path, "group", node.groups);
    add_grants(list, path, "token", node.tokens);
  }
  return list;
}

json::object permissions_object(const Permissions& permissions) {
  json::object object;
  for (const std::string& name : privilege_names(permissions.held)) object[name] = permissions.propagated.has(*privilege(name)) ? 1 : 0;
  return object;
}

json::array factor_list(const SecondFactors& factors, std::string_view user) {
  json::array list;
  for (const Factor& factor : factors.factors(user))
    list.push_back(json::object{{"id", factor.id},
                                {"type", factor.type},
                                {"description", printable(factor.description, 1020)},
                                {"created", factor.created},
                                {"enable", factor.enabled}});
  return list;
}

std::string without_secrets(std::string_view diff) {
  constexpr std::size_t kKeys = 8;  // user:ID:ENABLE:EXPIRE:FIRST:LAST:EMAIL:COMMENT:KEYS:
  std::vector<std::string> lines;
  for (const std::string_view line : split(diff, '\n')) {
    auto fields = split(line, ':');
    // A file that others wrote may have blanks around the word.
    const bool is_user = !line.empty() && (line[0] == '+' || line[0] == '-' || line[0] == ' ') && trim(fields.front().substr(1)) == "user";
    if (is_user && fields.size() > kKeys && !trim(fields[kKeys]).empty()) fields[kKeys] = "(secret)";
    lines.push_back(join({fields.begin(), fields.end()}, ":"));
  }
  return join(lines, "\n");
}

}  // namespace drawbridge::access
