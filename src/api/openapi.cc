#include "api/openapi.h"

#include "api/formats.h"
#include "base/text.h"

namespace drawbridge::api {
namespace {

namespace json = boost::json;

json::value switch_schema() {
  return json::object{
      {"oneOf", json::array{json::object{{"type", "boolean"}}, json::object{{"type", "integer"}, {"enum", json::array{0, 1}}}}}};
}

json::object text_schema(const Schema& schema) {
  json::object made{{"type", "string"}};
  if (!schema.choices.empty()) made["enum"] = json::array(schema.choices.begin(), schema.choices.end());
  if (const auto pattern = pattern_of(schema.format); !pattern.empty()) made["pattern"] = pattern;
  if (schema.least_length > 0) made["minLength"] = schema.least_length;
  made["maxLength"] = schema.most_length;
  if (!schema.format.empty()) made["format"] = schema.format;
  return made;
}

json::object number_schema(const Schema& schema) {
  json::object made{{"type", kind_name(schema.kind)}};
  if (schema.minimum) made["minimum"] = *schema.minimum;
  if (schema.maximum) made["maximum"] = *schema.maximum;
  return made;
}

json::object schema_of(const Schema& schema) {
  json::object made;
  switch (schema.kind) {
    case Kind::boolean: made = switch_schema().as_object(); break;
    case Kind::integer:
    case Kind::number: made = number_schema(schema); break;
    case Kind::string:
    case Kind::list: made = text_schema(schema); break;
  }
  std::string told = schema.summary;
  if (!schema.fallback.empty()) told += (told.empty() ? "" : " ") + ("If it is absent: " + schema.fallback + ".");
  if (!told.empty()) made["description"] = told;
  return made;
}

bool is_in_path(const Method& method, std::string_view name) {
  return method.path.find("{" + std::string(name) + "}") != std::string::npos;
}

/// GET and DELETE have their parameters in the query, the others in the body.
bool has_body(const Method& method) { return method.verb == "POST" || method.verb == "PUT"; }

json::array parameters_of(const Method& method) {
  json::array list;
  for (const auto& [name, schema] : method.parameters) {
    const bool in_path = is_in_path(method, name);
    if (!in_path && has_body(method)) continue;
    json::object one{{"name", name}, {"in", in_path ? "path" : "query"}, {"required", in_path || !schema.optional}};
    if (!schema.summary.empty()) one["description"] = schema.summary;
    one["schema"] = schema_of(schema);
    list.push_back(std::move(one));
  }
  return list;
}

/// "^net([0-9]+)$"; the highest is checked, not told: a pattern of it would help nobody.
std::string family_pattern(std::string_view name) { return "^" + std::string(name.substr(0, name.find('['))) + "[0-9]+$"; }

json::value body_of(const Method& method) {
  json::object properties, families;
  json::array required;
  for (const auto& [name, schema] : method.parameters) {
    if (is_in_path(method, name)) continue;
    if (schema.most_index) {
      families[family_pattern(name)] = schema_of(schema);
      continue;
    }
    properties[name] = schema_of(schema);
    if (!schema.optional) required.push_back(json::value(name));
  }
  if (properties.empty() && families.empty()) return nullptr;
  const bool needed = !required.empty();
  json::object schema{{"type", "object"}, {"properties", std::move(properties)}, {"additionalProperties", false}};
  if (!families.empty()) schema["patternProperties"] = std::move(families);
  if (needed) schema["required"] = std::move(required);
  json::object content;
  for (const auto* type : {"application/x-www-form-urlencoded", "application/json"}) content[type] = json::object{{"schema", schema}};
  return json::object{{"required", needed}, {"content", std::move(content)}};
}

json::object responses_of(const Method& method) {
  json::object body{
      {"type", "object"}, {"required", json::array{"data"}}, {"properties", json::object{{"data", plain_schema(method.returns)}}}};
  json::object done{{"description", "What was asked for is in data."},
                    {"content", json::object{{"application/json", json::object{{"schema", std::move(body)}}}}}};
  return {{"200", std::move(done)}, {"default", json::object{{"$ref", "#/components/responses/Failure"}}}};
}

/// Unique, and stable: "get_nodes_node_network_iface".
std::string operation_of(const Method& method) {
  std::string name = to_lower(method.verb);
  for (const char c : method.path) {
    const bool kept = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
    if (kept)
      name += c;
    else if (!name.ends_with('_'))
      name += '_';
  }
  while (name.ends_with('_')) name.pop_back();
  return name;
}

std::string tag_of(const Method& method) {
  for (const auto* tag : {"firewall", "network", "qemu", "lxc", "tasks", "access"})
    if (method.path.find("/" + std::string(tag)) != std::string::npos) return tag;
  return std::string(split(method.path, '/').at(1));
}

json::object operation(const Method& method) {
  json::object made{{"operationId", operation_of(method)}, {"summary", method.summary}, {"tags", json::array{json::value(tag_of(method))}}};
  if (!method.details.empty()) made["description"] = method.details;
  if (auto parameters = parameters_of(method); !parameters.empty()) made["parameters"] = std::move(parameters);
  if (has_body(method))
    if (auto body = body_of(method); !body.is_null()) made["requestBody"] = std::move(body);
  made["responses"] = responses_of(method);
  if (method.permissions == json::value(json::object{{"user", "world"}})) made["security"] = json::array();
  made["x-permissions"] = method.permissions;
  made["x-name"] = method.name;
  if (method.ours) made["x-ours"] = true;
  return made;
}

json::object key(std::string_view in, std::string_view name, std::string_view told) {
  return {{"type", "apiKey"}, {"in", in}, {"name", name}, {"description", told}};
}

json::object components() {
  const json::object failure{
      {"description", "The reason is in message and in the status line; of wrong parameters, errors tells it for each."},
      {"content",
       json::object{{"application/json",
                     json::object{{"schema", json::object{{"type", "object"},
                                                          {"properties", json::object{{"data", json::object{{"type", "null"}}},
                                                                                      {"message", json::object{{"type", "string"}}},
                                                                                      {"errors", json::object{{"type", "object"}}}}}}}}}}}};
  return {{"responses", json::object{{"Failure", failure}}},
          {"securitySchemes", json::object{{"ticket", key("cookie", "PVEAuthCookie", "What POST /access/ticket gives, for two hours.")},
                                           {"csrf", key("header", "CSRFPreventionToken", "Beside the ticket, of all methods but GET.")},
                                           {"token", key("header", "Authorization", "PVEAPIToken=USER@REALM!TOKENID=SECRET")}}}};
}

}  // namespace

json::value plain_schema(const json::value& schema) {
  if (!schema.is_object()) return json::object();
  const auto& given = schema.as_object();
  if (const auto* type = given.if_contains("type"); type != nullptr && *type == "boolean") return switch_schema();
  json::object made;
  for (const auto& [name, value] : given) {
    if (name == "optional") continue;
    if (name == "items" || (name == "additionalProperties" && value.is_object())) {
      made[name] = plain_schema(value);
    } else if ((name == "oneOf" || name == "allOf") && value.is_array()) {
      json::array schemas;
      for (const auto& each : value.as_array()) schemas.push_back(plain_schema(each));
      made[name] = std::move(schemas);
    } else if (name == "properties" && value.is_object()) {
      json::object properties;
      json::array required;
      for (const auto& [property, each] : value.as_object()) {
        properties[property] = plain_schema(each);
        if (!each.is_object() || !each.as_object().contains("optional")) required.push_back(json::value(property));
      }
      made["properties"] = std::move(properties);
      if (!required.empty()) made["required"] = std::move(required);
    } else {
      made[name] = value;
    }
  }
  return made;
}

json::object openapi(const Description& description, const std::string& version) {
  json::object paths;
  for (const Method& method : description.methods()) {
    auto& path = paths[method.path];
    if (!path.is_object()) path = json::object();
    path.as_object()[to_lower(method.verb)] = operation(method);
  }
  return {
      {"openapi", "3.1.0"},
      {"info", json::object{{"title", "Drawbridge"}, {"version", version}}},
      {"servers", json::array{json::object{{"url", "/api2/json"}}}},
      {"security", json::array{json::object{{"token", json::array()}}, json::object{{"ticket", json::array()}, {"csrf", json::array()}}}},
      {"paths", std::move(paths)},
      {"components", components()}};
}

}  // namespace drawbridge::api
