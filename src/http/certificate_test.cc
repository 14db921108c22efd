// Certificates of our making, as TLS and OpenSSL's own tools see them.
#include "http/certificate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "http/key_files.h"

namespace drawbridge::http {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr std::int64_t kNow = 1'800'000'000;
const CertificateNames kNames{"pve1", {"pve1", "pve1.example.org", "localhost", "bad name"}, {"192.0.2.1", "2001:db8::1"}};

TEST(Certificate, SaysWhoWeAre) {
  const auto pair = make_certificate(kNames, kNow);
  ASSERT_TRUE(pair) << pair.error().what;
  EXPECT_EQ(*certificate_end(pair->certificate), kNow - 3600 + kCertificateSeconds);
  EXPECT_EQ(certificate_fingerprint(pair->certificate)->size(), 95U);
  const auto names = *certificate_names(pair->certificate);
  EXPECT_THAT(names, AllOf(HasSubstr("DNS:pve1, DNS:pve1.example.org, DNS:localhost"), HasSubstr("IP Address:192.0.2.1"),
                           HasSubstr("IP Address:2001:DB8")));
  EXPECT_THAT(names, testing::Not(HasSubstr("bad")));
  EXPECT_TRUE(Tls::open(*pair));
}

TEST(Certificate, NoTwoAreTheSame) { EXPECT_NE(make_certificate(kNames, kNow)->key, make_certificate(kNames, kNow)->key); }

TEST(Certificate, RefusesWhatIsNoAddress) {
  EXPECT_EQ(make_certificate({"a", {}, {"192.0.2.1,DNS:evil"}}, kNow).error().code, Errc::invalid_input);
}

TEST(Tls, RefusesPairsThatDontFit) {
  const auto one = *make_certificate(kNames, kNow);
  const auto two = *make_certificate(kNames, kNow);
  EXPECT_THAT(Tls::open({one.certificate, two.key}).error().what, HasSubstr("does not belong to the certificate"));
  EXPECT_THAT(Tls::open({"", one.key}).error().what, HasSubstr("no certificate"));
  EXPECT_THAT(Tls::open({one.certificate, "garbage"}).error().what, HasSubstr("no private key"));
  auto tls = *Tls::open(one);
  EXPECT_FALSE(tls->replace({one.certificate, two.key}));
  EXPECT_TRUE(tls->replace(two));
}

class KeyFilesTest : public testing::Test {
 protected:
  KeyFilesTest() : base_(std::filesystem::temp_directory_path() / ("drawbridge-keys-" + std::to_string(::getpid()))) {}
  ~KeyFilesTest() override { std::filesystem::remove_all(base_); }
  KeyFiles files(bool ours) const { return {base_ / "web/certificate.pem", base_ / "web/key.pem", ours}; }
  std::filesystem::path base_;
};

TEST_F(KeyFilesTest, AreMadeOnceAndRenewedInTime) {
  const auto first = read_keys(files(true), kNames, kNow);
  ASSERT_TRUE(first) << first.error().what;
  struct stat status{};
  ASSERT_EQ(::stat(files(true).key.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  ASSERT_EQ(::stat((base_ / "web").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0700U);
  EXPECT_EQ(*read_keys(files(true), kNames, kNow + kCertificateSeconds - kRenewBefore - 7200), *first);
  const auto renewed = read_keys(files(true), kNames, kNow + kCertificateSeconds - kRenewBefore);
  EXPECT_NE(*renewed, *first);
  EXPECT_EQ(*read_keys(files(true), kNames, kNow + kCertificateSeconds), *renewed);
}

TEST_F(KeyFilesTest, OfTheAdministratorAreNeverTouched) {
  EXPECT_EQ(read_keys(files(false), kNames, kNow).error().code, Errc::not_found);
  EXPECT_FALSE(std::filesystem::exists(base_));
  std::ignore = read_keys(files(true), kNames, kNow);
  std::ofstream(files(false).key) << "garbage";
  const auto broken = read_keys(files(false), kNames, kNow);
  EXPECT_THAT(broken.error().what, AllOf(HasSubstr("key.pem"), HasSubstr("no private key")));
  EXPECT_TRUE(read_keys(files(true), kNames, kNow));  // ours are made anew
}

TEST(OwnNames, HaveTheLoopback) {
  const auto names = own_names();
  EXPECT_THAT(names.names, testing::Contains("localhost"));
  EXPECT_THAT(names.addresses, testing::Contains("127.0.0.1"));
}

}  // namespace
}  // namespace drawbridge::http
