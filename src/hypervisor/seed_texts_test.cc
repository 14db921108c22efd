#include "hypervisor/seed_texts.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include "hypervisor/hypervisor_testing.h"
#include "hypervisor/program.h"

namespace drawbridge::hypervisor {
namespace {

using testing::HasSubstr;
using testing::Not;

SeedTexts texts_of(const std::string& text) {
  const auto guest = guest_of(text);
  return seed_texts(guest, guest.settings);
}

const std::string kFull =
    "cipassword: s\"ecret: #1\n"
    "ciuser: anna\n"
    "ipconfig0: gw=192.0.2.1,gw6=fe80::1,ip=192.0.2.7/24,ip6=2001:db8::7/64\n"
    "ipconfig1: ip6=auto\n"
    "ipconfig2: gw=198.51.100.1,ip=203.0.113.9/32\n"
    "name: mail\n"
    "nameserver: 192.0.2.53 2001:db8::53\n"
    "net0: virtio=BC:24:11:5A:07:E1,bridge=vmbr0\n"
    "net1: virtio=BC:24:11:5A:07:E2,bridge=vmbr1\n"
    "net2: virtio=BC:24:11:5A:07:E3,bridge=vmbr1\n"
    "net3: virtio=BC:24:11:5A:07:E4,bridge=vmbr1\n"
    "searchdomain: example.org\n"
    "sshkeys: ssh-ed25519%20AAAA%20anna%40desk%0Assh-rsa%20BBBB%0A\n";

TEST(SeedTexts, OfEveryKey) {
  const auto texts = texts_of(kFull);
  expect_golden("== meta-data\n" + texts.meta_data + "== user-data\n" + texts.user_data + "== network-config\n" + texts.network_config,
                "seed.txt");
}

TEST(SeedTexts, AskForAnAddressWhereNothingIsSaid) {
  const auto texts = texts_of("ipconfig0: \nnet0: virtio=BC:24:11:5A:07:E1,bridge=vmbr0\n");
  EXPECT_THAT(texts.network_config, Not(HasSubstr("addresses")));
  EXPECT_THAT(texts_of("name: x\n").network_config, HasSubstr("ethernets: {}"));
}

TEST(SeedTexts, AreNewToCloudInitOnlyIfTheyChanged) {
  EXPECT_EQ(texts_of(kFull).meta_data, texts_of(kFull).meta_data);
  EXPECT_NE(texts_of(kFull).meta_data, texts_of(kFull + "ciuser: otto\n").meta_data);
}

TEST(SeedImage, HoldsTheTexts) {
  std::string folder = testing::TempDir() + "seedXXXXXX";
  ASSERT_NE(::mkdtemp(folder.data()), nullptr);
  const auto made = make_seed_image(texts_of(kFull), folder + "/seed.iso");
  if (!made && made.error().code == Errc::not_found) GTEST_SKIP() << made.error().what;
  ASSERT_TRUE(made) << made.error().what;
  const std::string image = read_text(folder + "/seed.iso");
  EXPECT_EQ(image.substr(32768 + 1, 5), "CD001");
  EXPECT_THAT(image.substr(32768 + 40, 32), testing::StartsWith("cidata"));
  EXPECT_THAT(image, HasSubstr("macaddress: \"bc:24:11:5a:07:e1\""));
  EXPECT_THAT(image, HasSubstr("#cloud-config"));
  ASSERT_TRUE(run_program({"rm", "-r", folder}, std::chrono::seconds(10)));
}

}  // namespace
}  // namespace drawbridge::hypervisor
