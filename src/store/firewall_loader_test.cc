#include "store/firewall_loader.h"

#include <gtest/gtest.h>

#include "base/digest.h"
#include "doors/fake_files.h"
#include "rules/program.h"

namespace drawbridge::store {
namespace {

constexpr const char* kCluster = "/etc/pve/firewall/cluster.fw";
constexpr const char* kGuest = "/etc/pve/firewall/100.fw";

/// Files that can be made unreadable.
class BrokenFiles final : public doors::Files {
 public:
  explicit BrokenFiles(doors::FakeFiles& files) : files_(files) {}
  std::set<std::string> broken;

  Result<std::string> read(const std::string& path) override {
    if (broken.contains(path)) return fail_errno(EIO, "can't read " + path);
    return files_.read(path);
  }
  Result<void> write(const std::string& path, std::string_view bytes, unsigned mode) override { return files_.write(path, bytes, mode); }
  Result<void> remove(const std::string& path) override { return files_.remove(path); }
  Result<std::vector<std::string>> list(const std::string& folder) override { return files_.list(folder); }
  bool is_executable(const std::string& path) override { return files_.is_executable(path); }
  std::vector<std::string> glob(const std::string& pattern) override { return files_.glob(pattern); }
  Result<std::unique_ptr<doors::FileLock>> lock(const std::string& path, std::chrono::milliseconds patience) override {
    return files_.lock(path, patience);
  }
  Result<bool> wait_for_change(const std::string& folder, std::chrono::nanoseconds deadline) override {
    return files_.wait_for_change(folder, deadline);
  }

 private:
  doors::FakeFiles& files_;
};

struct Loading : testing::Test {
  Loading() {
    disk.files[kCluster].bytes = "[OPTIONS]\nenable: 1\n";
    disk.files[kGuest].bytes = "[OPTIONS]\nenable: 1\n[RULES]\nIN ACCEPT -p tcp -dport 80\n";
  }
  doors::FakeDisk disk;
  doors::FakeClock clock;
  doors::FakeFiles fake{disk, clock};
  BrokenFiles files{fake};
  firewall::LivePolicy policy;
  FirewallLoader loader{files, "", "pve1", policy};
};

TEST_F(Loading, ReadsWhatThereIsAndOnlyWhatChangesAfterwards) {
  EXPECT_TRUE(loader.read_everything());
  EXPECT_TRUE(policy.policy().datacenter.options.enable);
  EXPECT_EQ(policy.policy().guests.at(100).rules.size(), 1U);
  EXPECT_FALSE(loader.read_everything());
  EXPECT_FALSE(loader.read({kGuest}));
  disk.files[kGuest].bytes += "IN ACCEPT -p udp\n";
  EXPECT_FALSE(loader.read({kCluster, "/etc/pve/firewall/100.fw.tmp.123"}));
  EXPECT_TRUE(loader.read({kGuest}));
  EXPECT_EQ(policy.policy().guests.at(100).rules.size(), 2U);
  disk.files.erase(kGuest);
  EXPECT_TRUE(loader.read({kGuest}));
  EXPECT_TRUE(policy.policy().guests.empty());
  EXPECT_FALSE(loader.has_gap());
}

TEST_F(Loading, WhatBecomesUnreadableStaysInForce) {
  loader.read_everything();
  files.broken = {kCluster, kGuest};
  disk.files[kCluster].bytes.clear();
  EXPECT_FALSE(loader.read({kCluster, kGuest}));
  EXPECT_TRUE(policy.policy().datacenter.options.enable);
  EXPECT_EQ(policy.policy().guests.size(), 1U);
  EXPECT_EQ(loader.unreadable().size(), 2U);
  EXPECT_FALSE(loader.has_gap());
  files.broken.clear();
  EXPECT_TRUE(loader.read({kCluster}));
  EXPECT_FALSE(policy.policy().datacenter.options.enable);
  EXPECT_EQ(loader.unreadable().size(), 1U);
}

TEST_F(Loading, WhatCouldNeverBeReadIsAGap) {
  files.broken = {kCluster};
  loader.read_everything();
  EXPECT_TRUE(loader.has_gap());
  files.broken.clear();
  EXPECT_TRUE(loader.read_everything());
  EXPECT_FALSE(loader.has_gap());
}

TEST_F(Loading, AFileSystemThatIsGoneDeletesNoRules) {
  loader.read_everything();
  const auto before = disk.files;
  disk.files.clear();
  EXPECT_FALSE(loader.read_everything());
  EXPECT_TRUE(policy.policy().datacenter.options.enable);
  EXPECT_FALSE(loader.unreadable().empty());
  disk.files = before;
  EXPECT_FALSE(loader.read_everything());
  EXPECT_TRUE(loader.unreadable().empty());
  // Whereas this is a decision.
  disk.files.erase(kCluster);
  EXPECT_TRUE(loader.read({kCluster}));
  EXPECT_FALSE(policy.policy().datacenter.options.enable);
}

TEST_F(Loading, FilesThatAreExpectedAndNotThereAreAGap) {
  disk.files.clear();
  loader.expect_files();
  loader.read_everything();
  EXPECT_TRUE(loader.has_gap());
  disk.files["/etc/pve/nodes/pve1/qemu-server/100.conf"].bytes = "net0: virtio\n";
  loader.read_everything();
  EXPECT_FALSE(loader.has_gap()) << "somebody has deleted cluster.fw";
}

TEST_F(Loading, WhatIsHeldBackIsNotInForceUntilItChangesOrIsFree) {
  loader.read_everything();
  const std::string digest = sha256_hex(disk.files[kCluster].bytes);
  loader.set_held({{kCluster, {digest, "[OPTIONS]\nenable: 0\n"}}});
  EXPECT_TRUE(loader.read_everything());
  EXPECT_FALSE(policy.policy().datacenter.options.enable);
  EXPECT_FALSE(loader.read_everything());
  disk.files[kCluster].bytes += "policy_out: DROP\n";
  EXPECT_TRUE(loader.read({kCluster}));
  EXPECT_TRUE(policy.policy().datacenter.options.enable) << "somebody has looked at it again";
  disk.files[kCluster].bytes = "[OPTIONS]\nenable: 1\n";
  loader.read({kCluster});
  EXPECT_FALSE(policy.policy().datacenter.options.enable);
  loader.set_held({});
  EXPECT_TRUE(loader.read_everything());
  EXPECT_TRUE(policy.policy().datacenter.options.enable);
}

TEST_F(Loading, AnEmptyFileIsHeldBackAsOneThatIsGone) {
  disk.files[kCluster].bytes.clear();
  loader.set_held({{kCluster, {"", "[OPTIONS]\nenable: 1\n"}}});
  loader.read_everything();
  EXPECT_TRUE(policy.policy().datacenter.options.enable);
}

TEST_F(Loading, AFileThatMayGoIsMissingNothing) {
  disk.files.erase(kGuest);
  loader.read_everything();
  loader.accept_absence({kCluster});
  const auto cluster = disk.files[kCluster];
  disk.files.erase(kCluster);
  EXPECT_TRUE(loader.read_everything());
  EXPECT_FALSE(policy.policy().datacenter.options.enable);
  // Once.
  disk.files[kCluster] = cluster;
  loader.read_everything();
  disk.files.erase(kCluster);
  EXPECT_FALSE(loader.read_everything());
  EXPECT_TRUE(policy.policy().datacenter.options.enable);
}

TEST_F(Loading, AGuestThatMovesAwayTakesItsRulesAlong) {
  loader.read_everything();
  loader.set_elsewhere({100});
  EXPECT_TRUE(loader.read_everything());
  EXPECT_TRUE(policy.policy().guests.empty());
  loader.set_elsewhere({});
  EXPECT_TRUE(loader.read_everything());
  EXPECT_EQ(policy.policy().guests.size(), 1U);
}

}  // namespace
}  // namespace drawbridge::store
