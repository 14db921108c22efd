#include "api/decode.h"

#include <boost/json.hpp>

#include "base/percent.h"
#include "base/text.h"

namespace drawbridge::api {
namespace {

namespace json = boost::json;

std::unexpected<Error> wrong(std::string what) { return fail(Errc::invalid_input, std::move(what)); }

Result<std::string> scalar(const json::value& value) {
  if (value.is_string()) return std::string(value.as_string());
  if (value.is_bool()) return std::string(value.as_bool() ? "1" : "0");
  if (value.is_int64() || value.is_uint64() || value.is_double()) return json::serialize(value);
  return wrong("is neither text nor number");
}

Result<std::string> text_of(const json::value& value) {
  if (!value.is_array()) return scalar(value);
  std::string joined;
  for (const auto& each : value.as_array()) {
    const std::string word = TRY(scalar(each));
    joined += (joined.empty() ? "" : ",") + word;
  }
  return joined;
}

}  // namespace

Result<RawParameters> decode_form(std::string_view text) {
  RawParameters parameters;
  if (text.empty()) return parameters;
  for (const auto pair : split(text, '&')) {
    if (pair.empty()) continue;
    const auto equals = pair.find('=');
    auto name = decode_percent_of_form(pair.substr(0, equals));
    auto value = decode_percent_of_form(equals == std::string_view::npos ? "" : pair.substr(equals + 1));
    if (!name || !value) return wrong("a % is not followed by two hexadecimal digits");
    const auto [at, fresh] = parameters.try_emplace(std::move(*name), *value);
    if (!fresh) at->second += "," + *value;
  }
  return parameters;
}

Result<RawParameters> decode_json(std::string_view text) {
  RawParameters parameters;
  boost::system::error_code failure;
  json::parse_options options;
  options.max_depth = 8;
  const json::value root = json::parse(text, failure, {}, options);
  if (failure) return wrong("the body is no JSON: " + failure.message());
  if (!root.is_object()) return wrong("the body is no JSON object");
  for (const auto& [name, value] : root.as_object()) {
    if (value.is_null()) continue;
    auto word = text_of(value);
    if (!word) return wrong("\"" + printable(name) + "\" " + word.error().what);
    parameters.insert_or_assign(std::string(name), std::move(*word));
  }
  return parameters;
}

Result<RawParameters> decode_request(std::string_view query, std::string_view content_type, std::string_view body) {
  RawParameters parameters = TRY(decode_form(query));
  if (!body.empty()) {
    const std::string type = to_lower(trim(content_type.substr(0, content_type.find(';'))));
    const bool is_json = type == "application/json";
    if (!is_json && type != "application/x-www-form-urlencoded" && !type.empty())
      return fail(Errc::unsupported, "a body of the type '" + printable(type) + "' is not understood");
    RawParameters more = TRY(is_json ? decode_json(body) : decode_form(body));
    parameters.merge(more);
  }
  parameters.erase("_dc");
  return parameters;
}

}  // namespace drawbridge::api
