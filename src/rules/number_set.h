// Sets of numbers of up to 128 bits as sorted, disjoint intervals: what every numeric field of a packet is compared with, be it a
// port, a protocol, a MAC or an IPv6 address. One form for all makes evaluation, algebra and proofs the same for all.
#pragma once

#include <compare>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/address.h"

namespace drawbridge::rules {

/// A field's value in host order: an IPv4 address is a 32-bit number, a MAC address one of 48 bits.
__extension__ using Number = unsigned __int128;

/// The numbers from `first` to `last`, both included; first <= last.
struct Interval {
  Number first = 0;
  Number last = 0;
  auto operator<=>(const Interval&) const = default;
};

/// The largest number of so many bits; 1 to 128.
constexpr Number largest(unsigned bits) { return bits >= 128 ? ~Number{0} : (Number{1} << bits) - 1; }

/// A set, always in its normal form: intervals ascend and neither overlap nor touch, so equal sets compare equal.
class NumberSet {
 public:
  NumberSet() = default;
  /// In any order, overlapping or not. n log n.
  explicit NumberSet(std::vector<Interval> intervals);
  static NumberSet of(Number number) { return NumberSet({{number, number}}); }
  static NumberSet range(Number first, Number last) { return NumberSet({{first, last}}); }
  static NumberSet of_each(std::span<const std::uint16_t> numbers);

  std::span<const Interval> intervals() const { return intervals_; }
  bool is_empty() const { return intervals_.empty(); }
  /// True if it holds one number only.
  bool is_single() const { return intervals_.size() == 1 && intervals_[0].first == intervals_[0].last; }
  /// log n.
  bool contains(Number number) const;
  auto operator<=>(const NumberSet&) const = default;

 private:
  std::vector<Interval> intervals_;
};

/// All linear in the intervals of both.
NumberSet unite(const NumberSet& a, const NumberSet& b);
NumberSet intersect(const NumberSet& a, const NumberSet& b);
NumberSet subtract(const NumberSet& a, const NumberSet& b);
/// Every number of so many bits that is not in the set.
NumberSet complement(const NumberSet& set, unsigned bits);

Number number_of(const IpAddress& address);
Number number_of(const MacAddress& address);
IpAddress ip_of(Number number, Family family);
MacAddress mac_of(Number number);
Interval interval_of(const Prefix& prefix);
/// Decimal.
std::string format_number(Number number);

}  // namespace drawbridge::rules
