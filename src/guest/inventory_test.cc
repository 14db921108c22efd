#include "guest/inventory.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "guest/mac.h"

namespace drawbridge::guest {
namespace {

Guest guest_of(Vmid vmid, Kind kind, const std::string& node, const std::string& text) {
  return make_guest(parse_document(text, node + "/" + std::to_string(vmid)), vmid, kind, node);
}

std::string short_findings(const Diagnostics& diagnostics) {
  std::string text;
  for (const auto& finding : diagnostics)
    text += format_location(finding.where) + (finding.severity == Severity::error ? " error " : " warning ") + finding.code + "\n";
  return text;
}

TEST(Inventory, FindsAMacThatTwoCardsHave) {
  const Inventory inventory{
      {guest_of(100, Kind::qemu, "a", "net0: virtio=BC:24:11:00:00:01,bridge=b\n"),
       guest_of(101, Kind::lxc, "b", "net3: name=e,hwaddr=bc:24:11:00:00:01,bridge=b\n"),
       guest_of(102, Kind::qemu, "b", "net0: virtio=BC:24:11:00:00:02,bridge=b\n[PENDING]\nnet0: virtio=BC:24:11:00:00:02,bridge=c\n")}};
  EXPECT_EQ(short_findings(check_inventory(inventory)), "a/100:1:7 warning mac-duplicate\nb/101:1:7 warning mac-duplicate\n");
  EXPECT_EQ(check_inventory(inventory).front().message, "net0: bc:24:11:00:00:01 is also net3 of container 101 (CT101) on node b");
  EXPECT_EQ(short_findings(check_guest(inventory, inventory.guests[1])), "b/101:1:7 warning mac-duplicate\n");
  const MacAddress mac = *parse_mac("BC:24:11:00:00:01");
  EXPECT_EQ(users_of_mac(inventory, mac, 100, 0).size(), 1U);
  EXPECT_EQ(users_of_mac(inventory, mac, 100, 1).size(), 2U);
  EXPECT_EQ(used_macs(inventory).size(), 2U);
}

TEST(Inventory, FindsANumberThatTwoGuestsHave) {
  const Inventory inventory{{guest_of(100, Kind::qemu, "a", ""), guest_of(100, Kind::lxc, "b", ""), guest_of(101, Kind::lxc, "b", "")}};
  EXPECT_EQ(short_findings(check_inventory(inventory)), "a/100 error vmid-duplicate\nb/100 error vmid-duplicate\n");
  EXPECT_EQ(inventory.find(100).size(), 2U);
  EXPECT_TRUE(inventory.find(99).empty());
}

TEST(Inventory, FindsANameThatTwoCardsOfAContainerHave) {
  const Inventory inventory{{guest_of(100, Kind::lxc, "a", "net0: name=eth0,bridge=b\nnet1: name=eth0,bridge=b\n")}};
  EXPECT_EQ(short_findings(check_inventory(inventory)), "a/100:2:7 error name-duplicate\n");
}

TEST(Mac, BeginsWithThePrefix) {
  EXPECT_EQ(format_mac(make_mac({0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, {})), "bc:24:11:ff:ff:ff");
  EXPECT_EQ(format_mac(make_mac({0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, {"02"})), "02:ff:ff:ff:ff:ff");
  EXPECT_EQ(format_mac(make_mac({0, 0, 0, 0xab, 0, 0}, {"BC:24:11:5"})), "bc:24:11:5b:00:00");
}

TEST(Mac, PrefixIsReadFromTheClustersFile) {
  EXPECT_EQ(read_mac_prefix("keyboard: de\nmac_prefix: aa:bb-c\n", "d").error().where, (SourceLocation{"d", 2, 13}));
  EXPECT_EQ(read_mac_prefix("mac_prefix: aa:bb:cc:d\n", "d")->text, "AA:BB:CC:D");
  EXPECT_EQ(read_mac_prefix("", "d")->text, "BC:24:11");
  for (const char* text : {"", "A", "BD", "BC:", "BC:24:", "BC-24", "BC:24:11:22", "GG", "BC:24:11:5:", "BC:2"}) {
    const bool fits =
        std::string(text) == "BC:" || std::string(text) == "BC:24:" || std::string(text) == "BC:24:11:5:" || std::string(text) == "BC:2";
    EXPECT_EQ(parse_mac_prefix(text).has_value(), fits) << text;
  }
}

TEST(Mac, IsOneThatNobodyHas) {
  std::uint8_t next = 0;
  const auto draw = [&] { return RandomBytes{0, 0, 0, 0, 0, next++}; };
  const std::set<MacAddress> used{make_mac({0, 0, 0, 0, 0, 0}, {}), make_mac({0, 0, 0, 0, 0, 1}, {})};
  EXPECT_EQ(*make_free_mac(draw, {}, used), make_mac({0, 0, 0, 0, 0, 2}, {}));
  const auto stuck = [] { return RandomBytes{}; };
  EXPECT_EQ(make_free_mac(stuck, {}, used).error().code, Errc::unavailable);
}

RC_GTEST_PROP(Mac, IsUnicast, (const std::vector<std::uint8_t>& bytes)) {
  RandomBytes random{};
  for (std::size_t i = 0; i < bytes.size() && i < random.size(); ++i) random[i] = bytes[i];
  for (const char* prefix : {"BC:24:11", "02", "F0:00", "BC:24:11:5"}) RC_ASSERT(!make_mac(random, {prefix}).is_multicast());
}

}  // namespace
}  // namespace drawbridge::guest
