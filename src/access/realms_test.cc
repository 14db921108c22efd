#include "access/realms.h"

#include <gtest/gtest.h>

namespace drawbridge::access {
namespace {

TEST(Realms, OursAreThereUnwritten) {
  for (const auto* text : {"", "\n\n", "garbage\n\tcomment x\n", ": \n", "ldap: pam\n\tcomment stolen\n\tdefault 1\n"}) {
    const auto realms = parse_realms(text);
    ASSERT_EQ(realms.size(), 2U) << text;
    EXPECT_EQ(realms.at("pam"), (Realm{"pam", "pam", "Linux PAM", true, ""})) << text;
    EXPECT_EQ(realms.at("pve"), (Realm{"pve", "pve", "built in", false, ""})) << text;
  }
}

TEST(Realms, AreReadAsTheFamiliarFileHasThem) {
  const auto realms = parse_realms(
      "pam: pam\n\tcomment the system's users\n\ttfa type=oath,digits=6,step=30\n\npve: pve\n\tcomment built in, too\n\tdefault 1\n\n"
      "ldap: corp\n\tbase_dn dc=example,dc=com\n\tcomment Example Inc.\n\tserver1 ldap.example.com\n\ttfa  id=7, type=yubico\n"
      "openid: sso\n        issuer-url https://sso.example.com\n\tcomment twice\n\tcomment twice more\n");
  EXPECT_EQ(realms.at("pam"), (Realm{"pam", "pam", "the system's users", false, "oath"}));
  EXPECT_EQ(realms.at("pve"), (Realm{"pve", "pve", "built in, too", true, ""}));
  EXPECT_EQ(realms.at("corp"), (Realm{"corp", "ldap", "Example Inc.", false, "yubico"}));
  EXPECT_EQ(realms.at("sso").comment, "twice");
  EXPECT_TRUE(realms.at("pve").is_supported());
  EXPECT_FALSE(realms.at("corp").is_supported());
}

TEST(Realms, OneIsTheDefault) {
  const auto two = parse_realms("ad: one\n\tdefault 1\nad: two\n\tdefault 1\n");
  EXPECT_TRUE(two.at("one").is_default);
  EXPECT_FALSE(two.at("two").is_default || two.at("pam").is_default);
}

TEST(Realms, ASecondFactorThatCantBeReadIsAskedForStill) {
  for (const auto* line : {"tfa nonsense", "tfa type=", "tfa TYPE=oath"})
    EXPECT_FALSE(parse_realms(std::string("pve: pve\n\t") + line + "\n").at("pve").second_factor.empty()) << line;
}

TEST(Realms, WhoCantLogInAtAllIsTold) {
  const auto realms = parse_realms("ldap: corp\n");
  EXPECT_EQ(failure_words(realms, "zoe@corp"), "users of the realm corp (ldap) can't log in here: only those of pam and pve can");
  for (const auto* user : {"root@pam", "anna@pve", "x@nowhere", ""}) EXPECT_EQ(failure_words(realms, user), "authentication failure");
}

}  // namespace
}  // namespace drawbridge::access
