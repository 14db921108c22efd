// rehearse: the pending change on a virtual copy, in a virtual machine.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <memory>

#include "tests/cli/node.h"

namespace drawbridge::e2e {
namespace {

using testing::HasSubstr;

namespace json = boost::json;

class RehearseLab : public testing::Test {
 protected:
  void SetUp() override {
    if (const std::string reason = Node::why_not(); !reason.empty()) GTEST_SKIP() << reason;
    node = std::make_unique<Node>();
    node->tree().write(Tree::kInterfaces, kDefaultInterfaces);
  }
  std::unique_ptr<Node> node;
};

TEST_F(RehearseLab, NothingPendingIsANo) { EXPECT_EQ(node->run({"network", "rehearse"}).exit, 1); }

TEST_F(RehearseLab, AGoodChangeIsAppliedThereAndNotHere) {
  ASSERT_EQ(node->run({"network", "set", "vmbr0", "cidr=100.64.0.103/22"}).exit, 0);
  const std::string before = node->state();
  const auto rehearsed = node->run({"network", "rehearse"});
  EXPECT_EQ(rehearsed.exit, 0) << rehearsed.out << rehearsed.err;
  EXPECT_THAT(rehearsed.out, HasSubstr("Applied "));
  EXPECT_THAT(rehearsed.out, HasSubstr("100.64.0.103/22"));
  EXPECT_EQ(node->state(), before);
  EXPECT_TRUE(node->tree().has(Tree::kPending));
  EXPECT_EQ(node->tree().read(Tree::kInterfaces), kDefaultInterfaces);
}

TEST_F(RehearseLab, ABadChangeIsFoundOut) {
  ASSERT_EQ(node->run({"network", "set", "vmbr0", "cidr=10.77.0.5/24", "--delete", "gateway"}).exit, 0);
  const auto rehearsed = node->run({"network", "rehearse", "--json"});
  EXPECT_EQ(rehearsed.exit, 5) << rehearsed.out << rehearsed.err;
  EXPECT_EQ(json::parse(rehearsed.out).at("outcome").as_string(), "rolled-back");
}

}  // namespace
}  // namespace drawbridge::e2e
