#include "access/check.h"

#include <algorithm>

#include "base/text.h"

namespace drawbridge::access {
namespace {

constexpr std::string_view kGroups = "/access/groups";

std::unexpected<Error> denied(std::string_view path, const std::string& what) {
  return fail(Errc::denied, "Permission check failed (" + printable(path, 160) + ", " + what + ")");
}

/// The parameters put into a path's pattern. What is no part of a path can't be put in: it would ask about another path.
Result<std::string> fill(std::string_view pattern, const Parameters& parameters) {
  std::string path;
  while (!pattern.empty()) {
    const auto open = pattern.find('{');
    path += pattern.substr(0, open);
    if (open == std::string_view::npos) break;
    const auto close = std::min(pattern.find('}', open), pattern.size() - 1);
    const auto name = pattern.substr(open + 1, close - open - 1);
    const auto value = parameters.find(name);
    if (value == parameters.end() || !is_access_name(value->second)) return denied(pattern, "'" + std::string(name) + "' is not given");
    path += value->second;
    pattern.remove_prefix(close + 1);
  }
  return path;
}

class Judge {
 public:
  Judge(const Users& users, const Identity& identity, const Parameters& parameters)
      : users_(users), identity_(identity), parameters_(parameters) {}

  Result<void> test(const CheckNode& node) const {
    switch (node.kind) {
      case CheckNode::Kind::all_of:
        for (const CheckNode& part : node.parts) TRY_VOID(test(part));
        return {};
      case CheckNode::Kind::any_of: return test_any_of(node);
      case CheckNode::Kind::privileges: return test_privileges(node);
      case CheckNode::Kind::modify_permissions: return test_modify(node);
      case CheckNode::Kind::self:
        // A token is not its user: it may not give itself more.
        if (identity_.token.empty() && parameter("userid") == identity_.user && users_.find_user(identity_.user) != nullptr) return {};
        return denied("/access", "not the user himself");
      case CheckNode::Kind::allocate_in_realm:
        return require(users_, identity_, "/access/realm/" + std::string(realm_of(parameter("userid"))), {"Realm.AllocateUser"});
      case CheckNode::Kind::user_in_group: return test_group(node);
    }
    return denied("/", "unknown test");
  }

 private:
  std::string_view parameter(std::string_view name) const {
    const auto found = parameters_.find(name);
    return found == parameters_.end() ? std::string_view{} : std::string_view(found->second);
  }

  Result<void> test_any_of(const CheckNode& node) const {
    Result<void> last = {};
    for (const CheckNode& part : node.parts) {
      last = test(part);
      if (last) return {};
    }
    return last;
  }

  Result<void> test_privileges(const CheckNode& node) const {
    if (!node.only_with.empty() && !parameters_.contains(node.only_with)) return {};
    const std::string path = TRY(fill(node.path, parameters_));
    return require(users_, identity_, path, node.names, node.any);
  }

  /// Who may give rights at a path: who may do so in general, or who made what is there.
  Result<void> test_modify(const CheckNode& node) const {
    std::string text = node.path;
    if (text.starts_with('{') && text.ends_with('}')) text = parameter(text.substr(1, text.size() - 2));
    if (text.empty()) return require(users_, identity_, "/access", {"Permissions.Modify"});
    const auto path = normal_path(text);
    if (!path) return denied(text, "Permissions.Modify");
    std::vector<std::string> names{"Permissions.Modify"};
    if (path->starts_with("/storage/")) names.emplace_back("Datastore.Allocate");
    if (path->starts_with("/vms/")) names.emplace_back("VM.Allocate");
    if (path->starts_with("/pool/")) names.emplace_back("Pool.Allocate");
    return require(users_, identity_, *path, names, true);
  }

  bool holds_any(std::string_view path, const CheckNode& node) const {
    return permissions(users_, identity_, path).held.has_any(node.wanted);
  }

  /// The user is in a group that the identity has the privileges on; and so are all groups that he is to be put into.
  Result<void> test_group(const CheckNode& node) const {
    const std::string_view user = parameter("userid");
    const std::string wanted = join(node.names, "|");
    const bool is_new = node.groups == CheckNode::Groups::create;
    if (!is_new && users_.find_user(user) == nullptr) return denied(kGroups, "no such user");
    if (holds_any(kGroups, node)) return {};
    const auto groups = split_list(parameter("groups"));
    if (is_new && groups.empty()) return denied(kGroups, wanted);
    if (node.groups != CheckNode::Groups::ignored)
      for (const std::string_view group : groups)
        if (const std::string path = std::string(kGroups) + "/" + std::string(group);
            !users_.groups.contains(group) || !holds_any(path, node))
          return denied(path, wanted);
    if (is_new) return {};
    for (const auto& [name, group] : users_.groups)
      if (group.members.contains(user) && holds_any(std::string(kGroups) + "/" + name, node)) return {};
    return denied(kGroups, wanted);
  }

  const Users& users_;
  const Identity& identity_;
  const Parameters& parameters_;
};

}  // namespace

Result<void> Check::test(const Users& users, const Identity& identity, const Parameters& parameters) const {
  if (who_ == Who::world || who_ == Who::all || identity.is_root()) return {};
  if (who_ == Who::root) return denied("/", "only root@pam may do this");
  return Judge(users, identity, parameters).test(*node_);
}

Result<void> require(const Users& users, const Identity& identity, std::string_view path, const std::vector<std::string>& names, bool any) {
  if (identity.is_root()) return {};
  if (names.empty()) return denied(path, "only root@pam may do this");
  const Privileges held = permissions(users, identity, path).held;
  bool some = false;
  for (const std::string& name : names) {
    const auto wanted = privilege(name);
    const bool has = wanted && held.has(*wanted);
    if (!any && !has) return denied(path, name);
    some = some || has;
  }
  if (any && !some) return denied(path, join(names, "|"));
  return {};
}

}  // namespace drawbridge::access
