#include "access/users.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <fstream>
#include <iterator>

#include "access/edit_users.h"
#include "access/field_text.h"
#include "access/user_fields.h"
#include "access/users_fuzz_body.h"

namespace drawbridge::access {
namespace {

using testing::ElementsAre;

Users read(std::string_view text) { return make_users(parse_user_document(text, "user.cfg")); }

constexpr std::string_view kFile =
    "user:root@pam:1:0:::root@example.com::x:\n"
    "user:anna@pve:1:1800000000:Anna:M%C3%BCller:anna@example.com:on call%3A night::\n"
    "token:anna@pve!backup:0:1:nightly:\n"
    "user:bert@pam:0:0:::::\n"
    "\n"
    "group:admins:anna@pve,bert@pam:those who may:\n"
    "pool:shop:what sells:100,101:local:\n"
    "role:Net:Sys.Audit,SDN.Use:\n"
    "acl:1:/vms:@admins,anna@pve!backup:PVEVMAdmin,Net:\n"
    "acl:0:/:anna@pve:PVEAuditor:\n";

TEST(Users, ReadsWhatTheFamiliarFileSays) {
  const Users users = read(kFile);
  EXPECT_TRUE(users.diagnostics.empty()) << format_diagnostic(users.diagnostics.front());
  const User* anna = users.find_user("anna@pve");
  ASSERT_NE(anna, nullptr);
  EXPECT_EQ(anna->last_name, "M\xC3\xBCller");
  EXPECT_EQ(anna->comment, "on call: night");
  EXPECT_EQ(anna->expire, 1800000000);
  EXPECT_FALSE(users.find_user("bert@pam")->enabled);
  EXPECT_EQ(users.find_user("root@pam")->keys, "x");
  EXPECT_TRUE(users.find_token({"anna@pve", "backup"})->separated);
  EXPECT_EQ(users.pool_of_guest.at(101), "shop");
  EXPECT_EQ(privilege_names(users.roles.at("Net")), (std::vector<std::string>{"SDN.Use", "Sys.Audit"}));
  EXPECT_TRUE(users.acl.at("/vms").groups.at("admins").at("Net"));
  EXPECT_FALSE(users.acl.at("/").users.at("anna@pve").at("PVEAuditor"));
}

TEST(Users, AnEmptyFileHasRoot) {
  const Users users = read("");
  EXPECT_TRUE(users.find_user(kRoot)->enabled);
  EXPECT_TRUE(users.roles.contains("Administrator"));
}

TEST(Users, WhatMeansNothingIsReportedAndNotInForce) {
  const Users users = read(
      "user:no realm:1:0:::::\nuser:anna@pve:1:soon:::::\ntoken:anna@pve!xx:0:1::\nrole:PVEAdmin:VM.Audit:\nrole:R:VM.Fly:\n"
      "acl:1:/:ghost@pve:R:\nacl:1:/a b:root@pam:R:\nacl:1:/:root@pam:Nobody:\nhello\n# a comment\n");
  std::vector<std::string> codes;
  for (const auto& finding : users.diagnostics) codes.push_back(std::to_string(finding.where.line) + " " + finding.code);
  EXPECT_THAT(codes, ElementsAre("1 user-invalid", "2 expire-invalid", "3 token-without-user", "4 role-built-in", "5 privilege-unknown",
                                 "6 member-unknown", "7 path-invalid", "8 role-unknown", "9 line-unknown"));
  EXPECT_EQ(users.users.size(), 1U);
}

TEST(Users, PathsAreNormal) {
  EXPECT_EQ(normal_path("//vms//100/"), "/vms/100");
  EXPECT_EQ(normal_path("vms"), "/vms");
  EXPECT_EQ(normal_path("/"), "/");
  EXPECT_EQ(normal_path(""), std::nullopt);
  EXPECT_EQ(normal_path("/vms/../x\n"), std::nullopt);
  for (const auto* path : {"/", "/vms/100", "/sdn/zones/localnetwork/vmbr0/44", "/access/groups/a", "/nodes/pve1", "/pool/a/b"})
    EXPECT_TRUE(is_known_path(path)) << path;
  for (const auto* path : {"/vms/99", "/vms/0100", "/other", "/vms/100/x", "/nodes/a/b"}) EXPECT_FALSE(is_known_path(path)) << path;
}

TEST(Users, IdentitiesHaveOneForm) {
  EXPECT_EQ(parse_identity("anna@pve!backup"), (Identity{"anna@pve", "backup"}));
  EXPECT_EQ(parse_identity("a!b@pve!tok"), (Identity{"a!b@pve", "tok"}));
  EXPECT_EQ(parse_identity("anna@corp.example@ldap"), (Identity{"anna@corp.example@ldap", ""}));
  for (const auto* bad :
       {"", "anna", "@pve", "anna@", "anna@p", "an na@pve", "an:na@pve", "an/na@pve", "anna@pve!", "anna@pve!1x", "a\n@pve"})
    EXPECT_EQ(parse_identity(bad), std::nullopt) << bad;
}

TEST(UserEdits, TouchOnlyTheirOwnLines) {
  const auto document = parse_user_document(kFile, "user.cfg");
  User bert = *make_users(document).find_user("bert@pam");
  bert.enabled = true;
  bert.comment = "back: again";
  std::string wanted(kFile);
  wanted.replace(wanted.find("user:bert@pam:0:0:::::"), 22, "user:bert@pam:1:0::::back%3A again::");
  EXPECT_EQ(print(put_user(document, bert)), wanted);
}

TEST(UserEdits, AUserGoesWithAllThatWasHis) {
  const auto document = remove_user(parse_user_document(kFile, "user.cfg"), "anna@pve");
  EXPECT_EQ(print(document),
            "user:root@pam:1:0:::root@example.com::x:\nuser:bert@pam:0:0:::::\n\ngroup:admins:bert@pam:those who may:\n"
            "pool:shop:what sells:100,101:local:\nrole:Net:Sys.Audit,SDN.Use:\nacl:1:/vms:@admins:PVEVMAdmin,Net:\n");
  EXPECT_TRUE(make_users(document).diagnostics.empty());
}

TEST(UserEdits, OneGrantLeavesTheOthersOfItsLine) {
  auto document = set_grant(parse_user_document(kFile, "user.cfg"), "/vms", "@admins", "Net", std::nullopt);
  const Users users = make_users(document);
  EXPECT_EQ(users.acl.at("/vms").groups.at("admins"), (RoleGrants{{"PVEVMAdmin", true}}));
  EXPECT_EQ(users.acl.at("/vms").tokens.at("anna@pve!backup"), (RoleGrants{{"Net", true}, {"PVEVMAdmin", true}}));
  document = set_grant(document, "/vms/", "@admins", "Net", false);
  EXPECT_EQ(make_users(document).acl.at("/vms").groups.at("admins"), (RoleGrants{{"Net", false}, {"PVEVMAdmin", true}}));
}

TEST(UserEdits, NoValueBecomesALineOfItsOwn) {
  User user{.id = "anna@pve"};
  user.comment = "x\nuser:evil@pam:1:0:::::";
  user.email = "a@b\nacl:1:/:anna@pve:Administrator:";
  user.keys = "x:y";
  const auto document = put_user(parse_user_document("", "f"), user);
  EXPECT_EQ(parse_user_document(print(document), "f").lines.size(), 1U);
  EXPECT_EQ(make_users(document).find_user("anna@pve")->comment, user.comment);
}

RC_GTEST_PROP(UserEdits, TextSurvivesItsField, (const std::string& text)) { RC_ASSERT(decode_field(encode_field(text)) == text); }

RC_GTEST_PROP(Users, AnyBytesKeepThePromises, ()) {
  const auto piece =
      rc::gen::element<std::string>("user:", "token:", "acl:", "group:", "role:", "pool:", "anna@pve", "!tt", ":", ",", "1", "/",
                                    "/vms/100", "PVEAdmin", "@g", "\n", " ", "#", "%3A", "VM.Audit", "\xff", std::string(1, '\0'));
  std::string bytes;
  for (const auto& part : *rc::gen::container<std::vector<std::string>>(piece)) bytes += part;
  RC_ASSERT(check_users(bytes).empty());
}

TEST(Users, ADifferenceIsShownWithoutKeys) {
  EXPECT_EQ(without_secrets(
                "--- a\n+++ b\n@@ -1 +1 @@\n-user:anna@pve:1:0:Anna:A:a@x:note:x!oath:\n+user:anna@pve:0:0:Anna:A:a@x:note:GEZDGNBV:\n"
                "+ user :b@pve:1:0:::::k:\n+user:c@pve:1:0:::::\n+acl:1:/:c@pve:NoAccess:\n"),
            "--- a\n+++ b\n@@ -1 +1 @@\n-user:anna@pve:1:0:Anna:A:a@x:note:(secret):\n+user:anna@pve:0:0:Anna:A:a@x:note:(secret):\n"
            "+ user :b@pve:1:0:::::(secret):\n+user:c@pve:1:0:::::\n+acl:1:/:c@pve:NoAccess:\n");
}

TEST(Users, SeedsOfTheFuzzerKeepThePromises) { EXPECT_EQ(check_users(kFile), ""); }

}  // namespace
}  // namespace drawbridge::access
