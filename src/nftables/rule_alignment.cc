#include "nftables/rule_alignment.h"

#include <algorithm>

namespace drawbridge::nftables {
namespace {

using Pairs = std::vector<std::pair<std::size_t, std::size_t>>;

constexpr std::size_t kMaxCells = 1'000'000;  // of 4 bytes, for the time of the comparison

/// The longest common subsequence by its table of lengths.
void add_middle(std::span<const Rule> a, std::span<const Rule> b, std::size_t offset, Pairs& pairs) {
  if (a.empty() || b.empty() || a.size() > kMaxCells / b.size()) return;
  const std::size_t width = b.size() + 1;
  std::vector<std::uint32_t> longest((a.size() + 1) * width, 0);  // of what is left from (i, j) on
  for (std::size_t i = a.size(); i-- > 0;)
    for (std::size_t j = b.size(); j-- > 0;)
      longest[i * width + j] =
          a[i] == b[j] ? longest[(i + 1) * width + j + 1] + 1 : std::max(longest[(i + 1) * width + j], longest[i * width + j + 1]);
  for (std::size_t i = 0, j = 0; i < a.size() && j < b.size();) {
    if (a[i] == b[j]) {
      pairs.emplace_back(offset + i++, offset + j++);
    } else if (longest[(i + 1) * width + j] >= longest[i * width + j + 1]) {
      ++i;
    } else {
      ++j;
    }
  }
}

}  // namespace

Pairs common_rules(std::span<const Rule> a, std::span<const Rule> b) {
  Pairs pairs;
  const std::size_t shorter = std::min(a.size(), b.size());
  std::size_t head = 0, tail = 0;
  while (head < shorter && a[head] == b[head]) ++head;
  while (head + tail < shorter && a[a.size() - 1 - tail] == b[b.size() - 1 - tail]) ++tail;
  for (std::size_t at = 0; at < head; ++at) pairs.emplace_back(at, at);
  add_middle(a.subspan(head, a.size() - head - tail), b.subspan(head, b.size() - head - tail), head, pairs);
  for (std::size_t at = tail; at > 0; --at) pairs.emplace_back(a.size() - at, b.size() - at);
  return pairs;
}

}  // namespace drawbridge::nftables
