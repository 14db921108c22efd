// user list, show, create, set, delete; group list, set, delete.
#include <boost/json.hpp>

#include "access/secret_lines.h"
#include "access/user_fields.h"
#include "auth/login.h"
#include "base/percent.h"
#include "base/text.h"
#include "cli/access_desk.h"
#include "cli/access_verbs.h"
#include "cli/assignments.h"
#include "cli/display.h"

namespace drawbridge::cli {
namespace {

namespace json = boost::json;

using Values = std::map<std::string, std::string>;

std::unexpected<Error> wrong(const std::string& what, const std::string& hint) { return fail(Errc::invalid_input, what, {}, hint); }

/// Puts the user into these groups, and takes him out of all others unless `append`.
Result<access::UserDocument> put_into_groups(access::UserDocument document, const access::Users& users, const std::string& user,
                                             std::string_view list, bool append) {
  std::set<std::string, std::less<>> wanted;
  for (const std::string_view name : split_list(list)) {
    if (!users.groups.contains(name)) return wrong("groups: there is no group '" + printable(name, 40) + "'", "make it with \"group set\"");
    wanted.emplace(name);
  }
  for (const auto& [name, group] : users.groups) {
    const bool is_in = group.members.contains(user);
    if (wanted.contains(name) == is_in || (is_in && append)) continue;
    access::Group changed = group;
    if (is_in)
      changed.members.erase(user);
    else
      changed.members.insert(user);
    document = access::put_group(std::move(document), name, changed);
  }
  return document;
}

/// The user as KEY=VALUE and --delete make him.
Result<access::UserDocument> apply(access::UserDocument document, const access::Users& users, access::User user, Assignments changes) {
  for (const std::string& key : changes.removed) {
    if (!changes.values.emplace(key, "").second) return wrong(key + ": set and taken out at once", "do one of both");
  }
  const auto groups = changes.values.extract("groups");
  const auto append = changes.values.extract("append");
  const access::User before = user;
  for (const auto& [key, value] : changes.values) TRY_VOID(access::set_user_field(user, key, value));
  const bool is_new = users.find_user(user.id) == nullptr;
  // root@pam is there unwritten; his line comes with the first change.
  if (is_new || !(user == before)) document = access::put_user(std::move(document), user);
  if (!groups) return document;
  return put_into_groups(std::move(document), users, user.id, groups.mapped(), append && append.mapped() == "1");
}

Result<std::string> new_user_id(const Context& context, const access::Users& users) {
  std::string id = context.arguments().value("USER").value_or("");
  if (!access::is_user_id(id)) return wrong("'" + printable(id, 80) + "' is no user", "write name@realm, for example anna@pve");
  // A task bears its user's name, and is a file's name in turn.
  constexpr std::size_t kLongestEncoded = 96;
  if (encode_percent(id).size() > kLongestEncoded)
    return wrong("'" + printable(id, 80) + "' is too long", "of letters other than a to z, 30 or so fit");
  if (users.find_user(id) != nullptr) return fail(Errc::conflict, "the user " + id + " exists", {}, "\"user set\" changes him");
  return id;
}

}  // namespace

Exit user_list(Context& context) {
  const auto users = read_users(context);
  if (!users) return context.console.fail(users.error());
  if (context.console.json()) {
    json::array list;
    for (const auto& [id, user] : (*users)->users) list.push_back(access::user_item(**users, user, true));
    context.console.print_document(json::serialize(list));
    return Exit::done;
  }
  Table table{.header = {"User", "Enabled", "Expires", "Name", "Groups", "Tokens", "Comment"}, .rows = {}};
  for (const auto& [id, user] : (*users)->users) {
    const json::object item = access::user_item(**users, user, true);
    table.rows.push_back({visible(id), user.enabled ? "yes" : "no", time_text(user.expire),
                          visible(std::string(trim(user.first_name + " " + user.last_name))),
                          visible(std::string(item.at("groups").as_string())), std::to_string(item.at("tokens").as_array().size()),
                          visible(user.comment)});
  }
  context.console.print(format_table(table, context.console.width()));
  return Exit::done;
}

Exit user_show(Context& context) {
  const auto users = read_users(context);
  if (!users) return context.console.fail(users.error());
  const auto user = known_user(context, **users);
  if (!user) return context.console.fail(user.error());
  json::object shown = access::user_object(**users, *user);
  json::object allowed;
  for (const auto& [path, permissions] : access::permission_tree(**users, {user->id, ""}))
    allowed[path] = access::permissions_object(permissions);
  if (context.console.json()) {
    shown["userid"] = user->id;
    shown["permissions"] = std::move(allowed);
    context.console.print_document(json::serialize(shown));
    return Exit::done;
  }
  Table table{.header = {"Path", "May"}, .rows = {}};
  for (const auto& [path, privileges] : allowed) {
    std::vector<std::string> names;
    for (const auto& [name, propagates] : privileges.as_object()) names.emplace_back(name);
    table.rows.push_back(
        {std::string(path), names.size() == access::privilege_names(access::all_privileges()).size() ? "everything" : join(names, " ")});
  }
  std::string text = visible(user->id) + (user->enabled ? "" : ", disabled") + ", expires " + time_text(user->expire) + "\n";
  for (const auto& group : shown.at("groups").as_array()) text += "group: " + visible(std::string(group.as_string())) + "\n";
  for (const auto& [id, token] : shown.at("tokens").as_object()) text += "token: " + visible(std::string(id)) + "\n";
  context.console.print(text + "\n" + (table.rows.empty() ? "May do nothing.\n" : format_table(table, context.console.width())));
  return Exit::done;
}

Exit user_create(Context& context) {
  const auto changes = read_assignments(context);
  if (!changes) return context.console.fail_usage(changes.error().what, changes.error().hint);
  // Asked for and hashed before the lock is taken: a person may take his time.
  std::string hash;
  if (context.arguments().has("password")) {
    const auto password = read_secret(context, "Password", true);
    if (!password) return context.console.fail(password.error());
    const auto hashed = auth::hash_new_password(context.arguments().value("USER").value_or(""), *password);
    if (!hashed) return context.console.fail(hashed.error());
    hash = *hashed;
  }
  auto desk = open_access(context);
  if (!desk) return context.console.fail(desk.error());
  const auto id = new_user_id(context, desk->users);
  if (!id) return context.console.fail(id.error());
  const auto after = apply(desk->document, desk->users, access::User{.id = *id}, *changes);
  if (!after) return context.console.fail(after.error());
  if (!hash.empty()) {
    // Before the user: a password without him lets nobody in.
    const std::string& path = desk->files.paths().shadow;
    const auto shadow = desk->files.text(path);
    if (!shadow) return context.console.fail(shadow.error());
    const auto written = desk->files.write(path, access::put_password_hash(*shadow, access::name_of(*id), hash));
    if (!written) return context.console.fail(written.error());
  }
  return save_access(context, *desk, *after);
}

Exit user_set(Context& context) {
  const auto changes = read_assignments(context);
  if (!changes) return context.console.fail_usage(changes.error().what, changes.error().hint);
  if (changes->values.empty() && changes->removed.empty())
    return context.console.fail_usage("nothing to set", "give KEY=VALUE or --delete KEY");
  auto desk = open_access(context);
  if (!desk) return context.console.fail(desk.error());
  const auto user = known_user(context, desk->users);
  if (!user) return context.console.fail(user.error());
  const auto after = apply(desk->document, desk->users, *user, *changes);
  if (!after) return context.console.fail(after.error());
  return save_access(context, *desk, *after);
}

namespace {

/// What the user left in the files of secrets. After his line is gone none of it lets anybody in.
Result<void> remove_secrets(auth::AccessFiles& files, const access::Users& users, const std::string& user) {
  const auto rewrite = [&](const std::string& path, auto&& change) -> Result<void> {
    const std::string before = TRY(files.text(path));
    const std::string after = change(before);
    return after == before ? Result<void>{} : files.write(path, after);
  };
  if (access::realm_of(user) == "pve")
    TRY_VOID(
        rewrite(files.paths().shadow, [&](const std::string& text) { return access::remove_password_hash(text, access::name_of(user)); }));
  TRY_VOID(rewrite(files.paths().tokens, [&](std::string text) {
    for (const auto& [id, token] : users.tokens)
      if (id.user == user) text = access::remove_token_secret(text, id);
    return text;
  }));
  auto factors = TRY(files.second_factors());
  if (factors.factors(user).empty()) return {};
  factors.remove_user(user);
  return files.write(files.paths().second_factors, factors.format());
}

}  // namespace

Exit user_delete(Context& context) {
  auto desk = open_access(context);
  if (!desk) return context.console.fail(desk.error());
  const auto user = known_user(context, desk->users);
  if (!user) return context.console.fail(user.error());
  if (user->id == access::kRoot)
    return context.console.fail(Error{Errc::conflict, "root@pam can't be deleted", {}, "\"user set root@pam enable=0\" keeps him out", 0});
  // The line goes first: should the rest fail, secrets of nobody are left over, and not a user without his second factor.
  const auto after = access::remove_user(desk->document, user->id);
  const std::string bytes = access::print(after);
  if (const auto written = desk->files.write(desk->files.paths().users, bytes); !written) return context.console.fail(written.error());
  if (const auto gone = remove_secrets(desk->files, desk->users, user->id); !gone) return context.console.fail(gone.error());
  return save_access(context, *desk, after);
}

Exit group_list(Context& context) {
  const auto users = read_users(context);
  if (!users) return context.console.fail(users.error());
  json::array list;
  Table table{.header = {"Group", "Members", "Comment"}, .rows = {}};
  for (const auto& [name, group] : (*users)->groups) {
    const std::string members = join({group.members.begin(), group.members.end()}, ",");
    table.rows.push_back({visible(name), visible(members), visible(group.comment)});
    list.push_back(access::group_item(name, group));
  }
  if (context.console.json())
    context.console.print_document(json::serialize(list));
  else
    context.console.print(format_table(table, context.console.width()));
  return Exit::done;
}

Exit group_set(Context& context) {
  const auto changes = read_assignments(context);
  if (!changes) return context.console.fail_usage(changes.error().what, changes.error().hint);
  auto desk = open_access(context);
  if (!desk) return context.console.fail(desk.error());
  const std::string name = context.arguments().value("GROUP").value_or("");
  if (!access::is_access_name(name))
    return context.console.fail(
        Error{Errc::invalid_input, "'" + printable(name, 40) + "' is no name of a group", {}, "letters, digits, '.', '-' and '_'", 0});
  const auto known = desk->users.groups.find(name);
  if (context.arguments().has("new") && known != desk->users.groups.end())
    return context.console.fail(Error{Errc::conflict, "the group " + name + " exists", {}, "change that one, or choose another name", 0});
  access::Group group = known == desk->users.groups.end() ? access::Group{} : known->second;
  for (const auto& [key, value] : changes->values) {
    if (key == "comment") {
      group.comment = value;
    } else if (key == "users") {
      group.members.clear();
      for (const std::string_view user : split_list(value)) {
        if (desk->users.find_user(user) == nullptr)
          return context.console.fail(
              Error{Errc::not_found, "users: there is no user " + printable(user, 80), {}, "\"user list\" names them", 0});
        group.members.emplace(user);
      }
    } else {
      return context.console.fail(Error{Errc::invalid_input, printable(key) + ": groups have no such field", {}, "users, comment", 0});
    }
  }
  return save_access(context, *desk, access::put_group(desk->document, name, group));
}

Exit group_delete(Context& context) {
  auto desk = open_access(context);
  if (!desk) return context.console.fail(desk.error());
  const std::string name = context.arguments().value("GROUP").value_or("");
  if (!desk->users.groups.contains(name))
    return context.console.fail(Error{Errc::not_found, "there is no group " + printable(name, 40), {}, "\"group list\" names them", 0});
  return save_access(context, *desk, access::remove_group(desk->document, name));
}

}  // namespace drawbridge::cli
