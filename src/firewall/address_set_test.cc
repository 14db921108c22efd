#include "firewall/address_set.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace drawbridge::firewall {
namespace {

SetEntry entry(std::string_view text) {
  const bool exception = text.starts_with('!');
  return {*parse_prefix(text.substr(exception ? 1 : 0)), exception};
}

bool holds(const rules::NumberSet& set, std::string_view address) { return set.contains(rules::number_of(*parse_ip(address))); }

TEST(AddressSet, TheMostSpecificEntryDecides) {
  const std::vector<SetEntry> entries{entry("!10.1.0.0/16"), entry("10.1.2.0/24"), entry("10.0.0.0/8"), entry("fe80::/10"),
                                      entry("!fe80::1/128")};
  const auto ipv4 = flatten(entries, Family::ipv4);
  EXPECT_TRUE(holds(ipv4, "10.0.0.1"));
  EXPECT_FALSE(holds(ipv4, "10.1.0.1"));
  EXPECT_TRUE(holds(ipv4, "10.1.2.3"));
  EXPECT_TRUE(holds(ipv4, "10.2.0.0"));
  EXPECT_FALSE(holds(ipv4, "11.0.0.0"));
  EXPECT_EQ(ipv4.intervals().size(), 3U);
  const auto ipv6 = flatten(entries, Family::ipv6);
  EXPECT_FALSE(holds(ipv6, "fe80::1"));
  EXPECT_TRUE(holds(ipv6, "fe80::2"));
}

TEST(AddressSet, TheEdgesOfTheFamily) {
  EXPECT_EQ(flatten(std::vector{entry("0.0.0.0/0")}, Family::ipv4), rules::NumberSet::range(0, 0xffffffff));
  const std::vector<SetEntry> entries{entry("::/0"), entry("!ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128")};
  EXPECT_EQ(flatten(entries, Family::ipv6), rules::NumberSet::range(0, rules::largest(128) - 1));
  const std::vector<SetEntry> last{entry("!::/0"), entry("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128"), entry("::/128")};
  EXPECT_EQ(flatten(last, Family::ipv6).intervals().size(), 2U);
  EXPECT_TRUE(flatten({}, Family::ipv6).is_empty());
}

/// Where they are few enough to be asked one by one: 10.0.0.0/24.
RC_GTEST_PROP(AddressSet, IsWhatAskingEachAddressSays, ()) {
  std::vector<SetEntry> entries;
  const auto count = *rc::gen::inRange(0, 12);
  for (int i = 0; i < count; ++i) {
    const auto length = static_cast<std::uint8_t>(*rc::gen::inRange(24, 33));
    const auto host = static_cast<std::uint8_t>(*rc::gen::inRange(0, 256));
    IpAddress address = *parse_ip("10.0.0.0");
    address.bytes[3] = host;
    entries.push_back({network_of({address, length}), *rc::gen::arbitrary<bool>()});
  }
  const auto set = flatten(entries, Family::ipv4);
  for (unsigned host = 0; host < 256; ++host) {
    IpAddress address = *parse_ip("10.0.0.0");
    address.bytes[3] = static_cast<std::uint8_t>(host);
    const SetEntry* best = nullptr;
    for (const SetEntry& one : entries)
      if (contains(one.network, address) && (best == nullptr || one.network.length > best->network.length)) best = &one;
    RC_ASSERT(set.contains(rules::number_of(address)) == (best != nullptr && !best->exception));
  }
}

}  // namespace
}  // namespace drawbridge::firewall
