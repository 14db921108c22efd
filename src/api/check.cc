#include "api/check.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "api/formats.h"
#include "base/text.h"

namespace drawbridge::api {
namespace {

/// "1" or "0".
std::optional<std::string> switch_of(std::string_view text) {
  const std::string word = to_lower(text);
  for (const auto* yes : {"1", "on", "yes", "true"})
    if (word == yes) return "1";
  for (const auto* no : {"0", "off", "no", "false"})
    if (word == no) return "0";
  return std::nullopt;
}

std::string range_of(const Schema& schema) {
  if (schema.minimum && schema.maximum) return std::to_string(*schema.minimum) + " to " + std::to_string(*schema.maximum);
  if (schema.minimum) return std::to_string(*schema.minimum) + " or more";
  if (schema.maximum) return "at most " + std::to_string(*schema.maximum);
  return "any";
}

std::string check_integer(const Schema& schema, std::string& value) {
  std::int64_t number = 0;
  const auto [stop, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (value.empty() || error != std::errc{} || stop != value.data() + value.size())
    return "'" + printable(value, 40) + "' is no whole number";
  if ((schema.minimum && number < *schema.minimum) || (schema.maximum && number > *schema.maximum))
    return std::to_string(number) + " is out of range: " + range_of(schema);
  value = std::to_string(number);
  return "";
}

std::string check_number(const Schema& schema, const std::string& value) {
  double number = 0;
  const auto [stop, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (value.empty() || error != std::errc{} || stop != value.data() + value.size() || !std::isfinite(number))
    return "'" + printable(value, 40) + "' is no number";
  const bool low = schema.minimum && number < static_cast<double>(*schema.minimum);
  const bool high = schema.maximum && number > static_cast<double>(*schema.maximum);
  return low || high ? printable(value, 40) + " is out of range: " + range_of(schema) : "";
}

/// Line breaks would make lines of their own in the files that values end up in.
bool has_forbidden_byte(const Schema& schema, std::string_view text) {
  return std::ranges::any_of(text, [&](char c) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte != 0x7F) return false;
    return !(schema.multiline && (c == '\n' || c == '\t' || c == '\r'));
  });
}

std::string check_text(const Schema& schema, const std::string& value) {
  if (!is_utf8(value)) return "is no UTF-8 text";
  if (has_forbidden_byte(schema, value)) return "holds a control character or a line break";
  if (value.size() > schema.most_length) return "is longer than " + std::to_string(schema.most_length) + " bytes";
  if (value.size() < schema.least_length) return "is shorter than " + std::to_string(schema.least_length) + " bytes";
  if (!schema.choices.empty() && std::ranges::find(schema.choices, value) == schema.choices.end())
    return "'" + printable(value, 40) + "' is none of " + join(schema.choices, ", ");
  return why_not(schema.format, value);
}

/// Empty: it fits; the value may have got its normal form.
std::string check_value(const Schema& schema, std::string& value) {
  switch (schema.kind) {
    case Kind::boolean: {
      auto word = switch_of(value);
      if (!word) return "'" + printable(value, 40) + "' is no switch: 1 or 0";
      value = std::move(*word);
      return "";
    }
    case Kind::integer: return check_integer(schema, value);
    case Kind::number: return check_number(schema, value);
    case Kind::string:
    case Kind::list: return check_text(schema, value);
  }
  return "";
}

/// "net3" is of the family "net[n]".
const Schema* find_schema(const Method& method, std::string_view name) {
  const auto exact = method.parameters.find(name);
  if (exact != method.parameters.end()) return exact->second.most_index ? nullptr : &exact->second;
  const auto digits = name.find_last_not_of("0123456789");
  if (digits == std::string_view::npos || digits + 1 == name.size()) return nullptr;
  const auto family = method.parameters.find(std::string(name.substr(0, digits + 1)) + "[n]");
  if (family == method.parameters.end() || !family->second.most_index) return nullptr;
  const auto number = name.substr(digits + 1);
  if (number.size() > 1 && number.front() == '0') return nullptr;
  return parse_number<unsigned>(number).value_or(*family->second.most_index + 1) <= *family->second.most_index ? &family->second : nullptr;
}

std::string unknown_parameter(const Method& method, const std::string& name) {
  std::vector<std::string> known;
  for (const auto& [each, schema] : method.parameters) known.push_back(each);
  const auto meant = nearest(name, known);
  return "is no parameter of this method" + (meant ? "; did you mean " + *meant + "?" : std::string());
}

}  // namespace

const std::string& Parameters::text(std::string_view name) const {
  static const std::string kAbsent;
  const auto at = values_.find(name);
  return at == values_.end() ? kAbsent : at->second;
}

bool Parameters::flag(std::string_view name, bool otherwise) const { return has(name) ? text(name) == "1" : otherwise; }

std::int64_t Parameters::number(std::string_view name, std::int64_t otherwise) const {
  const std::string word = text(name);
  std::int64_t number = otherwise;
  std::from_chars(word.data(), word.data() + word.size(), number);
  return number;
}

Checked check_parameters(const Method& method, const PathWords& path, const RawParameters& given) {
  Checked checked;
  RawParameters values;
  const auto take = [&](const std::string& name, std::string value) {
    const Schema* schema = find_schema(method, name);
    const std::string fault = schema == nullptr ? unknown_parameter(method, name) : check_value(*schema, value);
    if (!fault.empty())
      checked.faults.emplace(printable(name, 64), fault);
    else
      values.insert_or_assign(name, std::move(value));
  };
  for (const auto& [name, value] : path) take(name, value);
  for (const auto& [name, value] : given) {
    const auto in_path = path.find(name);
    if (in_path != path.end() && in_path->second != value) checked.faults.emplace(name, "differs from the path's");
    if (in_path == path.end()) take(name, value);
  }
  for (const auto& [name, schema] : method.parameters)
    if (!schema.optional && !schema.most_index && !values.contains(name) && !checked.faults.contains(name))
      checked.faults.emplace(name, "is missing");
  checked.parameters = Parameters(std::move(values));
  return checked;
}

}  // namespace drawbridge::api
