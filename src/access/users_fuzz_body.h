// What must hold for any bytes read as the user configuration file. Shared by the fuzz target and by the unit tests.
#pragma once

#include <string>
#include <string_view>

#include "access/edit_users.h"
#include "access/permissions.h"

namespace drawbridge::access {

/// The promise about edits that was broken, or "".
inline std::string check_user_edits(const UserDocument& document, const Users& before) {
  User user{.id = "anna@pve"};
  user.comment = "a:b%";
  const auto with = put_user(document, user);
  if (make_users(with).users.at("anna@pve") != user) return "a user is not what he was set to";
  if (put_user(with, user) != with) return "the same edit changes something again";
  const auto granted = set_grant(with, "/vms", "anna@pve", "PVEVMUser", true);
  if (!make_users(granted).acl.at("/vms").users.at("anna@pve").at("PVEVMUser")) return "a role is not granted";
  if (!permissions(make_users(set_grant(with, "/", "anna@pve", "NoAccess", true)), {"anna@pve", ""}, "/").held.empty())
    return "NoAccess leaves something";
  const Users without = make_users(remove_user(granted, "anna@pve"));
  const auto vms = without.acl.find("/vms");
  if (without.find_user("anna@pve") != nullptr || (vms != without.acl.end() && vms->second.users.contains("anna@pve")))
    return "a user is there after he was taken out";
  for (const auto& [id, other] : before.users)
    if (id != "anna@pve" && without.users.at(id) != other) return "another user was changed";
  for (const auto& [id, token] : before.tokens)
    if (id.user != "anna@pve" && without.tokens.at(id) != token) return "another user's token was changed";
  return "";
}

inline std::string check_users(std::string_view bytes) {
  const auto document = parse_user_document(bytes, "f");
  if (print(document) != bytes) return "print(parse(x)) differs from x";
  const Users users = make_users(document);
  for (const auto& finding : users.diagnostics)
    if (finding.where.line == 0 || finding.hint.empty() || format_diagnostic(finding).find('\0') != std::string::npos)
      return "an unprintable or homeless finding, or one without a cure";
  for (const auto& [id, token] : users.tokens) {
    const auto own = permissions(users, id, "/vms/100");
    if (!permissions(users, {id.user, ""}, "/vms/100").held.has(own.held)) return "a token may do more than its user";
    if (!own.held.has(own.propagated)) return "what is not held is propagated";
  }
  return check_user_edits(document, users);
}

}  // namespace drawbridge::access
