#include "api/schema.h"

#include <array>
#include <utility>

namespace drawbridge::api {
namespace {

namespace json = boost::json;

constexpr std::array<std::pair<std::string_view, Kind>, 5> kKinds{
    {{"string", Kind::string}, {"integer", Kind::integer}, {"number", Kind::number}, {"boolean", Kind::boolean}, {"list", Kind::list}}};

std::unexpected<Error> wrong(std::string_view member, std::string_view what) {
  return fail(Errc::invalid_input, "\"" + std::string(member) + "\" " + std::string(what));
}

Result<void> take_member(Schema& schema, std::string_view name, const json::value& value) {
  const auto text = [&] { return value.is_string() ? std::string(value.as_string()) : std::string(); };
  const auto number = [&] { return value.is_int64() ? value.as_int64() : 0; };
  const auto flag = [&] { return value.is_bool() ? value.as_bool() : number() != 0; };
  if (name == "type") {
    for (const auto& [word, kind] : kKinds) {
      if (word != text()) continue;
      schema.kind = kind;
      return {};
    }
    return wrong(name, "is no type that is known");
  }
  if (name == "optional")
    schema.optional = flag();
  else if (name == "multiline")
    schema.multiline = flag();
  else if (name == "format")
    schema.format = text();
  else if (name == "summary")
    schema.summary = text();
  else if (name == "default")
    schema.fallback = value.is_string() ? text() : json::serialize(value);
  else if (name == "minimum")
    schema.minimum = number();
  else if (name == "maximum")
    schema.maximum = number();
  else if (name == "minLength")
    schema.least_length = static_cast<std::size_t>(number());
  else if (name == "maxLength")
    schema.most_length = static_cast<std::size_t>(number());
  else if (name == "mostIndex")
    schema.most_index = static_cast<unsigned>(number());
  else if (name == "enum") {
    if (!value.is_array()) return wrong(name, "is no list");
    schema.choices.clear();
    for (const auto& each : value.as_array()) schema.choices.emplace_back(each.is_string() ? each.as_string() : "");
  } else {
    return wrong(name, "is no member of a parameter");
  }
  return {};
}

Result<void> take_members(Schema& schema, const json::object& members) {
  for (const auto& [name, value] : members)
    if (name != "use") TRY_VOID(take_member(schema, name, value));
  return {};
}

}  // namespace

Result<Schema> parse_schema(const json::value& value, const json::object& types) {
  Schema schema;
  const json::value* use = value.is_object() ? value.as_object().if_contains("use") : &value;
  if (use != nullptr) {
    const json::value* type = use->is_string() ? types.if_contains(use->as_string()) : nullptr;
    if (type == nullptr || !type->is_object()) return fail(Errc::invalid_input, "refers to no type: " + json::serialize(*use));
    TRY_VOID(take_members(schema, type->as_object()));
  }
  if (value.is_object()) TRY_VOID(take_members(schema, value.as_object()));
  return schema;
}

std::string_view kind_name(Kind kind) {
  for (const auto& [word, each] : kKinds)
    if (each == kind) return word;
  return "string";
}

}  // namespace drawbridge::api
