// /access: users, tokens, roles, rights, second factors. Reads are made of the users as they are; changes are our own commands, but for
// those that a password goes with.
#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <ctime>
#include <set>
#include <span>

#include "access/encoding.h"
#include "access/user_fields.h"
#include "base/text.h"
#include "server/direct.h"
#include "server/login_desk.h"

namespace drawbridge::server {
namespace {

namespace json = boost::json;
using access::Privileges;

/// One of `names` on the group of all users, or on a group that the user is in.
bool manages(const Call& call, std::string_view user, Privileges any_of) {
  const auto holds = [&](const std::string& path) { return access::permissions(*call.users, call.identity, path).held.has_any(any_of); };
  if (holds("/access/groups")) return true;
  return std::ranges::any_of(call.users->groups,
                             [&](const auto& each) { return each.second.members.contains(user) && holds("/access/groups/" + each.first); });
}

Privileges looks() { return *access::privilege("User.Modify") | *access::privilege("Sys.Audit"); }

bool may_see(const Call& call, std::string_view user) { return user == call.identity.user || manages(call, user, looks()); }

api::Answer missing(const std::string& what) { return api::failure(500, what + " does not exist"); }

json::array user_list(const Call& call) {
  json::array list;
  const bool only_some = call.parameters.has("enabled");
  for (const auto& [id, user] : call.users->users) {
    if (only_some && user.enabled != call.parameters.flag("enabled")) continue;
    if (may_see(call, id)) list.push_back(access::user_item(*call.users, user, call.parameters.flag("full")));
  }
  return list;
}

/// Who may manage users of a group, or groups at all, sees it, and who may audit.
json::array group_list(const Call& call) {
  const Privileges wanted = looks() | *access::privilege("Group.Allocate");
  json::array list;
  for (const auto& [name, group] : call.users->groups)
    if (access::permissions(*call.users, call.identity, "/access/groups/" + name).held.has_any(wanted))
      list.push_back(access::group_item(name, group));
  return list;
}

json::array acl_list(const Call& call) {
  const Privileges wanted = *access::privilege("Permissions.Modify") | *access::privilege("Sys.Audit");
  // Who may look at rights as a whole sees all, others those of the paths that they may change.
  const bool sees_all = access::permissions(*call.users, call.identity, "/access").held.has_any(wanted);
  return access::acl_list(*call.users, [&](std::string_view path) {
    return sees_all || access::permissions(*call.users, call.identity, path).held.has(*access::privilege("Permissions.Modify"));
  });
}

api::Answer permissions_of(const Call& call) {
  access::Identity who = call.identity;
  if (call.parameters.has("userid")) {
    const auto asked = access::parse_identity(call.parameters.text("userid"));
    if (!asked) return api::parameter_failure({{"userid", "is neither a user nor a token"}});
    // A token may be asked about by its user.
    if (asked->user != call.identity.user || (!call.identity.token.empty() && *asked != call.identity))
      if (const auto may = access::require(*call.users, call.identity, "/access", {"Sys.Audit"}); !may)
        return api::failure(403, may.error().what);
    who = *asked;
  }
  json::object data;
  if (!call.parameters.has("path")) {
    for (const auto& [path, allowed] : access::permission_tree(*call.users, who)) data[path] = access::permissions_object(allowed);
    return api::answer(std::move(data));
  }
  const auto path = access::normal_path(call.parameters.text("path"));
  if (!path) return api::parameter_failure({{"path", "is no path: for example /vms/100"}});
  data[*path] = access::permissions_object(access::permissions(*call.users, who, *path));
  return api::answer(std::move(data));
}

json::array realm_list(const access::Realms& realms) {
  json::array list;
  for (const auto& [name, realm] : realms) {
    json::object item{{"realm", name}, {"type", realm.type}, {"comment", realm.comment}, {"supported", realm.is_supported() ? 1 : 0}};
    if (realm.is_default) item["default"] = 1;
    if (!realm.second_factor.empty()) item["tfa"] = realm.second_factor;
    list.push_back(std::move(item));
  }
  return list;
}

/// What the account of root@pam gains or loses is for root@pam himself: who manages users must not become him.
bool touches_root(const Call& call) { return call.parameters.text("userid") == access::kRoot && !call.identity.is_root(); }

/// Nobody gives rights that he has not, unless he may change rights at that path.
Result<void> check_given_rights(const Call& call) {
  const auto path = access::normal_path(call.parameters.text("path"));
  if (!path) return fail(Errc::invalid_input, "there is nothing at this path");
  const auto own = access::permissions(*call.users, call.identity, *path);
  if (call.identity.is_root() || own.held.has(*access::privilege("Permissions.Modify"))) return {};
  for (const std::string_view name : split_list(call.parameters.text("roles"))) {
    const auto role = call.users->roles.find(name);
    if (role != call.users->roles.end() && !own.propagated.has(role->second))
      return fail(Errc::denied, "Permission check failed (" + *path + ", Permissions.Modify)");
  }
  return {};
}

/// The parameters that are KEY=VALUE of a command.
void add_assignments(api::Words& words, const api::Parameters& parameters, std::span<const std::string_view> keys) {
  for (const std::string_view key : keys)
    if (parameters.has(key)) words.push_back(std::string(key) + "=" + parameters.text(key));
}

std::string token_of(const api::Parameters& parameters) { return parameters.text("userid") + "!" + parameters.text("tokenid"); }

constexpr auto kUserKeys =
    std::to_array<std::string_view>({"enable", "expire", "firstname", "lastname", "email", "comment", "groups", "append", "keys"});
constexpr auto kTokenKeys = std::to_array<std::string_view>({"privsep", "expire", "comment"});

api::Words user_words(std::string_view verb, const api::Parameters& parameters) {
  api::Words words{"user", std::string(verb), "--", parameters.text("userid")};
  add_assignments(words, parameters, kUserKeys);
  return words;
}

api::Words token_words(std::string_view verb, const api::Parameters& parameters) {
  api::Words words{"token", std::string(verb)};
  if (parameters.has("delete")) words.push_back("--delete=" + parameters.text("delete"));
  words.insert(words.end(), {"--", token_of(parameters)});
  add_assignments(words, parameters, kTokenKeys);
  return words;
}

api::Words acl_words(const api::Parameters& parameters) {
  const bool takes = parameters.flag("delete");
  api::Words words{"acl", takes ? "delete" : "set"};
  if (!takes && !parameters.flag("propagate", true)) words.emplace_back("--no-propagate");
  std::vector<std::string> members;
  for (const std::string_view key : {"users", "tokens"})
    for (const std::string_view member : split_list(parameters.text(key))) members.emplace_back(member);
  const std::string groups = parameters.text("groups");
  for (const std::string_view group : split_list(groups)) members.push_back("@" + std::string(group));
  words.insert(words.end(), {"--", parameters.text("path"), join(members, ","), parameters.text("roles")});
  return words;
}

api::Words group_words(const api::Parameters& parameters, bool is_new) {
  api::Words words{"group", "set"};
  if (is_new) words.emplace_back("--new");
  words.insert(words.end(), {"--", parameters.text("groupid")});
  if (parameters.has("comment")) words.push_back("comment=" + parameters.text("comment"));
  return words;
}

api::Words role_words(const api::Parameters& parameters, bool is_new) {
  api::Words words{"role", "set"};
  if (is_new) words.emplace_back("--new");
  if (parameters.flag("append")) words.emplace_back("--append");
  words.insert(words.end(), {"--", parameters.text("roleid")});
  const std::string privileges = parameters.text("privs");
  for (const std::string_view name : split_list(privileges)) words.emplace_back(name);
  return words;
}

std::string diff_in(const json::value& document) {
  const auto* diff = document.is_object() ? document.as_object().if_contains("diff") : nullptr;
  return diff != nullptr && diff->is_string() ? std::string(diff->as_string()) : std::string();
}

/// Of what "token create" tells: what clients expect, and no more.
json::value token_answer(const json::value& document) {
  const json::object& told = document.as_object();
  return json::object{{"full-tokenid", told.at("full-tokenid")}, {"info", told.at("info")}, {"value", told.at("value")}};
}

class AccessMethods {
 public:
  explicit AccessMethods(AccessParts parts) : parts_(parts) {}

  DirectMethods all() const {
    DirectMethods methods;
    add_reads(methods);
    add_changes(methods);
    add_secrets(methods);
    return methods;
  }

 private:
  using Make = std::function<api::Answer(const Call&)>;
  static Direct reads(Make make) {
    return [make = std::move(make)](const Call& call, const Respond& respond) { respond(make(call)); };
  }

  /// One of our commands; `shape` makes the answer of its document, null: none.
  Direct changes(std::function<api::Words(const api::Parameters&)> words,
                 std::function<json::value(const json::value&)> shape = nullptr) const {
    return [parts = parts_, words = std::move(words), shape = std::move(shape)](const Call& call, const Respond& respond) {
      if (touches_root(call)) return respond(api::failure(403, "Permission check failed (/access, only root@pam may change root@pam)"));
      parts.runner.run(words(call.parameters), call.behalf, [parameters = call.parameters, shape, respond](const api::Ran& ran) {
        const auto document = api::read_document(ran, parameters);
        if (!document) return respond(document.error());
        api::Answer made = api::answer(shape ? shape(*document) : json::value());
        made.diff = diff_in(*document);
        respond(std::move(made));
      });
    };
  }

  void add_reads(DirectMethods& methods) const;
  void add_changes(DirectMethods& methods) const;
  void add_secrets(DirectMethods& methods) const;
  api::Answer factors_of(const Call& call, bool only_one) const;
  void add_factor(const Call& call, const Respond& respond) const;
  void change_factors(const Call& call, const Respond& respond, const std::function<std::string(access::SecondFactors&)>& change) const;

  AccessParts parts_;
};

void AccessMethods::add_reads(DirectMethods& methods) const {
  methods["GET /access/ticket"] = reads([](const Call&) { return api::answer(nullptr); });
  methods["GET /access/domains"] = reads([parts = parts_](const Call&) {
    const auto realms = auth::AccessFiles(parts.files, parts.root).realms();
    return realms ? api::answer(realm_list(*realms)) : api::failure(500, realms.error().what);
  });
  methods["GET /access/users"] = reads([](const Call& call) { return api::answer(user_list(call)); });
  methods["GET /access/users/{userid}"] = reads([](const Call& call) {
    const access::User* user = call.users->find_user(call.parameters.text("userid"));
    return user != nullptr ? api::answer(access::user_object(*call.users, *user)) : missing("the user");
  });
  methods["GET /access/users/{userid}/token"] =
      reads([](const Call& call) { return api::answer(access::token_list(*call.users, call.parameters.text("userid"))); });
  methods["GET /access/users/{userid}/token/{tokenid}"] = reads([](const Call& call) {
    const access::Token* token = call.users->find_token({call.parameters.text("userid"), call.parameters.text("tokenid")});
    return token != nullptr ? api::answer(access::token_object(*token)) : missing("the token");
  });
  methods["GET /access/roles"] = reads([](const Call& call) { return api::answer(access::role_list(*call.users)); });
  methods["GET /access/roles/{roleid}"] = reads([](const Call& call) {
    const auto role = call.users->roles.find(call.parameters.text("roleid"));
    return role != call.users->roles.end() ? api::answer(access::role_object(role->second)) : missing("the role");
  });
  methods["GET /access/groups"] = reads([](const Call& call) { return api::answer(group_list(call)); });
  methods["GET /access/groups/{groupid}"] = reads([](const Call& call) {
    const auto group = call.users->groups.find(call.parameters.text("groupid"));
    return group != call.users->groups.end() ? api::answer(access::group_object(group->second)) : missing("the group");
  });
  methods["GET /access/acl"] = reads([](const Call& call) { return api::answer(acl_list(call)); });
  methods["GET /access/permissions"] = reads(permissions_of);
  methods["GET /access/tfa"] = reads([parts = parts_](const Call& call) {
    const auto factors = auth::AccessFiles(parts.files, parts.root).second_factors();
    if (!factors) return api::failure(500, factors.error().what);
    json::array list;
    for (const std::string& user : factors->users())
      if (may_see(call, user)) list.push_back(json::object{{"userid", user}, {"entries", access::factor_list(*factors, user)}});
    return api::answer(std::move(list));
  });
  methods["GET /access/users/{userid}/tfa"] = reads([parts = parts_](const Call& call) {
    const auto factors = auth::AccessFiles(parts.files, parts.root).second_factors();
    if (!factors) return api::failure(500, factors.error().what);
    std::set<std::string> types;
    for (const auto& factor : factors->factors(call.parameters.text("userid")))
      if (factor.enabled) types.insert(factor.type);
    json::object data{{"realm", access::realm_of(call.parameters.text("userid"))}, {"user", types.empty() ? "" : *types.rbegin()}};
    json::array all;
    for (const std::string& type : types) all.emplace_back(type);
    if (call.parameters.flag("multiple")) data["types"] = std::move(all);
    return api::answer(std::move(data));
  });
  methods["GET /access/tfa/{userid}"] = reads([self = *this](const Call& call) { return self.factors_of(call, false); });
  methods["GET /access/tfa/{userid}/{id}"] = reads([self = *this](const Call& call) { return self.factors_of(call, true); });
}

api::Answer AccessMethods::factors_of(const Call& call, bool only_one) const {
  const auto factors = auth::AccessFiles(parts_.files, parts_.root).second_factors();
  if (!factors) return api::failure(500, factors.error().what);
  const json::array list = access::factor_list(*factors, call.parameters.text("userid"));
  if (!only_one) return api::answer(json::value(list));
  for (const json::value& each : list)
    if (each.at("id").as_string() == call.parameters.text("id")) return api::answer(each);
  return missing("the second factor");
}

void AccessMethods::add_changes(DirectMethods& methods) const {
  methods["PUT /access/users/{userid}"] = changes([](const auto& parameters) { return user_words("set", parameters); });
  methods["DELETE /access/users/{userid}"] =
      changes([](const auto& parameters) { return api::Words{"user", "delete", "--", parameters.text("userid")}; });
  methods["PUT /access/users/{userid}/unlock-tfa"] =
      changes([](const auto& parameters) { return api::Words{"user", "unlock", "--", parameters.text("userid")}; },
              [](const json::value& document) { return document.at("unlocked"); });
  methods["POST /access/users/{userid}/token/{tokenid}"] =
      changes([](const auto& parameters) { return token_words("create", parameters); }, token_answer);
  methods["PUT /access/users/{userid}/token/{tokenid}"] = changes([](const auto& parameters) { return token_words("set", parameters); });
  methods["DELETE /access/users/{userid}/token/{tokenid}"] =
      changes([](const auto& parameters) { return api::Words{"token", "delete", "--", token_of(parameters)}; });
  methods["POST /access/groups"] = changes([](const auto& parameters) { return group_words(parameters, true); });
  methods["PUT /access/groups/{groupid}"] = [change = changes([](const auto& parameters) { return group_words(parameters, false); })](
                                                const Call& call, const Respond& respond) {
    if (!call.users->groups.contains(call.parameters.text("groupid"))) return respond(missing("the group"));
    change(call, respond);
  };
  methods["DELETE /access/groups/{groupid}"] =
      changes([](const auto& parameters) { return api::Words{"group", "delete", "--", parameters.text("groupid")}; });
  methods["POST /access/roles"] = changes([](const auto& parameters) { return role_words(parameters, true); });
  methods["PUT /access/roles/{roleid}"] = changes([](const auto& parameters) { return role_words(parameters, false); });
  methods["DELETE /access/roles/{roleid}"] =
      changes([](const auto& parameters) { return api::Words{"role", "delete", "--", parameters.text("roleid")}; });
  methods["PUT /access/acl"] = [change = changes(acl_words)](const Call& call, const Respond& respond) {
    if (const auto may = check_given_rights(call); !may) return respond(api::failure(403, may.error().what));
    change(call, respond);
  };
}

void AccessMethods::add_secrets(DirectMethods& methods) const {
  methods["POST /access/ticket"] = [parts = parts_](const Call& call, const Respond& respond) { parts.login.log_in(call, respond); };
  methods["POST /access/users"] = [parts = parts_, create = changes([](const auto& parameters) {
                                                     return user_words("create", parameters);
                                                   })](const Call& call, const Respond& respond) {
    const std::string password = call.parameters.text("password");
    if (password.empty()) return create(call, respond);
    create(call, [parts, password, user = call.parameters.text("userid"), respond](const api::Answer& created) {
      if (!created.ok()) return respond(created);
      parts.login.work_apart(
          [parts, user, password] {
            auth::AccessFiles files(parts.files, parts.root);
            const auto set = auth::set_password(files, user, password);
            return set ? std::string() : "the user is there, and has no password: " + set.error().what;
          },
          [respond, diff = created.diff](api::Answer set) {
            set.diff = diff;
            respond(std::move(set));
          });
    });
  };
  methods["PUT /access/password"] = [parts = parts_](const Call& call, const Respond& respond) {
    if (touches_root(call)) return respond(api::failure(403, "Permission check failed (/access, only root@pam may change root@pam)"));
    const std::string user = call.parameters.text("userid");
    const auto set = [parts, user, password = call.parameters.text("password"), respond] {
      parts.login.work_apart(
          [parts, user, password] {
            auth::AccessFiles files(parts.files, parts.root);
            const auto done = auth::set_password(files, user, password);
            return done ? std::string() : done.error().what;
          },
          respond);
    };
    if (call.users->find_user(user) == nullptr) return respond(missing("the user"));
    parts.login.confirm_password(call, "confirmation-password", respond, set);
  };
  methods["POST /access/tfa/{userid}"] = [self = *this](const Call& call, const Respond& respond) {
    self.parts_.login.confirm_password(call, "password", respond, [self, call, respond] { self.add_factor(call, respond); });
  };
  methods["PUT /access/tfa/{userid}/{id}"] = [self = *this](const Call& call, const Respond& respond) {
    self.parts_.login.confirm_password(call, "password", respond, [self, call, respond] {
      self.change_factors(call, respond, [call](access::SecondFactors& factors) -> std::string {
        for (access::Factor factor : factors.factors(call.parameters.text("userid"))) {
          if (factor.id != call.parameters.text("id")) continue;
          if (call.parameters.has("description")) factor.description = call.parameters.text("description");
          factor.enabled = call.parameters.flag("enable", factor.enabled);
          return factors.change(call.parameters.text("userid"), factor) ? "" : "this kind can't be changed";
        }
        return "the second factor does not exist";
      });
    });
  };
  methods["DELETE /access/tfa/{userid}/{id}"] = [self = *this](const Call& call, const Respond& respond) {
    self.parts_.login.confirm_password(call, "password", respond, [self, call, respond] {
      self.change_factors(call, respond, [call](access::SecondFactors& factors) -> std::string {
        return factors.remove(call.parameters.text("userid"), call.parameters.text("id")) ? "" : "the second factor does not exist";
      });
    });
  };
}

void AccessMethods::change_factors(const Call& call, const Respond& respond,
                                   const std::function<std::string(access::SecondFactors&)>& change) const {
  if (touches_root(call)) return respond(api::failure(403, "Permission check failed (/access, only root@pam may change root@pam)"));
  if (call.users->find_user(call.parameters.text("userid")) == nullptr) return respond(missing("the user"));
  // Whoever holds the lock has ten seconds for it: that is not waited for in the loop.
  parts_.login.work_apart(
      [parts = parts_, change]() -> std::string {
        auth::AccessFiles files(parts.files, parts.root);
        const std::string& path = files.paths().second_factors;
        const auto done = files.edit(path, [&](const std::string& text) -> Result<std::string> {
          auto factors = TRY(access::SecondFactors::parse(text, path));
          if (const std::string wrong = change(factors); !wrong.empty()) return fail(Errc::invalid_input, wrong);
          return factors.format();
        });
        return done ? "" : done.error().what;
      },
      respond);
}

void AccessMethods::add_factor(const Call& call, const Respond& respond) const {
  const std::string user = call.parameters.text("userid");
  const std::string type = call.parameters.text("type");
  const auto random = auth::random_bytes(8 * (access::kRecoveryCodes + 2));
  if (!random) return respond(api::failure(500, random.error().what));
  const std::string id = type == "recovery" ? type : access::to_hex(random->substr(0, 8));
  json::object data{{"id", id}};
  if (type == "recovery") {
    std::vector<std::string> codes;
    json::array list;
    for (std::size_t i = 0; i < access::kRecoveryCodes; ++i) {
      codes.push_back(access::format_recovery_code(random->substr(8 * (i + 2), 8)));
      list.emplace_back(codes.back());
    }
    data["recovery"] = std::move(list);
    return change_factors(
        call, [respond, data](const api::Answer& made) { respond(made.ok() ? api::answer(data) : made); },
        [user, codes, key = random->substr(8, 8)](access::SecondFactors& factors) -> std::string {
          factors.set_recovery(user, codes, key, std::time(nullptr));
          return "";
        });
  }
  if (type != "totp") return respond(api::parameter_failure({{"type", "only totp and recovery can be set up here"}}));
  const auto totp = access::parse_totp(call.parameters.text("totp"));
  if (!totp) return respond(api::parameter_failure({{"totp", totp.error().what}}));
  // The code proves that the app has the secret, and that the clocks agree.
  if (!access::match_totp(*totp, call.parameters.text("value"), std::time(nullptr), std::nullopt))
    return respond(api::parameter_failure({{"value", "is not the code expected now; look at both clocks"}}));
  const access::Factor factor{id, type, call.parameters.text("description"), std::time(nullptr), true};
  change_factors(
      call, [respond, data](const api::Answer& made) { respond(made.ok() ? api::answer(data) : made); },
      [user, factor, totp = *totp](access::SecondFactors& factors) -> std::string {
        factors.add_totp(user, factor, totp);
        return "";
      });
}

}  // namespace

DirectMethods access_methods(const AccessParts& parts) { return AccessMethods(parts).all(); }

}  // namespace drawbridge::server
