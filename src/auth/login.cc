#include "auth/login.h"

#include "access/one_time_passwords.h"
#include "access/permissions.h"
#include "access/secret_lines.h"
#include "access/ticket.h"
#include "base/text.h"

namespace drawbridge::auth {
namespace {

/// Makes a ticket and its CSRF token.
Result<LoginAnswer> admit(AccessFiles& files, const std::string& user, bool renewed, access::UnixTime now) {
  const auto keys = TRY(files.keys());
  return LoginAnswer{user, access::make_ticket(*keys, user, now), access::make_csrf_token(*keys, user, now), false, renewed};
}

Result<bool> take_one_time_password(AccessFiles& files, const std::string& user, const std::string& password, access::UnixTime now) {
  const std::string before = TRY(files.text(files.paths().one_time));
  if (before.empty()) return false;
  bool taken = false;
  TRY_VOID(files.edit(files.paths().one_time, [&](const std::string& text) -> Result<std::string> {
    auto passwords = access::OneTimePasswords::parse(text);
    taken = passwords.take(user, password, now);
    return taken ? passwords.format() : text;
  }));
  return taken;
}

/// The second factor, used up.
Result<void> answer_challenge(AccessFiles& files, const std::string& user, const std::string& response, access::UnixTime now) {
  const auto held = TRY(files.lock());
  auto factors = TRY(files.second_factors());
  auto used = access::UsedCodes::parse(TRY(files.text(files.paths().used_codes)));
  const std::string factors_before = factors.format();
  const auto used_before = used;
  auto answered = factors.answer(user, response, used, now);
  // Before anybody is let in: a code that can't be noted as used could be used again.
  if (used != used_before) TRY_VOID(files.write(files.paths().used_codes, used.format()));
  if (factors.format() != factors_before) TRY_VOID(files.write(files.paths().second_factors, factors.format()));
  return answered;
}

/// Second factors of older versions, which nobody can answer here.
bool has_old_keys(const access::User& user) { return !user.keys.empty() && !user.keys.starts_with('x'); }

}  // namespace

SystemPassword system_password() {
  return [](const std::string& name, const std::string& password, const std::string& address) {
    return check_system_password(name, password, address);
  };
}

bool is_ticket(std::string_view password) { return password.starts_with("PVE:"); }

Result<std::string> full_user_id(const LoginRequest& request) {
  const std::string user = access::is_user_id(request.user) && (request.realm.empty() || request.user.ends_with("@" + request.realm))
                               ? request.user
                               : request.user + "@" + (request.realm.empty() ? "pam" : request.realm);
  if (!access::is_user_id(user)) return fail(Errc::invalid_input, "'" + printable(user, 80) + "' is no user", {}, "write name@realm");
  return user;
}

Result<void> check_password(AccessFiles& files, const std::string& user, const std::string& password, const std::string& address,
                            const SystemPassword& system, access::UnixTime now) {
  if (password.empty()) return fail(Errc::denied, "the password is empty");
  if (TRY(take_one_time_password(files, user, password, now))) return {};
  const std::string realm(access::realm_of(user));
  const std::string name(access::name_of(user));
  if (realm == "pam") return system(name, password, address);
  if (realm != "pve") return fail(Errc::denied, "users of the realm " + realm + " can't log in here");
  const std::string shadow = TRY(files.text(files.paths().shadow));
  const auto hash = access::find_password_hash(shadow, name);
  // That a user without a password is refused sooner tells nothing: failures are answered after a fixed time.
  if (!hash || !access::is_password(*hash, password)) return fail(Errc::denied, "the password is wrong");
  return {};
}

Result<LoginAnswer> log_in(AccessFiles& files, const LoginRequest& request, const SystemPassword& system, access::UnixTime now) {
  const std::string id = TRY(full_user_id(request));
  const auto users = TRY(files.users());
  TRY_VOID(access::check_active(*users, {id, ""}, now));
  const auto keys = TRY(files.keys());
  if (!request.challenge.empty()) {
    TRY_VOID(access::check_challenge_ticket(*keys, request.challenge, id, now));
    TRY_VOID(answer_challenge(files, id, request.password, now));
    return admit(files, id, false, now);
  }
  if (is_ticket(request.password)) {
    const std::string user = TRY(access::check_ticket(*keys, request.password, now));
    if (user != id) return fail(Errc::denied, "the ticket is another user's");
    return admit(files, id, true, now);
  }
  // Read before the password is looked at: who can't be asked for a second factor must not get in without.
  const auto factors = TRY(files.second_factors());
  const auto realms = TRY(files.realms());
  TRY_VOID(check_password(files, id, request.password, request.address, system, now));
  if (!factors.is_needed(id)) {
    if (has_old_keys(*users->find_user(id))) return fail(Errc::denied, "the user has a second factor of a kind that is not known here");
    if (const auto realm = realms.find(access::realm_of(id)); realm != realms.end() && !realm->second.second_factor.empty())
      return fail(Errc::denied, "the realm asks for a second factor, and the user has none");
    return admit(files, id, false, now);
  }
  if (!request.one_time.empty()) {
    TRY_VOID(answer_challenge(files, id, request.one_time, now));
    return admit(files, id, false, now);
  }
  const std::string ticket = access::make_challenge_ticket(*keys, id, factors.challenge(id), now);
  return LoginAnswer{id, ticket, access::make_csrf_token(*keys, id, now), true, false};
}

Result<std::string> hash_new_password(const std::string& user, const std::string& password, access::PasswordCost cost) {
  TRY_VOID(access::check_new_password(password));
  if (access::realm_of(user) != "pve")
    return fail(Errc::unsupported, "passwords of the realm " + std::string(access::realm_of(user)) + " are not kept here", {},
                access::realm_of(user) == "pam" ? "passwd(1) sets them" : "the realm's own server sets them");
  const std::string salt = TRY(random_bytes(16));
  return access::hash_password(password, salt, cost);
}

Result<void> set_password(AccessFiles& files, const std::string& user, const std::string& password, access::PasswordCost cost) {
  const std::string hash = TRY(hash_new_password(user, password, cost));
  return files.edit(files.paths().shadow, [&](const std::string& text) -> Result<std::string> {
    return access::put_password_hash(text, access::name_of(user), hash);
  });
}

Result<std::string> make_one_time_password(AccessFiles& files, const std::string& user, std::chrono::seconds life, access::UnixTime now) {
  const auto users = TRY(files.users());
  if (users->find_user(user) == nullptr)
    return fail(Errc::not_found, "there is no user " + printable(user, 80), {}, "\"user list\" names them");
  const std::string random = TRY(random_bytes(13));
  const std::string password = access::format_one_time_password(random);
  TRY_VOID(files.edit(files.paths().one_time, [&](const std::string& text) -> Result<std::string> {
    auto passwords = access::OneTimePasswords::parse(text);
    passwords.add(user, password, now + life.count(), now);
    return passwords.format();
  }));
  return password;
}

}  // namespace drawbridge::auth
