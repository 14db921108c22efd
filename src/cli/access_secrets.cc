// user password, one-time-password, unlock; user totp list, add, delete, recovery. Secrets are printed once, and never taken from the
// command line, where everybody's "ps" would show them.
#include <boost/json.hpp>

#include "access/encoding.h"
#include "access/user_fields.h"
#include "auth/login.h"
#include "base/text.h"
#include "cli/access_desk.h"
#include "cli/access_verbs.h"
#include "cli/display.h"

namespace drawbridge::cli {
namespace {

namespace json = boost::json;

/// The user whom a verb without user.cfg is about.
struct Subject {
  auth::AccessFiles files;
  access::User user;
};

Result<Subject> open_subject(Context& context) {
  auth::AccessFiles files(context.system.files(), context.system.root());
  const auto users = TRY(files.users());
  auto user = TRY(known_user(context, *users));
  return Subject{std::move(files), std::move(user)};
}

/// Second factors changed under lock.
Result<void> edit_factors(auth::AccessFiles& files, const std::function<Result<void>(access::SecondFactors&)>& change) {
  const std::string& path = files.paths().second_factors;
  return files.edit(path, [&](const std::string& text) -> Result<std::string> {
    auto factors = TRY(access::SecondFactors::parse(text, path));
    const std::string before = factors.format();
    TRY_VOID(change(factors));
    return factors.format() == before ? text : factors.format();
  });
}

Exit tell(Context& context, const json::object& document, const std::string& text) {
  if (context.console.json())
    context.console.print_document(json::serialize(document));
  else
    context.console.print(text);
  return Exit::done;
}

/// A code of the new secret proves that the app has it; only asked of a person.
Result<void> prove(Context& context, const access::Totp& totp) {
  if (!context.console.asks() || context.console.json()) return {};
  context.console.print(access::format_totp(totp) + "\n");
  context.console.flush();
  const std::string code = TRY(read_secret(context, "Code that the app shows", false));
  if (!access::match_totp(totp, trim(code), unix_time(), std::nullopt))
    return fail(Errc::invalid_input, "the code is not the one expected", {},
                "nothing was changed; look at the clocks of both, and try again");
  return {};
}

}  // namespace

Exit user_password(Context& context) {
  auto subject = open_subject(context);
  if (!subject) return context.console.fail(subject.error());
  const auto password = read_secret(context, "New password of " + subject->user.id, true);
  if (!password) return context.console.fail(password.error());
  if (const auto set = auth::set_password(subject->files, subject->user.id, *password); !set) return context.console.fail(set.error());
  return tell(context, {{"userid", subject->user.id}, {"changed", true}}, "The password is set.\n");
}

Exit user_one_time_password(Context& context) {
  auto subject = open_subject(context);
  if (!subject) return context.console.fail(subject.error());
  const std::chrono::seconds life(context.arguments().number("valid").value_or(600));
  if (life.count() == 0 || life > std::chrono::hours(24)) return context.console.fail_usage("--valid is 1 to 86400 seconds", "");
  const auto now = unix_time();
  const auto password = auth::make_one_time_password(subject->files, subject->user.id, life, now);
  if (!password) return context.console.fail(password.error());
  context.console.note("Good for one login of " + subject->user.id + ", for " + std::to_string(life.count()) + " seconds.");
  return tell(context, {{"userid", subject->user.id}, {"password", *password}, {"expire", now + life.count()}}, *password + "\n");
}

Exit user_unlock(Context& context) {
  auto subject = open_subject(context);
  if (!subject) return context.console.fail(subject.error());
  bool was_locked = false;
  const auto done = edit_factors(subject->files, [&](access::SecondFactors& factors) -> Result<void> {
    was_locked = factors.is_locked(subject->user.id);
    factors.unlock(subject->user.id);
    return {};
  });
  if (!done) return context.console.fail(done.error());
  return tell(context, {{"userid", subject->user.id}, {"unlocked", was_locked}},
              was_locked ? "The user's codes are accepted again.\n" : "The user was not locked.\n");
}

Exit totp_list(Context& context) {
  auto subject = open_subject(context);
  if (!subject) return context.console.fail(subject.error());
  const auto factors = subject->files.second_factors();
  if (!factors) return context.console.fail(factors.error());
  if (context.console.json()) {
    context.console.print_document(json::serialize(access::factor_list(*factors, subject->user.id)));
    return Exit::done;
  }
  Table table{.header = {"Id", "Type", "Enabled", "Since", "Description"}, .rows = {}};
  for (const auto& factor : factors->factors(subject->user.id))
    table.rows.push_back(
        {visible(factor.id), factor.type, factor.enabled ? "yes" : "no", time_text(factor.created), visible(factor.description)});
  context.console.print(table.rows.empty() ? "No second factor.\n" : format_table(table, context.console.width()));
  return Exit::done;
}

Exit totp_add(Context& context) {
  auto subject = open_subject(context);
  if (!subject) return context.console.fail(subject.error());
  const auto secret = auth::random_bytes(20);
  const auto id = auth::random_bytes(8);
  if (!secret || !id) return context.console.fail((secret ? id : secret).error());
  const std::string description = context.arguments().value("description").value_or("authenticator app");
  if (description.size() > 255 || has_control_character(description))
    return context.console.fail_usage("--description is one line of at most 255 bytes", "");
  const access::Totp totp{
      .secret = *secret, .issuer = context.arguments().value("issuer").value_or("Drawbridge"), .account = subject->user.id};
  if (const auto proven = prove(context, totp); !proven) return context.console.fail(proven.error());
  const access::Factor factor{access::to_hex(*id), "totp", description, unix_time(), true};
  const auto done = edit_factors(subject->files, [&](access::SecondFactors& factors) -> Result<void> {
    factors.add_totp(subject->user.id, factor, totp);
    return {};
  });
  if (!done) return context.console.fail(done.error());
  const std::string address = access::format_totp(totp);
  const bool shown = context.console.asks() && !context.console.json();
  return tell(context, {{"userid", subject->user.id}, {"id", factor.id}, {"totp", address}},
              shown ? "The second factor is set.\n" : address + "\n");
}

Exit totp_delete(Context& context) {
  auto subject = open_subject(context);
  if (!subject) return context.console.fail(subject.error());
  const std::string id = context.arguments().value("ID").value_or("");
  const auto done = edit_factors(subject->files, [&](access::SecondFactors& factors) -> Result<void> {
    if (!factors.remove(subject->user.id, id))
      return fail(Errc::not_found, subject->user.id + " has no second factor " + printable(id, 40), {}, "\"user totp list\" names them");
    return {};
  });
  if (!done) return context.console.fail(done.error());
  return tell(context, {{"userid", subject->user.id}, {"id", printable(id)}, {"changed", true}}, "The second factor is gone.\n");
}

Exit totp_recovery(Context& context) {
  auto subject = open_subject(context);
  if (!subject) return context.console.fail(subject.error());
  std::vector<std::string> codes;
  json::array list;
  for (std::size_t i = 0; i < access::kRecoveryCodes; ++i) {
    const auto random = auth::random_bytes(8);
    if (!random) return context.console.fail(random.error());
    codes.push_back(access::format_recovery_code(*random));
    list.emplace_back(codes.back());
  }
  const auto key = auth::random_bytes(8);
  if (!key) return context.console.fail(key.error());
  const auto done = edit_factors(subject->files, [&](access::SecondFactors& factors) -> Result<void> {
    factors.set_recovery(subject->user.id, codes, *key, unix_time());
    return {};
  });
  if (!done) return context.console.fail(done.error());
  context.console.note("Each is good once, in place of a code. They are not shown again.");
  return tell(context, {{"userid", subject->user.id}, {"recovery", list}}, join(codes, "\n") + "\n");
}

}  // namespace drawbridge::cli
