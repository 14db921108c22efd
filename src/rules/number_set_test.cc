#include "rules/number_set.h"

#include <gtest/gtest.h>
// rapidcheck's binding must come after gtest.
#include <rapidcheck/gtest.h>

#include <bitset>

namespace drawbridge::rules {
namespace {

/// A set of 7-bit numbers twice: as it is meant, and as 128 bits that anybody can count.
using Bits = std::bitset<128>;

struct Both {
  NumberSet set;
  Bits bits;
};

Both both(const std::vector<std::pair<std::uint8_t, std::uint8_t>>& pairs) {
  Both made;
  std::vector<Interval> intervals;
  for (const auto& [a, b] : pairs) {
    const unsigned first = std::min(a, b) % 128U;
    const unsigned last = std::max(first, std::max(a, b) % 128U);
    intervals.push_back({first, last});
    for (unsigned at = first; at <= last; ++at) made.bits.set(at);
  }
  made.set = NumberSet(std::move(intervals));
  return made;
}

bool is_normal(const NumberSet& set) {
  const Interval* before = nullptr;
  for (const Interval& each : set.intervals()) {
    if (each.first > each.last || (before && each.first - before->last < 2)) return false;
    before = &each;
  }
  return true;
}

void check(const NumberSet& set, const Bits& bits) {
  RC_ASSERT(is_normal(set));
  for (unsigned at = 0; at < 128; ++at) RC_ASSERT(set.contains(at) == bits.test(at));
}

using Pairs = std::vector<std::pair<std::uint8_t, std::uint8_t>>;

RC_GTEST_PROP(NumberSet, AlgebraIsThatOfBits, (const Pairs& first, const Pairs& second)) {
  const Both a = both(first);
  const Both b = both(second);
  check(a.set, a.bits);
  check(unite(a.set, b.set), a.bits | b.bits);
  check(intersect(a.set, b.set), a.bits & b.bits);
  check(subtract(a.set, b.set), a.bits & ~b.bits);
  check(complement(a.set, 7), ~a.bits);
  RC_ASSERT((a.set == b.set) == (a.bits == b.bits));
}

RC_GTEST_PROP(NumberSet, KeepsItsLawsAtTheTopOf128Bits, (const Pairs& first, const Pairs& second)) {
  const auto at_the_top = [](const Pairs& pairs) {
    std::vector<Interval> intervals;
    for (const auto& [a, b] : pairs) intervals.push_back({largest(128) - std::max(a, b), largest(128) - std::min(a, b)});
    return NumberSet(std::move(intervals));
  };
  const NumberSet a = at_the_top(first);
  const NumberSet b = at_the_top(second);
  RC_ASSERT(complement(complement(a, 128), 128) == a);
  RC_ASSERT(complement(unite(a, b), 128) == intersect(complement(a, 128), complement(b, 128)));
  RC_ASSERT(unite(subtract(a, b), intersect(a, b)) == a);
  RC_ASSERT(is_normal(complement(a, 128)));
}

TEST(NumberSet, JoinsWhatTouches) {
  EXPECT_EQ(NumberSet({{5, 9}, {1, 2}, {3, 4}}), NumberSet::range(1, 9));
  EXPECT_TRUE(NumberSet::of(80).is_single());
  EXPECT_FALSE(NumberSet::range(80, 81).is_single());
  EXPECT_TRUE(NumberSet().is_empty());
}

TEST(NumberSet, OfAPrefix) {
  const auto prefix = parse_prefix("10.0.0.0/8");
  EXPECT_EQ(interval_of(*prefix), (Interval{0x0a000000, 0x0affffff}));
  EXPECT_EQ(interval_of(*parse_prefix("::/0")), (Interval{0, largest(128)}));
  EXPECT_EQ(interval_of(*parse_prefix("0.0.0.0/0")), (Interval{0, largest(32)}));
}

TEST(NumberSet, AddressesThereAndBack) {
  const auto ip = parse_ip("2001:db8::1");
  EXPECT_EQ(ip_of(number_of(*ip), Family::ipv6), *ip);
  EXPECT_EQ(ip_of(number_of(*parse_ip("192.0.2.1")), Family::ipv4), *parse_ip("192.0.2.1"));
  EXPECT_EQ(mac_of(number_of(*parse_mac("02:00:5e:10:00:01"))), *parse_mac("02:00:5e:10:00:01"));
  EXPECT_EQ(format_number(largest(128)), "340282366920938463463374607431768211455");
}

}  // namespace
}  // namespace drawbridge::rules
