// Users of the system log in through the API: real PAM, real hashes, in a mount namespace with accounts of its own.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include "tests/api/access_lab.h"
#include "tests/cli/must_run.h"

namespace drawbridge::e2e {
namespace {

class PamLab : public AccessLab {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) DRAWBRIDGE_CANT_RUN("only root can mount");
    before_ = ::open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC);
    ASSERT_EQ(::unshare(CLONE_NEWNS), 0);
    ASSERT_EQ(::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr), 0);
    // Others' accounts stay, so that programs find root; of theirs nobody has a password here.
    put("passwd",
        read_text("/etc/passwd") +
            "carol:x:4711:4711::/nonexistent:/usr/sbin/nologin\ndora:x:4712:4712::/nonexistent:/usr/sbin/nologin\n"
            "emil:x:4713:4713::/nonexistent:/usr/sbin/nologin\n",
        0644);
    // emil's account has expired, long ago.
    put("shadow",
        "root:*:19000:0:99999:7:::\ncarol:" + hash_of("blue elephant") + ":19000:0:99999:7:::\ndora:" + hash_of("green tiger") +
            ":19000:0:99999:7:::\nemil:" + hash_of("grey heron") + ":19000:0:99999:7::100:\n",
        0600);
    const std::string services = tree.path("pam.d");
    shell("cp -a /etc/pam.d '" + services + "' && cp '" DRAWBRIDGE_SOURCE_DIR "/packaging/pam.d/drawbridge' '" + services + "/drawbridge'");
    ASSERT_EQ(::mount(services.c_str(), "/etc/pam.d", nullptr, MS_BIND, nullptr), 0);
    AccessLab::SetUp();
    const std::string users = tree.read("etc/pve/user.cfg");
    tree.write("etc/pve/user.cfg", users + "user:carol@pam:1:0:::::\nuser:emil@pam:1:0:::::\nacl:1:/vms:carol@pam:PVEVMUser:\n");
  }
  void TearDown() override {
    AccessLab::TearDown();
    if (before_ < 0) return;
    EXPECT_EQ(::setns(before_, CLONE_NEWNS), 0);
    ::close(before_);
  }

  /// In place of the system's file.
  void put(const std::string& name, const std::string& text, unsigned mode) const {
    tree.write(name, text);
    const std::string path = tree.path(name);
    ASSERT_EQ(::chmod(path.c_str(), mode), 0);
    ASSERT_EQ(::mount(path.c_str(), ("/etc/" + name).c_str(), nullptr, MS_BIND, nullptr), 0);
  }
  static std::string hash_of(const std::string& password) {
    const std::string hash = shell("openssl passwd -6 -salt drawbridge '" + password + "'");
    EXPECT_EQ(hash.rfind("$6$", 0), 0U) << hash;
    return hash.substr(0, hash.find('\n'));
  }
  int try_login(const std::string& user, const std::string& password, const std::string& address = "192.0.2.4") const {
    return ask({}, "POST", "/access/ticket", {"username=" + user, "password=" + password}, address).status;
  }

  int before_ = -1;
};

TEST_F(PamLab, ASystemsUserLogsInWithHisOwnPassword) {
  const Client carol = log_in("carol@pam", "blue elephant");
  ASSERT_FALSE(carol.ticket.empty());
  EXPECT_EQ(ask(carol, "GET", "/version").status, 200);
  EXPECT_EQ(ask(carol, "GET", "/access/permissions?path=/vms").body.at("data").at("/vms").at("VM.Console"), 1);
  // As other clients send it.
  const auto apart = ask({}, "POST", "/access/ticket", {"username=carol", "realm=pam", "password=blue elephant"});
  EXPECT_EQ(apart.status, 200) << apart.text;
}

TEST_F(PamLab, WhatIsWrongLetsNobodyIn) {
  EXPECT_EQ(try_login("carol@pam", "green tiger", "192.0.2.11"), 401) << "another's password";
  EXPECT_EQ(try_login("carol@pam", "blue elephan", "192.0.2.12"), 401);
  EXPECT_EQ(try_login("carol@pam", "", "192.0.2.13"), 401);
  EXPECT_EQ(try_login("dora@pam", "green tiger", "192.0.2.14"), 401) << "of the system, but no user here";
  EXPECT_EQ(try_login("emil@pam", "grey heron", "192.0.2.15"), 401) << "the account has expired";
  EXPECT_EQ(try_login("root@pam", "", "192.0.2.16"), 401);
  EXPECT_EQ(try_login("root@pam", "*", "192.0.2.17"), 401);
  EXPECT_EQ(try_login("carol@pve", "blue elephant", "192.0.2.18"), 401) << "of the other realm";
  EXPECT_EQ(try_login("carol@pam", "blue elephant"), 200) << "and the right one still does";
}

TEST_F(PamLab, ANewPasswordIsGoodAtOnceAndTheOldOneIsNot) {
  EXPECT_EQ(try_login("carol@pam", "blue elephant"), 200);
  const std::string shadow = read_text("/etc/shadow");
  tree.write("shadow", with(shadow, hash_of("blue elephant"), hash_of("white whale")));
  EXPECT_EQ(try_login("carol@pam", "white whale"), 200);
  EXPECT_EQ(try_login("carol@pam", "blue elephant", "192.0.2.21"), 401);
}

}  // namespace
}  // namespace drawbridge::e2e
