#include "server/tasks.h"

#include <gtest/gtest.h>

namespace drawbridge::server {
namespace {

using Commands = std::vector<std::vector<std::string>>;

TEST(Tasks, CommandsAreUnpackedAsTheyWerePacked) {
  const Commands commands{{"guest", "stop", "100"}, {"guest", "start", "100", "2"}};
  EXPECT_EQ(unpack_commands(pack_commands(commands)), commands);
  for (const auto& wrong : Commands{{}, {"0"}, {"2", "a"}, {"a", "b"}, {"1", "a", "2", "b"}, {"99999999999999999999", "a"}})
    EXPECT_FALSE(unpack_commands(wrong)) << wrong.size();
}

}  // namespace
}  // namespace drawbridge::server
