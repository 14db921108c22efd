// Tickets: who logged in, and when, signed. "PVE:anna@pve:65A1B2C3::SIGNATURE", two hours.
//
// After the first of two factors a ticket says only that: "PVE:!tfa!CHALLENGE:65A1B2C3::SIGNATURE", signed together with the user, five
// minutes. CSRF tokens ("65A1B2C3:HASH") go with a ticket's user and live as long as tickets.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "access/ticket_keys.h"
#include "access/users.h"

namespace drawbridge::access {

inline constexpr std::chrono::seconds kTicketLife{7200};
inline constexpr std::chrono::seconds kChallengeLife{300};
/// By how much the clock of the node that signed may be ahead of ours.
inline constexpr std::chrono::seconds kClockSkew{300};

std::string make_ticket(const TicketKeys& keys, std::string_view user, UnixTime now);
/// The user. Errors: denied. Whether he is still enabled is check_active's to tell.
Result<std::string> check_ticket(const TicketKeys& keys, std::string_view ticket, UnixTime now);

/// `challenge`: JSON that tells which second factors would do.
std::string make_challenge_ticket(const TicketKeys& keys, std::string_view user, std::string_view challenge, UnixTime now);
/// The challenge. Errors: denied; also for another user's ticket.
Result<std::string> check_challenge_ticket(const TicketKeys& keys, std::string_view ticket, std::string_view user, UnixTime now);

std::string make_csrf_token(const TicketKeys& keys, std::string_view user, UnixTime now);
/// Errors: denied.
Result<void> check_csrf_token(const TicketKeys& keys, std::string_view token, std::string_view user, UnixTime now);

}  // namespace drawbridge::access
