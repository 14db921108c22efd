// The plan as the command-line contract prints it.
#include <boost/json.hpp>

#include "base/json_text.h"
#include "base/text.h"
#include "network/plan.h"

namespace drawbridge::network {
namespace {

namespace json = boost::json;

/// JSON must be UTF-8, names and hooks need not be.
json::string safe(const std::string& text) { return json::string(is_utf8(text) ? text : printable(text, text.size() * 4)); }

json::value why_value(const SourceLocation& why) { return json::object{{"file", safe(why.file)}, {"line", why.line}}; }

}  // namespace

std::string plan_json(const Plan& plan) {
  json::array operations;
  for (const auto& planned : plan.operations) {
    operations.push_back(json::object{{"op", operation_name(planned.operation)},
                                      {"object", safe(operation_object(planned.operation))},
                                      {"detail", safe(operation_detail(planned.operation))},
                                      {"why", why_value(planned.why)},
                                      {"disruptive", planned.disruptive}});
  }
  return indent_json(json::serialize(operations));
}

}  // namespace drawbridge::network
