#include "base/address.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace drawbridge {
namespace {

IpAddress ip(std::string_view text) { return parse_ip(text).value(); }

TEST(Address, ParsesAndPrintsBothFamilies) {
  EXPECT_EQ(format_ip(ip("100.64.0.102")), "100.64.0.102");
  EXPECT_EQ(format_ip(ip("2001:DB8:0:0::1")), "2001:db8::1");
  EXPECT_EQ(format_interface_address(parse_interface_address("100.64.0.102/22").value()), "100.64.0.102/22");
  EXPECT_EQ(parse_interface_address("::1").value().length, 128);
}

TEST(Address, RefusesWhatLooksNearlyRight) {
  for (const std::string_view text : {"", "1.2.3", "01.2.3.4", "1.2.3.4.5", "1.2.3.256", "1.2.3.4 ", "::1::", "fe80::1%eth0", "1.2.3.4x"})
    EXPECT_FALSE(parse_ip(text)) << text;
  EXPECT_FALSE(parse_ip(std::string_view("1.2.3.4\0", 8)));
  for (const std::string_view text : {"1.2.3.4/33", "1.2.3.4/", "1.2.3.4/-1", "1.2.3.4/ 8", "::/129", "1.2.3.4/8/8"})
    EXPECT_FALSE(parse_interface_address(text)) << text;
}

TEST(Address, NetmasksMustBeContiguous) {
  EXPECT_EQ(parse_netmask("255.255.252.0").value(), 22);
  EXPECT_EQ(parse_netmask("0.0.0.0").value(), 0);
  EXPECT_FALSE(parse_netmask("255.0.255.0"));
  EXPECT_FALSE(parse_netmask("ffff::"));
}

TEST(Address, PrefixesRefuseHostBitsAndNameTheNetwork) {
  const auto refused = parse_prefix("10.0.3.4/24");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().hint, "the network is 10.0.3.0/24");
  EXPECT_TRUE(contains(parse_prefix("100.64.0.0/22").value(), ip("100.64.3.255")));
  EXPECT_FALSE(contains(parse_prefix("100.64.0.0/22").value(), ip("100.64.4.0")));
}

TEST(Address, OverlapIsSymmetricAndFamilyBound) {
  const auto wide = parse_prefix("10.0.0.0/8").value();
  const auto narrow = parse_prefix("10.9.0.0/16").value();
  EXPECT_TRUE(overlap(wide, narrow));
  EXPECT_TRUE(overlap(narrow, wide));
  EXPECT_FALSE(overlap(narrow, parse_prefix("10.8.0.0/16").value()));
  EXPECT_FALSE(overlap(parse_prefix("0.0.0.0/0").value(), parse_prefix("::/0").value()));
}

TEST(Address, BroadcastSetsTheHostBits) {
  EXPECT_EQ(format_ip(broadcast_of(parse_interface_address("100.64.0.102/22").value())), "100.64.3.255");
  EXPECT_EQ(format_ip(broadcast_of(parse_interface_address("10.0.0.4/31").value())), "10.0.0.4");
}

TEST(Address, MacsAreExactlySixPairs) {
  EXPECT_EQ(format_mac(parse_mac("BC:24:11:5A:07:E1").value()), "bc:24:11:5a:07:e1");
  for (const std::string_view text :
       {"", "bc:24:11:5a:07", "bc:24:11:5a:07:e1:00", "bc-24-11-5a-07-e1", "bc:24:11:5a:07:g1", "bc:24:11:5a:7:e10"})
    EXPECT_FALSE(parse_mac(text)) << text;
}

RC_GTEST_PROP(AddressProperty, PrintedAddressesParseBack, (const std::array<std::uint8_t, 16>& bytes, bool v6)) {
  IpAddress address;
  address.family = v6 ? Family::ipv6 : Family::ipv4;
  std::copy_n(bytes.begin(), v6 ? 16 : 4, address.bytes.begin());
  RC_ASSERT(parse_ip(format_ip(address)).value() == address);
}

RC_GTEST_PROP(AddressProperty, ANetworkContainsItsAddresses, (const std::array<std::uint8_t, 16>& bytes)) {
  const IpAddress address{Family::ipv6, bytes};
  const auto length = *rc::gen::inRange<int>(0, 129);
  RC_ASSERT(contains(network_of({address, static_cast<std::uint8_t>(length)}), address));
}

RC_GTEST_PROP(AddressProperty, ParsersNeverCrash, (const std::string& text)) {
  (void)parse_ip(text).has_value();
  (void)parse_interface_address(text).has_value();
  (void)parse_mac(text).has_value();
  RC_SUCCEED("no crash");
}

}  // namespace
}  // namespace drawbridge
