#include "access/ticket.h"

#include <charconv>
#include <optional>

#include "access/encoding.h"
#include "base/percent.h"

namespace drawbridge::access {
namespace {

constexpr std::string_view kPrefix = "PVE:";
constexpr std::string_view kChallenge = "!tfa!";
constexpr std::size_t kTimeDigits = 8;
/// Nothing that we sign comes near it; longer texts are not worth a signature's work.
constexpr std::size_t kLongestTicket = 8192;

std::string format_time(UnixTime time) {
  std::string text(kTimeDigits, '0');
  for (std::size_t i = kTimeDigits; i-- > 0; time >>= 4) text[i] = "0123456789ABCDEF"[time & 15];
  return text;
}

std::optional<UnixTime> read_time(std::string_view text) {
  std::uint32_t time = 0;
  if (text.size() != kTimeDigits) return std::nullopt;
  for (const char c : text)
    if (!((c >= '0' && c <= '9') || (c >= 'A' && c <= 'F'))) return std::nullopt;
  std::from_chars(text.begin(), text.end(), time, 16);
  return time;
}

Result<void> check_age(std::optional<UnixTime> signed_at, std::chrono::seconds life, UnixTime now) {
  if (!signed_at) return fail(Errc::denied, "the ticket has no time");
  if (now - *signed_at >= life.count()) return fail(Errc::denied, "the ticket has expired");
  if (*signed_at - now >= kClockSkew.count()) return fail(Errc::denied, "the ticket is of the future", {}, "set the nodes' clocks");
  return {};
}

std::string make_signed(const TicketKeys& keys, std::string_view data, std::string_view bound_to, UnixTime now) {
  const std::string plain = std::string(kPrefix) + std::string(data) + ":" + format_time(now);
  return plain + "::" + to_base64(keys.sign(bound_to.empty() ? plain : plain + ":" + std::string(bound_to)));
}

/// What is between the prefix and the time, if signature and time are good.
Result<std::string> check_signed(const TicketKeys& keys, std::string_view ticket, std::string_view bound_to, std::chrono::seconds life,
                                 UnixTime now) {
  const auto end = ticket.rfind("::");
  if (ticket.size() > kLongestTicket || !ticket.starts_with(kPrefix) || end == std::string_view::npos)
    return fail(Errc::denied, "this is no ticket");
  const auto plain = ticket.substr(0, end);
  const auto signature = from_base64(ticket.substr(end + 2));
  const std::string text = bound_to.empty() ? std::string(plain) : std::string(plain) + ":" + std::string(bound_to);
  if (!signature || !keys.verify(text, *signature)) return fail(Errc::denied, "the ticket's signature is wrong");
  const auto colon = plain.rfind(':');
  if (colon < kPrefix.size()) return fail(Errc::denied, "the ticket names nobody");
  TRY_VOID(check_age(read_time(plain.substr(colon + 1)), life, now));
  return std::string(plain.substr(kPrefix.size(), colon - kPrefix.size()));
}

}  // namespace

std::string make_ticket(const TicketKeys& keys, std::string_view user, UnixTime now) { return make_signed(keys, user, "", now); }

Result<std::string> check_ticket(const TicketKeys& keys, std::string_view ticket, UnixTime now) {
  const std::string user = TRY(check_signed(keys, ticket, "", kTicketLife, now));
  if (user.starts_with(kChallenge) || !is_user_id(user)) return fail(Errc::denied, "the ticket is for no user");
  return user;
}

std::string make_challenge_ticket(const TicketKeys& keys, std::string_view user, std::string_view challenge, UnixTime now) {
  return make_signed(keys, std::string(kChallenge) + encode_percent(challenge), user, now);
}

Result<std::string> check_challenge_ticket(const TicketKeys& keys, std::string_view ticket, std::string_view user, UnixTime now) {
  if (user.empty()) return fail(Errc::denied, "the ticket is for no user");
  const std::string data = TRY(check_signed(keys, ticket, user, kChallengeLife, now));
  const auto challenge = data.starts_with(kChallenge) ? decode_percent(data.substr(kChallenge.size())) : std::nullopt;
  if (!challenge) return fail(Errc::denied, "the ticket asks for no second factor");
  return *challenge;
}

std::string make_csrf_token(const TicketKeys& keys, std::string_view user, UnixTime now) {
  const std::string time = format_time(now);
  std::string hash = to_base64(keys.csrf_hash(time + ":" + std::string(user)));
  while (hash.ends_with('=')) hash.pop_back();
  return time + ":" + hash;
}

Result<void> check_csrf_token(const TicketKeys& keys, std::string_view token, std::string_view user, UnixTime now) {
  const auto colon = token.find(':');
  if (colon != kTimeDigits || token.size() > kLongestTicket) return fail(Errc::denied, "this is no CSRF token");
  const auto hash = from_base64(token.substr(colon + 1));
  const std::string text = std::string(token.substr(0, colon)) + ":" + std::string(user);
  if (!hash || !keys.is_csrf_hash(text, *hash)) return fail(Errc::denied, "the CSRF token is not this user's");
  return check_age(read_time(token.substr(0, colon)), kTicketLife, now);
}

}  // namespace drawbridge::access
