// guest list, show, set, create, delete, nic parse.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <memory>
#include <set>

#include "tests/cli/program.h"

namespace drawbridge::e2e {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::MatchesRegex;
using testing::Not;

namespace json = boost::json;

constexpr const char* kMail = "etc/pve/nodes/pve1/qemu-server/100.conf";
constexpr const char* kWeb = "etc/pve/nodes/pve2/lxc/101.conf";

constexpr const char* kMailText =
    "#The mail server\n"
    "boot: order=scsi0;net0\n"
    "cores: 2\n"
    "memory: 2048\n"
    "name: mail\n"
    "net0: virtio=BC:24:11:5A:07:E1,bridge=vmbr0,tag=44\n"
    "net1: e1000=BC:24:11:5A:07:E2,bridge=vmbr0,firewall=1,rate=12.5\n"
    "whatever: is kept\n"
    "\n"
    "[PENDING]\n"
    "cores: 4\n"
    "\n"
    "[before-upgrade]\n"
    "#taken by hand\n"
    "cores: 1\n"
    "name: mail\n"
    "snaptime: 1700000000\n";

constexpr const char* kWebText =
    "hostname: web\n"
    "net0: name=eth0,bridge=vmbr0,hwaddr=BC:24:11:00:9C:2D,ip=192.0.2.7/24,gw=192.0.2.1,type=veth\n"
    "rootfs: local:101/vm-101-disk-0.raw,size=8G\n"
    "lxc.mount.entry: /a b none bind 0 0\n"
    "lxc.mount.entry: /c d none bind 0 0\n";

class Guest : public testing::Test {
 protected:
  Guest() {
    tree.write(Tree::kInterfaces, kDefaultInterfaces);
    tree.write(kMail, kMailText);
    tree.write(kWeb, kWebText);
  }
  Finished run(std::vector<std::string> words) const {
    words.insert(words.begin(), {"--node", "pve1", "guest"});
    return tree.run(std::move(words));
  }
  std::string without_root(const std::string& text) const { return with(text, tree.root(), ""); }
  Tree tree;
};

TEST_F(Guest, ListsThoseOfTheNode) {
  const auto list = run({"list"});
  EXPECT_EQ(list.exit, 0) << list.err;
  expect_golden(list.out, "cli/guest-list.txt");
  const auto all = run({"list", "--all", "--json"});
  const auto guests = json::parse(all.out).as_array();
  ASSERT_EQ(guests.size(), 2U);
  EXPECT_EQ(guests[1].at("node").as_string(), "pve2");
  EXPECT_EQ(guests[1].at("kind").as_string(), "lxc");
  EXPECT_EQ(guests[1].at("nics").at(0).at("device").as_string(), "veth101i0");
}

TEST_F(Guest, AreListedWithWhatTheyMayHave) {
  const auto guests = json::parse(run({"list", "--all", "--json"}).out).as_array();
  const auto& mail = guests[0].as_object();
  EXPECT_EQ(mail.at("cpus"), 2);
  EXPECT_EQ(mail.at("maxmem"), 2048LL << 20);
  EXPECT_EQ(mail.at("status"), "stopped");
  EXPECT_EQ(mail.at("template"), 0);
  const auto& web = guests[1].as_object();
  EXPECT_EQ(web.at("maxdisk"), 8LL << 30);
  EXPECT_EQ(web.at("maxmem"), 512LL << 20);
}

TEST_F(Guest, OfTheOtherKindIsNotMeant) {
  const auto show = run({"show", "100", "--kind", "lxc"});
  EXPECT_EQ(show.exit, 3);
  EXPECT_THAT(show.err, HasSubstr("100 is no container"));
  EXPECT_EQ(run({"set", "100", "cores=1", "--kind", "lxc"}).exit, 3);
  EXPECT_EQ(run({"delete", "100", "--kind", "lxc"}).exit, 3);
  EXPECT_EQ(run({"stop", "100", "--kind", "lxc"}).exit, 3);
  EXPECT_EQ(tree.read(kMail), kMailText);
  EXPECT_EQ(run({"show", "100", "--kind", "qemu"}).exit, 0);
}

TEST_F(Guest, IsOnlyCheckedIfNothingIsToBeWritten) {
  const auto set = run({"set", "100", "cores=8", "--no-act"});
  EXPECT_EQ(set.exit, 0) << set.err;
  EXPECT_THAT(set.out, HasSubstr("+cores: 8"));
  EXPECT_EQ(run({"set", "100", "net0=virtio,tag=4095", "--no-act"}).exit, 3);
  EXPECT_EQ(run({"create", "150", "name=x", "--no-act"}).exit, 0);
  EXPECT_FALSE(tree.has("etc/pve/nodes/pve1/qemu-server/150.conf"));
  EXPECT_EQ(run({"delete", "100", "--no-act"}).exit, 0);
  EXPECT_EQ(tree.read(kMail), kMailText);
}

TEST_F(Guest, HasNoAddressesWhileItIsStopped) {
  const auto addresses = run({"addresses", "100", "--json"});
  EXPECT_EQ(addresses.exit, 4);
  EXPECT_THAT(addresses.out, HasSubstr("does not run"));
}

TEST_F(Guest, NodesAndOptionsAreShown) {
  tree.write("etc/pve/datacenter.cfg", "keyboard: de\n# none\nmac_prefix: BC:24:11\n");
  tree.write("etc/hosts", "127.0.0.1 localhost pve1\n192.0.2.1 pve1.example.com pve1\n");
  const auto show = tree.run({"--node", "pve1", "cluster", "show", "--json"});
  EXPECT_EQ(show.exit, 0) << show.err;
  const auto document = json::parse(show.out);
  EXPECT_EQ(document.at("nodes").at(0).at("name"), "pve1");
  EXPECT_EQ(document.at("nodes").at(0).at("ip"), "192.0.2.1");
  EXPECT_EQ(document.at("nodes").at(1).at("name"), "pve2");
  EXPECT_EQ(document.at("nodes").at(1).at("status"), "unknown");
  EXPECT_GT(document.at("nodes").at(0).at("maxmem").to_number<std::uint64_t>(), 0U);
  EXPECT_EQ(json::serialize(document.at("options")), R"({"keyboard":"de","mac_prefix":"BC:24:11"})");
  EXPECT_THAT(tree.run({"--node", "pve1", "cluster", "show"}).out, HasSubstr("keyboard: de"));
}

TEST_F(Guest, OfANodeWithoutGuests) {
  const auto list = tree.run({"guest", "list", "--node", "pve3"});
  EXPECT_EQ(list.exit, 0);
  EXPECT_THAT(list.out, IsEmpty());
  EXPECT_EQ(tree.run({"guest", "list", "--node", "../x"}).exit, 3);
}

TEST_F(Guest, IsShown) {
  const auto show = run({"show", "100"});
  EXPECT_EQ(show.exit, 0) << show.err;
  expect_golden(without_root(show.out), "cli/guest-show.txt");
  EXPECT_THAT(run({"show", "100", "--current"}).out, HasSubstr("cores: 2\n"));
  EXPECT_THAT(run({"show", "100", "--snapshot", "before-upgrade"}).out, HasSubstr("cores: 1\n"));
  EXPECT_EQ(run({"show", "100", "--snapshot", "nonsense"}).exit, 3);
}

TEST_F(Guest, IsShownAsDocument) {
  const auto show = run({"show", "100", "--json"});
  EXPECT_EQ(show.exit, 0) << show.err;
  const auto document = json::parse(show.out).as_object();
  EXPECT_EQ(document.at("vmid").as_int64(), 100);
  EXPECT_EQ(document.at("digest").as_string().size(), 64U);
  EXPECT_EQ(document.at("config").at("whatever").as_string(), "is kept");
  EXPECT_EQ(document.at("nics").at(0).at("tag").as_int64(), 44);
  EXPECT_EQ(document.at("nics").at(1).at("rate").as_double(), 12.5);
  EXPECT_EQ(json::serialize(document.at("pending")), R"([{"key":"cores","value":"2","pending":"4"}])");
  EXPECT_EQ(document.at("snapshots").at(0).at("snaptime").as_int64(), 1700000000);
}

TEST_F(Guest, IsFoundOnItsNode) {
  EXPECT_THAT(tree.run({"guest", "show", "101"}).out, HasSubstr("container 101 (web) on node pve2"));
  const auto missed = run({"show", "101"});
  EXPECT_EQ(missed.exit, 3);
  EXPECT_THAT(missed.err, HasSubstr("it is on node pve2: use --node pve2"));
  EXPECT_EQ(tree.run({"guest", "show", "102"}).exit, 3);
  EXPECT_EQ(tree.run({"guest", "show", "0100"}).exit, 3);
  EXPECT_EQ(tree.run({"guest", "show", "99"}).exit, 3);
}

TEST_F(Guest, SetTouchesOnlyItsLines) {
  const auto set = run({"set", "100", "net0=model=virtio,bridge=vmbr0,tag=45", "description=The new server", "--delete", "boot"});
  EXPECT_EQ(set.exit, 0) << set.err;
  std::string expected = with(kMailText, "tag=44", "tag=45");
  expected = with(with(expected, "boot: order=scsi0;net0\n", ""), "#The mail server", "#The new server");
  EXPECT_EQ(tree.read(kMail), expected);
  EXPECT_THAT(set.out, HasSubstr("+net0: virtio=BC:24:11:5A:07:E1,bridge=vmbr0,tag=45\n"));
}

TEST_F(Guest, SettingWhatIsSoChangesNothing) {
  const auto set = run({"set", "100", "memory=2048", "net0=bridge=vmbr0,tag=44,virtio=BC:24:11:5A:07:E1", "--json"});
  EXPECT_EQ(set.exit, 0) << set.err;
  EXPECT_FALSE(json::parse(set.out).at("changed").as_bool());
  EXPECT_EQ(tree.read(kMail), kMailText);
}

TEST_F(Guest, KeepsRawKeysOfAContainer) {
  EXPECT_EQ(tree.run({"--node", "pve2", "guest", "set", "101", "memory=1024"}).exit, 0);
  EXPECT_EQ(tree.read(kWeb), with(kWebText, "net0:", "memory: 1024\nnet0:"));
}

TEST_F(Guest, PendingChangesCanBeMadeAndDropped) {
  EXPECT_EQ(run({"set", "100", "--pending", "memory=4096", "--delete", "net1"}).exit, 0);
  EXPECT_THAT(tree.read(kMail), HasSubstr("\n[PENDING]\ncores: 4\ndelete: net1\nmemory: 4096\n\n[before-upgrade]\n"));
  EXPECT_THAT(tree.read(kMail), HasSubstr("\nmemory: 2048\n"));
  EXPECT_EQ(run({"set", "100", "--revert", "memory,net1", "--revert", "cores"}).exit, 0);
  EXPECT_EQ(tree.read(kMail), with(kMailText, "[PENDING]\ncores: 4\n\n", ""));
}

TEST_F(Guest, RefusesBadValuesWithTheirPlace) {
  const auto set = run({"set", "100", "net0=virtio,brigde=vmbr0,tag=4095", "memory=lots", "corse=2"});
  EXPECT_EQ(set.exit, 3);
  EXPECT_THAT(set.err, HasSubstr("net0:1:8: error: 'brigde' is no key of a VM's card [key-unknown]\n    hint: did you mean bridge?\n"));
  EXPECT_THAT(set.err, HasSubstr("net0:1:25: error: tag: '4095' is no VLAN id"));
  EXPECT_THAT(set.err, HasSubstr("memory:1:1: error: 'lots' is no amount of memory"));
  EXPECT_THAT(set.err, HasSubstr("hint: did you mean cores?"));
  EXPECT_EQ(run({"set", "100", "name=a\nnet5: virtio"}).exit, 3);
  EXPECT_EQ(run({"set", "100", "memory="}).exit, 3);
  EXPECT_EQ(run({"set", "100", "net32=virtio"}).exit, 3);
  EXPECT_EQ(run({"set", "100", "cores=3", "--delete", "cores"}).exit, 3);
  EXPECT_EQ(run({"set", "100"}).exit, 2);
  EXPECT_EQ(run({"set", "100", "cores"}).exit, 2);
  EXPECT_EQ(tree.read(kMail), kMailText);
}

TEST_F(Guest, HoldsCardsAgainstTheBridges) {
  EXPECT_EQ(run({"set", "100", "net0=virtio,bridge=enp5s0"}).exit, 3);
  EXPECT_EQ(run({"set", "100", "net0=virtio,bridge=vmbr0,mtu=9000"}).exit, 3);
  const auto trunk = run({"set", "100", "net0=virtio,bridge=vmbr0,trunks=2-4"});
  EXPECT_EQ(trunk.exit, 3);
  EXPECT_THAT(trunk.err, HasSubstr("net0: error: trunks needs a VLAN-aware bridge"));
  EXPECT_EQ(tree.read(kMail), kMailText);
  const auto later = run({"set", "100", "net0=virtio,bridge=vmbr1"});
  EXPECT_EQ(later.exit, 0) << later.err;
  EXPECT_THAT(later.err, HasSubstr("net0: warning: the node has no bridge 'vmbr1'"));
  EXPECT_EQ(run({"set", "100", "--force", "net0=virtio,bridge=vmbr0,mtu=9000"}).exit, 0);
}

TEST_F(Guest, RefusesAMacThatAnotherHas) {
  const auto set = run({"set", "100", "net0=virtio=bc:24:11:00:9c:2d,bridge=vmbr0"});
  EXPECT_EQ(set.exit, 3);
  EXPECT_THAT(set.err, HasSubstr("net0: error: bc:24:11:00:9c:2d is also net0 of container 101 (web) on node pve2 [mac-duplicate]"));
  EXPECT_EQ(run({"set", "100", "net2=virtio=BC:24:11:5A:07:E1,bridge=vmbr0"}).exit, 3);
  EXPECT_EQ(tree.read(kMail), kMailText);
  EXPECT_EQ(run({"set", "100", "--force", "net0=virtio=bc:24:11:00:9c:2d,bridge=vmbr0"}).exit, 0);
  EXPECT_THAT(run({"show", "100"}).err, HasSubstr("mac-duplicate"));
}

TEST_F(Guest, CardsGetMacsOfThePrefix) {
  tree.write("etc/pve/datacenter.cfg", "keyboard: de\nmac_prefix: 02:AA:B\n");
  EXPECT_EQ(run({"set", "100", "--delete", "net1"}).exit, 0);
  std::set<std::string> macs;
  for (int i = 1; i < 8; ++i) {
    const std::string key = "net" + std::to_string(i);
    EXPECT_EQ(run({"set", "100", key + "=virtio,bridge=vmbr0"}).exit, 0);
    const std::string text = tree.read(kMail);
    const auto at = text.find("\n" + key + ": virtio=") + key.size() + 10;
    EXPECT_THAT(text.substr(at, 17), MatchesRegex("02:AA:B[0-9A-F](:[0-9A-F]{2}){3}"));
    macs.insert(text.substr(at, 17));
  }
  EXPECT_EQ(macs.size(), 7U);
  tree.write("etc/pve/datacenter.cfg", "mac_prefix: 01\n");
  const auto bad = run({"set", "100", "net9=virtio,bridge=vmbr0"});
  EXPECT_EQ(bad.exit, 3);
  EXPECT_THAT(bad.err, HasSubstr("datacenter.cfg:1:13: error: "));
}

TEST_F(Guest, ACardWithoutMacGetsOneWithTheNextChange) {
  tree.write(kMail, "cores: 2\nnet0: virtio,bridge=vmbr0\n");
  EXPECT_EQ(run({"set", "100", "cores=3"}).exit, 0);
  EXPECT_THAT(tree.read(kMail), MatchesRegex("cores: 3\nnet0: virtio=BC:24:11(:[0-9A-F]{2}){3},bridge=vmbr0\n"));
}

TEST_F(Guest, IsCreated) {
  const auto create = run({"create", "200", "name=new", "memory=1024", "net0=virtio,bridge=vmbr0,tag=44"});
  EXPECT_EQ(create.exit, 0) << create.err;
  EXPECT_THAT(tree.read("etc/pve/nodes/pve1/qemu-server/200.conf"),
              MatchesRegex("memory: 1024\nname: new\nnet0: virtio=BC:24:11(:[0-9A-F]{2}){3},bridge=vmbr0,tag=44\n"));
  EXPECT_EQ(run({"create", "201", "--lxc", "hostname=ct", "net0=name=eth0,bridge=vmbr0,ip=dhcp"}).exit, 0);
  EXPECT_THAT(tree.read("etc/pve/nodes/pve1/lxc/201.conf"),
              MatchesRegex("hostname: ct\nnet0: name=eth0,bridge=vmbr0,hwaddr=BC:24:11(:[0-9A-F]{2}){3},ip=dhcp,type=veth\n"));
  EXPECT_EQ(run({"create", "202"}).exit, 0);
  EXPECT_TRUE(tree.has("etc/pve/nodes/pve1/qemu-server/202.conf"));
}

TEST_F(Guest, NumbersAreUniqueAmongNodesAndKinds) {
  for (const char* vmid : {"100", "101"}) {
    const auto create = run({"create", vmid, "name=x"});
    EXPECT_EQ(create.exit, 4);
    EXPECT_THAT(create.err, HasSubstr("is taken by"));
  }
  EXPECT_EQ(run({"create", "99"}).exit, 3);
  EXPECT_EQ(run({"create", "1000000000"}).exit, 3);
  tree.write("etc/pve/nodes/pve2/qemu-server/100.conf", "name: twin\n");
  EXPECT_THAT(run({"show", "100"}).err, HasSubstr("[vmid-duplicate]"));
}

TEST_F(Guest, IsDeleted) {
  EXPECT_EQ(run({"delete", "100", "--digest", std::string(64, '0')}).exit, 4);
  const auto gone = run({"delete", "100"});
  EXPECT_EQ(gone.exit, 0) << gone.err;
  EXPECT_FALSE(tree.has(kMail));
  EXPECT_EQ(run({"delete", "100"}).exit, 3);
}

TEST_F(Guest, ProtectionAndLocksAreRespected) {
  tree.write(kMail, "lock: backup\nname: mail\n");
  EXPECT_EQ(run({"set", "100", "cores=2"}).exit, 4);
  EXPECT_EQ(run({"delete", "100"}).exit, 4);
  tree.write(kMail, "name: mail\nprotection: 1\n");
  EXPECT_EQ(run({"set", "100", "cores=2"}).exit, 0);
  EXPECT_EQ(run({"delete", "100"}).exit, 4);
  EXPECT_EQ(run({"delete", "100", "--force"}).exit, 0);
}

TEST_F(Guest, ADigestGuardsAgainstEditsMeanwhile) {
  const std::string digest(json::parse(run({"show", "100", "--json"}).out).at("digest").as_string());
  EXPECT_EQ(run({"set", "100", "cores=8", "--digest", digest}).exit, 0);
  EXPECT_EQ(run({"set", "100", "cores=9", "--digest", digest}).exit, 4);
  EXPECT_THAT(tree.read(kMail), HasSubstr("cores: 8\n"));
}

TEST_F(Guest, ManyAtOnceLoseNothing) {
  std::vector<std::unique_ptr<Running>> sets;
  std::vector<std::unique_ptr<Running>> creates;
  for (int i = 2; i < 8; ++i) {
    const std::string key = "net" + std::to_string(i);
    sets.push_back(std::make_unique<Running>(
        std::vector<std::string>{"--root", tree.root(), "--node", "pve1", "guest", "set", "100", key + "=virtio,bridge=vmbr0"}));
    creates.push_back(std::make_unique<Running>(
        std::vector<std::string>{"--root", tree.root(), "--node", "pve" + std::to_string(i), "guest", "create", "300", "name=x"}));
  }
  for (const auto& set : sets) EXPECT_EQ(set->wait().exit, 0);
  std::vector<int> exits;
  for (const auto& create : creates) exits.push_back(create->wait().exit);
  EXPECT_EQ(std::ranges::count(exits, 0), 1);
  EXPECT_EQ(std::ranges::count(exits, 4), 5);
  const auto document = json::parse(run({"show", "100", "--json"}).out);
  std::set<std::string> macs;
  for (const auto& nic : document.at("nics").as_array()) macs.emplace(nic.at("macaddr").as_string());
  EXPECT_EQ(macs.size(), 8U);
}

TEST_F(Guest, CardsByThemselves) {
  const auto parse =
      tree.run({"guest", "nic", "parse", "--json", "tag=44,queues=4,rate=12.5,firewall=on,bridge=vmbr3,virtio=BC:24:11:5A:07:E1"});
  EXPECT_EQ(parse.exit, 0) << parse.err;
  const auto document = json::parse(parse.out);
  EXPECT_EQ(document.at("canonical").as_string(), "virtio=BC:24:11:5A:07:E1,bridge=vmbr3,firewall=1,queues=4,rate=12.5,tag=44");
  EXPECT_EQ(document.at("fields").at("macaddr").as_string(), "BC:24:11:5A:07:E1");
  EXPECT_EQ(document.at("fields").at("firewall").as_int64(), 1);
  const auto container = tree.run({"guest", "nic", "parse", "name=eth0,bridge=vmbr3,ip=dhcp", "--lxc"});
  EXPECT_EQ(container.out, "name=eth0,bridge=vmbr3,ip=dhcp,type=veth\n");
  const auto bad = tree.run({"guest", "nic", "parse", "virtio,queues=65", "--json"});
  EXPECT_EQ(bad.exit, 3);
  EXPECT_EQ(json::parse(bad.out).at("errors").at(0).at("column").as_int64(), 15);
  EXPECT_THAT(bad.err, HasSubstr("net:1:15: error: queues: '65' is no number of queues"));
}

}  // namespace
}  // namespace drawbridge::e2e
