#include "cli/audit_entries.h"

#include <boost/json.hpp>

#include "base/text.h"
#include "cli/display.h"

namespace drawbridge::cli {
namespace {

namespace json = boost::json;

std::string text_of(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
}

std::int64_t status_of(const json::object& entry) {
  const json::value* status = entry.if_contains("status");
  return status != nullptr && status->is_int64() ? status->as_int64() : 0;
}

json::object parameters_of(const json::object& entry) {
  const json::value* parameters = entry.if_contains("parameters");
  return parameters != nullptr && parameters->is_object() ? parameters->as_object() : json::object();
}

/// "/nodes/{node}/network" with the node's name in it; what was not given stays as it is described.
std::string filled(std::string_view path, const json::object& parameters) {
  std::string target;
  while (!path.empty()) {
    const auto open = path.find('{');
    target += path.substr(0, open);
    const auto close = open == std::string_view::npos ? open : path.find('}', open);
    if (close == std::string_view::npos) break;
    const auto name = path.substr(open + 1, close - open - 1);
    target += parameters.contains(name) ? text_of(parameters, name) : std::string(path.substr(open, close - open + 1));
    path.remove_prefix(close + 1);
  }
  return target;
}

}  // namespace

std::optional<json::object> matching_entry(std::string_view line, const AuditFilter& filter) {
  boost::system::error_code failure;
  json::value value = json::parse(line, failure);
  if (failure || !value.is_object()) return std::nullopt;
  json::object& entry = value.as_object();
  entry["target"] = filled(text_of(entry, "path"), parameters_of(entry));
  if (!text_of(entry, "user").contains(filter.user) || !text_of(entry, "target").contains(filter.target)) return std::nullopt;
  if (filter.only_refused && status_of(entry) < 400) return std::nullopt;
  return std::move(entry);
}

std::string entry_text(const json::object& entry) {
  const std::string user = text_of(entry, "user");
  std::string text = text_of(entry, "when") + "  " + (user.empty() ? "nobody" : user) + " from " + text_of(entry, "from") + ": " +
                     text_of(entry, "method") + " " + text_of(entry, "target");
  const std::string path = text_of(entry, "path");
  for (const auto& [name, value] : parameters_of(entry))
    if (value.is_string() && !path.contains("{" + std::string(name) + "}"))
      text += " " + std::string(name) + "=" + std::string(value.as_string());
  text += " -> " + std::to_string(status_of(entry));
  if (const std::string message = text_of(entry, "message"); !message.empty()) text += " " + std::string(trim(message));
  return visible(text);
}

}  // namespace drawbridge::cli
