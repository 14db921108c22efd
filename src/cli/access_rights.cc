// token list, create, set, delete; role list, show, set, delete; acl list, set, delete.
#include <boost/json.hpp>

#include "access/secret_lines.h"
#include "access/user_fields.h"
#include "base/text.h"
#include "cli/access_desk.h"
#include "cli/access_verbs.h"
#include "cli/assignments.h"
#include "cli/display.h"

namespace drawbridge::cli {
namespace {

namespace json = boost::json;

Exit fail_with(Context& context, Errc code, const std::string& what, const std::string& hint) {
  return context.console.fail(Error{code, what, {}, hint, 0});
}

Result<access::Token> changed_token(access::Token token, Assignments changes) {
  for (const std::string& key : changes.removed) changes.values.emplace(key, key == "privsep" ? "1" : "");
  for (const auto& [key, value] : changes.values) TRY_VOID(access::set_token_field(token, key, value));
  return token;
}

/// A role that can be changed, or why not.
Result<std::string> own_role(const Context& context) {
  std::string name = context.arguments().value("ROLE").value_or("");
  if (!access::is_access_name(name))
    return fail(Errc::invalid_input, "'" + printable(name, 40) + "' is no name of a role", {}, "letters, digits, '.', '-' and '_'");
  if (access::built_in_roles().contains(name))
    return fail(Errc::conflict, "the role " + name + " is built in and can't be changed", {}, "make one of your own");
  return name;
}

}  // namespace

Exit token_list(Context& context) {
  const auto users = read_users(context);
  if (!users) return context.console.fail(users.error());
  const auto only = context.arguments().value("USER");
  json::array list;
  Table table{.header = {"Token", "Expires", "Separated", "Comment"}, .rows = {}};
  for (const auto& [id, token] : (*users)->tokens) {
    if (only && id.user != *only) continue;
    json::object item{{"userid", id.user}, {"tokenid", id.token}};
    for (auto& [key, value] : access::token_object(token)) item[key] = value;
    list.push_back(std::move(item));
    table.rows.push_back({visible(format_identity(id)), time_text(token.expire), token.separated ? "yes" : "no", visible(token.comment)});
  }
  if (context.console.json())
    context.console.print_document(json::serialize(list));
  else
    context.console.print(format_table(table, context.console.width()));
  return Exit::done;
}

Exit token_create(Context& context) {
  const auto changes = read_assignments(context);
  if (!changes) return context.console.fail_usage(changes.error().what, changes.error().hint);
  auto desk = open_access(context);
  if (!desk) return context.console.fail(desk.error());
  const std::string text = context.arguments().value("TOKEN").value_or("");
  const auto id = access::parse_identity(text);
  if (!id || id->token.empty())
    return fail_with(context, Errc::invalid_input, "'" + printable(text, 80) + "' is no token",
                     "write USER!TOKEN, for example anna@pve!backup");
  if (desk->users.find_user(id->user) == nullptr)
    return fail_with(context, Errc::not_found, "there is no user " + id->user, "\"user list\" names them");
  if (desk->users.find_token(*id) != nullptr)
    return fail_with(context, Errc::conflict, "the token " + text + " exists", "\"token set\" changes it");
  const auto token = changed_token(access::Token{.id = *id}, *changes);
  if (!token) return context.console.fail(token.error());
  const auto random = auth::random_bytes(16);
  if (!random) return context.console.fail(random.error());
  const std::string secret = access::format_token_secret(*random);
  const std::string& path = desk->files.paths().tokens;
  const auto before = desk->files.text(path);
  if (!before) return context.console.fail(before.error());
  // The secret first: one without its line in user.cfg lets nobody in.
  if (const auto written = desk->files.write(path, access::put_token_secret(*before, *id, secret)); !written)
    return context.console.fail(written.error());
  const json::object more{{"full-tokenid", format_identity(*id)}, {"info", access::token_object(*token)}, {"value", secret}};
  const Exit exit = save_access(context, *desk, access::put_token(desk->document, *token), more);
  if (exit == Exit::done && !context.console.json()) {
    context.console.note("The secret of " + format_identity(*id) + ", which is not shown again:");
    context.console.print(secret + "\n");
  }
  return exit;
}

Exit token_set(Context& context) {
  const auto changes = read_assignments(context);
  if (!changes) return context.console.fail_usage(changes.error().what, changes.error().hint);
  auto desk = open_access(context);
  if (!desk) return context.console.fail(desk.error());
  const auto known = known_token(context, desk->users);
  if (!known) return context.console.fail(known.error());
  const auto token = changed_token(*known, *changes);
  if (!token) return context.console.fail(token.error());
  return save_access(context, *desk, access::put_token(desk->document, *token), access::token_object(*token));
}

Exit token_delete(Context& context) {
  auto desk = open_access(context);
  if (!desk) return context.console.fail(desk.error());
  const auto token = known_token(context, desk->users);
  if (!token) return context.console.fail(token.error());
  const std::string& path = desk->files.paths().tokens;
  const auto secrets = desk->files.text(path);
  if (!secrets) return context.console.fail(secrets.error());
  const std::string left = access::remove_token_secret(*secrets, token->id);
  if (left != *secrets)
    if (const auto written = desk->files.write(path, left); !written) return context.console.fail(written.error());
  return save_access(context, *desk, access::remove_token(desk->document, token->id));
}

Exit role_list(Context& context) {
  const auto users = read_users(context);
  if (!users) return context.console.fail(users.error());
  if (context.console.json()) {
    context.console.print_document(json::serialize(access::role_list(**users)));
    return Exit::done;
  }
  Table table{.header = {"Role", "Built in", "Privileges"}, .rows = {}};
  for (const auto& [name, privileges] : (*users)->roles)
    table.rows.push_back(
        {visible(name), access::built_in_roles().contains(name) ? "yes" : "", join(access::privilege_names(privileges), " ")});
  context.console.print(format_table(table, context.console.width()));
  return Exit::done;
}

Exit role_show(Context& context) {
  const auto users = read_users(context);
  if (!users) return context.console.fail(users.error());
  const std::string name = context.arguments().value("ROLE").value_or("");
  const auto role = (*users)->roles.find(name);
  if (role == (*users)->roles.end())
    return fail_with(context, Errc::not_found, "there is no role " + printable(name, 40), "\"role list\" names them");
  if (context.console.json())
    context.console.print_document(json::serialize(access::role_object(role->second)));
  else
    for (const std::string& privilege : access::privilege_names(role->second)) context.console.print(privilege + "\n");
  return Exit::done;
}

Exit role_set(Context& context) {
  const auto name = own_role(context);
  if (!name) return context.console.fail(name.error());
  const auto wanted = access::read_privileges(join(context.arguments().list("PRIVILEGE"), ","));
  if (!wanted) return context.console.fail(wanted.error());
  auto desk = open_access(context);
  if (!desk) return context.console.fail(desk.error());
  const auto known = desk->users.roles.find(*name);
  const bool exists = known != desk->users.roles.end();
  if (context.arguments().has("new") && exists)
    return fail_with(context, Errc::conflict, "the role " + *name + " exists", "change that one, or choose another name");
  const auto held = exists && context.arguments().has("append") ? known->second : access::Privileges{};
  return save_access(context, *desk, access::put_role(desk->document, *name, held | *wanted));
}

Exit role_delete(Context& context) {
  const auto name = own_role(context);
  if (!name) return context.console.fail(name.error());
  auto desk = open_access(context);
  if (!desk) return context.console.fail(desk.error());
  if (!desk->users.roles.contains(*name))
    return fail_with(context, Errc::not_found, "there is no role " + *name, "\"role list\" names them");
  return save_access(context, *desk, access::remove_role(desk->document, *name));
}

Exit acl_list(Context& context) {
  const auto users = read_users(context);
  if (!users) return context.console.fail(users.error());
  const json::array list = access::acl_list(**users, [](std::string_view) { return true; });
  if (context.console.json()) {
    context.console.print_document(json::serialize(list));
    return Exit::done;
  }
  Table table{.header = {"Path", "Who", "Role", "Below as well"}, .rows = {}};
  for (const json::value& each : list) {
    const json::object& item = each.as_object();
    const std::string who = (item.at("type") == "group" ? "@" : "") + std::string(item.at("ugid").as_string());
    table.rows.push_back({std::string(item.at("path").as_string()), visible(who), std::string(item.at("roleid").as_string()),
                          item.at("propagate").as_int64() == 1 ? "yes" : "no"});
  }
  context.console.print(format_table(table, context.console.width()));
  return Exit::done;
}

namespace {

/// There is such a user, token or group.
bool is_member(const access::Users& users, std::string_view who) {
  if (who.starts_with('@')) return users.groups.contains(who.substr(1));
  const auto identity = access::parse_identity(who);
  return identity && (identity->token.empty() ? users.find_user(identity->user) != nullptr : users.find_token(*identity) != nullptr);
}

/// Each role of each member at the path.
Exit change_grants(Context& context, bool grants) {
  auto desk = open_access(context);
  if (!desk) return context.console.fail(desk.error());
  const std::string text = context.arguments().value("PATH").value_or("");
  const auto path = access::normal_path(text);
  if (!path || (grants && !access::is_known_path(*path)))
    return fail_with(context, Errc::invalid_input, "there is nothing at the path '" + printable(text, 80) + "'",
                     "for example /, /vms/100, /nodes/NAME, /sdn/zones/localnetwork/vmbr0");
  const std::string members = context.arguments().value("WHO").value_or("");
  auto after = desk->document;
  for (const std::string_view member : split_list(members)) {
    if (grants && !is_member(desk->users, member))
      return fail_with(context, Errc::not_found, "there is no user, token or group " + printable(member, 80),
                       "groups are written @NAME, tokens USER!TOKEN");
    for (const std::string& roles : context.arguments().list("ROLE"))
      for (const std::string_view role : split_list(roles)) {
        if (grants && !desk->users.roles.contains(role))
          return fail_with(context, Errc::not_found, "there is no role " + printable(role, 40), "\"role list\" names them");
        after = access::set_grant(std::move(after), *path, member, role,
                                  grants ? std::optional(!context.arguments().has("no-propagate")) : std::nullopt);
      }
  }
  return save_access(context, *desk, after);
}

}  // namespace

Exit acl_set(Context& context) { return change_grants(context, true); }
Exit acl_delete(Context& context) { return change_grants(context, false); }

}  // namespace drawbridge::cli
