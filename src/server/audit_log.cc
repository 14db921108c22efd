#include "server/audit_log.h"

#include <ctime>
#include <iostream>
#include <set>

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

json::object shown_parameters(const api::Parameters& parameters) {
  static const std::set<std::string_view> kSecret{"password", "confirmation-password", "otp", "value", "totp", "cipassword",
                                                  "secret",   "tfa-challenge",         "keys"};
  json::object shown;
  for (const auto& [name, value] : parameters.all()) shown[name] = kSecret.contains(name) ? "(secret)" : value;
  return shown;
}

}  // namespace

void AuditLog::note(const Call& call, const api::Answer& answer, const std::string& diff) {
  json::object line{{"when", now_text()},
                    {"user", access::format_identity(call.identity)},
                    {"from", call.ends.client.address},
                    {"method", call.method.verb},
                    {"path", call.method.path},
                    {"parameters", shown_parameters(call.parameters)},
                    {"status", answer.status}};
  if (!answer.ok()) line["message"] = answer.message;
  if (answer.data.is_string()) line["result"] = answer.data;
  if (!diff.empty()) line["diff"] = diff;
  // A change that was made is not undone because its note could not be written; that is said where somebody looks after it.
  if (auto written = file_.append(json::serialize(line) + "\n"); !written)
    std::cerr << "drawbridge: the audit log can't be written: " << written.error().what << "\n";
}

}  // namespace drawbridge::server
