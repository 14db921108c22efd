#include "network/risk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "network/plan_testing.h"

namespace drawbridge::network {
namespace {

using namespace testing;  // NOLINT
using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct Node {
  Desired files = default_configuration();
  Snapshot kernel = run(machine(), make_plan(machine(), files, {}));
  SessionEnds session{parse_ip("100.64.0.102").value(), parse_ip("198.51.100.7").value()};

  std::vector<std::string> risks(const Desired& desired) const {
    const Plan plan = make_plan(kernel, desired, files);
    std::vector<std::string> texts;
    for (const auto& risk : session_risk(plan, kernel, outcome_of(kernel, plan), session))
      texts.push_back(std::to_string(risk.where.line) + " " + risk.code + ": " + risk.message);
    return texts;
  }
  std::vector<std::string> summary(const Desired& desired) const {
    return reach_summary(kernel, outcome_of(kernel, make_plan(kernel, desired, files)));
  }
};

TEST(Risk, NothingOfTheSessionChanges) {
  Node node;
  Desired desired = node.files;
  desired.links["vmbr0"].addresses.push_back(asked(make_address("vmbr0", "10.7.0.2/24"), 9));
  EXPECT_THAT(node.risks(desired), IsEmpty());
  EXPECT_THAT(node.summary(desired), ElementsAre("gains 10.7.0.2/24 on vmbr0"));
}

TEST(Risk, TheManagementAddressIntoAWrongSubnetAndNoGateway) {
  Node node;
  Desired desired = node.files;
  desired.links["vmbr0"].addresses = {asked(make_address("vmbr0", "10.7.0.2/24"), 7)};
  desired.routes.clear();
  EXPECT_THAT(node.risks(desired),
              ElementsAre("7 session-address: your connection ends: its address 100.64.0.102 goes from vmbr0 and is nowhere afterwards",
                          "8 session-route: your connection ends: there is no way to 198.51.100.7 afterwards, before it was via 100.64.0.1 "
                          "on vmbr0"));
  EXPECT_THAT(node.summary(desired),
              ElementsAre("loses 100.64.0.102/22 on vmbr0", "gains 10.7.0.2/24 on vmbr0", "default gateway 100.64.0.1 on vmbr0 → none"));
}

TEST(Risk, AnotherGateway) {
  Node node;
  Desired desired = node.files;
  desired.routes = {asked(make_route("0.0.0.0/0", "100.64.0.2", "vmbr0"), 8)};
  EXPECT_THAT(node.risks(desired),
              ElementsAre("8 session-route: the way to 198.51.100.7 changes from via 100.64.0.1 on vmbr0 to via 100.64.0.2 on vmbr0"));
  EXPECT_THAT(node.summary(desired), ElementsAre("default gateway 100.64.0.1 on vmbr0 → 100.64.0.2 on vmbr0"));
}

TEST(Risk, TheBridgeLosesItsUplink) {
  Node node;
  Desired desired = node.files;
  desired.links["enp5s0"] = make_link("enp5s0");
  EXPECT_THAT(node.risks(desired), ElementsAre("9 session-link: your connection ends: vmbr0 has no port that is up afterwards"));
}

TEST(Risk, TheAddressMoves) {
  Node node;
  Desired desired = node.files;
  desired.links.erase("vmbr0");
  desired.links["enp5s0"] = make_link("enp5s0");
  desired.links["enp5s0"].addresses = {asked(make_address("enp5s0", "100.64.0.102/22"), 5)};
  desired.routes = {asked(make_route("0.0.0.0/0", "100.64.0.1", "enp5s0"), 6)};
  const auto risks = node.risks(desired);
  ASSERT_EQ(risks.size(), 2U);
  EXPECT_THAT(risks[0], ::testing::HasSubstr("pauses while its address 100.64.0.102 moves from vmbr0 to enp5s0"));
  EXPECT_THAT(node.summary(desired),
              ElementsAre("moves 100.64.0.102/22 from vmbr0 to enp5s0", "default gateway 100.64.0.1 on vmbr0 → 100.64.0.1 on enp5s0"));
}

TEST(Risk, ASessionThatIsNotOverThisNodesAddressesIsNotAtRisk) {
  Node node;
  node.session.local = parse_ip("192.0.2.1").value();
  EXPECT_THAT(node.risks({}), IsEmpty());
}

}  // namespace
}  // namespace drawbridge::network
