// What an identity may do at a path.
//
// Roles are looked for from "/" down to the path; what is found nearest replaces what was found above, a user's own roles count and not
// his groups' where he has some at the same place, and NoAccess takes everything. A guest in a pool has the pool's roles as well. A
// separated token has what both it and its user may.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "access/users.h"

namespace drawbridge::access {

struct Permissions {
  Privileges held;
  Privileges propagated;  ///< those of `held` that hold below the path as well
  bool operator==(const Permissions&) const = default;
};

/// `path` must be normal (normal_path); at another, nobody but root@pam may do anything. Disabled and unknown users and tokens may do
/// nothing; whether they have expired is check_active's to tell.
Permissions permissions(const Users& users, const Identity& identity, std::string_view path);

/// The roles that `permissions` follows from, by name; true: they hold below as well. Of a separated token its own.
RoleGrants roles_at(const Users& users, const Identity& identity, std::string_view path);

/// Paths at which something was granted to anybody, and the usual tops ("/", "/vms", "/nodes", …), each with what `identity` may do
/// there, if that is anything.
std::map<std::string, Permissions> permission_tree(const Users& users, const Identity& identity);

/// The user, and the token if it is one, exist, are enabled and have not expired. Errors: denied.
Result<void> check_active(const Users& users, const Identity& identity, UnixTime now);

}  // namespace drawbridge::access
