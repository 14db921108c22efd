#include "access/ticket.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <rapidcheck/gtest.h>

#include "access/encoding.h"
#include "access/ticket_fuzz_body.h"

namespace drawbridge::access {
namespace {

constexpr UnixTime kNow = 1'800'000'000;
const std::string kSecret(32, 's');

struct RsaPair {
  std::string private_key;
  std::string public_key;
};

/// A fresh key as a cluster has it, in PEM.
RsaPair make_rsa() {
  EVP_PKEY* key = EVP_RSA_gen(2048);
  const auto text = [&](auto write) {
    BIO* bio = BIO_new(BIO_s_mem());
    write(bio);
    char* data = nullptr;
    const long length = BIO_get_mem_data(bio, &data);
    std::string pem(data, static_cast<std::size_t>(length));
    BIO_free(bio);
    return pem;
  };
  RsaPair pair{text([&](BIO* bio) { PEM_write_bio_PrivateKey(bio, key, nullptr, nullptr, 0, nullptr, nullptr); }),
               text([&](BIO* bio) { PEM_write_bio_PUBKEY(bio, key); })};
  EVP_PKEY_free(key);
  return pair;
}

TicketKeys own_keys(std::string secret = kSecret) { return *TicketKeys::make(std::move(secret)); }

TEST(Ticket, NamesItsUserForTwoHours) {
  const auto keys = own_keys();
  const std::string ticket = make_ticket(keys, "anna@pve", kNow);
  EXPECT_TRUE(ticket.starts_with("PVE:anna@pve:6B49D200::")) << ticket;
  EXPECT_EQ(check_ticket(keys, ticket, kNow), "anna@pve");
  EXPECT_EQ(check_ticket(keys, ticket, kNow + 7199), "anna@pve");
  EXPECT_EQ(check_ticket(keys, ticket, kNow + 7200).error().what, "the ticket has expired");
}

TEST(Ticket, AClockThatIsAheadIsForgivenALittle) {
  const auto keys = own_keys();
  const std::string ticket = make_ticket(keys, "anna@pve", kNow);
  EXPECT_TRUE(check_ticket(keys, ticket, kNow - 299));
  EXPECT_EQ(check_ticket(keys, ticket, kNow - 300).error().what, "the ticket is of the future");
}

TEST(Ticket, OfAnotherHostIsRefused) {
  EXPECT_FALSE(check_ticket(own_keys(), make_ticket(own_keys(std::string(32, 'x')), "root@pam", kNow), kNow));
}

TEST(Ticket, ChangedInAnyPlaceIsRefused) {
  const auto keys = own_keys();
  const std::string ticket = make_ticket(keys, "anna@pve", kNow);
  for (std::size_t i = 0; i < ticket.size(); ++i) {
    std::string changed = ticket;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    const auto user = check_ticket(keys, changed, kNow);
    EXPECT_FALSE(user) << i << " " << changed;
  }
  for (std::size_t length = 0; length + 1 < ticket.size(); ++length) {
    // The padding is no part of what is signed.
    if (ticket.substr(length).find_first_not_of('=') == std::string::npos) continue;
    EXPECT_FALSE(check_ticket(keys, ticket.substr(0, length), kNow)) << length;
  }
}

TEST(Ticket, TheClustersKeySignsAndItsOlderOneIsAccepted) {
  const auto now = make_rsa();
  const auto before = make_rsa();
  const auto node = *TicketKeys::make(kSecret, now.private_key, {now.public_key, before.public_key});
  const auto other_node = *TicketKeys::make(std::string(32, 'o'), now.private_key, {now.public_key});
  const auto old_node = *TicketKeys::make(std::string(32, 'o'), before.private_key);
  const std::string ticket = make_ticket(other_node, "anna@pve", kNow);
  EXPECT_EQ(check_ticket(node, ticket, kNow), "anna@pve");
  EXPECT_EQ(check_ticket(node, make_ticket(old_node, "anna@pve", kNow), kNow), "anna@pve");
  EXPECT_FALSE(check_ticket(own_keys(), ticket, kNow));
  // What was signed before the cluster's key came stays good.
  EXPECT_TRUE(check_ticket(node, make_ticket(own_keys(), "anna@pve", kNow), kNow));
  EXPECT_EQ(from_base64(ticket.substr(ticket.rfind(':') + 1))->size(), 256U);
}

TEST(Ticket, CsrfTokensOfOneNodeAreGoodAtTheOthers) {
  const auto rsa = make_rsa();
  const std::string other_secret(32, 'o');
  for (const std::string web_key : {"", "the key\n"}) {
    const auto node = *TicketKeys::make(kSecret, rsa.private_key, {}, web_key);
    const auto other = *TicketKeys::make(other_secret, rsa.private_key, {}, web_key);
    EXPECT_TRUE(check_csrf_token(node, make_csrf_token(other, "anna@pve", kNow), "anna@pve", kNow));
    EXPECT_FALSE(check_csrf_token(node, make_csrf_token(other, "bert@pve", kNow), "anna@pve", kNow));
    EXPECT_TRUE(node.is_clusters());
    // What was made before the cluster's keys came stays good; a stranger's does not become so.
    EXPECT_TRUE(check_csrf_token(node, make_csrf_token(own_keys(), "anna@pve", kNow), "anna@pve", kNow));
    EXPECT_FALSE(check_csrf_token(node, make_csrf_token(own_keys(other_secret), "anna@pve", kNow), "anna@pve", kNow));
  }
  EXPECT_FALSE(own_keys().is_clusters());
}

TEST(Ticket, CsrfTokensAreThoseOfTheFamiliarProduct) {
  // Of Perl's Digest::SHA: hmac_sha256_base64("65A1B2C3:anna\@pve", hmac_sha256_base64("the key\n")).
  constexpr UnixTime kThen = 0x65A1B2C3;
  const auto keys = *TicketKeys::make(kSecret, "", {}, "the key\n");
  EXPECT_EQ(make_csrf_token(keys, "anna@pve", kThen), "65A1B2C3:fJXG/br0FfZeX7MNboP9bXhhF+jmM28EobdpZsNd8WA");
}

TEST(Ticket, KeysThatAreNoneAreTold) {
  EXPECT_FALSE(TicketKeys::make("short"));
  EXPECT_FALSE(TicketKeys::make(kSecret, "-----BEGIN NONSENSE-----"));
  EXPECT_FALSE(TicketKeys::make(kSecret, "", {"x"}));
}

TEST(Ticket, OfAFirstFactorIsNoLogin) {
  const auto keys = own_keys();
  const std::string asked = R"({"totp":true,"recovery":[0]})";
  const std::string ticket = make_challenge_ticket(keys, "anna@pve", asked, kNow);
  EXPECT_TRUE(ticket.starts_with("PVE:!tfa!%7B"));
  EXPECT_EQ(check_challenge_ticket(keys, ticket, "anna@pve", kNow), asked);
  EXPECT_FALSE(check_ticket(keys, ticket, kNow));
  EXPECT_FALSE(check_challenge_ticket(keys, ticket, "bert@pve", kNow)) << "another user's";
  EXPECT_FALSE(check_challenge_ticket(keys, ticket, "", kNow));
  EXPECT_FALSE(check_challenge_ticket(keys, ticket, "anna@pve", kNow + 300));
  EXPECT_FALSE(check_challenge_ticket(keys, make_ticket(keys, "anna@pve", kNow), "anna@pve", kNow));
}

TEST(Ticket, NobodyIsMadeOfAStrangeName) {
  const auto keys = own_keys();
  for (const auto* name : {"", "anna", "!tfa!x@pve", "a:b@pve"})
    EXPECT_FALSE(check_ticket(keys, make_ticket(keys, name, kNow), kNow)) << name;
}

TEST(CsrfToken, GoesWithItsUserAndTime) {
  const auto keys = own_keys();
  const std::string token = make_csrf_token(keys, "anna@pve", kNow);
  EXPECT_TRUE(check_csrf_token(keys, token, "anna@pve", kNow + 7199));
  EXPECT_TRUE(check_csrf_token(keys, token + "=", "anna@pve", kNow)) << "padding is allowed";
  EXPECT_FALSE(check_csrf_token(keys, token, "anna@pve", kNow + 7200));
  EXPECT_FALSE(check_csrf_token(keys, token, "bert@pve", kNow));
  EXPECT_FALSE(check_csrf_token(own_keys(std::string(32, 'x')), token, "anna@pve", kNow));
  EXPECT_FALSE(check_csrf_token(keys, "", "anna@pve", kNow));
  EXPECT_FALSE(check_csrf_token(keys, "6B49D200:", "anna@pve", kNow));
  // The secret of tickets is another one: a ticket's signature is no token.
  const std::string ticket = make_ticket(keys, "anna@pve", kNow);
  EXPECT_FALSE(check_csrf_token(keys, "6B49D200:" + ticket.substr(ticket.rfind(':') + 1), "anna@pve", kNow));
}

TEST(Encoding, KnownTexts) {
  EXPECT_EQ(to_base64("foobar"), "Zm9vYmFy");
  EXPECT_EQ(to_base64("fooba"), "Zm9vYmE=");
  EXPECT_EQ(to_base64("f"), "Zg==");
  EXPECT_EQ(to_base32("foobar"), "MZXW6YTBOI");
  EXPECT_EQ(from_base32("mzxw 6ytb oi======"), "foobar");
  EXPECT_EQ(to_hex("\x01\xff"), "01ff");
  EXPECT_EQ(from_base64("Zg=a"), std::nullopt);
  EXPECT_EQ(from_base64("Zh=="), std::nullopt) << "left-over bits";
  EXPECT_EQ(from_hex("abc"), std::nullopt);
}

RC_GTEST_PROP(Encoding, Returns, (const std::string& bytes)) {
  RC_ASSERT(from_base64(to_base64(bytes)) == bytes);
  RC_ASSERT(from_base32(to_base32(bytes)) == bytes);
  RC_ASSERT(from_hex(to_hex(bytes)) == bytes);
}

RC_GTEST_PROP(Ticket, AnyTextIsTakenWithoutHarm, (const std::string& text)) { RC_ASSERT(check_ticket_text(text).empty()); }

}  // namespace
}  // namespace drawbridge::access
