// Edits of the user configuration file. Each gives a new document in which only the lines concerned differ; what is written is in the
// layout of the familiar tools. They write what they are given: whether it makes sense is the caller's to ask first.
#pragma once

#include <optional>
#include <string_view>

#include "access/users.h"

namespace drawbridge::access {

UserDocument put_user(UserDocument document, const User& user);
/// With his tokens, his memberships, and all that was granted to him or them.
UserDocument remove_user(UserDocument document, std::string_view id);

UserDocument put_token(UserDocument document, const Token& token);
UserDocument remove_token(UserDocument document, const Identity& token);

UserDocument put_group(UserDocument document, std::string_view name, const Group& group);
/// With what was granted to it.
UserDocument remove_group(UserDocument document, std::string_view name);

UserDocument put_role(UserDocument document, std::string_view name, Privileges privileges);
/// With all that was granted by it.
UserDocument remove_role(UserDocument document, std::string_view name);

/// One role of one member ("anna@pve", "anna@pve!backup", "@admins") at one path; nullopt takes it away, true: it holds below as well.
UserDocument set_grant(UserDocument document, std::string_view path, std::string_view member, std::string_view role,
                       std::optional<bool> propagates);

}  // namespace drawbridge::access
