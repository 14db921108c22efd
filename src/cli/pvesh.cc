// pvesh: the REST API's methods as a command, by the code that answers the network.
#include <boost/json.hpp>
#include <map>

#include "api/description.h"
#include "api/formats.h"
#include "base/json_text.h"
#include "base/percent.h"
#include "base/text.h"
#include "cli/context.h"
#include "cli/guest_desk.h"
#include "cli/verbs.h"
#include "server/service.h"

namespace drawbridge::cli {
namespace {

const std::map<std::string, std::string, std::less<>> kVerbs{
    {"get", "GET"}, {"create", "POST"}, {"set", "PUT"}, {"delete", "DELETE"}, {"ls", "GET"}};

/// "--name value" and "--name=value"; a name without a value is a switch.
Result<std::string> read_query(const std::vector<std::string>& words) {
  std::string query;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (!words[i].starts_with("-") || words[i].find_first_not_of('-') == std::string::npos)
      return fail(Errc::invalid_input, "\"" + printable(words[i]) + "\" is no parameter", {}, "parameters are --NAME VALUE");
    std::string name = words[i].substr(words[i].find_first_not_of('-'));
    std::string value = "1";
    if (const auto equals = name.find('='); equals != std::string::npos) {
      value = name.substr(equals + 1);
      name.resize(equals);
    } else if (i + 1 < words.size() && !words[i + 1].starts_with("--")) {
      value = words[++i];
    }
    if (name == "output-format") continue;  // it is always JSON
    query += (query.empty() ? "" : "&") + encode_percent(name) + "=" + encode_percent(value);
  }
  return query;
}

std::string usage_of(const std::string& name, const api::Schema& schema) {
  std::string text = "  --" + name + " <" + std::string(api::kind_name(schema.kind)) + ">";
  if (!schema.choices.empty()) text += " " + join(schema.choices, " | ");
  if (schema.minimum || schema.maximum)
    text += " (" + (schema.minimum ? std::to_string(*schema.minimum) : "") + " - " +
            (schema.maximum ? std::to_string(*schema.maximum) : "") + ")";
  return text + (schema.optional ? "" : ", needed") + "\n      " + schema.summary +
         (schema.fallback.empty() ? "" : " Default: " + schema.fallback + ".") + "\n";
}

/// The help of a path, from the description that its parameters are checked against.
Exit tell_usage(Context& context, const std::string& path) {
  bool any = false;
  for (const auto& [word, verb] : kVerbs) {
    const auto match = word == "ls" ? std::nullopt : api::Description::own().find(verb, path);
    if (!match || match->method == nullptr) continue;
    any = true;
    context.console.print("pvesh " + word + " " + match->method->path + "\n  " + match->method->summary + "\n");
    if (!match->method->details.empty()) context.console.print("  " + match->method->details + "\n");
    for (const auto& [name, schema] : match->method->parameters)
      if (match->method->path.find("{" + name + "}") == std::string::npos) context.console.print(usage_of(name, schema));
    context.console.print("\n");
  }
  if (any) return Exit::done;
  return context.console.fail(
      Error{Errc::not_found, "there is no method at " + printable(path), {}, "\"drawbridge pvesh ls /\" shows what there is", 0});
}

Diagnostics findings_of(const boost::json::object& body) {
  Diagnostics findings;
  const auto add = [&](std::string text) {
    findings.push_back({.where = {"drawbridge", 0, 0},
                        .severity = Severity::error,
                        .code = "api",
                        .message = std::move(text),
                        .hint = "",
                        .included_from = {}});
  };
  const auto* errors = body.if_contains("errors");
  if (errors != nullptr && errors->is_object())
    for (const auto& error : errors->as_object()) add(std::string(error.key()) + ": " + std::string(error.value().as_string()));
  const auto* message = body.if_contains("message");
  if (findings.empty()) add(message != nullptr && message->is_string() ? std::string(trim(message->as_string())) : "the call failed");
  return findings;
}

Exit print_answer(Context& context, const http::Response& response) {
  boost::system::error_code wrong;
  const auto body = boost::json::parse(response.body, wrong);
  if (wrong || !body.is_object())
    return context.console.fail(Error{Errc::unavailable, "the answer is no JSON: " + response.reason, {}, {}, 0});
  if (response.status != 200) {
    const Exit exit = response.status == 400                             ? Exit::bad_input
                      : response.status == 501 || response.status == 404 ? Exit::usage
                                                                         : Exit::refused;
    return context.console.report(findings_of(body.as_object()), exit);
  }
  const std::string data = boost::json::serialize(body.at("data"));
  if (context.console.json())
    context.console.print_document(data);
  else if (!body.at("data").is_null())
    context.console.print(indent_json(data));
  return Exit::done;
}

}  // namespace

Exit pvesh(Context& context) {
  auto words = context.invocation.rest;
  if (words.size() < 2) return context.console.fail_usage("a verb and a path are needed", "drawbridge pvesh get /nodes");
  const std::string verb = words[0];
  std::string path = words[1];
  if (!path.starts_with("/")) path = "/" + path;
  if (verb == "usage") return tell_usage(context, path);
  const auto method = kVerbs.find(verb);
  if (method == kVerbs.end())
    return context.console.fail_usage("\"" + printable(verb) + "\" is no verb", "get, create, set, delete, ls or usage");
  auto query = read_query({words.begin() + 2, words.end()});
  if (!query) return context.console.fail_usage(query.error().what, query.error().hint);
  const auto node = node_name(context);
  if (!node) return context.console.fail(node.error());
  http::Request request;
  request.method = method->second;
  request.path = "/api2/json" + path;
  request.query = *query;
  const auto answer =
      server::ask(context.system.files(), {.program = "/proc/self/exe", .root = context.system.root(), .node = *node}, std::move(request));
  if (!answer) return context.console.fail(answer.error());
  return print_answer(context, *answer);
}

}  // namespace drawbridge::cli
