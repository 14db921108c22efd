// What must hold for any text that comes where a ticket, a CSRF token or an API token is expected. Shared by the fuzz target and by the
// unit tests.
#pragma once

#include <string>
#include <string_view>

#include "access/secret_lines.h"
#include "access/ticket.h"
#include "access/totp.h"

namespace drawbridge::access {

/// The promise that was broken, or "".
inline std::string check_ticket_text(std::string_view text) {
  static const TicketKeys kKeys = *TicketKeys::make(std::string(32, 'k'));
  constexpr UnixTime kNow = 1'800'000'000;
  if (check_ticket(kKeys, text, kNow)) return "a ticket that nobody signed";
  if (check_challenge_ticket(kKeys, text, "anna@pve", kNow)) return "a challenge that nobody signed";
  if (check_csrf_token(kKeys, text, "anna@pve", kNow)) return "a CSRF token that nobody signed";
  const auto claim = parse_token_claim(text);
  if (claim && "PVEAPIToken=" + format_identity(claim->token) + "=" + claim->secret != text) return "a token's claim that reads otherwise";
  if (claim && is_token_secret("anna@pve!backup 12345678-1234-4123-8123-123456789abc\n", *claim) &&
      text != "PVEAPIToken=anna@pve!backup=12345678-1234-4123-8123-123456789abc")
    return "another secret is taken";
  if (const auto totp = parse_totp(text); totp && parse_totp(format_totp(*totp)).value_or(Totp{}) != *totp)
    return "a one-time password that reads otherwise";
  // Whatever is signed comes back.
  if (is_user_id(text) && !text.starts_with("!tfa!") && check_ticket(kKeys, make_ticket(kKeys, text, kNow), kNow) != text)
    return "a user is not known again";
  return "";
}

}  // namespace drawbridge::access
