// `drawbridge user …`, group, token, role, acl as data.
#include "cli/access_verbs.h"
#include "cli/subtrees.h"

namespace drawbridge::cli {
namespace {

ArgumentSpec user_argument() { return {.name = "USER", .help = "name@realm"}; }
ArgumentSpec token_argument() { return {.name = "TOKEN", .help = "USER!TOKEN, for example anna@pve!backup"}; }
ArgumentSpec role_argument() { return {.name = "ROLE", .help = "its name"}; }

ArgumentSpec assignments(std::string_view help) { return {.name = "KEY=VALUE", .help = help, .required = false, .repeated = true}; }

OptionSpec digest_option() {
  return {.names = "--digest", .value = "SHA256", .help = "refuse with exit 4 if user.cfg is no longer the one with this digest"};
}

OptionSpec delete_option() { return {.names = "--delete", .value = "KEY", .help = "fields to empty", .repeated = true, .greedy = true}; }

constexpr std::string_view kUserFields = "enable, expire, firstname, lastname, email, comment, groups (all of them; append=1 adds to them)";
constexpr std::string_view kTokenFields = "privsep (1: only what was given to the token itself), expire, comment";

CommandSpec totp_tree() {
  CommandSpec totp{.name = "totp",
                   .summary = "The second factors of a user: codes of an authenticator app, and recovery codes.",
                   .details = "",
                   .example = "drawbridge user totp add anna@pve"};
  totp.commands = {
      {.name = "list",
       .summary = "Lists a user's second factors.",
       .details = "With --json: [{\"id\",\"type\",\"description\",\"created\",\"enable\"}].",
       .example = "drawbridge user totp list anna@pve",
       .arguments = {user_argument()},
       .run = totp_list},
      {.name = "add",
       .summary = "Makes a secret for an authenticator app and prints its address, once.",
       .details =
           "On a terminal a code of the app is asked for, and nothing is set if it is wrong. With --json: {\"userid\",\"id\",\"totp\"}.",
       .example = "drawbridge user totp add anna@pve --description phone",
       .arguments = {user_argument()},
       .options = {{.names = "--description", .value = "TEXT", .help = "to tell it from others"},
                   {.names = "--issuer", .value = "TEXT", .help = "what the app shows beside the user (default: Drawbridge)"}},
       .run = totp_add},
      {.name = "delete",
       .summary = "Takes a second factor away; \"recovery\" is the id of all recovery codes.",
       .details = "",
       .example = "drawbridge user totp delete anna@pve recovery",
       .arguments = {user_argument(), {.name = "ID", .help = "one of \"user totp list\""}},
       .run = totp_delete},
      {.name = "recovery",
       .summary = "Makes ten recovery codes in place of older ones and prints them, once.",
       .details = "Each is good once, in place of a code of the app. With --json: {\"userid\",\"recovery\"}.",
       .example = "drawbridge user totp recovery anna@pve",
       .arguments = {user_argument()},
       .run = totp_recovery},
  };
  return totp;
}

std::vector<CommandSpec> user_verbs() {
  return {
      {.name = "list",
       .summary = "Lists the users.",
       .details = "With --json: the array of the REST interface, with groups and tokens.",
       .example = "drawbridge user list",
       .run = user_list},
      {.name = "show",
       .summary = "Shows a user, and what he may do where.",
       .details = "With --json: {\"userid\",\"enable\",\"expire\",\"groups\",\"tokens\",\"permissions\"}.",
       .example = "drawbridge user show anna@pve",
       .arguments = {user_argument()},
       .run = user_show},
      {.name = "create",
       .summary = "Adds a user. Users of the realm pam must be the system's as well.",
       .details = "Rights are given with \"acl set\". Without --password a user of the realm pve can't log in yet.",
       .example = "drawbridge user create anna@pve --password email=anna@example.com groups=operators",
       .arguments = {{.name = "USER", .help = "name@pve or name@pam"}, assignments(kUserFields)},
       .options = {{.names = "--password", .value = "", .help = "ask for one, or read it from standard input"}, digest_option()},
       .run = user_create},
      {.name = "set",
       .summary = "Changes a user and prints the difference.",
       .details = "enable=0 keeps him and his tokens out, at once.",
       .example = "drawbridge user set anna@pve enable=0\ndrawbridge user set anna@pve comment='on leave' --delete email",
       .arguments = {user_argument(), assignments(kUserFields)},
       .options = {delete_option(), digest_option()},
       .run = user_set},
      {.name = "delete",
       .summary = "Deletes a user with his tokens, rights, password and second factors.",
       .details = "",
       .example = "drawbridge user delete anna@pve",
       .arguments = {user_argument()},
       .options = {digest_option()},
       .run = user_delete},
      {.name = "password",
       .summary = "Sets the password of a user of the realm pve.",
       .details = "It is asked for, or read from standard input; 8 to 64 characters.",
       .example = "drawbridge user password anna@pve",
       .arguments = {user_argument()},
       .run = user_password},
      {.name = "one-time-password",
       .summary = "Makes a password that is good for one login and soon forgotten, and prints it.",
       .details = "For the first login, and for who has lost his own; a second factor is asked for all the same. With --json: "
                  "{\"userid\",\"password\",\"expire\"}.",
       .example = "drawbridge user one-time-password root@pam",
       .arguments = {user_argument()},
       .options = {{.names = "--valid", .value = "SECONDS", .help = "how long (600)", .number = true}},
       .run = user_one_time_password},
      {.name = "unlock",
       .summary = "Accepts codes of a user again who gave too many wrong ones.",
       .details = "",
       .example = "drawbridge user unlock anna@pve",
       .arguments = {user_argument()},
       .run = user_unlock},
  };
}

CommandSpec user_tree() {
  CommandSpec user{.name = "user",
                   .summary = "Who may log in: users, passwords, second factors.",
                   .details = "The files are etc/pve/user.cfg and etc/pve/priv. root@pam is always there.",
                   .example = "drawbridge user list"};
  user.commands = user_verbs();
  user.commands.push_back(totp_tree());
  return user;
}

CommandSpec group_tree() {
  CommandSpec group{.name = "group",
                    .summary = "Groups of users, to give rights to many at once.",
                    .details = "",
                    .example = "drawbridge group set operators users=anna@pve,bert@pam"};
  group.commands = {
      {.name = "list",
       .summary = "Lists the groups.",
       .details = "With --json: [{\"groupid\",\"users\",\"comment\"}].",
       .example = "drawbridge group list",
       .run = group_list},
      {.name = "set",
       .summary = "Makes or changes a group.",
       .details = "",
       .example = "drawbridge group set operators users=anna@pve comment='day shift'",
       .arguments = {{.name = "GROUP", .help = "its name"}, assignments("users (all of them), comment")},
       .options = {{.names = "--new", .value = "", .help = "refuse if there is one of that name"}, digest_option()},
       .run = group_set},
      {.name = "delete",
       .summary = "Deletes a group, with the rights that it was given.",
       .details = "",
       .example = "drawbridge group delete operators",
       .arguments = {{.name = "GROUP", .help = "its name"}},
       .options = {digest_option()},
       .run = group_delete},
  };
  return group;
}

CommandSpec token_tree() {
  CommandSpec token{.name = "token",
                    .summary = "API tokens: for programs that act for a user.",
                    .details = "",
                    .example = "drawbridge token create anna@pve!backup comment=nightly"};
  token.commands = {
      {.name = "list",
       .summary = "Lists all tokens, or those of a user.",
       .details = "With --json: [{\"userid\",\"tokenid\",\"expire\",\"privsep\",\"comment\"}].",
       .example = "drawbridge token list anna@pve",
       .arguments = {{.name = "USER", .help = "only his", .required = false}},
       .run = token_list},
      {.name = "create",
       .summary = "Makes a token and prints its secret, once.",
       .details =
           "It may do what both it and its user were given, so it may do nothing until \"acl set\"; with privsep=0 it may do all that "
           "its user may. With --json: {\"full-tokenid\",\"info\",\"value\"} among what an edit tells.",
       .example = "drawbridge token create anna@pve!backup expire=1893456000\ndrawbridge acl set /vms anna@pve!backup PVEAuditor",
       .arguments = {token_argument(), assignments(kTokenFields)},
       .options = {digest_option()},
       .run = token_create},
      {.name = "set",
       .summary = "Changes a token; its secret stays.",
       .details = "",
       .example = "drawbridge token set anna@pve!backup privsep=0",
       .arguments = {token_argument(), assignments(kTokenFields)},
       .options = {delete_option(), digest_option()},
       .run = token_set},
      {.name = "delete",
       .summary = "Deletes a token: nobody gets in with it any more.",
       .details = "",
       .example = "drawbridge token delete anna@pve!backup",
       .arguments = {token_argument()},
       .options = {digest_option()},
       .run = token_delete},
  };
  return token;
}

CommandSpec role_tree() {
  CommandSpec role{
      .name = "role", .summary = "Roles: privileges that are given together.", .details = "", .example = "drawbridge role show PVEVMAdmin"};
  role.commands = {
      {.name = "list",
       .summary = "Lists the roles and their privileges.",
       .details = "With --json: [{\"roleid\",\"privs\",\"special\"}].",
       .example = "drawbridge role list",
       .run = role_list},
      {.name = "show",
       .summary = "Lists the privileges of a role.",
       .details = "With --json: {\"VM.Audit\": 1, …}.",
       .example = "drawbridge role show PVEVMAdmin",
       .arguments = {role_argument()},
       .run = role_show},
      {.name = "set",
       .summary = "Makes or changes a role of your own.",
       .details = "",
       .example = "drawbridge role set Cabling Sys.Audit Sys.Modify SDN.Use",
       .arguments = {role_argument(), {.name = "PRIVILEGE", .help = "all that it has", .required = false, .repeated = true}},
       .options = {{.names = "--append", .value = "", .help = "add to what it has"},
                   {.names = "--new", .value = "", .help = "refuse if there is one of that name"},
                   digest_option()},
       .run = role_set},
      {.name = "delete",
       .summary = "Deletes a role of your own, with all that was given by it.",
       .details = "",
       .example = "drawbridge role delete Cabling",
       .arguments = {role_argument()},
       .options = {digest_option()},
       .run = role_delete},
  };
  return role;
}

CommandSpec acl_tree() {
  const ArgumentSpec path{.name = "PATH", .help = "/, /vms/100, /nodes/NAME, /sdn/zones/localnetwork/vmbr0, …"};
  const ArgumentSpec who{.name = "WHO", .help = "USER, USER!TOKEN or @GROUP; several with commas"};
  const ArgumentSpec roles{.name = "ROLE", .help = "one or more", .repeated = true};
  CommandSpec acl{.name = "acl",
                  .summary = "Rights: which role whom where.",
                  .details = "The nearest path counts, a user's own roles before his groups', and NoAccess before all.",
                  .example = "drawbridge acl set /vms/100 anna@pve PVEVMUser"};
  acl.commands = {
      {.name = "list",
       .summary = "Lists the rights.",
       .details = "With --json: [{\"path\",\"type\",\"ugid\",\"roleid\",\"propagate\"}].",
       .example = "drawbridge acl list",
       .run = acl_list},
      {.name = "set",
       .summary = "Gives roles at a path, and below it.",
       .details = "",
       .example = "drawbridge acl set /nodes/pve1 @operators PVEAuditor --no-propagate",
       .arguments = {path, who, roles},
       .options = {{.names = "--no-propagate", .value = "", .help = "at this path only"}, digest_option()},
       .run = acl_set},
      {.name = "delete",
       .summary = "Takes roles away that were given at this very path.",
       .details = "",
       .example = "drawbridge acl delete /nodes/pve1 @operators PVEAuditor",
       .arguments = {path, who, roles},
       .options = {digest_option()},
       .run = acl_delete},
  };
  return acl;
}

}  // namespace

std::vector<CommandSpec> access_trees() {
  std::vector<CommandSpec> trees;
  for (auto* make : {user_tree, group_tree, token_tree, role_tree, acl_tree}) trees.push_back(make());
  return trees;
}

}  // namespace drawbridge::cli
