#include "rules/number_set.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace drawbridge::rules {
namespace {

/// Sorted in; joins what overlaps or touches.
std::vector<Interval> join(std::vector<Interval> sorted) {
  std::vector<Interval> joined;
  joined.reserve(sorted.size());
  for (const Interval& next : sorted) {
    const bool goes_on = !joined.empty() && (next.first <= joined.back().last || next.first - joined.back().last == 1);
    if (goes_on) {
      joined.back().last = std::max(joined.back().last, next.last);
    } else {
      joined.push_back(next);
    }
  }
  return joined;
}

Number from_bytes(std::span<const std::uint8_t> bytes) {
  Number number = 0;
  for (const std::uint8_t byte : bytes) number = number << 8U | byte;
  return number;
}

void to_bytes(Number number, std::span<std::uint8_t> bytes) {
  for (auto at = bytes.rbegin(); at != bytes.rend(); ++at, number >>= 8U) *at = static_cast<std::uint8_t>(number);
}

}  // namespace

NumberSet::NumberSet(std::vector<Interval> intervals) : intervals_(std::move(intervals)) {
  if (!std::ranges::is_sorted(intervals_)) std::ranges::sort(intervals_);
  if (intervals_.size() > 1) intervals_ = join(std::move(intervals_));
}

NumberSet NumberSet::of_each(std::span<const std::uint16_t> numbers) {
  std::vector<Interval> intervals;
  intervals.reserve(numbers.size());
  for (const std::uint16_t number : numbers) intervals.push_back({number, number});
  return NumberSet(std::move(intervals));
}

bool NumberSet::contains(Number number) const {
  const auto after = std::ranges::upper_bound(intervals_, number, {}, &Interval::first);
  return after != intervals_.begin() && std::prev(after)->last >= number;
}

NumberSet unite(const NumberSet& a, const NumberSet& b) {
  std::vector<Interval> both;
  both.reserve(a.intervals().size() + b.intervals().size());
  std::ranges::merge(a.intervals(), b.intervals(), std::back_inserter(both));
  return NumberSet(std::move(both));
}

NumberSet intersect(const NumberSet& a, const NumberSet& b) {
  std::vector<Interval> common;
  auto left = a.intervals().begin();
  auto right = b.intervals().begin();
  while (left != a.intervals().end() && right != b.intervals().end()) {
    const Number first = std::max(left->first, right->first);
    const Number last = std::min(left->last, right->last);
    if (first <= last) common.push_back({first, last});
    if (left->last < right->last) {
      ++left;
    } else {
      ++right;
    }
  }
  return NumberSet(std::move(common));
}

NumberSet subtract(const NumberSet& a, const NumberSet& b) { return intersect(a, complement(b, 128)); }

NumberSet complement(const NumberSet& set, unsigned bits) {
  std::vector<Interval> gaps;
  Number from = 0;
  for (const Interval& interval : set.intervals()) {
    if (interval.first > largest(bits)) break;
    if (interval.first > from) gaps.push_back({from, interval.first - 1});
    if (interval.last >= largest(bits)) return NumberSet(std::move(gaps));
    from = interval.last + 1;
  }
  gaps.push_back({from, largest(bits)});
  return NumberSet(std::move(gaps));
}

Number number_of(const IpAddress& address) { return from_bytes(std::span(address.bytes).first(address.width() / 8U)); }
Number number_of(const MacAddress& address) { return from_bytes(address.bytes); }

IpAddress ip_of(Number number, Family family) {
  IpAddress address{.family = family, .bytes = {}};
  to_bytes(number, std::span(address.bytes).first(address.width() / 8U));
  return address;
}

MacAddress mac_of(Number number) {
  MacAddress mac;
  to_bytes(number, mac.bytes);
  return mac;
}

Interval interval_of(const Prefix& prefix) {
  const unsigned host_bits = prefix.address.width() - prefix.length;
  const Number first = number_of(prefix.address);
  return {first, host_bits == 0 ? first : first | largest(host_bits)};
}

std::string format_number(Number number) { return fmt::format("{}", number); }

}  // namespace drawbridge::rules
