#include "access/permissions.h"

#include <array>

#include "base/text.h"

namespace drawbridge::access {
namespace {

/// Roles of one member that reach the path asked for: those of this very path, and those above that propagate.
bool take_grants(const std::map<std::string, RoleGrants, std::less<>>& members, std::string_view member, bool is_final, RoleGrants& found) {
  const auto grants = members.find(member);
  if (grants == members.end()) return false;
  bool any = false;
  for (const auto& [role, propagates] : grants->second) {
    if (!is_final && !propagates) continue;
    // Of two groups that give the same role the one counts that gives more.
    found[role] = found[role] || propagates;
    any = true;
  }
  return any;
}

/// What the list says at one path of it; empty: nothing that reaches the path asked for.
RoleGrants grants_of(const Users& users, const AclNode& node, const std::string& name, bool is_token, bool is_final) {
  RoleGrants found;
  if (is_token) {
    take_grants(node.tokens, name, is_final, found);
    return found;
  }
  if (take_grants(node.users, name, is_final, found)) return found;
  for (const auto& [group, grants] : node.groups) {
    const auto known = users.groups.find(group);
    if (known != users.groups.end() && known->second.members.contains(name)) take_grants(node.groups, group, is_final, found);
  }
  return found;
}

RoleGrants only_no_access(bool propagates) { return {{"NoAccess", propagates}}; }

/// "/vms/100" → "/", "/vms", "/vms/100".
std::vector<std::string_view> steps_to(std::string_view path) {
  std::vector<std::string_view> steps{path.substr(0, 1)};
  for (auto end = path.find('/', 1); end != std::string_view::npos; end = path.find('/', end + 1)) steps.push_back(path.substr(0, end));
  if (path.size() > 1) steps.push_back(path);
  return steps;
}

/// From "/" down to the path, without pools.
RoleGrants roles_along(const Users& users, const Identity& identity, std::string_view path) {
  const std::string name = format_identity(identity);
  RoleGrants roles;
  for (const std::string_view step : steps_to(path)) {
    const auto node = users.acl.find(step);
    if (node == users.acl.end()) continue;
    auto found = grants_of(users, node->second, name, !identity.token.empty(), step == path);
    if (!found.empty()) roles = std::move(found);
  }
  if (const auto none = roles.find("NoAccess"); none != roles.end()) return only_no_access(none->second);
  return roles;
}

/// The pool that the path's guest or storage is in, or "".
std::string pool_path(const Users& users, std::string_view path) {
  constexpr std::string_view kGuests = "/vms/";
  constexpr std::string_view kStorages = "/storage/";
  if (path.starts_with(kGuests)) {
    const auto vmid = parse_number<std::uint32_t>(path.substr(kGuests.size()));
    const auto pool = vmid ? users.pool_of_guest.find(*vmid) : users.pool_of_guest.end();
    if (pool != users.pool_of_guest.end()) return "/pool/" + pool->second;
  }
  if (path.starts_with(kStorages))
    for (const auto& [name, pool] : users.pools)
      if (pool.storages.contains(path.substr(kStorages.size()))) return "/pool/" + name;
  return "";
}

Permissions sum(const Users& users, const RoleGrants& roles) {
  Permissions total;
  for (const auto& [name, propagates] : roles) {
    const auto role = users.roles.find(name);
    if (role == users.roles.end()) continue;
    total.held |= role->second;
    if (propagates) total.propagated |= role->second;
  }
  return total;
}

constexpr Permissions everything(Privileges all) { return {all, all}; }

}  // namespace

RoleGrants roles_at(const Users& users, const Identity& identity, std::string_view path) {
  RoleGrants roles = roles_along(users, identity, path);
  const std::string pool = pool_path(users, path);
  if (pool.empty() || roles.contains("NoAccess")) return roles;
  const RoleGrants of_pool = roles_along(users, identity, pool);
  if (of_pool.contains("NoAccess")) return only_no_access(false);
  for (const auto& [role, propagates] : of_pool) roles.try_emplace(role, false);
  return roles;
}

Permissions permissions(const Users& users, const Identity& identity, std::string_view path) {
  if (identity.is_root()) return everything(all_privileges());
  const User* user = users.find_user(identity.user);
  if (user == nullptr || !user->enabled || normal_path(path) != path) return {};
  if (identity.token.empty()) return sum(users, roles_at(users, identity, path));
  const Token* token = users.find_token(identity);
  if (token == nullptr) return {};
  const Permissions of_user = permissions(users, {identity.user, ""}, path);
  if (!token->separated) return of_user;
  const Permissions own = sum(users, roles_at(users, identity, path));
  return {own.held & of_user.held, own.propagated & of_user.propagated};
}

std::map<std::string, Permissions> permission_tree(const Users& users, const Identity& identity) {
  constexpr std::array kTops = std::to_array<std::string_view>(
      {"/", "/access", "/access/groups", "/access/realm", "/mapping", "/nodes", "/pool", "/sdn", "/sdn/zones", "/storage", "/vms"});
  std::map<std::string, Permissions> tree;
  const auto add = [&](std::string_view path) {
    if (tree.contains(std::string(path))) return;
    const auto allowed = permissions(users, identity, path);
    if (!allowed.held.empty()) tree.emplace(path, allowed);
  };
  for (const std::string_view path : kTops) add(path);
  for (const auto& [path, node] : users.acl) add(path);
  for (const auto& [vmid, pool] : users.pool_of_guest) add("/vms/" + std::to_string(vmid));
  for (const auto& [name, pool] : users.pools)
    for (const std::string& storage : pool.storages) add("/storage/" + storage);
  return tree;
}

Result<void> check_active(const Users& users, const Identity& identity, UnixTime now) {
  const User* user = users.find_user(identity.user);
  if (user == nullptr) return fail(Errc::denied, "there is no user " + printable(identity.user));
  if (!user->enabled) return fail(Errc::denied, "the user " + user->id + " is disabled");
  if (user->expire != 0 && user->expire <= now) return fail(Errc::denied, "the user " + user->id + " has expired");
  if (identity.token.empty()) return {};
  const Token* token = users.find_token(identity);
  if (token == nullptr) return fail(Errc::denied, "there is no token " + printable(format_identity(identity)));
  if (token->expire != 0 && token->expire <= now) return fail(Errc::denied, "the token " + format_identity(identity) + " has expired");
  return {};
}

}  // namespace drawbridge::access
