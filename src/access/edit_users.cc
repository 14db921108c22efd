#include "access/edit_users.h"

#include <algorithm>

#include "access/field_text.h"
#include "base/text.h"

namespace drawbridge::access {
namespace {

using Fields = std::vector<std::string>;

std::string_view word_of(UserLineKind kind) {
  switch (kind) {
    case UserLineKind::user: return "user";
    case UserLineKind::token: return "token";
    case UserLineKind::group: return "group";
    case UserLineKind::pool: return "pool";
    case UserLineKind::role: return "role";
    case UserLineKind::acl: return "acl";
    default: return "";
  }
}

/// No value makes a second field or line of itself, whoever has let it come this far.
UserLine make_line(UserLineKind kind, Fields fields) {
  for (std::string& field : fields)
    if (has_control_character(field) || field.contains(':')) field = encode_field(field);
  UserLine line{.kind = kind, .bytes = {}, .fields = std::move(fields)};
  line.bytes = std::string(word_of(kind)) + ":" + join(line.fields, ":") + ":\n";
  return line;
}

/// Numbers count from 1 again, and a last line that something was put behind gets its end.
UserDocument settle(UserDocument document) {
  std::uint32_t number = 0;
  for (UserLine& line : document.lines) {
    line.number = ++number;
    if (number < document.lines.size() && !line.bytes.ends_with('\n')) line.bytes += '\n';
  }
  return document;
}

/// Behind the last line of the same kind; there is none yet: at the end.
void insert(UserDocument& document, UserLine line) {
  const auto last =
      std::find_if(document.lines.rbegin(), document.lines.rend(), [&](const UserLine& each) { return each.kind == line.kind; });
  document.lines.insert(last == document.lines.rend() ? document.lines.end() : last.base(), std::move(line));
}

/// The line takes the place of the last one of its kind and name; others of that name go.
UserDocument put(UserDocument document, UserLine line) {
  const auto is_same = [&](const UserLine& each) { return each.kind == line.kind && each.field(0) == line.field(0); };
  const auto last = std::find_if(document.lines.rbegin(), document.lines.rend(), is_same);
  if (last == document.lines.rend()) {
    insert(document, std::move(line));
    return settle(std::move(document));
  }
  const auto place = static_cast<std::size_t>(last.base() - document.lines.begin()) - 1;
  std::vector<UserLine> lines;
  for (std::size_t i = 0; i < document.lines.size(); ++i)
    if (i == place)
      lines.push_back(std::move(line));
    else if (!(document.lines[i].kind == line.kind && document.lines[i].field(0) == document.lines[place].field(0)))
      lines.push_back(std::move(document.lines[i]));
  document.lines = std::move(lines);
  return settle(std::move(document));
}

/// Takes items out of a list within a line. True: nothing is left of the list.
template <class Unwanted>
bool thin_out(UserLine& line, std::size_t place, const Unwanted& is_unwanted) {
  if (place >= line.fields.size()) return false;
  Fields kept;
  const auto items = split_list(line.fields[place]);
  for (const std::string_view item : items)
    if (!is_unwanted(item)) kept.emplace_back(item);
  if (kept.size() == items.size()) return false;
  Fields fields = line.fields;
  fields[place] = join(kept, ",");
  while (!fields.empty() && fields.back().empty()) fields.pop_back();
  fields.resize(std::max(fields.size(), line.kind == UserLineKind::acl ? std::size_t{4} : std::size_t{3}));
  line = make_line(line.kind, std::move(fields));
  return kept.empty();
}

constexpr std::size_t kAclMembers = 2;
constexpr std::size_t kAclRoles = 3;

template <class Unwanted>
void thin_out_acl(UserDocument& document, std::size_t place, const Unwanted& is_unwanted) {
  std::erase_if(document.lines, [&](UserLine& line) { return line.kind == UserLineKind::acl && thin_out(line, place, is_unwanted); });
}

void remove_lines(UserDocument& document, UserLineKind kind, std::string_view name) {
  std::erase_if(document.lines, [&](const UserLine& line) { return line.kind == kind && line.field(0) == name; });
}

std::string number_text(bool on) { return on ? "1" : "0"; }

}  // namespace

UserDocument put_user(UserDocument document, const User& user) {
  return put(std::move(document),
             make_line(UserLineKind::user, {user.id, number_text(user.enabled), std::to_string(user.expire), encode_field(user.first_name),
                                            encode_field(user.last_name), user.email, encode_field(user.comment), user.keys}));
}

UserDocument remove_user(UserDocument document, std::string_view id) {
  const auto is_his = [&](std::string_view member) {
    const auto identity = parse_identity(member);
    return identity && identity->user == id;
  };
  remove_lines(document, UserLineKind::user, id);
  std::erase_if(document.lines, [&](const UserLine& line) { return line.kind == UserLineKind::token && is_his(line.field(0)); });
  for (UserLine& line : document.lines)
    if (line.kind == UserLineKind::group) thin_out(line, 1, is_his);
  thin_out_acl(document, kAclMembers, is_his);
  return settle(std::move(document));
}

UserDocument put_token(UserDocument document, const Token& token) {
  return put(std::move(document), make_line(UserLineKind::token, {format_identity(token.id), std::to_string(token.expire),
                                                                  number_text(token.separated), encode_field(token.comment)}));
}

UserDocument remove_token(UserDocument document, const Identity& token) {
  const std::string name = format_identity(token);
  remove_lines(document, UserLineKind::token, name);
  thin_out_acl(document, kAclMembers, [&](std::string_view member) { return member == name; });
  return settle(std::move(document));
}

UserDocument put_group(UserDocument document, std::string_view name, const Group& group) {
  const std::vector<std::string> members(group.members.begin(), group.members.end());
  return put(std::move(document), make_line(UserLineKind::group, {std::string(name), join(members, ","), encode_field(group.comment)}));
}

UserDocument remove_group(UserDocument document, std::string_view name) {
  remove_lines(document, UserLineKind::group, name);
  thin_out_acl(document, kAclMembers, [&](std::string_view member) { return member.starts_with('@') && member.substr(1) == name; });
  return settle(std::move(document));
}

UserDocument put_role(UserDocument document, std::string_view name, Privileges privileges) {
  return put(std::move(document), make_line(UserLineKind::role, {std::string(name), join(privilege_names(privileges), ",")}));
}

UserDocument remove_role(UserDocument document, std::string_view name) {
  remove_lines(document, UserLineKind::role, name);
  thin_out_acl(document, kAclRoles, [&](std::string_view role) { return role == name; });
  return settle(std::move(document));
}

UserDocument set_grant(UserDocument document, std::string_view path, std::string_view member, std::string_view role,
                       std::optional<bool> propagates) {
  const auto normal = normal_path(path);
  if (!normal) return document;
  std::vector<UserLine> lines;
  for (UserLine& line : document.lines) {
    const auto members = split_list(line.field(kAclMembers));
    const auto roles = split_list(line.field(kAclRoles));
    const bool names_it = line.kind == UserLineKind::acl && normal_path(line.field(1)) == normal &&
                          std::ranges::find(members, member) != members.end() && std::ranges::find(roles, role) != roles.end();
    if (!names_it) {
      lines.push_back(std::move(line));
      continue;
    }
    // A line gives each of its roles to each of its members: the others keep theirs on lines of their own.
    UserLine others = line;
    if (!thin_out(others, kAclMembers, [&](std::string_view each) { return each == member; })) lines.push_back(std::move(others));
    UserLine own = make_line(UserLineKind::acl, {line.fields[0], line.fields[1], std::string(member), line.fields[kAclRoles]});
    if (!thin_out(own, kAclRoles, [&](std::string_view each) { return each == role; })) lines.push_back(std::move(own));
  }
  document.lines = std::move(lines);
  if (propagates)
    insert(document, make_line(UserLineKind::acl, {number_text(*propagates), *normal, std::string(member), std::string(role)}));
  return settle(std::move(document));
}

}  // namespace drawbridge::access
