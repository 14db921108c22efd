#include "store/guest_files.h"

#include <gtest/gtest.h>

#include "base/digest.h"
#include "doors/fake_files.h"

namespace drawbridge::store {
namespace {

class GuestFiles : public testing::Test {
 protected:
  void put(const std::string& path, const std::string& text) { disk.files["/r/etc/pve/" + path] = {text, 0640}; }

  doors::FakeDisk disk;
  doors::FakeClock clock;
  doors::FakeFiles files{disk, clock};
  const GuestFile mail = guest_file("/r", "a", guest::Kind::qemu, 100);
};

TEST_F(GuestFiles, AreThoseOfAllNodes) {
  put("nodes/b/lxc/101.conf", "hostname: web\n");
  put("nodes/a/qemu-server/100.conf", "name: mail\n");
  put("nodes/a/qemu-server/20.conf", "");
  put("nodes/a/qemu-server/0100.conf", "");
  put("nodes/a/qemu-server/100.conf.tmp.1", "");
  put("nodes/a/qemu-server/readme", "");
  const auto all = read_inventory(files, "/r", "");
  ASSERT_TRUE(all);
  ASSERT_EQ(all->guests.size(), 2U);
  EXPECT_EQ(all->guests[0].name(), "mail");
  EXPECT_EQ(all->guests[1].node, "b");
  EXPECT_EQ(all->guests[1].kind, guest::Kind::lxc);
  EXPECT_EQ(list_guest_files(files, "/r", "a")->size(), 1U);
  EXPECT_EQ(list_guest_files(files, "/r", "a")->front(), mail);
  EXPECT_TRUE(list_guest_files(files, "/nowhere", "")->empty());
}

TEST_F(GuestFiles, AreWrittenOnlyOverWhatWasRead) {
  EXPECT_TRUE(write_guest(files, "/r", mail, "a: 1\n", ""));
  EXPECT_EQ(write_guest(files, "/r", mail, "a: 2\n", "").error().code, Errc::conflict);
  EXPECT_EQ(write_guest(files, "/r", mail, "a: 2\n", sha256_hex("a: 0\n")).error().code, Errc::conflict);
  EXPECT_EQ(disk.files.at(mail.path).bytes, "a: 1\n");
  EXPECT_EQ(disk.files.at(mail.path).mode, 0640U);
  EXPECT_TRUE(write_guest(files, "/r", mail, "a: 2\n", sha256_hex("a: 1\n")));
  EXPECT_EQ(remove_guest(files, "/r", mail, sha256_hex("a: 1\n")).error().code, Errc::conflict);
  EXPECT_TRUE(remove_guest(files, "/r", mail, sha256_hex("a: 2\n")));
  EXPECT_EQ(write_guest(files, "/r", mail, "a: 3\n", sha256_hex("a: 2\n")).error().code, Errc::conflict);
  EXPECT_FALSE(disk.files.contains(mail.path));
}

TEST_F(GuestFiles, WaitForWhoeverElseChangesThem) {
  const auto theirs =
      doors::FakeFiles(disk, clock, "process 7 (their tool)").lock("/r/run/lock/qemu-server/lock-100.conf", std::chrono::seconds(0));
  const auto refused = write_guest(files, "/r", mail, "a: 1\n", "");
  EXPECT_EQ(refused.error().code, Errc::conflict);
  EXPECT_NE(refused.error().what.find("their tool"), std::string::npos);
  EXPECT_TRUE(lock_guests(files, "/r"));
}

TEST_F(GuestFiles, TheClusterSaysWhatMacsBeginWith) {
  EXPECT_EQ(read_mac_prefix(files, "/r")->text, "BC:24:11");
  put("datacenter.cfg", "mac_prefix: 02:aa\n");
  EXPECT_EQ(read_mac_prefix(files, "/r")->text, "02:AA");
  put("datacenter.cfg", "mac_prefix: 03:aa\n");
  EXPECT_EQ(read_mac_prefix(files, "/r").error().where.file, "/r/etc/pve/datacenter.cfg");
}

}  // namespace
}  // namespace drawbridge::store
