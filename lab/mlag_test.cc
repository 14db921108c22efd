#include "lab/mlag.h"

#include <gtest/gtest.h>

namespace drawbridge::lab {
namespace {

/// As the kernel writes it, shortened.
std::string proc(const char* mii, int actor, int partner) {
  return "Bonding Mode: IEEE 802.3ad Dynamic link aggregation\nMII Status: up\n\n802.3ad info\n\nSlave Interface: p1\nMII Status: " +
         std::string(mii) +
         "\nSpeed: 10000 Mbps\ndetails actor lacp pdu:\n    system priority: 65535\n    port state: " + std::to_string(actor) +
         "\ndetails partner lacp pdu:\n    oper key: 15\n    port state: " + std::to_string(partner) + "\n";
}

TEST(Mlag, ALegWorksWhileItsPortCollectsAndDistributes) {
  EXPECT_TRUE(leg_works(proc("up", 63, 63)));
  EXPECT_FALSE(leg_works(proc("down", 63, 63))) << "the bond has not drawn its conclusions yet";
  EXPECT_FALSE(leg_works(proc("up", 15, 63))) << "in sync, not distributing";
  EXPECT_FALSE(leg_works(proc("up", 71, 1)));
  EXPECT_FALSE(leg_works(""));
  EXPECT_TRUE(leg_works(proc("down", 7, 1) + proc("up", 61, 61))) << "one port is enough";
}

TEST(Mlag, LegsAreTheBondsThatBothSwitchesHave) {
  Scenario scenario;
  scenario.switches = {{"a", {{"lag", {}}, {"only-a", {}}}}, {"b", {{"lag", {}}}}, {"c", {{"lag", {}}}}};
  scenario.links = {{"a", "b", true}, {"b", "c", false}};
  EXPECT_EQ(mlag_legs(scenario), (std::vector<MlagLeg>{{"a", "b", "lag"}, {"b", "a", "lag"}}));
}

TEST(Mlag, GatesOpenAndClose) {
  EXPECT_EQ(gate_lines("lag", true), "filter add dev lag egress protocol all prio 1 handle 1 fw action drop\n");
  EXPECT_EQ(gate_lines("lag", false), "filter del dev lag egress prio 1\n");
}

}  // namespace
}  // namespace drawbridge::lab
