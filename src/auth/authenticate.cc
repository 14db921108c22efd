#include "auth/authenticate.h"

#include "access/permissions.h"
#include "access/secret_lines.h"
#include "access/ticket.h"
#include "base/percent.h"
#include "base/text.h"

namespace drawbridge::auth {
namespace {

constexpr std::string_view kCookie = "PVEAuthCookie=";

Result<access::Identity> by_token(AccessFiles& files, std::string_view authorization) {
  const auto claim = access::parse_token_claim(authorization);
  if (!claim) return fail(Errc::denied, "this is no API token");
  const std::string secrets = TRY(files.text(files.paths().tokens));
  if (!access::is_token_secret(secrets, *claim))
    return fail(Errc::denied, "the secret is not that of the token " + format_identity(claim->token));
  return claim->token;
}

Result<access::Identity> by_ticket(AccessFiles& files, std::string_view ticket, const Credentials& credentials, access::UnixTime now) {
  if (ticket.empty()) return fail(Errc::denied, "No ticket");
  const auto keys = TRY(files.keys());
  const std::string user = TRY(access::check_ticket(*keys, ticket, now));
  if (credentials.changes) TRY_VOID(access::check_csrf_token(*keys, credentials.csrf_token, user, now));
  return access::Identity{user, ""};
}

}  // namespace

std::string ticket_in_cookies(std::string_view cookies) {
  for (const std::string_view each : split(cookies, ';')) {
    const auto cookie = trim(each);
    if (cookie.starts_with(kCookie)) return decode_percent(cookie.substr(kCookie.size())).value_or("");
  }
  return "";
}

Result<access::Identity> authenticate(AccessFiles& files, const Credentials& credentials, access::UnixTime now) {
  access::Identity identity;
  if (credentials.authorization.starts_with("PVEAPIToken=")) {
    identity = TRY(by_token(files, credentials.authorization));
  } else {
    const bool in_header = credentials.authorization.starts_with(kCookie);
    const std::string ticket = ticket_in_cookies(in_header ? credentials.authorization : credentials.cookies);
    identity = TRY(by_ticket(files, ticket, credentials, now));
  }
  const auto users = TRY(files.users());
  TRY_VOID(access::check_active(*users, identity, now));
  return identity;
}

}  // namespace drawbridge::auth
