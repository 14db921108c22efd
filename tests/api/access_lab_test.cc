// Logging in and /access from outside: over the api process's socket, as the web process passes requests on.
#include "tests/api/access_lab.h"

#include <gmock/gmock.h>

#include <chrono>
#include <future>

namespace drawbridge::e2e {
namespace {

namespace json = boost::json;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

TEST_F(AccessLab, APasswordOpensAndAWrongOneIsToldLate) {
  EXPECT_EQ(ask({}, "GET", "/version").status, 401);
  const auto started = std::chrono::steady_clock::now();
  const auto wrong = ask({}, "POST", "/access/ticket", {"username=anna@pve", "password=wrong"});
  EXPECT_EQ(wrong.status, 401);
  EXPECT_GE(std::chrono::steady_clock::now() - started, std::chrono::seconds(3));
  const Client anna = log_in("anna@pve");
  EXPECT_EQ(ask(anna, "GET", "/version").status, 200);
  EXPECT_EQ(ask({anna.ticket + "x", "", ""}, "GET", "/version").status, 401);
  const auto renewed = ask({}, "POST", "/access/ticket", {"username=anna@pve", "password=" + anna.ticket});
  EXPECT_EQ(renewed.status, 200);
  EXPECT_TRUE(renewed.body.at("data").at("cap").as_object().contains("vms"));
}

TEST_F(AccessLab, AChangeNeedsItsCsrfTokenAndItsRight) {
  const Client anna = log_in("anna@pve");
  const Client bert = log_in("bert@pve");
  EXPECT_EQ(ask({anna.ticket, "", ""}, "PUT", "/access/users/bert@pve", {"comment=x"}).status, 401);
  EXPECT_EQ(ask({anna.ticket, bert.csrf, ""}, "PUT", "/access/users/bert@pve", {"comment=x"}).status, 401);
  EXPECT_EQ(ask(bert, "PUT", "/access/users/anna@pve", {"comment=x"}).status, 403);
  EXPECT_EQ(ask(anna, "PUT", "/access/users/bert@pve", {"comment=it: is\nso"}).status, 400) << "a line break";
  EXPECT_EQ(ask(anna, "PUT", "/access/users/bert@pve", {"comment=it: is so"}).status, 200);
  EXPECT_THAT(tree.read("etc/pve/user.cfg"), HasSubstr("it%3A is so"));
  EXPECT_EQ(ask(anna, "PUT", "/access/users/root@pam", {"enable=0"}).status, 403) << "nobody manages root but root";
  EXPECT_EQ(ask(anna, "PUT", "/access/acl", {"path=/vms/100", "roles=Administrator", "users=anna@pve"}).status, 403) << "more than one has";
  EXPECT_EQ(ask(anna, "PUT", "/access/acl", {"path=/vms/100", "roles=PVEVMUser", "users=bert@pve"}).status, 200);
  EXPECT_EQ(ask(bert, "GET", "/access/permissions?path=/vms/100").body.at("data").at("/vms/100").at("VM.Console"), 1);
}

TEST_F(AccessLab, GroupsAreMadeFilledAndSeenByWhoMay) {
  const Client anna = log_in("anna@pve");
  const Client bert = log_in("bert@pve");
  EXPECT_EQ(ask(bert, "POST", "/access/groups", {"groupid=night"}).status, 403);
  EXPECT_EQ(ask(anna, "POST", "/access/groups", {"groupid=night", "comment=late: shift"}).status, 200);
  EXPECT_THAT(ask(anna, "POST", "/access/groups", {"groupid=night"}).text, HasSubstr("the group night exists"));
  EXPECT_EQ(ask(anna, "PUT", "/access/users/bert@pve", {"groups=night", "append=1"}).status, 200);
  EXPECT_EQ(ask(anna, "GET", "/access/groups/night").body.at("data"),
            (json::object{{"members", json::array{"bert@pve"}}, {"comment", "late: shift"}}));
  EXPECT_EQ(ask(anna, "PUT", "/access/groups/night", {"comment="}).status, 200);
  EXPECT_EQ(ask(anna, "PUT", "/access/groups/nobody", {"comment=x"}).status, 500) << "no group is made by a change";
  EXPECT_EQ(ask(anna, "GET", "/access/groups").body.at("data").as_array().size(), 2U);
  EXPECT_THAT(ask(bert, "GET", "/access/groups").body.at("data").as_array(), IsEmpty()) << "he may not look at groups";
  EXPECT_EQ(ask(anna, "DELETE", "/access/groups/night").status, 200);
  EXPECT_THAT(tree.read("etc/pve/user.cfg"), Not(HasSubstr("night")));
}

TEST_F(AccessLab, TheAuditLogIsReadByWhoMayAudit) {
  const Client anna = log_in("anna@pve");
  const Client bert = log_in("bert@pve");
  EXPECT_EQ(ask(anna, "PUT", "/access/users/bert@pve", {"comment=--user"}).status, 200);
  EXPECT_EQ(ask(anna, "PUT", "/access/users/bert@pve", {"email=none"}).status, 500);
  EXPECT_EQ(ask(bert, "GET", "/access/audit").status, 403);
  tree.write("etc/pve/user.cfg", tree.read("etc/pve/user.cfg") + "acl:1:/:bert@pve:PVEAuditor:\n");
  const auto all = ask(bert, "GET", "/access/audit?user=anna&path=/access/users/bert");
  ASSERT_EQ(all.status, 200) << all.text;
  ASSERT_EQ(all.body.at("data").as_array().size(), 2U) << all.text;
  EXPECT_EQ(all.body.at("data").at(0).at("target"), "/access/users/bert@pve");
  EXPECT_EQ(all.body.at("data").at(0).at("parameters").at("comment"), "--user");
  EXPECT_EQ(all.body.at("data").at(0).at("from"), "192.0.2.4");
  EXPECT_EQ(ask(bert, "GET", "/access/audit?refused=1&user=anna").body.at("data").as_array().size(), 1U);
  EXPECT_THAT(ask(bert, "GET", "/access/audit?user=--lines").body.at("data").as_array(), IsEmpty());
  EXPECT_THAT(tree.run({"audit", "--user", "anna"}).out, HasSubstr("PUT /access/users/bert@pve comment=--user -> 200"));
}

TEST_F(AccessLab, ATokenHasItsOwnRights) {
  const Client anna = log_in("anna@pve");
  const auto made = ask(anna, "POST", "/access/users/anna@pve/token/backup", {"comment=nightly"});
  ASSERT_EQ(made.status, 200) << made.text;
  const Client token{"", "", "anna@pve!backup=" + std::string(made.body.at("data").at("value").as_string())};
  EXPECT_EQ(ask(token, "GET", "/version").status, 200);
  EXPECT_THAT(ask(token, "GET", "/access/permissions").body.at("data").as_object(), IsEmpty()) << "nothing was given to it";
  EXPECT_EQ(ask(token, "POST", "/access/users/anna@pve/token/more").status, 403) << "it is not its user";
  EXPECT_EQ(ask(token, "POST", "/access/ticket", {"username=anna@pve", "password=correct horse"}).status, 401);
  EXPECT_EQ(ask(anna, "PUT", "/access/users/anna@pve/token/backup", {"privsep=0"}).status, 200);
  EXPECT_FALSE(ask(token, "GET", "/access/permissions").body.at("data").as_object().empty());
  EXPECT_EQ(ask(anna, "DELETE", "/access/users/anna@pve/token/backup").status, 200);
  EXPECT_EQ(ask(token, "GET", "/version").status, 401);
}

TEST_F(AccessLab, ASecondFactorIsSetUpAndAskedFor) {
  const Client anna = log_in("anna@pve");
  EXPECT_EQ(ask(anna, "POST", "/access/tfa/anna@pve", {"type=recovery", "password=wrong"}).status, 401);
  EXPECT_EQ(ask(anna, "POST", "/access/tfa/anna@pve",
                {"type=totp", "totp=otpauth://totp/x?secret=GEZDGNBVGY3TQOJQ", "value=000000", "password=correct horse"})
                .status,
            400);
  const auto codes = ask(anna, "POST", "/access/tfa/anna@pve", {"type=recovery", "password=correct horse"});
  ASSERT_EQ(codes.status, 200) << codes.text;
  ASSERT_EQ(tree.run({"user", "totp", "add", "anna@pve"}).exit, 0);
  const auto half = ask({}, "POST", "/access/ticket", {"username=anna@pve", "password=correct horse"});
  EXPECT_EQ(half.body.at("data").at("NeedTFA"), 1);
  const std::string challenge(half.body.at("data").at("ticket").as_string());
  EXPECT_EQ(ask({challenge, "", ""}, "GET", "/version").status, 401);
  const std::string code(codes.body.at("data").at("recovery").at(0).as_string());
  const std::vector<std::string> answer{"username=anna@pve", "password=recovery:" + code, "tfa-challenge=" + challenge};
  const auto whole = ask({}, "POST", "/access/ticket", answer);
  ASSERT_EQ(whole.status, 200) << whole.text;
  EXPECT_EQ(ask({std::string(whole.body.at("data").at("ticket").as_string()), "", ""}, "GET", "/version").status, 200);
  EXPECT_EQ(ask({}, "POST", "/access/ticket", answer).status, 401) << "used";
}

TEST_F(AccessLab, GuessersWait) {
  // Two are looked at at a time, the rest stand in line and find the address waiting. After the seventh failure it waits for 16 seconds.
  for (int round = 0; round < 3; ++round) {
    std::vector<std::future<AccessReply>> guesses;
    for (int i = 0; i < 8; ++i)
      guesses.push_back(std::async(
          std::launch::async, [&] { return ask({}, "POST", "/access/ticket", {"username=bert@pve", "password=guess"}, "203.0.113.9"); }));
    for (auto& guess : guesses) EXPECT_EQ(guess.get().status, 401);
  }
  EXPECT_EQ(ask({}, "POST", "/access/ticket", {"username=anna@pve", "password=correct horse"}, "203.0.113.9").status, 401)
      << "not even the right password is listened to";
  EXPECT_EQ(log_in("anna@pve").ticket.empty(), false) << "from elsewhere";
}

TEST_F(AccessLab, APasswordForOnceOpensOnce) {
  const auto made = tree.run({"user", "one-time-password", "root@pam"});
  const std::string password = made.out.substr(0, made.out.find('\n'));
  const Client root = log_in("root@pam", password);
  EXPECT_EQ(ask(root, "GET", "/access/users?full=1").body.at("data").as_array().size(), 3U);
  EXPECT_EQ(ask({}, "POST", "/access/ticket", {"username=root@pam", "password=" + password}).status, 401);
  EXPECT_EQ(ask(root, "POST", "/access/users", {"userid=carl@pve", "password=battery staple"}).status, 200);
  EXPECT_FALSE(log_in("carl@pve", "battery staple").ticket.empty());
  EXPECT_EQ(ask(root, "PUT", "/access/password", {"userid=carl@pve", "password=another one"}).status, 200);
  EXPECT_FALSE(log_in("carl@pve", "another one").ticket.empty());
  EXPECT_EQ(ask(root, "DELETE", "/access/users/carl@pve").status, 200);
}

}  // namespace
}  // namespace drawbridge::e2e
