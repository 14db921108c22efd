// The API's words for interfaces are those of the commands.
#include <gtest/gtest.h>

#include <set>

#include "api/description.h"
#include "network/parameter.h"

namespace drawbridge::cli {
namespace {

/// What the program can do for an interface the API can, and with the same words.
TEST(InterfaceParameters, AreDescribedAsTheyAreTaken) {
  const auto found = api::Description::own().find("PUT", "/nodes/alpha/network/vmbr0");
  ASSERT_TRUE(found && found->method != nullptr);
  std::set<std::string> described;
  for (const auto& [name, schema] : found->method->parameters) described.insert(name);
  for (const auto& parameter : network::all_parameters()) {
    const auto schema = found->method->parameters.find(parameter.name);
    ASSERT_TRUE(schema != found->method->parameters.end()) << parameter.name << " is not described";
    described.erase(schema->first);
    const std::vector<std::string> words(parameter.words.begin(), parameter.words.end());
    EXPECT_EQ(schema->second.choices, parameter.name == "type" ? schema->second.choices : words) << parameter.name;
    if (parameter.syntax != network::Syntax::number) continue;
    EXPECT_EQ(schema->second.minimum, parameter.low) << parameter.name;
    EXPECT_EQ(schema->second.maximum, parameter.high) << parameter.name;
  }
  EXPECT_EQ(described, (std::set<std::string>{"delete", "digest", "force", "iface", "node"}));
}

}  // namespace
}  // namespace drawbridge::cli
