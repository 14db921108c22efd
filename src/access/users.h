// The user configuration file (etc/pve/user.cfg): who there is, and who may do what where.
//
// A file is read twice: into a document that keeps every byte (edits touch their own lines only, edit_users.h), and from there into
// this value. Both never fail; a line that means nothing is kept, reported, and not in force.
//
// Source: the manual of Proxmox VE, "User Management", and files that it has written:
//   user:ID:ENABLE:EXPIRE:FIRST:LAST:EMAIL:COMMENT:KEYS:     token:USER!ID:EXPIRE:PRIVSEP:COMMENT:
//   group:ID:USERS:COMMENT:     pool:ID:COMMENT:VMIDS:STORAGES:     role:ID:PRIVILEGES:     acl:PROPAGATE:PATH:MEMBERS:ROLES:
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "access/identity.h"
#include "access/privileges.h"
#include "base/diagnostic.h"

namespace drawbridge::access {

/// Seconds since 1970, UTC, as the files have them.
using UnixTime = std::int64_t;

struct User {
  std::string id = {};  ///< "name@realm"
  bool enabled = true;
  UnixTime expire = 0;  ///< 0: never
  std::string first_name = {};
  std::string last_name = {};
  std::string email = {};
  std::string comment = {};
  std::string keys = {};  ///< second factors of older versions: "x" or key ids; kept as it stands
  bool operator==(const User&) const = default;
};

struct Token {
  Identity id = {};       ///< with its token part
  UnixTime expire = 0;    ///< 0: with the user
  bool separated = true;  ///< it has the rights that it was given itself, as far as the user has them; else all of the user's
  std::string comment = {};
  bool operator==(const Token&) const = default;
};

struct Group {
  std::set<std::string, std::less<>> members;  ///< user ids
  std::string comment = {};
  bool operator==(const Group&) const = default;
};

struct Pool {
  std::string comment = {};
  std::set<std::uint32_t> guests;
  std::set<std::string, std::less<>> storages;
  bool operator==(const Pool&) const = default;
};

/// The roles of one member at one path; true: they hold below it as well.
using RoleGrants = std::map<std::string, bool, std::less<>>;

/// What was granted at one path, by member.
struct AclNode {
  std::map<std::string, RoleGrants, std::less<>> users;
  std::map<std::string, RoleGrants, std::less<>> tokens;  ///< by "anna@pve!backup"
  std::map<std::string, RoleGrants, std::less<>> groups;
  bool operator==(const AclNode&) const = default;
};

struct Users {
  std::map<std::string, User, std::less<>> users;  ///< root@pam is always among them
  std::map<Identity, Token> tokens;
  std::map<std::string, Group, std::less<>> groups;
  std::map<std::string, Pool, std::less<>> pools;
  std::map<std::string, Privileges, std::less<>> roles;  ///< built-in ones as well
  std::map<std::string, AclNode, std::less<>> acl;       ///< by normal path
  std::map<std::uint32_t, std::string> pool_of_guest;
  Diagnostics diagnostics;
  bool operator==(const Users&) const = default;

  const User* find_user(std::string_view id) const;
  const Token* find_token(const Identity& id) const;
};

enum class UserLineKind : std::uint8_t { blank, comment, user, token, group, pool, role, acl, other };

struct UserLine {
  UserLineKind kind = UserLineKind::other;
  std::string bytes = {};                ///< exactly as in the file, line end included
  std::uint32_t number = 1;              ///< from 1
  std::vector<std::string> fields = {};  ///< behind the kind, without outer blanks, still encoded
  bool operator==(const UserLine&) const = default;

  /// A field, empty if the line has fewer.
  std::string_view field(std::size_t place) const { return place < fields.size() ? std::string_view(fields[place]) : std::string_view{}; }
};

struct UserDocument {
  std::string path;
  std::vector<UserLine> lines;
  bool operator==(const UserDocument&) const = default;
};

UserDocument parse_user_document(std::string_view bytes, std::string path);
std::string print(const UserDocument& document);
/// What the document says; its findings are warnings, since others read on here as well.
Users make_users(const UserDocument& document);

/// A path of the access control list: "/", "/vms/100"; one slash between parts, none at the end. nullopt for what can be none.
std::optional<std::string> normal_path(std::string_view path);
/// There is something at this path that rights can be given for ("/nodes/NAME", "/vms/VMID", "/sdn/zones/ZONE/VNET/TAG", …).
bool is_known_path(std::string_view normal_path);

}  // namespace drawbridge::access
