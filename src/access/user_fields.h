// Users, tokens, rights as the REST interface shows them, and its parameters as changes of them. The command line uses the same words.
#pragma once

#include <boost/json.hpp>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "access/permissions.h"
#include "access/second_factors.h"
#include "access/users.h"

namespace drawbridge::access {

using Fields = std::map<std::string, std::string, std::less<>>;

/// "enable", "expire", "firstname", "lastname", "email", "comment", "keys"; an empty value is none. Errors: invalid_input that begins
/// with the field.
Result<void> set_user_field(User& user, std::string_view key, std::string_view value);
/// "expire", "privsep", "comment".
Result<void> set_token_field(Token& token, std::string_view key, std::string_view value);
/// "VM.Audit,VM.Console". Errors: invalid_input with the nearest name.
Result<Privileges> read_privileges(std::string_view list);

/// A difference of user.cfg for people who may not know all that stands in it: keys of second factors of older versions are left out.
std::string without_secrets(std::string_view diff);

/// {"userid","enable","expire",…}; with `full` also "groups" ("a,b") and "tokens" as lists have them.
boost::json::object user_item(const Users& users, const User& user, bool full);
/// The user alone: "groups" is a list, "tokens" an object by id.
boost::json::object user_object(const Users& users, const User& user);
/// {"expire","privsep","comment"}
boost::json::object token_object(const Token& token);
/// [{"tokenid","expire","privsep","comment"}]
boost::json::array token_list(const Users& users, std::string_view user);
/// {"groupid","users","comment"}, users with commas between.
boost::json::object group_item(const std::string& name, const Group& group);
/// {"members": [USER…],"comment"}
boost::json::object group_object(const Group& group);
/// [{"roleid","privs","special"}]
boost::json::array role_list(const Users& users);
/// {"VM.Audit": 1, …}
boost::json::object role_object(Privileges privileges);
/// [{"path","type","ugid","roleid","propagate"}] of the paths that `shows` says yes to.
boost::json::array acl_list(const Users& users, const std::function<bool(std::string_view path)>& shows);
/// {"VM.Audit": 1}: 0, if it does not hold below.
boost::json::object permissions_object(const Permissions& permissions);
/// [{"id","type","description","created","enable"}]
boost::json::array factor_list(const SecondFactors& factors, std::string_view user);

}  // namespace drawbridge::access
