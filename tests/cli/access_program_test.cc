// user, group, token, role, acl.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <boost/json.hpp>

#include "tests/cli/program.h"

namespace drawbridge::e2e {
namespace {

namespace json = boost::json;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr const char* kUsers = "etc/pve/user.cfg";
constexpr const char* kShadow = "etc/pve/priv/shadow.cfg";
constexpr const char* kTokens = "etc/pve/priv/token.cfg";

class Access : public testing::Test {
 protected:
  Access() {
    tree.write(kUsers, "user:root@pam:1:0:::root@example.com:::\n# ours\nuser:anna@pve:1:0:Anna:::::\n\nnew-kind:kept:\n");
    tree.write("password", "correct horse\n");
  }
  Finished run(const std::vector<std::string>& words) const { return tree.run(words); }
  Finished run_with_password(const std::vector<std::string>& words) const { return tree.run(words, {.input = tree.path("password")}); }
  json::value document(std::vector<std::string> words) const {
    words.emplace_back("--json");
    const auto done = run(words);
    EXPECT_EQ(done.exit, 0) << done.err;
    boost::system::error_code failed;
    return json::parse(done.out, failed);
  }
  unsigned mode_of(const char* below) const {
    struct stat found{};
    return ::stat(tree.path(below).c_str(), &found) == 0 ? found.st_mode & 0777U : 0U;
  }

  Tree tree;
};

TEST_F(Access, AUserComesChangesAndGoes) {
  EXPECT_EQ(run({"group", "set", "ops", "comment=those who may"}).exit, 0);
  const auto created = run_with_password({"user", "create", "bert@pve", "--password", "email=b@example.com", "groups=ops"});
  EXPECT_EQ(created.exit, 0) << created.err;
  EXPECT_THAT(created.out, HasSubstr("+user:bert@pve:1:0:::b@example.com:::"));
  EXPECT_THAT(created.out, Not(HasSubstr("correct horse")));
  EXPECT_THAT(tree.read(kShadow), HasSubstr("bert:$argon2id$"));
  EXPECT_EQ(mode_of(kShadow), 0600U);
  EXPECT_EQ(mode_of("etc/pve/priv"), 0700U);
  EXPECT_EQ(run({"user", "create", "bert@pve"}).exit, 4);
  EXPECT_EQ(run({"user", "set", "bert@pve", "enable=0", "comment=back: soon"}).exit, 0);
  EXPECT_THAT(tree.read(kUsers), HasSubstr("user:bert@pve:0:0:::b@example.com:back%3A soon::\n"));
  const auto shown = document({"user", "show", "bert@pve"});
  EXPECT_EQ(shown.at("groups").at(0), "ops");
  EXPECT_EQ(shown.at("comment"), "back: soon");
  EXPECT_EQ(run({"user", "delete", "bert@pve"}).exit, 0);
  EXPECT_THAT(tree.read(kUsers), Not(HasSubstr("bert")));
  EXPECT_THAT(tree.read(kShadow), IsEmpty());
  EXPECT_THAT(tree.read(kUsers), HasSubstr("# ours\n"));
  EXPECT_THAT(tree.read(kUsers), HasSubstr("new-kind:kept:\n"));
}

TEST_F(Access, WhatIsWrongChangesNothing) {
  const std::string before = tree.read(kUsers);
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{{"user", "create", "nobody"},
                                                                                     {"user", "create", "x@pve", "email=none"},
                                                                                     {"user", "create", "x@pve", "groups=ghosts"},
                                                                                     {"user", "set", "ghost@pve", "enable=0"},
                                                                                     {"user", "set", "anna@pve", "enable=maybe"},
                                                                                     {"user", "set", "anna@pve", "shoe=44"},
                                                                                     {"user", "set", "anna@pve", "expire=soon"},
                                                                                     {"token", "create", "ghost@pve!tok"},
                                                                                     {"token", "delete", "anna@pve!ghost"},
                                                                                     {"role", "set", "Mine", "VM.Fly"},
                                                                                     {"acl", "set", "/nowhere", "anna@pve", "PVEAuditor"},
                                                                                     {"acl", "set", "/vms", "ghost@pve", "PVEAuditor"},
                                                                                     {"acl", "set", "/vms", "anna@pve", "Ghost"}}) {
    const auto done = run(words);
    EXPECT_EQ(done.exit, 3) << words[0] << " " << words[1] << " " << words[2] << ": " << done.err;
    EXPECT_THAT(done.err, HasSubstr("hint:"));
  }
  EXPECT_EQ(run({"role", "set", "PVEAdmin", "VM.Audit"}).exit, 4);
  EXPECT_EQ(run({"user", "delete", "root@pam"}).exit, 4);
  EXPECT_EQ(run({"user", "set", "anna@pve", "enable=0", "--digest", std::string(64, '0')}).exit, 4);
  EXPECT_EQ(run({"user", "set", "anna@pve"}).exit, 2);
  EXPECT_EQ(tree.read(kUsers), before);
  EXPECT_FALSE(tree.has(kTokens));
}

TEST_F(Access, ATokensSecretIsPrintedOnce) {
  const auto made = document({"token", "create", "anna@pve!backup", "comment=nightly"});
  const std::string secret(made.at("value").as_string());
  EXPECT_EQ(made.at("full-tokenid"), "anna@pve!backup");
  EXPECT_EQ(made.at("info").at("privsep"), 1);
  EXPECT_EQ(tree.read(kTokens), "anna@pve!backup " + secret + "\n");
  EXPECT_EQ(mode_of(kTokens), 0600U);
  for (const auto& words :
       {std::vector<std::string>{"token", "list"}, {"user", "show", "anna@pve"}, {"token", "set", "anna@pve!backup", "privsep=0"}})
    EXPECT_THAT(run(words).out, Not(HasSubstr(secret)));
  EXPECT_EQ(document({"token", "list"}).at(0).at("privsep"), 0);
  EXPECT_EQ(run({"token", "create", "anna@pve!backup"}).exit, 4);
  EXPECT_EQ(run({"token", "delete", "anna@pve!backup"}).exit, 0);
  EXPECT_THAT(tree.read(kTokens), IsEmpty());
  EXPECT_THAT(tree.read(kUsers), Not(HasSubstr("backup")));
}

TEST_F(Access, RolesAndRights) {
  EXPECT_EQ(run({"role", "set", "Cabling", "Sys.Audit", "SDN.Use"}).exit, 0);
  EXPECT_EQ(run({"role", "set", "Cabling", "Sys.Modify", "--append"}).exit, 0);
  EXPECT_THAT(tree.read(kUsers), HasSubstr("role:Cabling:SDN.Use,Sys.Audit,Sys.Modify:\n"));
  EXPECT_EQ(run({"acl", "set", "/nodes/pve1", "anna@pve", "Cabling", "--no-propagate"}).exit, 0);
  EXPECT_EQ(document({"acl", "list"}).at(0),
            (json::object{{"path", "/nodes/pve1"}, {"type", "user"}, {"ugid", "anna@pve"}, {"roleid", "Cabling"}, {"propagate", 0}}));
  EXPECT_EQ(document({"user", "show", "anna@pve"}).at("permissions").at("/nodes/pve1").at("Sys.Modify"), 0);
  EXPECT_EQ(run({"role", "delete", "Cabling"}).exit, 0);
  EXPECT_THAT(tree.read(kUsers), Not(HasSubstr("Cabling")));
  EXPECT_THAT(run({"role", "show", "PVESDNUser"}).out, HasSubstr("SDN.Use"));
}

TEST_F(Access, SecondFactorsAndPasswordsForOnce) {
  const auto added = document({"user", "totp", "add", "anna@pve", "--description", "phone"});
  EXPECT_THAT(std::string(added.at("totp").as_string()), HasSubstr("otpauth://totp/Drawbridge:anna%40pve?secret="));
  EXPECT_EQ(mode_of("etc/pve/priv/tfa.cfg"), 0600U);
  const auto codes = document({"user", "totp", "recovery", "anna@pve"}).at("recovery");
  EXPECT_EQ(codes.as_array().size(), 10U);
  EXPECT_THAT(tree.read("etc/pve/priv/tfa.cfg"), Not(HasSubstr(std::string(codes.at(0).as_string()))));
  EXPECT_EQ(document({"user", "totp", "list", "anna@pve"}).as_array().size(), 2U);
  EXPECT_EQ(run({"user", "totp", "delete", "anna@pve", std::string(added.at("id").as_string())}).exit, 0);
  EXPECT_EQ(run({"user", "totp", "delete", "anna@pve", "ghost"}).exit, 3);
  EXPECT_EQ(run({"user", "unlock", "anna@pve"}).exit, 0);
  const auto once = document({"user", "one-time-password", "root@pam", "--valid", "60"});
  EXPECT_EQ(once.at("password").as_string().size(), 23U);
  EXPECT_THAT(tree.read("var/lib/drawbridge/access/one-time.json"), Not(HasSubstr(std::string(once.at("password").as_string()))));
}

TEST_F(Access, APasswordComesFromStandardInput) {
  EXPECT_EQ(run_with_password({"user", "password", "anna@pve"}).exit, 0);
  EXPECT_THAT(tree.read(kShadow), HasSubstr("anna:$argon2id$"));
  EXPECT_EQ(run_with_password({"user", "password", "root@pam"}).exit, 4);
  EXPECT_EQ(run({"user", "password", "anna@pve"}).exit, 3) << "nothing to read";
}

TEST_F(Access, TheEditedFileIsAsTheFamiliarToolsWriteIt) {
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"user", "create", "bert@pam", "firstname=Bert", "lastname=Müller", "comment=50% on call: nights"},
           {"token", "create", "anna@pve!backup", "expire=1893456000"},
           {"group", "set", "ops", "users=anna@pve,bert@pam", "comment=day"},
           {"role", "set", "Cabling", "Sys.Audit", "Sys.Modify"},
           {"acl", "set", "/", "@ops", "PVEAuditor,Cabling"},
           {"acl", "set", "/vms/100", "anna@pve,anna@pve!backup", "PVEVMUser"},
           {"acl", "delete", "/", "@ops", "PVEAuditor"}})
    EXPECT_EQ(run(words).exit, 0) << words[0] << " " << words[1];
  expect_golden(tree.read(kUsers), "cli/access-user.cfg");
}

}  // namespace
}  // namespace drawbridge::e2e
