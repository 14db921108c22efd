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
            "link add name enp5s0 address 02:64:62:00:00:01 type veth peer name p1 address 02:64:62:01:00:01 netns lan\n"
            "link add name eth0 address 02:64:62:00:00:02 netns gw type veth peer name p2 address 02:64:62:01:00:02 netns lan\n");
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

/// Two switches with a bond of the same name each, the node plugged into both.
Scenario pair(bool mlag) {
  Scenario scenario;
  scenario.switches = {{"left", {{"lag", {"left", "", {}, {10}, {}}}}}, {"right", {{"lag", {"right", "", {}, {10}, {}}}}}};
  scenario.links = {{"left", "right", mlag}};
  scenario.node_ports = {{"enp1s0", {"left", "lag", {}, {}, {}}, {}}, {"enp2s0", {"right", "lag", {}, {}, {}}, {}}};
  return scenario;
}

TEST(WorldPlan, LinkedSwitchesCarryEachOthersVlans) {
  const WorldPlan plan = make_world_plan(pair(false));
  EXPECT_NE(plan.cables.find("link add name link1 netns left type veth peer name link1 netns right\n"), std::string::npos);
  for (const char* name : {"left", "right"}) {
    EXPECT_NE(inside(plan, name).ip.find("link set link1 master br0\n"), std::string::npos);
    EXPECT_EQ(inside(plan, name).bridge, "vlan add dev lag vid 10\nvlan add dev link1 vid 1 pvid untagged\nvlan add dev link1 vid 10\n");
    EXPECT_EQ(inside(plan, name).tc, "");
  }
  EXPECT_EQ(inside(plan, "left").ip.find("ad_actor_system"), std::string::npos) << "independent switches are different partners";
}

TEST(WorldPlan, SwitchesOfAnMlagAreOneForLacp) {
  const WorldPlan plan = make_world_plan(pair(true));
  for (const char* name : {"left", "right"}) {
    EXPECT_NE(inside(plan, name).ip.find("ad_user_port_key 1 ad_actor_system 02:64:62:4d:4c:00\n"), std::string::npos);
    EXPECT_NE(inside(plan, name).bridge.find("link set dev link1 learning off\n"), std::string::npos);
    EXPECT_EQ(inside(plan, name).tc,
              "qdisc add dev lag clsact\nqdisc add dev link1 clsact\nfilter add dev link1 ingress matchall action skbedit mark 1\n");
  }
}

TEST(WorldPlan, KeysOfAnMlagAreTheSameOnBothSwitches) {
  Scenario scenario = pair(true);
  scenario.switches[1].bonds.insert(scenario.switches[1].bonds.begin(), SwitchBond{"alone", {"right", "", {}, {}, {}}});
  const WorldPlan plan = make_world_plan(scenario);
  for (const char* name : {"left", "right"})
    EXPECT_NE(inside(plan, name)
                  .ip.find("link add lag type bond mode 802.3ad miimon 100 lacp_rate fast xmit_hash_policy layer3+4 "
                           "ad_user_port_key 2 "),
              std::string::npos);
  EXPECT_EQ(inside(plan, "right").tc.find("qdisc add dev alone"), std::string::npos) << "only the right switch has this bond";
}

TEST(WorldPlan, APortWithoutVlansCarriesAllThatTheSwitchKnows) {
  Scenario scenario;
  scenario.switches = {{"core", {}}};
  scenario.node_ports = {{"enp5s0", {"core", "", {}, {}, {}}, {}}};
  scenario.hosts = {{"a", {{"eth0", {"core", "", 10, {}, {}}, {}}}, {}, false}};
  EXPECT_EQ(inside(make_world_plan(scenario), "core").bridge,
            "vlan add dev p1 vid 1 pvid untagged\nvlan add dev p1 vid 10\nvlan add dev p2 vid 10 pvid untagged\n");
}

TEST(WorldPlan, HostsHaveBondsAndVlans) {
  Scenario scenario;
  scenario.switches = {{"core", {}}};
  Host host{"gw", {{"eth0", {"core", "", {}, {}, {}}, {}}, {"eth1", {"core", "", {}, {}, {}}, {}}}, {}, false};
  host.bonds = {{"bond0", {"eth0"}, {address("192.0.2.1/24")}}};
  host.ports[1].vlans = {{10, {address("10.0.10.1/24")}}};
  scenario.hosts = {host};
  EXPECT_EQ(inside(make_world_plan(scenario), "gw").ip,
            "link set lo up\nlink add bond0 type bond mode 802.3ad miimon 100 lacp_rate fast xmit_hash_policy layer3+4\n"
            "link set eth0 master bond0\nlink set bond0 up\naddr add 192.0.2.1/24 dev bond0\nlink set eth0 up\nlink set eth1 up\n"
            "link add link eth1 name eth1.10 type vlan id 10\nlink set eth1.10 up\naddr add 10.0.10.1/24 dev eth1.10\n");
}

TEST(WorldPlan, HostsHaveTunnelsThatTheirRoutesMayUse) {
  Scenario scenario;
  scenario.switches = {{"core", {}}};
  Host host{"far", {{"eth0", {"core", "", {}, {}, {}}, {address("192.0.2.30/24")}}}, {}, false};
  const auto ip = [](const char* text) { return parse_ip(text).value(); };
  host.tunnels = {{"vx7", "vxlan", ip("192.0.2.30"), ip("192.0.2.10"), 7, {address("10.7.0.2/24")}},
                  {"gre1", "gre", ip("192.0.2.30"), ip("192.0.2.10"), 0, {}}};
  host.routes = {{std::nullopt, ip("10.7.0.1")}};
  scenario.hosts = {host};
  EXPECT_EQ(inside(make_world_plan(scenario), "far").ip,
            "link set lo up\nlink set eth0 up\naddr add 192.0.2.30/24 dev eth0\n"
            "link add vx7 type vxlan id 7 dstport 4789 local 192.0.2.30 remote 192.0.2.10\nlink set vx7 up\naddr add 10.7.0.2/24 dev vx7\n"
            "link add gre1 type gre local 192.0.2.30 remote 192.0.2.10\nlink set gre1 up\nroute add default via 10.7.0.1\n");
}

TEST(GuestPlan, PutsGuestsIntoVlansOfTheNodesBridge) {
  Scenario scenario;
  GuestPort access{0, "vmbr0", {}}, trunk{0, "vmbr0", {}};
  access.vlans.access = 10;
  trunk.vlans.trunk = {10, 20};
  trunk.tagged = {{20, {address("10.0.20.9/24")}}};
  scenario.guests = {{"web", 110, {access}, {}}, {"fw", 111, {trunk}, {}}, {"any", 112, {{0, "vmbr0", {}}}, {}}};
  const WorldPlan plan = make_guest_plan(scenario);
  EXPECT_EQ(inside(plan, "node").bridge,
            "vlan del dev tap110i0 vid 1\nvlan add dev tap110i0 vid 10 pvid untagged\n"
            "vlan del dev tap111i0 vid 1\nvlan add dev tap111i0 vid 10\nvlan add dev tap111i0 vid 20\n");
  EXPECT_EQ(inside(plan, "fw").ip,
            "link set lo up\nlink set eth0 up\nlink add link eth0 name eth0.20 type vlan id 20\nlink set eth0.20 up\n"
            "addr add 10.0.20.9/24 dev eth0.20\n");
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
