#include "api/openapi.h"

#include <gtest/gtest.h>

#include <set>

namespace drawbridge::api {
namespace {

namespace json = boost::json;

constexpr std::string_view kSmall = R"({
"types": {"item": {"type": "object", "properties": {"n": {"type": "integer"}, "on": {"type": "boolean", "optional": true}}}},
"/things/{id}": {
  "GET": {"name": "list", "summary": "Lists.", "parameters": {"id": {"type": "string", "format": "name"}, "type": {"type": "string", "optional": true, "enum": ["a", "b"]}},
    "permissions": {"user": "world"}, "returns": {"type": "array", "items": "item"}},
  "POST": {"name": "make", "ours": true, "summary": "Makes.", "details": "More.", "parameters": {"id": {"type": "string", "format": "name"},
      "count": {"type": "integer", "minimum": 1, "maximum": 9, "default": "2", "summary": "How many."}, "on": {"type": "boolean", "optional": true}, "net[n]": {"type": "string", "optional": true, "mostIndex": 31}}}
}})";

json::object small_document() {
  const auto description = Description::parse({kSmall});
  EXPECT_TRUE(description) << description.error().what;
  return openapi(*description, "1");
}

TEST(OpenApi, HasParametersWhereTheyAreSent) {
  const auto document = small_document();
  const auto& get = document.at("paths").at("/things/{id}").at("get");
  EXPECT_EQ(
      json::serialize(get.at("parameters")),
      R"([{"name":"id","in":"path","required":true,"schema":{"type":"string","pattern":"^[A-Za-z][A-Za-z0-9_-]+$","maxLength":4096,)"
      R"("format":"name"}},{"name":"type","in":"query","required":false,"schema":{"type":"string","enum":["a","b"],"maxLength":4096}}])");
  EXPECT_EQ(get.at("operationId"), "get_things_id");
  EXPECT_TRUE(get.at("security").as_array().empty());
  const auto& post = document.at("paths").at("/things/{id}").at("post");
  EXPECT_EQ(
      json::serialize(post.at("requestBody").at("content").at("application/json").at("schema")),
      R"({"type":"object","properties":{"count":{"type":"integer","minimum":1,"maximum":9,"description":"How many. If it is absent: 2."},)"
      R"("on":{"oneOf":[{"type":"boolean"},{"type":"integer","enum":[0,1]}]}},"additionalProperties":false,)"
      R"("patternProperties":{"^net[0-9]+$":{"type":"string","maxLength":4096}},"required":["count"]})");
  EXPECT_TRUE(post.at("x-ours").as_bool());
  EXPECT_TRUE(post.at("x-permissions").is_null());
}

TEST(OpenApi, ReturnsSayWhatIsAlwaysThere) {
  const auto document = small_document();
  const auto& schema =
      document.at("paths").at("/things/{id}").at("get").at("responses").at("200").at("content").at("application/json").at("schema");
  EXPECT_EQ(json::serialize(schema.at("properties").at("data").at("items")),
            R"({"type":"object","properties":{"n":{"type":"integer"},"on":{"oneOf":[{"type":"boolean"},{"type":"integer","enum":[0,1]}]}},)"
            R"("required":["n"]})");
}

TEST(OpenApi, ReturnsMayNameTypesAnywhere) {
  const auto description = Description::parse({R"({
    "types": {
      "place": {"type": "object", "properties": {"line": {"type": "integer"}}},
      "fault": {"type": "object", "properties": {"where": {"oneOf": [{"type": "null"}, "place"]}, "last": {"use": "place", "optional": true}}},
      "named": {"type": "object", "allOf": ["place", {"type": "object"}], "additionalProperties": "place"}},
    "/faults": {"GET": {"name": "list", "summary": "Lists.", "returns": "fault"}},
    "/named": {"GET": {"name": "named", "summary": "Shows.", "returns": "named"}}})"});
  ASSERT_TRUE(description) << description.error().what;
  const json::value place = json::parse(R"({"type":"object","properties":{"line":{"type":"integer"}},"required":["line"]})");
  const auto fault = plain_schema(description->find("GET", "/faults")->method->returns);
  EXPECT_EQ(fault.at("properties").at("where").at("oneOf").at(1), place);
  EXPECT_EQ(fault.at("properties").at("last"), place);
  EXPECT_EQ(json::serialize(fault.at("required")), R"(["where"])");
  const auto named = plain_schema(description->find("GET", "/named")->method->returns);
  EXPECT_EQ(named.at("allOf").at(0), place);
  EXPECT_EQ(named.at("additionalProperties"), place);
  EXPECT_FALSE(Description::parse(
      {R"({"/x": {"GET": {"name": "x", "summary": "X.", "returns": {"type": "object", "properties": {"a": "none"}}}}})"}));
}

/// The whole of the program's own: every method once, under a name of its own, with words for people.
TEST(OpenApi, HasEveryMethodOnce) {
  const auto document = openapi(Description::own(), "1");
  std::set<std::string> names;
  std::size_t count = 0;
  for (const auto& [path, verbs] : document.at("paths").as_object()) {
    for (const auto& [verb, operation] : verbs.as_object()) {
      ++count;
      names.emplace(operation.at("operationId").as_string());
      EXPECT_TRUE(operation.at("summary").as_string().ends_with(".")) << verb << " " << path;
      EXPECT_TRUE(operation.at("responses").as_object().contains("200"));
      EXPECT_TRUE(operation.as_object().contains("x-permissions"));
    }
  }
  EXPECT_EQ(count, Description::own().methods().size());
  EXPECT_EQ(names.size(), count);
  EXPECT_GT(count, 100U);
}

}  // namespace
}  // namespace drawbridge::api
