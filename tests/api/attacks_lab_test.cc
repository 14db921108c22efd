// Tickets that are stolen, old or of elsewhere, clocks that differ, floods: against the api process and the web process themselves.
#include <gmock/gmock.h>

#include <chrono>
#include <ctime>
#include <filesystem>
#include <future>

#include "access/encoding.h"
#include "access/ticket.h"
#include "access/totp.h"
#include "base/text.h"
#include "tests/api/access_lab.h"

namespace drawbridge::e2e {
namespace {

using testing::HasSubstr;
using testing::Not;

class AttackLab : public AccessLab {
 protected:
  /// What this installation would have signed at another time.
  Client made_at(const std::string& user, std::int64_t ago) const {
    const auto keys = keys_of(tree.read("var/lib/drawbridge/access/secret"));
    const auto then = std::time(nullptr) - ago;
    return {access::make_ticket(keys, user, then), access::make_csrf_token(keys, user, then), ""};
  }
  static access::TicketKeys keys_of(const std::string& secret) {
    return *access::TicketKeys::make(*access::from_hex(trim(secret)), "", {});
  }
  int get_version(const Client& client) const { return ask(client, "GET", "/version").status; }
};

TEST_F(AttackLab, TicketsEndWithTimeAndClocksMayDifferALittle) {
  const Client anna = log_in("anna@pve");
  EXPECT_EQ(get_version(made_at("anna@pve", 0)), 200) << "the test signs as the service does";
  EXPECT_EQ(get_version(made_at("anna@pve", 7100)), 200);
  EXPECT_EQ(get_version(made_at("anna@pve", 7300)), 401) << "two hours are over";
  EXPECT_EQ(get_version(made_at("anna@pve", -200)), 200) << "of a node whose clock is ahead";
  EXPECT_EQ(get_version(made_at("anna@pve", -3600)), 401) << "of the future";
  Client mixed = anna;
  mixed.csrf = made_at("anna@pve", 100'000).csrf;
  EXPECT_EQ(ask(mixed, "PUT", "/access/users/bert@pve", {"comment=x"}).status, 401) << "an old CSRF token";
  const auto renewed = ask({}, "POST", "/access/ticket", {"username=anna@pve", "password=" + made_at("anna@pve", 7300).ticket});
  EXPECT_EQ(renewed.status, 401) << "what has ended is not renewed";
}

TEST_F(AttackLab, AStolenTicketIsOfLittleUseAndEndsWithItsUser) {
  const Client anna = log_in("anna@pve");
  const Client thief{anna.ticket, "", ""};
  EXPECT_EQ(get_version(thief), 200) << "it proves who one is";
  EXPECT_EQ(ask(thief, "PUT", "/access/users/bert@pve", {"comment=x"}).status, 401) << "and changes nothing";
  EXPECT_EQ(ask({anna.ticket, anna.csrf, ""}, "PUT", "/access/password", {"userid=anna@pve", "password=mine now 1"}).status, 401)
      << "not even both do, without the password";
  EXPECT_EQ(ask({}, "POST", "/access/ticket", {"username=bert@pve", "password=" + anna.ticket}).status, 401) << "of another user";
  ASSERT_EQ(tree.run({"user", "set", "anna@pve", "enable=0"}).exit, 0);
  EXPECT_EQ(get_version(anna), 401);
  ASSERT_EQ(tree.run({"user", "set", "anna@pve", "enable=1"}).exit, 0);
  EXPECT_EQ(get_version(anna), 200);
  // Everybody out.
  std::filesystem::remove(tree.path("var/lib/drawbridge/access/secret"));
  EXPECT_EQ(get_version(anna), 401);
  EXPECT_NE(log_in("anna@pve").ticket, "");
}

TEST_F(AttackLab, WhatAnotherInstallationSignedIsWorthNothing) {
  log_in("anna@pve");
  const auto keys = keys_of(std::string(64, 'a'));
  const auto now = std::time(nullptr);
  EXPECT_EQ(get_version({access::make_ticket(keys, "root@pam", now), "", ""}), 401);
  const Client anna = log_in("anna@pve");
  EXPECT_EQ(ask({anna.ticket, access::make_csrf_token(keys, "anna@pve", now), ""}, "PUT", "/access/users/bert@pve", {"comment=x"}).status,
            401);
  EXPECT_EQ(get_version({with(anna.ticket, "anna", "root"), "", ""}), 401);
}

TEST_F(AttackLab, ACodeOfAClockThatIsWayOffIsRefused) {
  const access::Totp totp{.secret = "12345678901234567890"};
  const std::string secret = access::to_base32(totp.secret);
  const auto code_at = [&](std::int64_t from_now) {
    return access::totp_code(totp, static_cast<std::uint64_t>(std::time(nullptr) + from_now) / 30);
  };
  const Client anna = log_in("anna@pve");
  ASSERT_EQ(ask(anna, "POST", "/access/tfa/anna@pve",
                {"type=totp", "totp=otpauth://totp/x?secret=" + secret, "value=" + code_at(0), "password=correct horse"})
                .status,
            200);
  const auto answer = [&](const std::string& code) {
    const auto half = ask({}, "POST", "/access/ticket", {"username=anna@pve", "password=correct horse"});
    const std::string challenge(half.body.at("data").at("ticket").as_string());
    return ask({}, "POST", "/access/ticket", {"username=anna@pve", "password=totp:" + code, "tfa-challenge=" + challenge}).status;
  };
  EXPECT_EQ(answer(code_at(-300)), 401);
  EXPECT_EQ(answer(code_at(300)), 401);
  const std::string good = code_at(-25);
  EXPECT_EQ(answer(good), 200) << "a clock that is half a minute late";
  EXPECT_EQ(answer(good), 401) << "replayed";
}

TEST_F(AttackLab, PathsOfTheApiLeadNowhereElse) {
  tree.write("secret.txt", "top secret");
  const Client anna = log_in("anna@pve");
  for (const auto* path :
       {"/nodes/alpha/tasks/..%2f..%2f..%2fsecret.txt/log", "/nodes/..%2f..%2fetc/network", "/nodes/%2e%2e/network",
        "/access/users/..%2f..%2fsecret.txt", "/access/roles/%2e%2e", "/nodes/alpha/qemu/..%2f100/config", "/../../secret.txt",
        "/nodes/alpha/tasks/UPID:alpha:00000001:00000001:00000001:t:i:..%252f..%252fsecret.txt:/log"}) {
    const auto reply = ask(anna, "GET", path);
    EXPECT_GE(reply.status, 400) << path;
    EXPECT_THAT(reply.text, Not(HasSubstr("top secret"))) << path;
  }
}

TEST_F(AttackLab, RefusedChangesAreNotedWithoutSecrets) {
  const Client anna = log_in("anna@pve");
  const Client bert = log_in("bert@pve");
  ask({}, "POST", "/access/ticket", {"username=anna@pve", "password=hunter2hunter2"});
  ask(bert, "PUT", "/access/users/anna@pve", {"comment=mine", "keys=GEZDGNBVGY3TQOJQ"});
  ask({anna.ticket, "", ""}, "POST", "/access/users", {"userid=x@pve", "password=battery staple"});
  ask(anna, "PUT", "/access/users/bert@pve", {"comment=seen", "keys=KRSXG5CTMVRXEZLU"});
  const std::string log = tree.read("var/log/drawbridge/audit.log");
  for (const auto* secret : {"hunter2", "GEZDGNBV", "battery", "KRSXG5CT"}) EXPECT_THAT(log, Not(HasSubstr(secret)));
  EXPECT_THAT(log, HasSubstr("\"user\":\"bert@pve\",\"from\":\"192.0.2.4\",\"method\":\"PUT\",\"path\":\"/access/users/{userid}\""));
  EXPECT_THAT(log, HasSubstr("\"status\":403"));
  EXPECT_THAT(log, HasSubstr("\"path\":\"/access/users\",\"parameters\":{},\"status\":401")) << "what nobody sent in is not looked at";
  EXPECT_THAT(log, HasSubstr(":seen:(secret):")) << "the difference of what was changed";
}

TEST_F(AttackLab, ANameOfAnyScriptBearsATask) {
  ASSERT_EQ(tree.run({"user", "create", "jürgen@pve", "--password"}, {.input = tree.path("password")}).exit, 0);
  ASSERT_EQ(tree.run({"acl", "set", "/", "jürgen@pve", "Administrator"}).exit, 0);
  const Client user = log_in("jürgen@pve");
  const auto task = ask(user, "POST", "/nodes/alpha/qemu", {"vmid=100", "name=web"});
  ASSERT_EQ(task.status, 200) << task.text;
  const std::string upid(task.body.at("data").as_string());
  EXPECT_THAT(upid, HasSubstr(":j%C3%BCrgen@pve:"));
  const auto own = ask(user, "GET", "/nodes/alpha/tasks?source=all");
  EXPECT_EQ(own.body.at("data").at(0).at("user"), "jürgen@pve");
  EXPECT_EQ(ask(user, "GET", "/nodes/alpha/tasks/" + with(upid, "%", "%25") + "/status").status, 200);
  std::string longest;
  for (int i = 0; i < 28; ++i) longest += "ü";
  EXPECT_THAT(tree.run({"user", "create", longest + "@pve"}).err, HasSubstr("is too long")) << "for a task's name";
}

}  // namespace
}  // namespace drawbridge::e2e
