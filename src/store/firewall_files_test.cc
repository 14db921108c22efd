#include "store/firewall_files.h"

#include <gtest/gtest.h>

#include "base/digest.h"
#include "doors/fake_files.h"

namespace drawbridge::store {
namespace {

class FirewallFiles : public testing::Test {
 protected:
  void put(const std::string& path, const std::string& text) { disk.files["/r/etc/" + path] = {text, 0640}; }

  doors::FakeDisk disk;
  doors::FakeClock clock;
  doors::FakeFiles files{disk, clock};
};

TEST_F(FirewallFiles, AreThoseOfTheFamiliarFolders) {
  put("pve/firewall/cluster.fw", "[OPTIONS]\nenable: 1\n");
  put("pve/firewall/100.fw", "[RULES]\nIN ACCEPT\n");
  put("pve/firewall/0101.fw", "");
  put("pve/firewall/102.fw.tmp", "");
  put("pve/nodes/a/host.fw", "[RULES]\nIN DROP\n");
  put("pve/nodes/b/lxc/101.conf", "");
  put("pve/sdn/firewall/web.fw", "[RULES]\nFORWARD DROP\n");
  put("pve/sdn/firewall/9web.fw", "");
  EXPECT_EQ(*list_guest_firewalls(files, "/r"), std::vector<guest::Vmid>{100});
  EXPECT_EQ(*list_vnet_firewalls(files, "/r"), std::vector<std::string>{"web"});
  EXPECT_EQ(*list_node_firewalls(files, "/r"), std::vector<std::string>{"a"});
  const std::vector<guest::Vmid> guests{100, 103};
  const auto documents = read_firewall_documents(files, "/r", "a", guests);
  ASSERT_TRUE(documents);
  EXPECT_EQ(documents->datacenter.lines.size(), 2U);
  EXPECT_EQ(documents->node.level, firewall::Level::node);
  EXPECT_EQ(documents->guests.at(100).lines.size(), 2U);
  EXPECT_TRUE(documents->guests.at(103).bytes.empty());
  EXPECT_EQ(documents->vnets.at("web").lines.size(), 2U);
}

TEST_F(FirewallFiles, AMissingOneSaysNothing) {
  const auto none = read_firewall(files, node_firewall_path("/r", "a"), firewall::Level::node);
  ASSERT_TRUE(none);
  EXPECT_EQ(none->digest, "");
  EXPECT_EQ(*none->document.path, "/r/etc/pve/nodes/a/host.fw");
}

TEST_F(FirewallFiles, AreWrittenOnlyOverWhatWasRead) {
  const std::string path = guest_firewall_path("/r", 100);
  EXPECT_TRUE(write_firewall(files, path, "[RULES]\n", ""));
  EXPECT_EQ(write_firewall(files, path, "x", "").error().code, Errc::conflict);
  EXPECT_EQ(write_firewall(files, path, "x", sha256_hex("other")).error().code, Errc::conflict);
  EXPECT_EQ(disk.files.at(path).bytes, "[RULES]\n");
  EXPECT_TRUE(write_firewall(files, path, "", sha256_hex("[RULES]\n")));
  EXPECT_FALSE(disk.files.contains(path));
  EXPECT_TRUE(write_firewall(files, path, "", ""));
}

TEST_F(FirewallFiles, NamesAreTheRootsOrElseTheSystems) {
  disk.files["/etc/protocols"] = {"foo 99 FOO\n", 0644};
  disk.files["/r/etc/services"] = {"bar 77/tcp\n", 0644};
  disk.files["/etc/services"] = {"bar 78/tcp\n", 0644};
  const auto tables = read_name_tables(files, "/r");
  EXPECT_EQ(firewall::find_protocol(tables, "foo"), 99);
  EXPECT_EQ(firewall::find_protocol(tables, "tcp"), 6);
  EXPECT_EQ(firewall::find_service(tables, "bar", 6), 77);
  EXPECT_FALSE(firewall::find_service(tables, "bar", 17));
}

TEST_F(FirewallFiles, ANewFileOfTheNodeTakesTheOldOnesPlace) {
  put("pve/nodes/a/host.fw", "[RULES]\nIN DROP -i eth0\n");
  EXPECT_FALSE(*adopt_new_node_firewall(files, "/r", "a"));
  put("pve/nodes/a/host.fw.new", "[RULES]\nIN DROP -i nic0\n");
  EXPECT_FALSE(*adopt_new_node_firewall(files, "/r", "b"));
  EXPECT_TRUE(*adopt_new_node_firewall(files, "/r", "a"));
  EXPECT_EQ(*files.read("/r/etc/pve/nodes/a/host.fw"), "[RULES]\nIN DROP -i nic0\n");
  EXPECT_FALSE(files.read("/r/etc/pve/nodes/a/host.fw.new"));
}

}  // namespace
}  // namespace drawbridge::store
