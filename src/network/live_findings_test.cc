#include "network/live_findings.h"

#include <gtest/gtest.h>

namespace drawbridge::network {
namespace {

constexpr std::uint64_t kInBundle = 0x3F, kAlone = 0x45;

class LiveFindings : public testing::Test {
 protected:
  Link& add(const std::string& name, const std::string& kind = "", const std::string& master = "") {
    Link& link = now_.links[name];
    link.name = name;
    link.kind = kind;
    link.master = master;
    link.up = link.carrier = true;
    return link;
  }

  void add_bond(const std::string& mode) { add("bond0", "bond").data["mode"] = mode; }

  Link& add_slave(const std::string& name, std::uint64_t aggregator, std::uint64_t state, const std::string& role = "ACTIVE") {
    Link& slave = add(name, "", "bond0");
    slave.port = {
        {"mii_status", std::string("UP")}, {"state", role}, {"ad_aggregator_id", aggregator}, {"ad_actor_oper_port_state", state}};
    return slave;
  }

  void unplug(const std::string& name) {
    now_.links[name].carrier = false;
    if (now_.links[name].port.contains("mii_status")) now_.links[name].port["mii_status"] = std::string("DOWN");
  }

  std::string found() const {
    std::string text;
    for (const Diagnostic& one : find_live(now_)) {
      EXPECT_EQ(one.severity, Severity::warning);
      EXPECT_FALSE(one.hint.empty());
      text += one.code + ": " + one.message + "\n";
    }
    return text;
  }

  Snapshot now_;
};

TEST_F(LiveFindings, AHealthyMachineHasNone) {
  add_bond("802.3ad");
  add_slave("enp1s0", 1, kInBundle);
  add_slave("enp2s0", 1, kInBundle);
  add("vmbr0", "bridge");
  now_.links["bond0"].master = "vmbr0";
  now_.links["bond0"].port["state"] = std::string("forwarding");
  EXPECT_EQ(found(), "");
}

TEST_F(LiveFindings, LinksThatLeadToDifferentSwitches) {
  add_bond("802.3ad");
  add_slave("enp1s0", 1, kInBundle);
  add_slave("enp2s0", 2, 0x07, "BACKUP");
  EXPECT_EQ(found(), "bond-partners-differ: bond0: enp1s0 and enp2s0 lead to different LACP partners; only enp1s0 carries traffic\n");
  now_.links["bond0"].data["ad_partner_mac"] = std::string("02:00:00:00:00:01");
  EXPECT_NE(found().find("(the one in use is 02:00:00:00:00:01); only enp1s0"), std::string::npos);
}

TEST_F(LiveFindings, AggregatorsMeanNothingInOtherModes) {
  add_bond("active-backup");
  add_slave("enp1s0", 1, kInBundle);
  add_slave("enp2s0", 2, kAlone, "BACKUP");
  EXPECT_EQ(found(), "");
}

TEST_F(LiveFindings, NobodySpeaksLacp) {
  add_bond("802.3ad");
  add_slave("enp1s0", 1, kAlone);
  add_slave("enp2s0", 2, kAlone, "BACKUP");
  EXPECT_EQ(found(), "bond-no-partner: bond0: nobody speaks LACP with enp1s0 and enp2s0\n") << "and not that the partners differ";
}

TEST_F(LiveFindings, OneCableLess) {
  add_bond("802.3ad");
  add_slave("enp1s0", 1, kInBundle);
  add_slave("enp2s0", 2, kInBundle);
  unplug("enp2s0");
  EXPECT_EQ(found(), "bond-slave-down: bond0: enp2s0 has no carrier; traffic goes by enp1s0 alone\n");
  now_.links["enp2s0"].carrier = true;
  EXPECT_EQ(found(), "bond-slave-down: bond0: enp2s0 does not answer; traffic goes by enp1s0 alone\n") << "ARP monitoring";
}

TEST_F(LiveFindings, ADeadBondIsToldOnceWithAllThatStandsOnIt) {
  add_bond("active-backup");
  EXPECT_EQ(found(), "bond-dead: bond0: the bond has no links\n");
  add_slave("enp1s0", 0, 0);
  add_slave("enp2s0", 0, 0).up = false;
  add("vmbr0", "bridge").carrier = false;
  now_.links["bond0"].master = "vmbr0";
  add("bond0.10", "vlan").parent = "bond0";
  add("aardvark", "vlan", "vmbr1").parent = "bond0";
  add("vmbr1", "bridge");
  add("vmbr0.5", "vlan").parent = "vmbr0";
  for (const char* name : {"enp1s0", "enp2s0", "bond0", "bond0.10", "aardvark"}) unplug(name);
  EXPECT_EQ(found(), "bond-dead: bond0: no link works: enp1s0 has no carrier and enp2s0 is down\n");
}

TEST_F(LiveFindings, VlansWithoutTheirRawDevice) {
  add("trunk").carrier = false;
  add("guests", "vlan", "vmbr1").parent = "trunk";
  add("trunk.20", "vlan").parent = "trunk";
  add("vmbr1", "bridge");
  now_.links["guests"].carrier = now_.links["trunk.20"].carrier = false;
  EXPECT_EQ(found(), "vlan-parent-down: trunk has no carrier: its VLANs guests and trunk.20 carry nothing\n");
}

TEST_F(LiveFindings, PortsOfBridges) {
  add("vmbr0", "bridge").data["stp_state"] = std::uint64_t{1};
  add("enp1s0", "", "vmbr0").port["state"] = std::string("blocking");
  add("enp2s0", "", "vmbr0").carrier = false;
  add("tap100i0", "tun", "vmbr0").carrier = false;
  EXPECT_EQ(found(),
            "bridge-port-blocked: enp1s0 is blocking on vmbr0: no traffic passes\n"
            "bridge-port-no-carrier: enp2s0 has no carrier: nothing gets from vmbr0 to it or back\n")
      << "a guest that is not running is none of ours";
  now_.links["vmbr0"].up = false;
  EXPECT_EQ(found(), "");
}

TEST_F(LiveFindings, AnAddressWithoutACable) {
  add("enp3s0").carrier = false;
  EXPECT_EQ(found(), "") << "nobody uses it";
  Address address;
  address.link = "enp3s0";
  now_.addresses.push_back(address);
  EXPECT_EQ(found(), "link-no-carrier: enp3s0 has addresses and no carrier\n");
}

}  // namespace
}  // namespace drawbridge::network
