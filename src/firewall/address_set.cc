#include "firewall/address_set.h"

#include <algorithm>
#include <vector>

namespace drawbridge::firewall {
namespace {

struct Span {
  rules::Interval interval;
  bool exception = false;
};

/// Of one family; the wider before those within it, and nothing twice. Networks are nested or apart, never half over each other.
std::vector<Span> sorted_spans(std::span<const SetEntry> entries, Family family) {
  std::vector<Span> spans;
  spans.reserve(entries.size());
  for (const SetEntry& entry : entries)
    if (entry.network.address.family == family) spans.push_back({rules::interval_of(entry.network), entry.exception});
  std::ranges::stable_sort(spans, [](const Span& a, const Span& b) {
    return a.interval.first != b.interval.first ? a.interval.first < b.interval.first : a.interval.last > b.interval.last;
  });
  const auto again = std::ranges::unique(spans, {}, &Span::interval);
  spans.erase(again.begin(), again.end());
  return spans;
}

/// Walks up the addresses; on the stack are the networks that cover the place where it is, the most specific on top.
class Sweep {
 public:
  void open(const Span& span) {
    close_before(span.interval.first);
    if (!stack_.empty()) emit_until(span.interval.first);
    next_ = span.interval.first;
    stack_.push_back(span);
  }

  rules::NumberSet finish() {
    while (!stack_.empty()) close();
    return rules::NumberSet(std::move(found_));
  }

 private:
  void close_before(rules::Number first) {
    while (!stack_.empty() && stack_.back().interval.last < first) close();
  }

  void close() {
    const Span span = stack_.back();
    stack_.pop_back();
    if (over_ || next_ > span.interval.last) return;
    if (!span.exception) found_.push_back({next_, span.interval.last});
    next_ = span.interval.last + 1;
    over_ = next_ == 0;  // behind the last address of all
  }

  /// What the top covers up to the next network within it.
  void emit_until(rules::Number first) {
    if (!stack_.back().exception && next_ < first) found_.push_back({next_, first - 1});
  }

  std::vector<Span> stack_;
  std::vector<rules::Interval> found_;
  rules::Number next_ = 0;  ///< the first address that is not decided yet
  bool over_ = false;
};

}  // namespace

bool Place::operator==(const Place& other) const {
  if (line != other.line) return false;
  return file == other.file || (file != nullptr && other.file != nullptr && *file == *other.file);
}

rules::NumberSet flatten(std::span<const SetEntry> entries, Family family) {
  Sweep sweep;
  for (const Span& span : sorted_spans(entries, family)) sweep.open(span);
  return sweep.finish();
}

}  // namespace drawbridge::firewall
