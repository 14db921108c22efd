#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "access/secret_lines.h"
#include "access/ticket.h"
#include "auth/authenticate.h"
#include "auth/login.h"
#include "base/percent.h"
#include "doors/fake_files.h"

namespace drawbridge::auth {
namespace {

constexpr access::UnixTime kNow = 1'800'000'010;
constexpr access::PasswordCost kCheap{.memory_kib = 64, .passes = 1};

class Auth : public testing::Test {
 protected:
  Auth() {
    disk_.files[root_ + "/etc/pve/user.cfg"] = {
        "user:root@pam:1:0:::::\nuser:anna@pve:1:0:::::\nuser:off@pve:0:0:::::\nuser:old@pve:1:100:::::\nuser:zoe@ldap:1:0:::::\n"
        "token:anna@pve!backup:0:1::\n",
        0640};
    EXPECT_TRUE(set_password(access_, "anna@pve", "correct horse", kCheap));
    EXPECT_TRUE(set_password(access_, "off@pve", "correct horse", kCheap));
    EXPECT_TRUE(set_password(access_, "old@pve", "correct horse", kCheap));
  }
  ~Auth() override { std::filesystem::remove_all(root_); }

  Result<LoginAnswer> try_login(LoginRequest request, access::UnixTime now = kNow) { return log_in(access_, request, pam_, now); }
  Result<access::Identity> who(Credentials credentials, access::UnixTime now = kNow) { return authenticate(access_, credentials, now); }
  static std::string cookie(const std::string& ticket) { return "lang=de; PVEAuthCookie=" + encode_percent(ticket); }
  void add_totp() {
    access::SecondFactors factors;
    factors.add_totp("anna@pve", {"id1", "totp", "phone", 0, true}, totp_);
    factors.set_recovery("anna@pve", {"aaaa-bbbb-cccc-dddd"}, "saltsalt", 0);
    disk_.files[root_ + "/etc/pve/priv/tfa.cfg"] = {factors.format(), 0600};
  }

  /// Folders of secrets are made on the real file system; the files are in memory.
  const std::string root_ = testing::TempDir() + "drawbridge-auth-test";
  doors::FakeDisk disk_;
  doors::FakeClock clock_;
  doors::FakeFiles files_{disk_, clock_};
  AccessFiles access_{files_, root_};
  access::Totp totp_{.secret = "12345678901234567890"};
  SystemPassword pam_ = [](const std::string& name, const std::string& password, const std::string&) -> Result<void> {
    if (name == "root" && password == "toor-toor") return {};
    return fail(Errc::denied, "Authentication failure");
  };
};

TEST_F(Auth, APasswordBecomesATicket) {
  const auto answer = try_login({.user = "anna@pve", .password = "correct horse"});
  ASSERT_TRUE(answer) << answer.error().what;
  EXPECT_FALSE(answer->needs_second_factor);
  EXPECT_EQ(who({.cookies = cookie(answer->ticket)})->user, "anna@pve");
  EXPECT_EQ(who({.authorization = "PVEAuthCookie=" + encode_percent(answer->ticket)})->user, "anna@pve");
  EXPECT_TRUE(try_login({.user = "anna", .password = "correct horse", .realm = "pve"}));
  EXPECT_TRUE(try_login({.user = "root", .password = "toor-toor"}));
}

TEST_F(Auth, WhoMayNotIsRefused) {
  for (const LoginRequest& bad :
       {LoginRequest{.user = "anna@pve", .password = "wrong horse"}, LoginRequest{.user = "anna@pve", .password = ""},
        LoginRequest{.user = "off@pve", .password = "correct horse"}, LoginRequest{.user = "old@pve", .password = "correct horse"},
        LoginRequest{.user = "ghost@pve", .password = "correct horse"}, LoginRequest{.user = "zoe@ldap", .password = "correct horse"},
        LoginRequest{.user = "anna@pam", .password = "correct horse"}, LoginRequest{.user = "root", .password = "wrong"},
        LoginRequest{.user = "anna@pve!backup", .password = "correct horse"}, LoginRequest{.user = "a:b", .password = "x"}})
    EXPECT_FALSE(try_login(bad)) << bad.user;
}

TEST_F(Auth, AChangeNeedsTheCsrfTokenOfTheSameUser) {
  const auto anna = try_login({.user = "anna@pve", .password = "correct horse"});
  const auto root = try_login({.user = "root@pam", .password = "toor-toor"});
  EXPECT_TRUE(who({.cookies = cookie(anna->ticket), .csrf_token = anna->csrf_token, .changes = true}));
  EXPECT_FALSE(who({.cookies = cookie(anna->ticket), .changes = true}));
  EXPECT_FALSE(who({.cookies = cookie(anna->ticket), .csrf_token = root->csrf_token, .changes = true}));
}

TEST_F(Auth, TicketsEndWithTheirTimeTheirUserAndTheirHost) {
  const auto anna = try_login({.user = "anna@pve", .password = "correct horse"});
  EXPECT_FALSE(who({.cookies = cookie(anna->ticket)}, kNow + 7200));
  EXPECT_FALSE(who({.cookies = cookie(anna->ticket)}, kNow - 300));
  doors::FakeDisk elsewhere;
  elsewhere.files[root_ + "/etc/pve/user.cfg"] = disk_.files[root_ + "/etc/pve/user.cfg"];
  doors::FakeFiles other_files(elsewhere, clock_);
  AccessFiles other(other_files, root_);
  EXPECT_FALSE(authenticate(other, {.cookies = cookie(anna->ticket)}, kNow));
  disk_.files[root_ + "/etc/pve/user.cfg"].bytes = "user:anna@pve:0:0:::::\n";
  EXPECT_FALSE(who({.cookies = cookie(anna->ticket)}));
}

TEST_F(Auth, ATicketIsRenewedByItsOwnUser) {
  const auto anna = try_login({.user = "anna@pve", .password = "correct horse"});
  const auto again = try_login({.user = "anna@pve", .password = anna->ticket}, kNow + 3600);
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->renewed);
  EXPECT_FALSE(try_login({.user = "root@pam", .password = anna->ticket}));
  EXPECT_FALSE(try_login({.user = "anna@pve", .password = anna->ticket}, kNow + 7200));
}

TEST_F(Auth, ASecondFactorIsAskedForAndUsedUp) {
  add_totp();
  const auto asked = try_login({.user = "anna@pve", .password = "correct horse"});
  ASSERT_TRUE(asked && asked->needs_second_factor);
  EXPECT_FALSE(who({.cookies = cookie(asked->ticket)})) << "half a login is none";
  EXPECT_FALSE(try_login({.user = "anna@pve", .password = asked->ticket})) << "nor can it be renewed to a whole one";
  const std::string code = "totp:" + access::totp_code(totp_, kNow / 30);
  EXPECT_FALSE(try_login({.user = "root@pam", .password = code, .challenge = asked->ticket}));
  EXPECT_FALSE(try_login({.user = "anna@pve", .password = "totp:000000", .challenge = asked->ticket}));
  const auto let_in = try_login({.user = "anna@pve", .password = code, .challenge = asked->ticket});
  ASSERT_TRUE(let_in) << let_in.error().what;
  EXPECT_TRUE(who({.cookies = cookie(let_in->ticket)}));
  EXPECT_FALSE(try_login({.user = "anna@pve", .password = code, .challenge = asked->ticket})) << "replayed";
  EXPECT_TRUE(try_login({.user = "anna@pve", .password = "recovery:aaaa-bbbb-cccc-dddd", .challenge = asked->ticket}));
  EXPECT_FALSE(try_login({.user = "anna@pve", .password = "recovery:aaaa-bbbb-cccc-dddd", .challenge = asked->ticket}));
}

TEST_F(Auth, OlderClientsSendBothAtOnce) {
  add_totp();
  EXPECT_TRUE(try_login({.user = "anna@pve", .password = "correct horse", .one_time = access::totp_code(totp_, kNow / 30)}));
  EXPECT_FALSE(try_login({.user = "anna@pve", .password = "correct horse", .one_time = access::totp_code(totp_, kNow / 30)}));
}

TEST_F(Auth, NobodyGetsInPastAFileThatCannotBeRead) {
  disk_.files[root_ + "/etc/pve/priv/tfa.cfg"] = {"{ broken", 0600};
  EXPECT_FALSE(try_login({.user = "anna@pve", .password = "correct horse"}));
  disk_.files.erase(root_ + "/etc/pve/priv/tfa.cfg");
  disk_.files[root_ + "/etc/pve/user.cfg"].bytes = "user:anna@pve:1:0:::::cccccbtbhnhv:\n";
  EXPECT_FALSE(try_login({.user = "anna@pve", .password = "correct horse"})) << "a second factor of an older kind";
}

TEST_F(Auth, AnApiTokenIsItsSecret) {
  const access::Identity token{"anna@pve", "backup"};
  disk_.files[root_ + "/etc/pve/priv/token.cfg"] = {access::put_token_secret("", token, "0b-secret"), 0600};
  const std::string header = "PVEAPIToken=anna@pve!backup=";
  EXPECT_EQ(*who({.authorization = header + "0b-secret", .changes = true}), token) << "needs no CSRF token";
  EXPECT_FALSE(who({.authorization = header + "other"}));
  disk_.files[root_ + "/etc/pve/user.cfg"].bytes = "user:anna@pve:1:0:::::\n";
  EXPECT_FALSE(who({.authorization = header + "0b-secret"})) << "the token is gone, its secret left over";
  disk_.files[root_ + "/etc/pve/user.cfg"].bytes = "user:anna@pve:1:0:::::\ntoken:anna@pve!backup:100:1::\n";
  EXPECT_FALSE(who({.authorization = header + "0b-secret"})) << "expired";
}

TEST_F(Auth, AOneTimePasswordIsGoodOnce) {
  const auto password = make_one_time_password(access_, "root@pam", std::chrono::seconds(600), kNow);
  ASSERT_TRUE(password);
  EXPECT_FALSE(try_login({.user = "anna@pve", .password = *password}));
  EXPECT_TRUE(try_login({.user = "root@pam", .password = *password}, kNow + 599));
  EXPECT_FALSE(try_login({.user = "root@pam", .password = *password}, kNow + 599));
  EXPECT_FALSE(make_one_time_password(access_, "ghost@pve", std::chrono::seconds(600), kNow));
}

TEST_F(Auth, OnlyTheBuiltInRealmHasPasswordsHere) {
  EXPECT_EQ(set_password(access_, "root@pam", "correct horse").error().code, Errc::unsupported);
  EXPECT_EQ(set_password(access_, "anna@pve", "short").error().code, Errc::invalid_input);
}

/// On a real file system: what is secret is root's alone, and a change is seen at once.
TEST_F(Auth, ARealmMayAskForASecondFactor) {
  disk_.files[root_ + "/etc/pve/domains.cfg"] = {"pve: pve\n\ttfa type=oath\n", 0640};
  EXPECT_FALSE(try_login({.user = "anna@pve", .password = "correct horse"})) << "she has none";
  EXPECT_TRUE(try_login({.user = "root@pam", .password = "toor-toor"})) << "of another realm";
  add_totp();
  const auto half = try_login({.user = "anna@pve", .password = "correct horse"});
  ASSERT_TRUE(half);
  EXPECT_TRUE(half->needs_second_factor);
}

TEST(AccessFilesOnDisk, SecretsArePrivate) {
  std::string folder = testing::TempDir() + "auth-XXXXXX";
  ASSERT_NE(mkdtemp(folder.data()), nullptr);
  doors::FakeDisk disk;
  doors::FakeClock clock;
  doors::FakeFiles unused(disk, clock);
  AccessFiles files(unused, folder);
  const auto mode_of = [](const std::string& path) {
    struct stat found{};
    return stat(path.c_str(), &found) == 0 ? found.st_mode & 0777U : 0U;
  };
  std::filesystem::create_directories(folder + "/etc/pve/priv");
  std::ofstream(files.paths().shadow) << "x";
  chmod(files.paths().shadow.c_str(), 0644);
  EXPECT_TRUE(files.write(files.paths().shadow, "anna:x:\n"));
  EXPECT_EQ(mode_of(files.paths().shadow), 0600U);
  EXPECT_TRUE(files.write(files.paths().secret, "s"));
  EXPECT_EQ(mode_of(folder + "/var/lib/drawbridge/access"), 0700U);
  std::filesystem::remove_all(folder);
}

TEST(AccessFilesOnDisk, TheLockIsWhereOnlyRootMakesFiles) {
  // In /run/lock anybody could make a file of that name first.
  EXPECT_EQ(access_paths("/r").lock, "/r/run/drawbridge/locks/access.lock");
}

TEST(SystemPassword, WhatIsWrongIsDeniedAndNothingHangs) {
  const auto started = std::chrono::steady_clock::now();
  const auto wrong = check_system_password("no-such-user-here", "wrong", "192.0.2.1");
  EXPECT_FALSE(wrong);
  EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds(20));
  EXPECT_EQ(check_system_password("root", "x", "", std::chrono::milliseconds(0)).error().code, Errc::timed_out);
  EXPECT_EQ(check_system_password("root", std::string("a\0b", 3), "").error().code, Errc::denied);
}

}  // namespace
}  // namespace drawbridge::auth
