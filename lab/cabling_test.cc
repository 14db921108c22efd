#include "lab/cabling.h"

#include <gtest/gtest.h>

namespace drawbridge::lab {
namespace {

Scenario world() {
  Scenario scenario;
  scenario.switches = {{"left", {}}, {"right", {}}};
  scenario.links = {{"left", "right", false}};
  scenario.node_ports = {{"enp1s0", {"left", "", {}, {}, {}}, {}}, {"enp2s0", {"right", "", {}, {}, {}}, {}}};
  scenario.hosts = {{"gw", {{"eth0", {"left", "", {}, {}, {}}, {}}}, {}, false}};
  return scenario;
}

TEST(Cabling, NumbersTheDevicesOfEachSwitch) {
  EXPECT_EQ(ends_of(world(), {"node", "enp1s0"}), (std::vector<SwitchEnd>{{"left", "p1"}}));
  EXPECT_EQ(ends_of(world(), {"node", "enp2s0"}), (std::vector<SwitchEnd>{{"right", "p1"}}));
  EXPECT_EQ(ends_of(world(), {"gw", "eth0"}), (std::vector<SwitchEnd>{{"left", "p2"}}));
}

TEST(Cabling, AWholeSwitchLosesAllItsCables) {
  EXPECT_EQ(ends_of(world(), {"left", ""}), (std::vector<SwitchEnd>{{"left", "p1"}, {"left", "p2"}, {"left", "link1"}}));
  EXPECT_EQ(ends_of(world(), {"right", ""}), (std::vector<SwitchEnd>{{"right", "p1"}, {"right", "link1"}}));
  EXPECT_EQ(ends_of(world(), {"left", "right"}), (std::vector<SwitchEnd>{{"left", "link1"}}));
  EXPECT_TRUE(ends_of(world(), {"nobody", ""}).empty());
}

TEST(Cabling, ACableOfASwitchThatComesBackStaysCut) {
  const std::set<SwitchEnd> both = ends_down(world(), {{"left", ""}, {"node", "enp1s0"}});
  EXPECT_EQ(both.size(), 3U);
  EXPECT_EQ(ends_down(world(), {{"node", "enp1s0"}}), (std::set<SwitchEnd>{{"left", "p1"}}));
}

}  // namespace
}  // namespace drawbridge::lab
