// The kinds of interfaces beside bridges and cards, from the words of the command line to the plan.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "tests/cli/program.h"

namespace drawbridge::e2e {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

namespace json = boost::json;

/// What no command makes, because the REST interface doesn't: these an administrator writes.
constexpr const char* kByHand =
    "auto lo\niface lo inet loopback\n\n"
    "iface enp5s0 inet manual\n\n"
    "iface enp6s0 inet manual\n\n"
    "auto dummy0\niface dummy0 inet static\n\taddress 192.0.2.10/32\n\tlink-type dummy\n\n"
    "auto blue\niface blue inet manual\n\tvrf-table 1001\n\n"
    "auto enp7s0\niface enp7s0 inet static\n\taddress 198.51.100.1/24\n\tgateway 198.51.100.254\n\tvrf blue\n\n"
    "auto vx100\niface vx100 inet manual\n\tvxlan-id 100\n\tvxlan-local-tunnelip 192.0.2.10\n\tvxlan-remoteip 192.0.2.11 192.0.2.12\n";

constexpr const char* kThreeCards = R"({"links": [
  {"name": "enp5s0", "index": 2, "mtu": 1500, "mac": "02:00:00:00:00:05", "sysctl": {"ipv6.disable_ipv6": 0}},
  {"name": "enp6s0", "index": 3, "mtu": 1500, "mac": "02:00:00:00:00:06", "sysctl": {"ipv6.disable_ipv6": 0}},
  {"name": "enp7s0", "index": 4, "mtu": 1500, "mac": "02:00:00:00:00:07", "sysctl": {"ipv6.disable_ipv6": 0}},
  {"name": "lo", "index": 1, "loopback": true, "ethernet": false, "up": true, "mtu": 65536, "sysctl": {"ipv6.disable_ipv6": 0}}
]})";

class Types : public testing::Test {
 protected:
  Types() { tree.write(Tree::kInterfaces, kByHand); }
  void edit(std::vector<std::string> words) {
    words.insert(words.begin(), "network");
    const auto edited = tree.run(words);
    EXPECT_EQ(edited.exit, 0) << words[2] << ": " << edited.err;
  }
  /// A bond, a dotted VLAN, one with a free name, and a bridge over it and the VXLAN.
  void make_all() {
    edit({"create", "bond", "bond0", "slaves=enp5s0 enp6s0", "bond_mode=active-backup", "bond-primary=enp5s0", "autostart=1"});
    edit({"create", "vlan", "bond0.100", "cidr=203.0.113.5/24", "autostart=1"});
    edit({"create", "vlan", "office", "vlan-raw-device=bond0", "vlan-id=200", "autostart=1"});
    edit({"create", "bridge", "vmbr1", "bridge_ports=office vx100", "autostart=1"});
  }
  void change_all() {
    edit({"set", "bond0", "bond_mode=802.3ad", "bond_xmit_hash_policy=layer3+4", "--delete", "bond-primary"});
    edit({"set", "office", "vlan-id=201"});
    edit({"set", "dummy0", "cidr=192.0.2.20/32"});
    edit({"set", "vx100", "mtu=1400"});
    edit({"set", "blue", "comments=tenants"});
  }
  Finished plan() {
    tree.write("kernel.json", kThreeCards);
    return tree.run({"network", "plan", "--against", tree.path("kernel.json")});
  }
  Tree tree;
};

TEST_F(Types, AreCreated) {
  make_all();
  expect_golden(tree.read(Tree::kPending), "cli/types-created.interfaces");
  EXPECT_EQ(tree.read(Tree::kInterfaces), kByHand);
}

TEST_F(Types, AreChanged) {
  make_all();
  change_all();
  expect_golden(tree.read(Tree::kPending), "cli/types-changed.interfaces");
}

TEST_F(Types, AreShown) {
  make_all();
  const auto text = tree.run({"network", "show", tree.path(Tree::kPending)});
  EXPECT_EQ(text.exit, 0);
  expect_golden(text.out, "cli/types-show.txt");
  const auto document = tree.run({"network", "show", "--json", tree.path(Tree::kPending)});
  expect_golden(document.out, "cli/types-show.json");
}

TEST_F(Types, ArePlanned) {
  make_all();
  const auto planned = plan();
  EXPECT_EQ(planned.exit, 0) << planned.err;
  expect_golden(with(planned.out, tree.root(), ""), "cli/types-plan.txt");
}

TEST_F(Types, AreQueried) {
  make_all();
  tree.write(Tree::kInterfaces, tree.read(Tree::kPending));
  const auto stanzas = tree.run({"ifquery", "bond0", "bond0.100", "office", "vx100", "blue", "dummy0"});
  EXPECT_EQ(stanzas.exit, 0) << stanzas.err;
  expect_golden(stanzas.out, "cli/types-ifquery.txt");
  const auto document = tree.run({"ifquery", "-a", "-o", "json"});
  EXPECT_EQ(document.exit, 0) << document.err;
  expect_golden(document.out, "cli/types-ifquery.json");
  EXPECT_EQ(tree.run({"ifquery", "office", "blue", "-w", "-p", "list"}).out,
            "blue : enp7s0\nbond0 : enp5s0 enp6s0\nenp5s0 : None\nenp6s0 : None\nenp7s0 : None\noffice : bond0\n");
}

TEST_F(Types, WhatCantBeIsRefusedWithLineAndCure) {
  make_all();
  const std::string before = tree.read(Tree::kPending);
  const struct {
    std::vector<std::string> words;
    const char* says;
  } cases[] = {
      {{"create", "bond", "bond1", "slaves=bond0"}, "bond0"},
      {{"create", "vlan", "office2", "vlan-raw-device=bond0", "vlan-id=5000"}, "vlan-id"},
      {{"create", "vlan", "again", "vlan-raw-device=bond0", "vlan-id=200"}, "office"},
      {{"create", "vlan", "lost", "vlan-id=7"}, "vlan-raw-device"},
      {{"create", "vlan", "bond0.101", "vlan-id=7"}, "the name says VLAN 101"},
      {{"create", "dummy", "dummy1"}, "TYPE can't be \"dummy\""},
      {{"set", "bond0", "bond_mode=fastest"}, "bond_mode"},
  };
  for (const auto& fault : cases) {
    auto words = fault.words;
    words.insert(words.begin(), "network");
    const auto refused = tree.run(words);
    EXPECT_NE(refused.exit, 0) << words[3];
    EXPECT_THAT(refused.err, HasSubstr(fault.says)) << words[3];
    EXPECT_THAT(refused.err, HasSubstr("hint: ")) << words[3];
    EXPECT_THAT(refused.out, IsEmpty()) << words[3];
    EXPECT_EQ(tree.read(Tree::kPending), before) << words[3];
  }
}

}  // namespace
}  // namespace drawbridge::e2e
