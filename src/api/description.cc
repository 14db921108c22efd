#include "api/description.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <set>

#include "api/decode.h"
#include "api/documents.h"
#include "base/percent.h"
#include "base/text.h"

namespace drawbridge::api {
namespace {

namespace json = boost::json;

std::string text_of(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
}

/// `members`, and those of the groups that its "use" names: attributes that several methods share.
Result<void> take_parameters(Method& method, const json::object& members, const json::object& types) {
  for (const auto& [name, value] : members) {
    if (name == "use") {
      for (const auto& group : value.as_array()) {
        const json::value* found = types.if_contains(group.as_string());
        if (found == nullptr || !found->is_object()) return fail(Errc::invalid_input, "no group of parameters: " + json::serialize(group));
        TRY_VOID(take_parameters(method, found->as_object(), types));
      }
      continue;
    }
    auto schema = parse_schema(value, types);
    if (!schema) return fail(Errc::invalid_input, "parameter " + std::string(name) + ": " + schema.error().what);
    method.parameters.insert_or_assign(std::string(name), std::move(*schema));
  }
  return {};
}

Result<json::value> named_or_own(const json::value& value, const json::object& types);

Result<json::value> named(const json::value& name, const json::object& types) {
  const json::value* found = name.is_string() ? types.if_contains(name.as_string()) : nullptr;
  if (found == nullptr) return fail(Errc::invalid_input, "refers to no type: " + json::serialize(name));
  return named_or_own(*found, types);
}

/// The members of `object` that hold further schemas, each as it is meant.
Result<void> resolve_members(json::object& object, const json::object& types) {
  for (const auto* member : {"items", "additionalProperties"})
    if (auto* schema = object.if_contains(member)) *schema = TRY(named_or_own(*schema, types));
  if (auto* properties = object.if_contains("properties"); properties != nullptr && properties->is_object())
    for (auto& property : properties->as_object()) property.value() = TRY(named_or_own(property.value(), types));
  for (const auto* member : {"oneOf", "allOf"})
    if (auto* list = object.if_contains(member); list != nullptr && list->is_array())
      for (auto& schema : list->as_array()) schema = TRY(named_or_own(schema, types));
  return {};
}

/// "permissions" and "returns" that several methods share stand among the types, and are said by name, or with "use" where something is
/// added to them.
Result<json::value> named_or_own(const json::value& value, const json::object& types) {
  if (value.is_string()) return named(value, types);
  if (!value.is_object()) return value;
  json::object own = value.as_object();
  TRY_VOID(resolve_members(own, types));
  const auto* use = own.if_contains("use");
  if (use == nullptr) return own;
  const json::value whole = TRY(named(*use, types));
  json::object merged = whole.as_object();
  for (const auto& [name, member] : own)
    if (name != "use") merged[name] = member;
  return merged;
}

/// "/nodes/{node}/(qemu|lxc)/{vmid}" is two paths.
std::vector<std::string> paths_of(std::string_view pattern) {
  const auto open = pattern.find('(');
  const auto close = pattern.find(')');
  if (open == std::string_view::npos || close == std::string_view::npos || close < open) return {std::string(pattern)};
  std::vector<std::string> paths;
  for (const auto word : split(pattern.substr(open + 1, close - open - 1), '|'))
    paths.push_back(std::string(pattern.substr(0, open)) + std::string(word) + std::string(pattern.substr(close + 1)));
  return paths;
}

Result<Method> parse_method(const std::string& path, const std::string& verb, const json::object& text, const json::object& types) {
  static const std::set<std::string_view> kMembers{"name", "summary", "details", "parameters", "permissions", "returns", "ours"};
  for (const auto& [name, value] : text)
    if (!kMembers.contains(name)) return fail(Errc::invalid_input, "\"" + std::string(name) + "\" is no member of a method");
  Method method{.path = path,
                .verb = verb,
                .name = text_of(text, "name"),
                .summary = text_of(text, "summary"),
                .details = text_of(text, "details"),
                .parameters = {},
                .permissions = nullptr,
                .returns = nullptr};
  if (method.name.empty() || method.summary.empty()) return fail(Errc::invalid_input, "name and summary must be there");
  if (const auto* parameters = text.if_contains("parameters")) TRY_VOID(take_parameters(method, parameters->as_object(), types));
  if (const auto* permissions = text.if_contains("permissions")) method.permissions = TRY(named_or_own(*permissions, types));
  if (const auto* returns = text.if_contains("returns")) method.returns = TRY(named_or_own(*returns, types));
  method.ours = text.contains("ours");
  for (const auto word : split(path, '/')) {
    if (!word.starts_with('{')) continue;
    const std::string name(word.substr(1, word.size() - 2));
    if (!method.parameters.contains(name)) return fail(Errc::invalid_input, "the path's " + name + " is no parameter");
  }
  return method;
}

/// The rest of a path is one word, slashes included: a network's prefix length.
bool takes_rest(std::string_view word) { return word == "{cidr}"; }

std::optional<PathWords> match_path(std::string_view pattern, std::string_view path) {
  PathWords words;
  const auto wanted = split(pattern, '/');
  const auto given = split(path, '/');
  if (given.size() < wanted.size()) return std::nullopt;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const bool last = i + 1 == wanted.size();
    if (last && given.size() > wanted.size() && !takes_rest(wanted[i])) return std::nullopt;
    if (!wanted[i].starts_with('{')) {
      if (wanted[i] != given[i]) return std::nullopt;
      continue;
    }
    const auto text = last ? path.substr(static_cast<std::size_t>(given[i].data() - path.data())) : given[i];
    auto decoded = decode_percent(text);
    if (!decoded || decoded->empty()) return std::nullopt;
    words.emplace(wanted[i].substr(1, wanted[i].size() - 2), std::move(*decoded));
  }
  return words;
}

/// Fixed words come before names: /cluster/firewall/groups before /cluster/firewall/{x}.
bool by_path(const Method& a, const Method& b) { return a.key().substr(a.verb.size()) < b.key().substr(b.verb.size()); }

}  // namespace

Result<void> Description::take_document(const json::object& document, const json::object& types) {
  for (const auto& [pattern, verbs] : document) {
    if (!pattern.starts_with("/")) continue;
    for (const auto& path : paths_of(pattern)) {
      for (const auto& [verb, text] : verbs.as_object()) {
        auto method = parse_method(path, verb, text.as_object(), types);
        if (!method) return fail(Errc::invalid_input, std::string(verb) + " " + path + ": " + method.error().what);
        methods_.push_back(std::move(*method));
      }
    }
  }
  return {};
}

Result<Description> Description::parse(const std::vector<std::string_view>& documents) {
  std::vector<json::object> parsed;
  json::object types;
  for (const auto text : documents) {
    boost::system::error_code failure;
    json::value value = json::parse(text, failure);
    if (failure || !value.is_object()) return fail(Errc::invalid_input, "a description is no JSON object: " + failure.message());
    if (const auto* more = value.as_object().if_contains("types"))
      for (const auto& [name, type] : more->as_object()) types[name] = type;
    parsed.push_back(std::move(value.as_object()));
  }
  Description all;
  for (const auto& document : parsed) TRY_VOID(all.take_document(document, types));
  std::ranges::sort(all.methods_, by_path);
  return all;
}

const Description& Description::own() {
  static const Description kOwn = [] {
    auto parsed = parse(documents());
    if (!parsed) {
      std::fprintf(stderr, "drawbridge: the description of the API is wrong: %s\n", parsed.error().what.c_str());
      std::abort();
    }
    return std::move(*parsed);
  }();
  return kOwn;
}

std::optional<Match> Description::find(std::string_view verb, std::string_view path) const {
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  std::optional<Match> found;
  std::size_t fixed = 0;  // of the best so far: how much of its template is fixed text
  for (const Method& method : methods_) {
    auto words = match_path(method.path, path);
    if (!words) continue;
    const auto braces = std::ranges::count(method.path, '{');
    const std::size_t here = 1000 - static_cast<std::size_t>(braces);
    if (found && here < fixed) continue;
    if (!found || here > fixed) found = Match{nullptr, {}};
    fixed = here;
    if (method.verb == verb) found = Match{&method, std::move(*words)};
  }
  return found;
}

std::vector<std::string> Description::children(std::string_view path) const {
  std::set<std::string> names;
  const auto depth = path.empty() || path == "/" ? 1 : split(path, '/').size();
  for (const Method& method : methods_) {
    const auto words = split(method.path, '/');
    if (words.size() <= depth) continue;
    std::string_view above(method.path.data(), static_cast<std::size_t>(words[depth].data() - method.path.data()) - 1);
    if (match_path(above.empty() ? "/" : above, path.empty() ? "/" : path) && !words[depth].starts_with('{')) names.emplace(words[depth]);
  }
  return {names.begin(), names.end()};
}

}  // namespace drawbridge::api
