#include "network/risk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "network/plan_testing.h"
#include "network/uplinks.h"

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

/// Links that are up, each "NAME kind=K parent=P master=M".
void make(Snapshot& state, const std::string& name, const std::string& kind = {}, const std::string& parent = {},
          const std::string& master = {}) {
  Link& link = state.links[name];
  link.name = name;
  link.kind = kind;
  link.parent = parent;
  link.master = master;
  link.up = true;
}

/// Two cards in a bond, VLAN 5 on it under vmbr5.
Snapshot tower() {
  Snapshot state;
  make(state, "e1", "", "", "bond0");
  make(state, "e2", "", "", "bond0");
  make(state, "bond0", "bond");
  make(state, "bond0.5", "vlan", "bond0", "vmbr5");
  state.links["bond0.5"].data["id"] = std::uint64_t{5};
  make(state, "vmbr5", "bridge");
  make(state, "tap101i0", "tun", "", "vmbr5");
  return state;
}

TEST(Uplinks, DownToTheCards) {
  Snapshot state = tower();
  EXPECT_THAT(uplinks_of(state, "vmbr5").ways, ElementsAre("e1 VLAN 5", "e2 VLAN 5"));
  EXPECT_THAT(uplinks_of(state, "vmbr5").links, ElementsAre("bond0", "bond0.5", "e1", "e2", "vmbr5"));
  state.links["e1"].up = false;
  EXPECT_THAT(uplinks_of(state, "vmbr5").ways, ElementsAre("e2 VLAN 5"));
  state.links["bond0"].up = false;
  EXPECT_THAT(uplinks_of(state, "vmbr5").ways, IsEmpty());
}

TEST(Uplinks, AVlanAwareBridgeSendsItsVlansOnly) {
  Snapshot state;
  make(state, "e1", "", "", "vmbr0");
  make(state, "vmbr0", "bridge");
  state.links["vmbr0"].data["vlan_filtering"] = std::uint64_t{1};
  make(state, "vmbr0.7", "vlan", "vmbr0");
  state.links["vmbr0.7"].data["id"] = std::uint64_t{7};
  state.bridge_vlans = {{"e1", 1, 1, true, true, false},
                        {"e1", 2, 9, false, false, false},
                        {"vmbr0", 1, 1, true, true, true},
                        {"vmbr0", 7, 7, false, false, true}};
  EXPECT_THAT(uplinks_of(state, "vmbr0").ways, ElementsAre("e1"));
  EXPECT_THAT(uplinks_of(state, "vmbr0.7").ways, ElementsAre("e1 VLAN 7"));
  state.bridge_vlans[1].last = 6;
  EXPECT_THAT(uplinks_of(state, "vmbr0.7").ways, IsEmpty());
}

TEST(Uplinks, AStackOfTagsAndACircle) {
  Snapshot state;
  make(state, "e1");
  make(state, "e1.7", "vlan", "e1");
  state.links["e1.7"].data["id"] = std::uint64_t{7};
  make(state, "e1.7.5", "vlan", "e1.7");
  state.links["e1.7.5"].data["id"] = std::uint64_t{5};
  EXPECT_THAT(uplinks_of(state, "e1.7.5").ways, ElementsAre("e1 VLAN 7.5"));
  state.links["e1.7"].parent = "e1.7.5";
  EXPECT_THAT(uplinks_of(state, "e1.7.5").ways, IsEmpty());
}

/// A session over vmbr5 of the tower.
struct Tower {
  Snapshot before = tower();
  Snapshot after = tower();
  SessionEnds session{parse_ip("10.5.0.2").value(), parse_ip("10.5.0.9").value()};
  Plan plan;

  Tower() {
    for (Snapshot* state : {&before, &after}) {
      state->addresses = {make_address("vmbr5", "10.5.0.2/24")};
      Route route = make_route("10.5.0.0/24", "10.5.0.1", "vmbr5");
      route.nexthops.front().gateway.reset();
      state->routes = {route};
    }
  }
  std::vector<std::string> risks() const {
    std::vector<std::string> texts;
    for (const auto& risk : session_risk(plan, before, after, session)) texts.push_back(risk.code + ": " + risk.message);
    for (const auto& risk : guest_risk(plan, before, after)) texts.push_back(risk.code + ": " + risk.message);
    return texts;
  }
};

TEST(Risk, OneSlaveOfTwoGoesAndNothingHappens) {
  Tower tower;
  tower.after.links["e1"].master.clear();
  EXPECT_THAT(tower.risks(), IsEmpty());
}

TEST(Risk, TheBondBelowTheVlanBelowTheBridgeGoesDown) {
  Tower tower;
  tower.after.links["bond0"].up = false;
  tower.plan.operations = {{network::SetUp{"bond0", false}, {"f", 3, 0}, true, ""}};
  EXPECT_THAT(tower.risks(),
              ElementsAre("session-link: your connection ends: vmbr5 has no port that is up afterwards",
                          "guests-cut-off: 1 guest port on vmbr5 (tap101i0) loses the way out: the bridge has no uplink afterwards"));
  EXPECT_EQ(session_risk(tower.plan, tower.before, tower.after, tower.session).front().where.line, 3U);
}

TEST(Risk, AnotherVlanOnTheSameCards) {
  Tower tower;
  tower.after.links["bond0.5"].data["id"] = std::uint64_t{6};
  EXPECT_THAT(
      tower.risks(),
      ElementsAre("session-link: the way of your connection below vmbr5 changes from e1 VLAN 5, e2 VLAN 5 to e1 VLAN 6, e2 VLAN 6"));
}

TEST(Risk, APauseFarBelow) {
  Tower tower;
  tower.plan.operations = {{SetLinkData{"bond0", "bond", {}}, {"f", 3, 0}, true, "bond0 drops all frames for a moment"}};
  EXPECT_THAT(tower.risks(), ElementsAre("session-pause: your connection pauses: bond0 drops all frames for a moment"));
}

TEST(Risk, IntoAVrf) {
  Tower tower;
  make(tower.after, "red", "vrf");
  tower.after.links["red"].data["table"] = std::uint64_t{100};
  tower.after.links["vmbr5"].master = "red";
  tower.after.routes.front().table = 100;
  EXPECT_THAT(tower.risks(), ElementsAre("session-vrf: your connection ends: vmbr5 moves into the VRF red"));
  tower.before = tower.after;
  EXPECT_THAT(tower.risks(), IsEmpty());
}

TEST(Risk, ASessionThatIsNotOverThisNodesAddressesIsNotAtRisk) {
  Node node;
  node.session.local = parse_ip("192.0.2.1").value();
  EXPECT_THAT(node.risks({}), IsEmpty());
}

}  // namespace
}  // namespace drawbridge::network
