#include "cli/partial_desired.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace drawbridge::cli {
namespace {

using network::Asked;
using network::Desired;
using network::DesiredLink;
using network::Snapshot;
using testing::ElementsAre;
using testing::IsEmpty;

DesiredLink link(const std::string& name, const std::string& kind = {}, const std::string& parent = {}, const std::string& master = {}) {
  DesiredLink made;
  made.name = name;
  made.kind = kind;
  if (!parent.empty()) made.parent = Asked<std::string>{parent, {}};
  if (!master.empty()) made.master = Asked<std::string>{master, {}};
  return made;
}

Desired desired(std::vector<DesiredLink> links) {
  Desired all;
  for (auto& each : links) all.links.emplace(each.name, each);
  return all;
}

std::vector<std::string> names_of(const Desired& some) {
  std::vector<std::string> names;
  for (const auto& [name, each] : some.links) names.push_back(name + (each.master ? ">" + each.master->value : ""));
  return names;
}

/// Two slaves in a bond, a VLAN on it under a bridge, another VLAN beside it, a member of a VRF.
Desired tower() {
  return desired({link("e1", "", "", "bond0"), link("e2", "", "", "bond0"), link("bond0", "bond"),
                  link("bond0.5", "vlan", "bond0", "vmbr5"), link("vmbr5", "bridge"), link("bond0.6", "vlan", "bond0"),
                  link("e3", "", "", "red"), link("e4", "", "", "red"), link("red", "vrf")});
}

Snapshot with_links(const std::vector<std::string>& names) {
  Snapshot now;
  for (const std::string& name : names) {
    now.links[name].name = name;
    now.links[name].up = true;
  }
  return now;
}

TEST(PartialDesired, ABridgeStandsOnEverythingBelow) {
  EXPECT_THAT(names_of(restrict_to(tower(), {"vmbr5"}, {}, false)), ElementsAre("bond0", "bond0.5>vmbr5", "e1>bond0", "e2>bond0", "vmbr5"));
}

TEST(PartialDesired, AVlanBringsItsParentAndNotItsSiblings) {
  EXPECT_THAT(names_of(restrict_to(tower(), {"bond0.6"}, {}, false)), ElementsAre("bond0", "bond0.6", "e1>bond0", "e2>bond0"));
}

TEST(PartialDesired, APortJoinsItsBridgeOnlyIfThatIsThere) {
  EXPECT_THAT(names_of(restrict_to(tower(), {"bond0.5"}, {}, false)), ElementsAre("bond0", "bond0.5", "e1>bond0", "e2>bond0"));
  const Snapshot now = with_links({"vmbr5"});
  EXPECT_THAT(names_of(restrict_to(tower(), {"bond0.5"}, now, false)), ElementsAre("bond0", "bond0.5>vmbr5", "e1>bond0", "e2>bond0"));
  EXPECT_THAT(names_of(restrict_to(tower(), {"bond0.5"}, now, true)), ElementsAre("bond0", "bond0.5", "e1>bond0", "e2>bond0"));
}

TEST(PartialDesired, AMemberBringsItsVrfAndNoOtherMember) {
  EXPECT_THAT(names_of(restrict_to(tower(), {"e3"}, {}, false)), ElementsAre("e3>red", "red"));
  EXPECT_THAT(names_of(restrict_to(tower(), {"red"}, {}, false)), ElementsAre("e3>red", "e4>red", "red"));
}

TEST(PartialDesired, ATunnelBringsTheDeviceThatItIsBoundTo) {
  Desired all = desired({link("vx", "vxlan"), link("e1"), link("e2")});
  all.links["vx"].data["link"] = {std::string("e1"), {}};
  EXPECT_THAT(names_of(restrict_to(all, {"vx"}, {}, false)), ElementsAre("e1", "vx"));
}

TEST(PartialDesired, RoutesOfWhatIsLeft) {
  Desired all = tower();
  network::Route route;
  route.nexthops = {{std::nullopt, "vmbr5"}};
  all.routes = {{route, {}}};
  EXPECT_EQ(restrict_to(all, {"vmbr5"}, {}, false).routes.size(), 1U);
  EXPECT_THAT(restrict_to(all, {"e3"}, {}, false).routes, IsEmpty());
}

TEST(PartialDesired, ACircleEnds) {
  EXPECT_THAT(names_of(restrict_to(desired({link("a", "vlan", "b"), link("b", "vlan", "a")}), {"a"}, {}, false)), ElementsAre("a", "b"));
}

TEST(Uppers, WhatStandsOnALinkAndIsUp) {
  Snapshot now = with_links({"e1", "e1.5", "e1.6", "vx", "vmbr0", "red", "v0", "v1"});
  now.links["e1.5"].parent = "e1";
  now.links["e1.6"].parent = "e1";
  now.links["e1.6"].up = false;
  now.links["vx"].data["link"] = std::string("e1");
  now.links["e1"].master = "vmbr0";
  EXPECT_THAT(uppers_of(now, "e1"), ElementsAre("e1.5", "vmbr0", "vx"));
  EXPECT_THAT(uppers_of(now, "e1.5"), IsEmpty());
  now.links["red"].kind = "vrf";
  now.links["e1.5"].master = "red";
  EXPECT_THAT(uppers_of(now, "e1.5"), IsEmpty());
  now.links["v0"].kind = now.links["v1"].kind = "veth";
  now.links["v0"].parent = "v1";
  EXPECT_THAT(uppers_of(now, "v1"), IsEmpty());
}

}  // namespace
}  // namespace drawbridge::cli
