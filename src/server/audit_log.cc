#include "server/audit_log.h"

#include <ctime>
#include <iostream>
#include <set>

#include "access/login_limit.h"
#include "access/user_fields.h"
#include "base/text.h"

namespace drawbridge::server {
namespace {

namespace json = boost::json;

std::string now_text() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  ::gmtime_r(&now, &parts);
  char text[32];
  return {text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

/// Longer values are shown in part: what was refused may be nonsense of half a megabyte.
constexpr std::size_t kLongestRefused = 256;
constexpr std::size_t kMostRefused = 64;

json::object shown_parameters(const api::RawParameters& parameters, bool whole) {
  static const std::set<std::string_view> kSecret{"password", "confirmation-password", "otp",  "value",    "totp", "cipassword",
                                                  "secret",   "tfa-challenge",         "keys", "challenge"};
  json::object shown;
  for (const auto& [name, value] : parameters) {
    if (shown.size() >= kMostRefused && !whole) break;
    const std::string text = whole ? value : printable(value, kLongestRefused);
    shown[whole ? name : printable(name, 64)] = kSecret.contains(name) ? "(secret)" : text;
  }
  return shown;
}

bool is_refusal(const AuditEntry& entry, const api::Answer& answer) {
  // Nobody in particular, who sends nonsense, is one as well.
  return answer.status == 401 || answer.status == 403 || answer.status == 429 || answer.status == 503 ||
         (answer.status == 400 && entry.identity.user.empty());
}

}  // namespace

json::object audit_line(const AuditEntry& entry, const api::Answer& answer) {
  json::object line{{"user", access::format_identity(entry.identity)},
                    {"from", entry.from},
                    {"method", entry.verb},
                    {"path", entry.path},
                    {"parameters", shown_parameters(entry.parameters, answer.ok())},
                    {"status", answer.status}};
  if (!answer.ok()) line["message"] = answer.message;
  if (answer.data.is_string()) line["result"] = answer.data;
  if (!answer.diff.empty()) line["diff"] = access::without_secrets(answer.diff);
  return line;
}

void AuditLog::note(const AuditEntry& entry, const api::Answer& answer) {
  const auto now = std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now().time_since_epoch());
  if (is_refusal(entry, answer) && !quota_.take(access::client_key(entry.from), now)) return;
  json::object line{{"when", now_text()}};
  for (const auto& [key, value] : audit_line(entry, answer)) line[key] = value;
  if (const auto left_out = quota_.take_left_out(); left_out > 0) line["refusals-not-noted"] = left_out;
  // A change that was made is not undone because its note could not be written; that is said where somebody looks after it.
  if (auto written = file_.append(json::serialize(line) + "\n"); !written)
    std::cerr << "drawbridge: the audit log can't be written: " << written.error().what << "\n";
}

}  // namespace drawbridge::server
