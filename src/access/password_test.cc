#include "access/password.h"

#include <gtest/gtest.h>

#include "access/login_limit.h"
#include "access/one_time_passwords.h"
#include "access/secret_lines.h"

namespace drawbridge::access {
namespace {

using std::chrono::seconds;

constexpr PasswordCost kCheap{.memory_kib = 64, .passes = 1};
const std::string kSalt(16, 's');

TEST(Password, IsKnownAgainByItsHash) {
  const auto hash = hash_password("correct horse", kSalt, kCheap);
  ASSERT_TRUE(hash);
  EXPECT_TRUE(hash->starts_with("$argon2id$v=19$m=64,t=1,p=1$")) << *hash;
  EXPECT_TRUE(is_password(*hash, "correct horse"));
  EXPECT_FALSE(is_password(*hash, "correct horsf"));
  EXPECT_FALSE(is_password(*hash, ""));
  EXPECT_FALSE(is_password(*hash, std::string("correct horse\0x", 15)));
}

TEST(Password, TheUsualCostIsThatOfTheRfc) {
  EXPECT_TRUE(hash_password("correct horse", kSalt)->starts_with("$argon2id$v=19$m=65536,t=3,p=1$"));
}

TEST(Password, HashesOfOthersAreRead) {
  // openssl passwd -6 -salt saltsalt "correct horse"
  EXPECT_TRUE(
      is_password("$6$saltsalt$hRM5XZ86KXEw9UOmjigeVqFgULtFB2sgpC9lXQDfMib3Zgw7mEiUvBJI2EplzfAqxL5Vvwp2scFtv/uamSo5z0", "correct horse"));
  EXPECT_FALSE(is_password("$6$saltsalt$hRM5XZ86KXEw9UOmjigeVqFgULtFB2sgpC9lXQDfMib3Zgw7mEiUvBJI2EplzfAqxL5Vvwp2scFtv/uamSo5z0", "wrong"));
}

TEST(Password, WhatIsNoHashMatchesNothing) {
  for (const auto* hash : {"", "*", "!", "x", "$", "$6$", "$argon2id$", "$argon2id$v=19$m=4000000000,t=1,p=1$c2FsdHNhbHQ$aaaa",
                           "abcdefghijklm", "$argon2id$v=19$m=64,t=9999,p=1$c2FsdHNhbHQ$aaaa"})
    for (const auto* password : {"", "x", "password"}) EXPECT_FALSE(is_password(hash, password)) << hash;
}

TEST(Password, ANewOneIsLookedAt) {
  EXPECT_TRUE(check_new_password("12345678"));
  EXPECT_FALSE(check_new_password("1234567"));
  EXPECT_FALSE(check_new_password(std::string(65, 'x')));
  EXPECT_FALSE(check_new_password("with\na newline"));
}

TEST(SecretLines, KeepWhatTheyDoNotConcern) {
  const std::string shadow = "anna:$5$x$y:\n# hm\nannabel:$5$a$b:\n";
  EXPECT_EQ(find_password_hash(shadow, "anna"), "$5$x$y");
  EXPECT_EQ(find_password_hash(shadow, "ann"), std::nullopt);
  EXPECT_EQ(put_password_hash(shadow, "anna", "H"), "anna:H:\n# hm\nannabel:$5$a$b:\n");
  EXPECT_EQ(put_password_hash("bert:B:", "anna", "H"), "bert:B:\nanna:H:\n");
  EXPECT_EQ(remove_password_hash(shadow, "anna"), "# hm\nannabel:$5$a$b:\n");
  const Identity token{"anna@pve", "backup"};
  const std::string tokens = put_token_secret("root@pam!a1 S\n", token, "T");
  EXPECT_EQ(tokens, "root@pam!a1 S\nanna@pve!backup T\n");
  EXPECT_EQ(find_token_secret(tokens, token), "T");
  EXPECT_EQ(remove_token_secret(tokens, token), "root@pam!a1 S\n");
}

TEST(TokenClaim, IsTheWholeSecretOfThatToken) {
  const std::string tokens = "anna@pve!backup 12345678-1234-4123-8123-123456789abc\n";
  const auto is_good = [&](std::string_view text) {
    const auto claim = parse_token_claim(text);
    return claim && is_token_secret(tokens, *claim);
  };
  EXPECT_TRUE(is_good("PVEAPIToken=anna@pve!backup=12345678-1234-4123-8123-123456789abc"));
  for (const auto* bad :
       {"PVEAPIToken=anna@pve!backup=12345678-1234-4123-8123-123456789abd", "PVEAPIToken=anna@pve!backup=", "PVEAPIToken=anna@pve=1", "",
        "PVEAPIToken=bert@pve!backup=12345678-1234-4123-8123-123456789abc", "PVEAPIToken=anna@pve!backup=12345678",
        "PVEAPIToken=", "Bearer 12345678-1234-4123-8123-123456789abc", "PVEAPIToken=anna@pve!backup=12345678-1234-4123-8123-123456789abc "})
    EXPECT_FALSE(is_good(bad)) << bad;
}

TEST(TokenSecret, IsAUuidOfVersionFour) {
  EXPECT_EQ(format_token_secret(std::string(16, '\xff')), "ffffffff-ffff-4fff-bfff-ffffffffffff");
  EXPECT_EQ(format_token_secret(std::string(16, '\0')), "00000000-0000-4000-8000-000000000000");
}

TEST(OneTimePasswords, AreGoodOnceAndNotForLong) {
  OneTimePasswords passwords;
  const std::string word = format_one_time_password(std::string(13, 'r'));
  EXPECT_EQ(word.size(), 23U);
  passwords.add("root@pam", word, 1600, 1000);
  passwords = OneTimePasswords::parse(passwords.format());
  EXPECT_FALSE(passwords.format().contains(word));
  EXPECT_FALSE(passwords.take("root@pam", "x", 1000));
  EXPECT_FALSE(passwords.take("anna@pve", word, 1000));
  EXPECT_FALSE(passwords.take("root@pam", word, 1600)) << "run out";
  EXPECT_TRUE(passwords.take("root@pam", word, 1599));
  EXPECT_FALSE(passwords.take("root@pam", word, 1599)) << "used";
  EXPECT_TRUE(OneTimePasswords::parse("[").empty());
}

TEST(LoginLimit, EachFailureDoublesTheWait) {
  LoginLimit limit;
  const seconds now{1000};
  for (int i = 0; i < 2; ++i) limit.note_failure("192.0.2.1", "anna@pve", now);
  EXPECT_EQ(limit.wait("192.0.2.1", "anna@pve", now), seconds(0));
  std::vector<seconds> waits;
  for (int i = 0; i < 12; ++i) {
    limit.note_failure("192.0.2.1", "anna@pve", now);
    waits.push_back(std::chrono::duration_cast<seconds>(limit.wait("192.0.2.1", "bert@pve", now)));
  }
  EXPECT_EQ(waits.at(0), seconds(1));
  EXPECT_EQ(waits.at(3), seconds(8));
  EXPECT_EQ(waits.back(), seconds(900)) << "bounded";
  EXPECT_EQ(limit.wait("192.0.2.2", "anna@pve", now), seconds(30)) << "others can't keep a user out for long";
  EXPECT_EQ(limit.wait("192.0.2.1", "bert@pve", now + seconds(900)), seconds(0));
}

TEST(LoginLimit, ASuccessForgivesTheUserAndNotTheAddress) {
  LoginLimit limit;
  const seconds now{1000};
  for (int i = 0; i < 6; ++i) limit.note_failure("192.0.2.1", "anna@pve", now);
  limit.note_success("192.0.2.3", "anna@pve", now);
  EXPECT_EQ(limit.wait("192.0.2.2", "anna@pve", now), seconds(0));
  EXPECT_GT(limit.wait("192.0.2.1", "anna@pve", now), seconds(0));
  EXPECT_EQ(limit.wait("192.0.2.1", "anna@pve", now + seconds(3601)), seconds(0));
}

TEST(LoginLimit, GuessersElsewhereDontKeepAUserOutWhereHeIsKnown) {
  LoginLimit limit;
  const seconds now{1000};
  limit.note_success("192.0.2.7", "root@pam", now);
  for (int i = 0; i < 1000; ++i) limit.note_failure("203.0.113." + std::to_string(i % 250), "root@pam", now);
  EXPECT_EQ(limit.wait("192.0.2.7", "root@pam", now), seconds(0));
  EXPECT_GT(limit.wait("192.0.2.8", "root@pam", now), seconds(0));
  for (int i = 0; i < 5; ++i) limit.note_failure("192.0.2.7", "root@pam", now);
  EXPECT_GT(limit.wait("192.0.2.7", "root@pam", now), seconds(0)) << "his own failures count there, too";
}

TEST(LoginLimit, AHostsWholePrefixCounts) {
  LoginLimit limit;
  const seconds now{1000};
  for (int i = 0; i < 5; ++i) limit.note_failure("2001:db8:1:2::" + std::to_string(i), "u" + std::to_string(i) + "@pve", now);
  EXPECT_GT(limit.wait("2001:db8:1:2:ffff::1", "x@pve", now), seconds(0));
  EXPECT_EQ(limit.wait("2001:db8:1:3::1", "x@pve", now), seconds(0));
}

TEST(LoginLimit, MemoryIsBounded) {
  LoginLimit limit({.most_entries = 64});
  for (int i = 0; i < 1000; ++i)
    limit.note_failure("192.0.2." + std::to_string(i), std::string(1000, 'x') + std::to_string(i), seconds(1000 + i));
  for (int i = 0; i < 1000; ++i) limit.note_success("192.0.2." + std::to_string(i), "x@pve", seconds(3000 + i));
  EXPECT_LE(limit.size(), 192U);
}

}  // namespace
}  // namespace drawbridge::access
