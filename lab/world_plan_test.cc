#include "lab/world_plan.h"

#include <gtest/gtest.h>

namespace drawbridge::lab {
namespace {

InterfaceAddress address(const char* text) { return parse_interface_address(text).value(); }

const Inside& inside(const WorldPlan& plan, const std::string& name) {
  for (const Inside& one : plan.inside) {
    if (one.name == name) return one;
  }
  static const Inside none;
  return none;
}

TEST(WorldPlan, PlugsNodeAndHostsIntoASwitch) {
  Scenario scenario;
  scenario.switches = {{"lan", {}}};
  scenario.node_ports = {{"enp5s0", {"lan", "", {}, {}, {}}, {}}};
  scenario.hosts = {{"gw", {{"eth0", {"lan", "", {}, {}, {}}, {address("192.0.2.1/24"), address("2001:db8::1/64")}}}, {}, false}};
  const WorldPlan plan = make_world_plan(scenario);
  EXPECT_EQ(plan.namespaces, (std::vector<std::string>{"lan", "gw"}));
  EXPECT_EQ(plan.cables,
            "link add name enp5s0 address 02:64:62:00:00:01 type veth peer name p1 netns lan\n"
            "link add name eth0 address 02:64:62:00:00:02 netns gw type veth peer name p2 netns lan\n");
  EXPECT_EQ(inside(plan, "lan").ip,
            "link set lo up\nlink add br0 type bridge stp_state 0 forward_delay 0 mcast_snooping 0\nlink set br0 up\n"
            "link set p1 master br0\nlink set p1 up\nlink set p2 master br0\nlink set p2 up\n");
  EXPECT_EQ(inside(plan, "lan").bridge, "") << "no VLANs, no need of VLAN filtering in the kernel";
  EXPECT_EQ(inside(plan, "gw").ip,
            "link set lo up\nlink set eth0 up\naddr add 192.0.2.1/24 dev eth0\naddr add 2001:db8::1/64 dev eth0 nodad\n");
}

TEST(WorldPlan, FiltersVlansWhereAPortAsksForIt) {
  Scenario scenario;
  scenario.switches = {{"core", {}}, {"plain", {}}};
  scenario.node_ports = {{"enp5s0", {"core", "", {}, {10, 20}, 1}, {}}, {"enp6s0", {"plain", "", {}, {}, {}}, {}}};
  scenario.hosts = {{"a", {{"eth0", {"core", "", 10, {}, {}}, {}}}, {}, false}};
  const WorldPlan plan = make_world_plan(scenario);
  EXPECT_NE(inside(plan, "core").ip.find("vlan_filtering 1 vlan_default_pvid 0"), std::string::npos);
  EXPECT_EQ(inside(plan, "plain").ip.find("vlan_filtering"), std::string::npos);
  EXPECT_EQ(inside(plan, "core").bridge,
            "vlan add dev p1 vid 1 pvid untagged\nvlan add dev p1 vid 10\nvlan add dev p1 vid 20\nvlan add dev p2 vid 10 pvid untagged\n");
}

TEST(WorldPlan, BondsPortsOnTheSwitch) {
  Scenario scenario;
  scenario.switches = {{"core", {{"lag", {"core", "", {}, {10}, {}}}}}};
  scenario.node_ports = {{"enp5s0", {"core", "lag", {}, {}, {}}, {}}, {"enp6s0", {"core", "lag", {}, {}, {}}, {}}};
  const WorldPlan plan = make_world_plan(scenario);
  EXPECT_NE(inside(plan, "core").ip.find("link add lag type bond mode 802.3ad"), std::string::npos);
  EXPECT_NE(inside(plan, "core").ip.find("link set p2 master lag\n"), std::string::npos);
  EXPECT_EQ(inside(plan, "core").bridge, "vlan add dev lag vid 10\n");
}

TEST(GuestPlan, PlugsTapsIntoTheNodesBridges) {
  Scenario scenario;
  scenario.guests = {{"web", 110, {{0, "vmbr0", {address("192.0.2.110/24")}}}, {{std::nullopt, parse_ip("192.0.2.1").value()}}}};
  const WorldPlan plan = make_guest_plan(scenario);
  EXPECT_EQ(plan.cables,
            "link add name tap110i0 type veth peer name eth0 address 02:64:62:80:6e:00 netns web\nlink set tap110i0 master vmbr0 up\n");
  EXPECT_EQ(inside(plan, "web").ip,
            "link set lo up\nlink set eth0 up\naddr add 192.0.2.110/24 dev eth0\nroute add default via 192.0.2.1\n");
}

}  // namespace
}  // namespace drawbridge::lab
