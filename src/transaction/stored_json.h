// Reading and writing the JSON that outlives a process: whatever is wrong with it is an error that names the member.
#pragma once

#include <fmt/format.h>

#include <boost/json.hpp>
#include <charconv>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/text.h"

namespace drawbridge::transaction {

namespace json = boost::json;

/// A member that is missing or has another type: the whole text counts as damaged. Caught in parse_object.
struct Damaged {
  std::string what;
};

// JSON strings must be UTF-8, an interfaces file need not be.
inline json::value bytes_value(std::string_view bytes) {
  if (is_utf8(bytes)) return json::string(bytes);
  std::string hex;
  for (const char c : bytes) hex += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return json::object{{"bytes", hex}};
}

inline std::string bytes_from(const json::value& value) {
  if (value.is_string()) return std::string(value.as_string());
  const auto* hex = value.is_object() ? value.as_object().if_contains("bytes") : nullptr;
  if (hex == nullptr || !hex->is_string() || hex->as_string().size() % 2 != 0) throw Damaged{"text"};
  std::string bytes;
  const std::string_view digits = hex->as_string();
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    unsigned value_of_pair = 0;
    const auto [end, error] = std::from_chars(digits.data() + i, digits.data() + i + 2, value_of_pair, 16);
    if (error != std::errc{} || end != digits.data() + i + 2) throw Damaged{"text"};
    bytes += static_cast<char>(value_of_pair);
  }
  return bytes;
}

inline const json::value& member(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  if (value == nullptr) throw Damaged{std::string(name)};
  return *value;
}
inline std::string text(const json::object& object, std::string_view name) { return bytes_from(member(object, name)); }
inline bool flag(const json::object& object, std::string_view name) {
  const auto* value = member(object, name).if_bool();
  if (value == nullptr) throw Damaged{std::string(name)};
  return *value;
}
template <class T>
T number(const json::object& object, std::string_view name) {
  json::error_code broken;
  const auto value = member(object, name).to_number<T>(broken);
  if (broken) throw Damaged{std::string(name)};
  return value;
}
inline const json::array& list(const json::object& object, std::string_view name) {
  const auto* value = member(object, name).if_array();
  if (value == nullptr) throw Damaged{std::string(name)};
  return *value;
}

/// Runs `parse` on the text as an object; whatever is wrong with it is an Error.
template <class Parse>
auto parse_object(std::string_view bytes, Parse parse) -> Result<decltype(parse(json::object{}))> {
  json::parse_options options;
  options.max_depth = 64;
  json::error_code broken;
  const auto value = json::parse(bytes, broken, {}, options);
  if (broken) return fail(Errc::unavailable, "is not JSON: " + broken.message());
  if (!value.is_object()) return fail(Errc::unavailable, "is not a JSON object");
  try {
    return parse(value.as_object());
  } catch (const Damaged& damaged) {
    return fail(Errc::unavailable, "is damaged at '" + damaged.what + "'");
  } catch (const std::exception& error) {
    return fail(Errc::unavailable, std::string("is damaged: ") + error.what());
  }
}

}  // namespace drawbridge::transaction
