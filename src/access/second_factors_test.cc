#include "access/second_factors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace drawbridge::access {
namespace {

constexpr UnixTime kNow = 1'800'000'010;

TEST(Totp, GivesTheCodesOfTheRfc) {
  // RFC 6238, appendix B.
  const Totp sha1{.secret = "12345678901234567890", .digits = 8};
  EXPECT_EQ(totp_code(sha1, 59 / 30), "94287082");
  EXPECT_EQ(totp_code(sha1, 1111111109 / 30), "07081804");
  EXPECT_EQ(totp_code(sha1, 20000000000 / 30), "65353130");
  const Totp sha256{.secret = "12345678901234567890123456789012", .hash = HashKind::sha256, .digits = 8};
  EXPECT_EQ(totp_code(sha256, 59 / 30), "46119246");
  const Totp sha512{.secret = "1234567890123456789012345678901234567890123456789012345678901234", .hash = HashKind::sha512, .digits = 8};
  EXPECT_EQ(totp_code(sha512, 59 / 30), "90693936");
}

TEST(Totp, TakesTheNeighbouringStepsAndNoStepTwice) {
  const Totp totp{.secret = "12345678901234567890"};
  const std::uint64_t step = kNow / 30;
  EXPECT_EQ(match_totp(totp, totp_code(totp, step), kNow, std::nullopt), step);
  EXPECT_EQ(match_totp(totp, totp_code(totp, step - 1), kNow, std::nullopt), step - 1);
  EXPECT_EQ(match_totp(totp, totp_code(totp, step + 1), kNow, std::nullopt), step + 1);
  EXPECT_EQ(match_totp(totp, totp_code(totp, step - 2), kNow, std::nullopt), std::nullopt);
  EXPECT_EQ(match_totp(totp, totp_code(totp, step), kNow, step), std::nullopt) << "replayed";
  EXPECT_EQ(match_totp(totp, totp_code(totp, step - 1), kNow, step), std::nullopt) << "older than one that was used";
  for (const auto* bad : {"", "12345", "1234567", "abcdef"}) EXPECT_EQ(match_totp(totp, bad, kNow, std::nullopt), std::nullopt);
}

TEST(Totp, IsReadFromItsAddress) {
  const auto totp =
      parse_totp("otpauth://totp/Host:anna%40pve?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Host&digits=6&period=30&algorithm=sha1");
  ASSERT_TRUE(totp);
  EXPECT_EQ(totp->secret, "12345678901234567890");
  EXPECT_EQ(totp->account, "anna@pve");
  EXPECT_EQ(*parse_totp(format_totp(*totp)), *totp);
  for (const auto* bad :
       {"", "otpauth://hotp/x?secret=GEZDGNBVGY3TQOJQ", "otpauth://totp/x", "otpauth://totp/x?secret=", "otpauth://totp/x?secret=AAAA",
        "otpauth://totp/x?secret=GEZDGNBVGY3TQOJQ&digits=9", "otpauth://totp/x?secret=GEZDGNBVGY3TQOJQ&period=0",
        "otpauth://totp/x?secret=GEZDGNBVGY3TQOJQ&algorithm=md5", "otpauth://totp/x?secret=1!"})
    EXPECT_FALSE(parse_totp(bad)) << bad;
}

const Totp kTotp{.secret = "12345678901234567890", .issuer = "Host", .account = "anna@pve"};

SecondFactors with_totp() {
  SecondFactors factors;
  factors.add_totp("anna@pve", {"id1", "totp", "phone", 1000, true}, kTotp);
  return factors;
}

TEST(SecondFactors, AskForWhatIsThere) {
  auto factors = with_totp();
  EXPECT_TRUE(factors.is_needed("anna@pve"));
  EXPECT_FALSE(factors.is_needed("bert@pve"));
  EXPECT_EQ(factors.challenge("anna@pve"), R"({"totp":true,"recovery":[]})");
  EXPECT_TRUE(factors.change("anna@pve", {"id1", "totp", "old phone", 0, false}));
  EXPECT_FALSE(factors.is_needed("anna@pve"));
  EXPECT_EQ(factors.factors("anna@pve"), (std::vector<Factor>{{"id1", "totp", "old phone", 1000, false}}));
}

TEST(SecondFactors, ACodeIsGoodOnce) {
  auto factors = with_totp();
  UsedCodes used;
  const std::string code = totp_code(kTotp, kNow / 30);
  EXPECT_FALSE(factors.answer("anna@pve", "totp:000000", used, kNow));
  EXPECT_TRUE(factors.answer("anna@pve", "totp:" + code, used, kNow));
  used = UsedCodes::parse(used.format());
  EXPECT_FALSE(factors.answer("anna@pve", code, used, kNow)) << "replayed, over a restart";
  EXPECT_FALSE(factors.answer("bert@pve", code, used, kNow));
}

TEST(SecondFactors, GuessingLocksThemAndARecoveryCodeHelps) {
  auto factors = with_totp();
  factors.set_recovery("anna@pve", {"aaaa-bbbb-cccc-dddd", "1111-2222-3333-4444"}, "saltsalt", 1000);
  UsedCodes used;
  for (unsigned i = 0; i < kMostWrongCodes; ++i) EXPECT_FALSE(factors.answer("anna@pve", "totp:000000", used, kNow));
  EXPECT_TRUE(factors.is_locked("anna@pve"));
  EXPECT_FALSE(factors.answer("anna@pve", totp_code(kTotp, kNow / 30), used, kNow));
  EXPECT_EQ(factors.challenge("anna@pve"), R"({"totp":false,"recovery":[0,1]})");
  EXPECT_FALSE(factors.answer("anna@pve", "recovery:aaaa-bbbb-cccc-ddde", used, kNow));
  EXPECT_TRUE(factors.answer("anna@pve", "recovery:AAAA-bbbb-cccc-dddd", used, kNow));
  EXPECT_FALSE(factors.is_locked("anna@pve"));
  EXPECT_FALSE(factors.answer("anna@pve", "recovery:aaaa-bbbb-cccc-dddd", used, kNow)) << "used";
  EXPECT_EQ(factors.recovery_left("anna@pve"), std::vector<std::size_t>{1});
  EXPECT_TRUE(factors.answer("anna@pve", totp_code(kTotp, kNow / 30), used, kNow));
}

TEST(SecondFactors, OnlyHashesOfRecoveryCodesAreKept) {
  SecondFactors factors;
  factors.set_recovery("anna@pve", {"aaaa-bbbb-cccc-dddd"}, "saltsalt", 1000);
  EXPECT_FALSE(factors.format().contains("aaaa-bbbb"));
  EXPECT_FALSE(factors.is_needed("anna@pve")) << "they only help where something else is asked for";
}

TEST(SecondFactors, WhatOthersHaveWrittenIsKeptAndCounts) {
  const std::string text =
      R"({"webauthn":{"rp":"x"},"users":{"anna@pve":{"webauthn":[{"id":"w","description":"key","created":5,"enable":true,"entry":{"a":1}}],"x":7}}})";
  auto factors = *SecondFactors::parse(text, "tfa.cfg");
  EXPECT_EQ(factors.format(), text + "\n");
  EXPECT_TRUE(factors.is_needed("anna@pve"));
  UsedCodes used;
  EXPECT_FALSE(factors.answer("anna@pve", "totp:000000", used, kNow));
  EXPECT_FALSE(SecondFactors::parse("[1]", "tfa.cfg"));
  EXPECT_FALSE(SecondFactors::parse("{", "tfa.cfg"));
  EXPECT_TRUE(SecondFactors::parse("", "tfa.cfg"));
  EXPECT_TRUE(factors.remove("anna@pve", "w"));
  EXPECT_FALSE(factors.remove("anna@pve", "w"));
}

}  // namespace
}  // namespace drawbridge::access
