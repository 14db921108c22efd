#include "cli/json_interfaces.h"

#include <boost/json.hpp>

#include "base/text.h"

namespace drawbridge::cli {
namespace {

namespace json = boost::json;

/// A word or line of the file; nullopt where a newline or the like would make more of it.
std::optional<std::string> text_of(const json::value& value) {
  if (value.is_bool()) return value.as_bool() ? "yes" : "no";
  if (value.is_int64()) return std::to_string(value.as_int64());
  if (!value.is_string() || has_control_character(value.as_string())) return std::nullopt;
  return std::string(value.as_string());
}

std::unexpected<Error> wrong(const std::string& what) {
  return fail(Errc::invalid_input, what, {}, "\"ifquery -a -o json\" prints the form that is expected");
}

Result<std::string> option_lines(const std::string& name, const json::value& value) {
  std::string lines;
  const json::array values = value.is_array() ? value.as_array() : json::array{value};
  for (const json::value& each : values) {
    const auto text = text_of(each);
    if (!text || name.empty() || has_control_character(name)) return wrong("\"" + printable(name) + "\" has a value that is no text");
    lines += "\t" + name + " " + *text + "\n";
  }
  return lines;
}

std::string member(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value == nullptr ? "" : text_of(*value).value_or("");
}

Result<std::string> stanza(const json::value& value) {
  if (!value.is_object()) return wrong("an interface is an object");
  const json::object& object = value.as_object();
  const std::string name = member(object, "name");
  if (name.empty()) return wrong("an interface has no name");
  const std::string automatic = member(object, "auto");
  std::string text = automatic == "yes" || automatic == "true" ? "auto " + name + "\n" : "";
  const std::string method = member(object, "addr_method");
  const std::string family = member(object, "addr_family");
  text += "iface " + name + (method.empty() ? "" : " " + (family.empty() ? "inet" : family) + " " + method) + "\n";
  const json::value* config = object.if_contains("config");
  if (config != nullptr && !config->is_object()) return wrong("\"config\" of " + printable(name) + " is no object");
  if (config == nullptr) return text + "\n";
  for (const auto& [option, setting] : config->as_object()) text += TRY(option_lines(std::string(option), setting));
  return text + "\n";
}

}  // namespace

Result<std::string> interfaces_from_json(std::string_view document) {
  boost::system::error_code failure;
  const json::value root = json::parse(document, failure);
  if (failure) return wrong("this is no JSON: " + failure.message());
  if (!root.is_array()) return wrong("this is no list of interfaces");
  std::string text;
  for (const json::value& each : root.as_array()) text += TRY(stanza(each));
  return text;
}

}  // namespace drawbridge::cli
