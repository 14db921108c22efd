// The permission a method of the API asks for, as its description has it:
//   {"user": "world"}   {"user": "all"}   {"check": ["perm", "/nodes/{node}", ["Sys.Audit", "Sys.Modify"], "any", 1]}
// with "and" and "or" around such checks, and "perm-modify", "userid-param", "userid-group" for those about users. null: root@pam only.
//
// Source: the published description of the API of Proxmox VE.
#pragma once

#include <boost/json/value.hpp>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "access/permissions.h"

namespace drawbridge::access {

/// What a path's pattern and the tests about users look up: values by parameter, those of the path as well.
using Parameters = std::map<std::string, std::string, std::less<>>;

/// One test, or several joined.
struct CheckNode {
  enum class Kind : std::uint8_t { all_of, any_of, privileges, modify_permissions, self, allocate_in_realm, user_in_group };
  Kind kind = Kind::all_of;
  std::vector<CheckNode> parts = {};  ///< of all_of and any_of

  std::string path = {};  ///< of privileges and modify_permissions, with {parameter} in it
  std::vector<std::string> names = {};
  Privileges wanted = {};
  bool any = false;            ///< one of `names` will do
  std::string only_with = {};  ///< the test is passed where this parameter is not given
  enum class Groups : std::uint8_t { ignored, create, update } groups = Groups::ignored;  ///< the parameter "groups" is tested as well
};

class Check {
 public:
  enum class Who : std::uint8_t { root, world, all, tested };

  /// Root only.
  Check() = default;
  /// Of "permissions" in the description. Errors: invalid_input, with what is not understood.
  static Result<Check> parse(const boost::json::value& permissions);

  Who who() const { return who_; }
  bool needs_identity() const { return who_ != Who::world; }

  /// Nothing, or denied with "Permission check failed (PATH, PRIVILEGE|PRIVILEGE)". Whether the identity has expired is not tested.
  Result<void> test(const Users& users, const Identity& identity, const Parameters& parameters) const;

 private:
  Who who_ = Who::root;
  std::shared_ptr<const CheckNode> node_;  ///< of tested
};

/// For handlers that test what no description can say: `names` at `path`, all of them or one; no name: root@pam alone. Errors as above.
Result<void> require(const Users& users, const Identity& identity, std::string_view path, const std::vector<std::string>& names,
                     bool any = false);

}  // namespace drawbridge::access
