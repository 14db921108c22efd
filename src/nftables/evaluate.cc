#include "nftables/evaluate.h"

#include <algorithm>

#include "nftables/load.h"

namespace drawbridge::nftables {
namespace {

using rules::Number;

/// The element that the numbers fall into.
std::optional<std::size_t> find(const Set& set, const std::array<Number, kMaxKeys>& numbers) {
  const std::size_t width = set.keys.count;
  // Of one key the elements ascend and are disjoint; of several, the first part narrows it down.
  std::size_t at = 0, end = set.size();
  if (width == 1 || !set.intervals) {
    while (at < end) {
      const std::size_t middle = (at + end) / 2;
      bool below = false;
      for (std::size_t part = 0; part < width; ++part) {
        if (set.parts[middle * width + part].last == numbers.at(part)) continue;
        below = set.parts[middle * width + part].last < numbers.at(part);
        break;
      }
      (below ? at : end) = below ? middle + 1 : middle;
    }
    end = std::min(at + 1, set.size());
  }
  for (; at < end; ++at) {
    bool inside = true;
    for (std::size_t part = 0; part < width && inside; ++part) {
      const rules::Interval& interval = set.parts[at * width + part];
      inside = interval.first <= numbers.at(part) && numbers.at(part) <= interval.last;
    }
    if (inside) return at;
  }
  return std::nullopt;
}

/// What a statement did: on with the rule, on with the next rule, or a verdict.
enum class Step : std::uint8_t { on, next_rule, go_back, decided };

class Machine {
 public:
  Machine(const Table& table, const rules::Packet& packet, Outcome& outcome)
      : table_(table),
        packet_(packet),
        loader_(packet_),
        outcome_(outcome),
        over_limit_(packet[rules::Field::over_syn_limit] == Number{1}) {}

  Step walk(const Chain& chain) {
    for (const Rule& rule : chain.rules) {
      rule_ = &rule;
      Step step = Step::on;
      for (auto statement = rule.statements.begin(); step == Step::on && statement != rule.statements.end(); ++statement)
        step = std::visit(*this, *statement);
      if (step == Step::decided) return step;
      if (step == Step::go_back) return Step::on;
    }
    return Step::on;
  }

  Step operator()(const Compare& compare) {
    const auto value = loader_.load(compare.key);
    if (!value) return Step::next_rule;
    const Number masked = *value & compare.mask;
    return (masked >= compare.values.first && masked <= compare.values.last) != compare.negated ? Step::on : Step::next_rule;
  }
  Step operator()(const Lookup& lookup) {
    const auto numbers = load(lookup.keys, lookup.mask);
    if (!numbers) return Step::next_rule;
    return find(*table_.sets.at(lookup.set), *numbers).has_value() != lookup.negated ? Step::on : Step::next_rule;
  }
  Step operator()(const VerdictLookup& lookup) {
    const MapValue* value = map_value(lookup.keys, lookup.map);
    return value == nullptr ? Step::next_rule : (*this)(std::get<Verdict>(*value));
  }
  Step operator()(const Verdict& verdict) {
    if (verdict.kind == Verdict::Kind::jump) {
      const Rule* const here = rule_;
      const Step step = walk(*table_.chains.at(verdict.chain));
      rule_ = here;
      return step == Step::decided ? step : Step::next_rule;
    }
    if (verdict.kind == Verdict::Kind::go_back) return Step::go_back;
    return decide(verdict.kind == Verdict::Kind::accept ? Outcome::Fate::accept : Outcome::Fate::drop);
  }
  Step operator()(const RejectWith& reject) {
    outcome_.with = reject;
    return decide(Outcome::Fate::reject);
  }
  Step operator()(const LogTo&) { return Step::on; }
  Step operator()(const Counter&) { return Step::on; }
  Step operator()(const Limit&) { return Step::next_rule; }  // logs only stand behind limits; nothing depends on them
  Step operator()(const LimitEach&) { return over_limit_ ? Step::on : Step::next_rule; }
  Step operator()(const SetMark& set) {
    const MapValue* value = map_value({.key = {set.key}, .count = 1}, set.map);
    if (value == nullptr) return Step::next_rule;
    outcome_.mark = std::get<std::uint32_t>(*value);
    packet_[rules::Field::connection_mark] = outcome_.mark;
    return Step::on;
  }
  Step operator()(const SetLabel& set) {
    const MapValue* value = map_value({.key = {set.key}, .count = 1}, set.map);
    if (value == nullptr) return Step::next_rule;
    outcome_.label |= std::get<Number>(*value);
    return Step::on;
  }
  Step operator()(const SetZone& set) {
    if (outcome_.zone == 0) outcome_.zone = set.zone;
    return Step::on;
  }
  Step operator()(const SetZoneFrom& set) {
    const MapValue* value = map_value({.key = {set.key}, .count = 1}, set.map);
    return value == nullptr ? Step::next_rule : (*this)(SetZone{static_cast<std::uint16_t>(std::get<std::uint32_t>(*value))});
  }
  Step operator()(const SetHelper& set) {
    outcome_.helper = table_.helpers.at(set.object).name;
    return Step::on;
  }
  Step operator()(const Foreign&) { return decide(Outcome::Fate::unknown); }
  Step operator()(const QueueTo&) { return decide(Outcome::Fate::accept); }

 private:
  std::optional<std::array<Number, kMaxKeys>> load(const Keys& keys, Number mask) const {
    std::array<Number, kMaxKeys> numbers{};
    for (std::size_t at = 0; at < keys.count; ++at) {
      const auto value = loader_.load(keys.key.at(at));
      if (!value) return std::nullopt;
      numbers.at(at) = *value & mask;
    }
    return numbers;
  }
  const MapValue* map_value(const Keys& keys, const std::string& name) const {
    const auto numbers = load(keys, ~Number{0});
    if (!numbers) return nullptr;
    const Set& map = *table_.sets.at(name);
    const auto element = find(map, *numbers);
    return element ? &map.values.at(*element) : nullptr;
  }
  Step decide(Outcome::Fate fate) {
    outcome_.fate = fate;
    outcome_.comment = rule_->comment;
    return Step::decided;
  }

  const Table& table_;
  rules::Packet packet_;
  Loader loader_;
  Outcome& outcome_;
  bool over_limit_ = false;
  const Rule* rule_ = nullptr;
};

}  // namespace

Outcome evaluate(const Ruleset& ruleset, TableFamily family, std::string_view base_chain, const rules::Packet& packet) {
  Outcome outcome;
  outcome.mark = packet[rules::Field::connection_mark].value_or(0);
  const auto table = ruleset.tables.find(family);
  if (table == ruleset.tables.end()) return outcome;
  const auto chain = table->second.chains.find(base_chain);
  if (chain != table->second.chains.end()) Machine(table->second, packet, outcome).walk(*chain->second);
  return outcome;
}

}  // namespace drawbridge::nftables
