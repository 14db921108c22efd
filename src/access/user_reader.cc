// From the lines of the user configuration file to what they say.
#include "access/field_text.h"
#include "access/users.h"
#include "base/text.h"

namespace drawbridge::access {
namespace {

class Reader {
 public:
  explicit Reader(const UserDocument& document) : document_(document) {
    for (const auto& [name, privileges] : built_in_roles()) users_.roles.emplace(name, privileges);
  }

  Users read() {
    // In this order, since the familiar file has tokens behind their users and the list at its end, whoever else has sorted it.
    for (const auto kind : {UserLineKind::user, UserLineKind::token, UserLineKind::group, UserLineKind::pool, UserLineKind::role,
                            UserLineKind::acl, UserLineKind::other})
      for (const UserLine& line : document_.lines)
        if (line.kind == kind) read_line(line);
    users_.users.try_emplace(std::string(kRoot), User{.id = std::string(kRoot)});
    sort_diagnostics(users_.diagnostics);
    return std::move(users_);
  }

 private:
  void read_line(const UserLine& line) {
    switch (line.kind) {
      case UserLineKind::user: return read_user(line);
      case UserLineKind::token: return read_token(line);
      case UserLineKind::group: return read_group(line);
      case UserLineKind::pool: return read_pool(line);
      case UserLineKind::role: return read_role(line);
      case UserLineKind::acl: return read_acl(line);
      case UserLineKind::blank:
      case UserLineKind::comment: return;
      case UserLineKind::other:
        warn(line, "line-unknown", "'" + printable(trim(line.bytes), 40) + "' means nothing here",
             "lines begin with user:, token:, group:, pool:, role: or acl:");
    }
  }

  /// Seconds since 1970; empty is 0.
  std::optional<UnixTime> read_time(const UserLine& line, std::string_view text) {
    if (text.empty()) return 0;
    const auto time = parse_number<UnixTime>(text);
    if (!time) warn(line, "expire-invalid", "'" + printable(text, 40) + "' is no time", "write seconds since 1970, or 0 for never");
    return time;
  }

  void read_user(const UserLine& line) {
    const auto id = line.field(0);
    if (!is_user_id(id)) return warn(line, "user-invalid", "'" + printable(id, 40) + "' is no user", "write name@realm");
    const auto expire = read_time(line, line.field(2));
    if (!expire) return;
    users_.users[std::string(id)] = {.id = std::string(id),
                                     .enabled = is_on(line.field(1)),
                                     .expire = *expire,
                                     .first_name = decode_field(line.field(3)),
                                     .last_name = decode_field(line.field(4)),
                                     .email = std::string(line.field(5)),
                                     .comment = decode_field(line.field(6)),
                                     .keys = std::string(line.field(7))};
  }

  void read_token(const UserLine& line) {
    const auto id = parse_identity(line.field(0));
    if (!id || id->token.empty())
      return warn(line, "token-invalid", "'" + printable(line.field(0), 40) + "' is no token", "write name@realm!token");
    // As root@pam is there unwritten, its tokens may be as well.
    if (users_.find_user(id->user) == nullptr && id->user != kRoot)
      return warn(line, "token-without-user", "the user of '" + printable(line.field(0), 80) + "' does not exist", "delete the line");
    const auto expire = read_time(line, line.field(1));
    if (!expire) return;
    users_.tokens[*id] = {.id = *id, .expire = *expire, .separated = is_on(line.field(2)), .comment = decode_field(line.field(3))};
  }

  void read_group(const UserLine& line) {
    if (!check_name(line, "group")) return;
    Group& group = users_.groups[std::string(line.field(0))];
    if (!line.field(2).empty()) group.comment = decode_field(line.field(2));
    for (const std::string_view member : split_list(line.field(1))) {
      if (!is_user_id(member)) {
        warn(line, "member-invalid", "'" + printable(member, 40) + "' is no user", "write name@realm");
        continue;
      }
      if (users_.find_user(member) == nullptr && member != kRoot)
        warn(line, "member-unknown", "there is no user '" + printable(member, 80) + "'", "take him out of the group");
      group.members.emplace(member);
    }
  }

  void read_pool(const UserLine& line) {
    if (!is_pool(line.field(0)))
      return warn(line, "pool-invalid", "'" + printable(line.field(0), 40) + "' is no name of a pool", "letters, digits, '.', '-' and '_'");
    Pool& pool = users_.pools[std::string(line.field(0))];
    if (!line.field(1).empty()) pool.comment = decode_field(line.field(1));
    for (const std::string_view text : split_list(line.field(2))) {
      const auto vmid = parse_number<std::uint32_t>(text);
      if (!vmid || !users_.pool_of_guest.emplace(*vmid, line.field(0)).second)
        warn(line, "pool-guest-invalid", "'" + printable(text, 40) + "' is no guest's number, or is in a pool already", "take it out");
      else
        pool.guests.insert(*vmid);
    }
    for (const std::string_view storage : split_list(line.field(3))) pool.storages.emplace(storage);
  }

  void read_role(const UserLine& line) {
    if (!check_name(line, "role")) return;
    if (built_in_roles().contains(line.field(0)))
      return warn(line, "role-built-in", "the role '" + std::string(line.field(0)) + "' can't be changed", "give it another name");
    Privileges& role = users_.roles[std::string(line.field(0))];
    for (const std::string_view name : split_list(line.field(1))) {
      if (const auto known = privilege(name))
        role |= *known;
      else
        warn(line, "privilege-unknown", "there is no privilege '" + printable(name, 40) + "'", "\"role list\" names them");
    }
  }

  void read_acl(const UserLine& line) {
    const auto path = normal_path(line.field(1));
    if (!path) return warn(line, "path-invalid", "'" + printable(line.field(1), 40) + "' is no path", "write it as /vms/100");
    for (const std::string_view role : split_list(line.field(3))) {
      if (!users_.roles.contains(role)) {
        warn(line, "role-unknown", "there is no role '" + printable(role, 40) + "'", "\"role list\" names them");
        continue;
      }
      for (const std::string_view member : split_list(line.field(2))) grant(line, *path, member, role);
    }
  }

  void grant(const UserLine& line, const std::string& path, std::string_view member, std::string_view role) {
    const bool propagates = is_on(line.field(0));
    const auto give = [&](auto AclNode::* members) { (users_.acl[path].*members)[std::string(member)][std::string(role)] = propagates; };
    if (member.starts_with('@')) {
      member.remove_prefix(1);
      if (!users_.groups.contains(member))
        return warn(line, "member-unknown", "there is no group '" + printable(member, 40) + "'", "take it out of the line");
      return give(&AclNode::groups);
    }
    const auto identity = parse_identity(member);
    const bool is_known = identity && (identity->token.empty() ? identity->user == kRoot || users_.find_user(identity->user) != nullptr
                                                               : users_.find_token(*identity) != nullptr);
    if (!is_known)
      return warn(line, "member-unknown", "there is no user, token or group '" + printable(member, 40) + "'", "take it out of the line");
    if (identity->token.empty()) return give(&AclNode::users);
    give(&AclNode::tokens);
  }

  bool check_name(const UserLine& line, const std::string& what) {
    if (is_access_name(line.field(0))) return true;
    warn(line, what + "-invalid", "'" + printable(line.field(0), 40) + "' is no name of a " + what, "letters, digits, '.', '-' and '_'");
    return false;
  }

  /// Pools may be nested: "shop/front".
  static bool is_pool(std::string_view text) {
    for (const std::string_view part : split(text, '/'))
      if (!is_access_name(part)) return false;
    return true;
  }

  static bool is_on(std::string_view text) { return !text.empty() && text != "0"; }

  void warn(const UserLine& line, std::string code, std::string message, std::string hint) {
    users_.diagnostics.push_back(
        {{document_.path, line.number, 1}, Severity::warning, std::move(code), std::move(message), std::move(hint), {}});
  }

  const UserDocument& document_;
  Users users_;
};

}  // namespace

Users make_users(const UserDocument& document) { return Reader(document).read(); }

}  // namespace drawbridge::access
