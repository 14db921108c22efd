#include "nftables/conditions.h"

#include <fmt/format.h>

#include <algorithm>
#include <bitset>

#include "nftables/field_key.h"

namespace drawbridge::nftables {
namespace {

using rules::Field;
using rules::Interval;
using rules::Number;
using rules::NumberSet;

constexpr Number kAll = ~Number{0};
constexpr std::size_t index_of(Field field) { return static_cast<std::size_t>(field); }

NumberSet everything(unsigned bits) { return NumberSet::range(0, rules::largest(bits)); }
const NumberSet& ip_types() {
  static const NumberSet types = unite(NumberSet::of(rules::kEtherIpv4), NumberSet::of(rules::kEtherIpv6));
  return types;
}

/// A part of a way that stands beside others: one of the branches holds. `ether_types` limits a branch to a family.
struct Branch {
  std::optional<NumberSet> ether_types;
  std::vector<Statement> statements;
};

class Translation {
 public:
  Translation(const rules::Program& program, const Place& place, SetPool& pool) : program_(program), place_(place), pool_(pool) {}

  Result<std::vector<Way>> run(const rules::Rule& rule);

 private:
  Result<void> take(const rules::Test& test);
  Result<void> take(const rules::NameTest& test);
  Result<void> take_numbers(const rules::Test& test, const NumberSet& numbers);
  Result<void> take_masked(const rules::Test& test, Key key, const NumberSet& numbers);
  Result<void> take_set(const rules::Test& test, const rules::SetName& set);
  Result<void> take_port_table(const rules::Test& test, const rules::PortTable& table);
  Result<Key> single_key(Field field) const;
  Result<void> check_place(Field field) const;

  void require(Field field, const NumberSet& values);
  void need(Field field);
  Result<void> finish_fields();
  Result<void> add_field(Field field, const NumberSet& values);
  void add_fragment(const NumberSet& values);
  void add_hop_limit(const NumberSet& values);
  Result<void> add_attempts(const NumberSet& values);
  void add_values(Key key, const NumberSet& values, std::vector<Statement>& to);
  std::optional<Way> finish(const std::vector<const Branch*>& branches);
  std::vector<Way> combine();
  std::vector<Statement> head(const NumberSet& ether_types);

  std::string describe(Field field) const { return std::string(rules::word_of(field)); }

  const rules::Program& program_;
  const Place& place_;
  SetPool& pool_;
  bool never_ = false;
  std::array<std::optional<NumberSet>, rules::kFields> fields_;
  std::bitset<rules::kFields> needed_;  ///< fields whose needs are in `fields_`
  std::bitset<rules::kFields> tested_;  ///< fields that conditions themselves name
  std::vector<Statement> names_, tests_, last_;
  std::vector<std::vector<Branch>> choices_;
};

unsigned width(Field field) { return rules::width_of(field); }

void Translation::require(Field field, const NumberSet& values) {
  auto& allowed = fields_.at(index_of(field));
  allowed = allowed ? intersect(*allowed, values) : values;
  if (allowed->is_empty()) never_ = true;
}

void Translation::need(Field field) {
  if (needed_.test(index_of(field))) return;
  needed_.set(index_of(field));
  for (const Need& need : needs_of(field)) {
    require(need.field, need.values);
    this->need(need.field);
  }
}

Result<void> Translation::check_place(Field field) const {
  const bool link = field == Field::ether_source || field == Field::ether_destination;
  const bool bridge = place_.family == TableFamily::bridge;
  if ((link && !bridge && !place_.in) || (field == Field::vlan_id && !bridge))
    return fail(Errc::unsupported, fmt::format("{} is not known at {}", describe(field), place_.word));
  if ((field == Field::source_type || field == Field::destination_type) && bridge)
    return fail(Errc::unsupported, fmt::format("{}: the bridge has no routing table", describe(field)));
  return {};
}

Result<Key> Translation::single_key(Field field) const {
  const auto key = key_of(field, place_.family);
  if (!key) return fail(Errc::unsupported, fmt::format("{} can only be compared with plain numbers here", describe(field)));
  return *key;
}

Result<void> Translation::take(const rules::Test& test) {
  TRY_VOID(check_place(test.field));
  tested_.set(index_of(test.field));
  need(test.field);
  if (const auto* numbers = std::get_if<NumberSet>(&test.values)) return take_numbers(test, *numbers);
  if (const auto* set = std::get_if<rules::SetName>(&test.values)) return take_set(test, *set);
  return take_port_table(test, std::get<rules::PortTable>(test.values));
}

Result<void> Translation::take_numbers(const rules::Test& test, const NumberSet& numbers) {
  const Number all = rules::largest(width(test.field));
  if ((test.mask & all) != all) {
    const Key key = TRY(single_key(test.field));
    return take_masked(test, key, numbers);
  }
  const NumberSet within = intersect(numbers, everything(width(test.field)));
  require(test.field, test.negated ? complement(within, width(test.field)) : within);
  return {};
}

Result<void> Translation::take_masked(const rules::Test& test, Key key, const NumberSet& numbers) {
  const Number mask = test.mask & rules::largest(width(test.field));
  if (facts_of(key).host_order && !numbers.is_single())
    return fail(Errc::unsupported, fmt::format("{} behind a mask needs one number", describe(test.field)));
  if (facts_of(key).mask != 0) return fail(Errc::unsupported, fmt::format("{} can't be masked", describe(test.field)));
  if (numbers.is_empty()) {
    if (!test.negated) never_ = true;
    require(test.field, everything(width(test.field)));
  } else if (numbers.is_single()) {
    tests_.emplace_back(Compare{key, test.negated, mask, numbers.intervals()[0]});
  } else {
    tests_.emplace_back(Lookup{keys_of(key), test.negated, mask, pool_.of_values(key, numbers.intervals())});
  }
  return {};
}

Result<void> Translation::take_set(const rules::Test& test, const rules::SetName& set) {
  const Key key = TRY(single_key(test.field));
  const std::vector<std::string> sets = TRY(pool_.named(set.name, key));
  const Number all = rules::largest(width(test.field));
  const Number mask = (test.mask & all) == all ? kAll : test.mask & all;
  if (test.negated || sets.size() == 1) {
    for (const std::string& name : sets) tests_.emplace_back(Lookup{keys_of(key), test.negated, mask, name});
    return {};
  }
  std::vector<Branch> either;
  for (const std::string& name : sets) either.push_back({std::nullopt, {Lookup{keys_of(key), false, mask, name}}});
  choices_.push_back(std::move(either));
  return {};
}

Result<void> Translation::take_port_table(const rules::Test& test, const rules::PortTable& table) {
  const Key key = TRY(single_key(test.field));
  const auto port = key_of(table.side, place_);
  if (!port)
    return fail(Errc::unsupported, fmt::format("table {}: {} is not known at {}", table.name, rules::word_of(table.side), place_.word));
  const Number all = rules::largest(width(test.field));
  if ((test.mask & all) != all) return fail(Errc::unsupported, fmt::format("table {}: {} behind a mask", table.name, describe(test.field)));
  tests_.emplace_back(Lookup{keys_of(*port, key), test.negated, kAll, TRY(pool_.port_table(table.name, key))});
  return {};
}

Result<void> Translation::take(const rules::NameTest& test) {
  const auto key = key_of(test.field, place_);
  if (!key) return fail(Errc::unsupported, fmt::format("{} is not known at {}", rules::word_of(test.field), place_.word));
  std::vector<Interval> names;
  for (const std::string& name : test.names) {
    const auto interval = interval_of_name(name);
    if (!interval) return fail(Errc::unsupported, fmt::format("\"{}\" is longer than a device's name", name));
    names.push_back(*interval);
  }
  // Prefixes contain each other or are apart; those within others go.
  std::ranges::sort(names, [](const Interval& a, const Interval& b) { return a.first != b.first ? a.first < b.first : a.last > b.last; });
  std::vector<Interval> apart;
  for (const Interval& name : names)
    if (apart.empty() || name.first > apart.back().last) apart.push_back(name);
  if (apart.empty()) {
    never_ = never_ || !test.negated;
  } else if (apart.size() == 1) {
    names_.emplace_back(Compare{*key, test.negated, kAll, apart[0]});
  } else {
    names_.emplace_back(Lookup{keys_of(*key), test.negated, kAll, pool_.of_values(*key, apart)});
  }
  return {};
}

void Translation::add_values(Key key, const NumberSet& values, std::vector<Statement>& to) {
  if (values.intervals().size() == 1) {
    to.emplace_back(Compare{key, false, kAll, values.intervals()[0]});
    return;
  }
  const NumberSet others = complement(values, facts_of(key).mask == 0x0fff ? 12 : bits_of(key));
  if (others.intervals().size() == 1) {
    to.emplace_back(Compare{key, true, kAll, others.intervals()[0]});
    return;
  }
  const bool negated = others.intervals().size() < values.intervals().size();
  to.emplace_back(Lookup{keys_of(key), negated, kAll, pool_.of_values(key, negated ? others.intervals() : values.intervals())});
}

void Translation::add_fragment(const NumberSet& values) {
  const bool later = values.contains(1), other = values.contains(0);
  if (later && other) return;  // every IP packet is one or the other
  const NumberSet ipv4 = NumberSet::of(rules::kEtherIpv4), ipv6 = NumberSet::of(rules::kEtherIpv6);
  std::vector<Branch> either;
  either.push_back({ipv4, {Compare{Key::ip_frag_off, later, kAll, {0, 0}}}});
  if (later) {
    either.push_back({ipv6, {Compare{Key::frag_offset, true, kAll, {0, 0}}}});
  } else {
    either.push_back({ipv6, {Compare{Key::frag_exists, false, kAll, {0, 0}}}});
    either.push_back({ipv6, {Compare{Key::frag_exists, false, kAll, {1, 1}}, Compare{Key::frag_offset, false, kAll, {0, 0}}}});
  }
  choices_.push_back(std::move(either));
}

void Translation::add_hop_limit(const NumberSet& values) {
  std::vector<Branch> either{{NumberSet::of(rules::kEtherIpv4), {}}, {NumberSet::of(rules::kEtherIpv6), {}}};
  add_values(Key::ip_ttl, values, either[0].statements);
  add_values(Key::ip6_hoplimit, values, either[1].statements);
  choices_.push_back(std::move(either));
}

Result<void> Translation::add_attempts(const NumberSet& values) {
  if (!values.contains(1) || values.contains(0)) return fail(Errc::unsupported, "over-syn-limit can only be asked for, not against");
  const rules::SynLimit limit = program_.syn_limit.value_or(rules::SynLimit{});
  const Rate rate{.rate = limit.per_second, .seconds = 1, .burst = limit.burst};
  tests_.emplace_back(Compare{Key::tcp_flags, false, 0x17, {2, 2}});  // SYN of SYN, ACK, RST and FIN
  const std::string ipv4 = TRY(pool_.attempts(Key::ip_saddr));
  const std::string ipv6 = TRY(pool_.attempts(Key::ip6_saddr));
  std::vector<Branch> either;
  either.push_back({NumberSet::of(rules::kEtherIpv4), {LimitEach{Key::ip_saddr, kAll, ipv4, rate}}});
  either.push_back({NumberSet::of(rules::kEtherIpv6), {LimitEach{Key::ip6_saddr, kAll << 64U, ipv6, rate}}});
  choices_.push_back(std::move(either));
  return {};
}

Result<void> Translation::add_field(Field field, const NumberSet& values) {
  switch (field) {
    case Field::ether_type:
    case Field::ip_version:
    case Field::protocol: return {};  // at the head of each way
    case Field::is_fragment: add_fragment(values); return {};
    case Field::hop_limit: add_hop_limit(values); return {};
    case Field::over_syn_limit: return add_attempts(values);
    case Field::connection_state: {
      Number mask = 0;
      for (const Number bit : {Number{1}, Number{2}, Number{4}, Number{8}, Number{64}}) mask |= values.contains(bit) ? bit : 0;
      if (mask == 0) never_ = true;
      tests_.emplace_back(Compare{Key::ct_state, true, mask, {0, 0}});
      return {};
    }
    default: break;
  }
  const Key key = TRY(single_key(field));
  NumberSet wanted = values;
  if (facts_of(key).type == DataType::fib_type) wanted = intersect(values, NumberSet::range(0, 11));  // RTN_*: there are no others
  if (wanted.is_empty()) never_ = true;
  if (facts_of(key).host_order && wanted.intervals().size() > 2 && key == Key::ct_mark)
    return fail(Errc::unsupported, "connection-mark with several ranges");
  add_values(key, wanted, tests_);
  return {};
}

Result<void> Translation::finish_fields() {
  if (const auto& version = fields_[index_of(Field::ip_version)]) {
    NumberSet types;
    if (version->contains(4)) types = NumberSet::of(rules::kEtherIpv4);
    if (version->contains(6)) types = unite(types, NumberSet::of(rules::kEtherIpv6));
    require(Field::ether_type, types);
  }
  if (place_.family == TableFamily::inet) require(Field::ether_type, ip_types());
  for (std::size_t at = 0; at < rules::kFields && !never_; ++at)
    if (fields_.at(at)) TRY_VOID(add_field(static_cast<Field>(at), *fields_.at(at)));
  if (never_) return {};
  if (needed_.test(index_of(Field::vlan_id))) {
    const NumberSet tags = unite(NumberSet::of(rules::kEtherVlan), NumberSet::of(rules::kEtherQinq));
    names_.emplace_back(Lookup{keys_of(Key::ether_tag), false, kAll, pool_.of_values(Key::ether_tag, tags.intervals())});
  }
  const bool arp = needed_.test(index_of(Field::arp_operation)) || needed_.test(index_of(Field::arp_source_mac)) ||
                   needed_.test(index_of(Field::arp_source_ip)) || needed_.test(index_of(Field::arp_target_ip));
  if (arp) tests_.insert(tests_.begin(), Compare{Key::arp_format, false, kAll, {0x000108000604, 0x000108000604}});
  const bool link = needed_.test(index_of(Field::ether_source)) || needed_.test(index_of(Field::ether_destination));
  if (link && place_.family == TableFamily::inet) names_.emplace_back(Compare{Key::iiftype, false, kAll, {1, 1}});
  return {};
}

std::vector<Statement> Translation::head(const NumberSet& ether_types) {
  std::vector<Statement> statements = names_;
  const auto& protocols = fields_[index_of(Field::protocol)];
  const NumberSet full = everything(8);
  const bool tells_protocol = protocols && *protocols != full;
  if (place_.family == TableFamily::inet) {
    if (ether_types.is_single()) {
      const Number nfproto = ether_types.contains(rules::kEtherIpv4) ? 2 : 10;
      statements.emplace_back(Compare{Key::nfproto, false, kAll, {nfproto, nfproto}});
    }
  } else if (ether_types != everything(16)) {
    add_values(Key::protocol, ether_types, statements);
  }
  if (tells_protocol) {
    add_values(Key::l4proto, *protocols, statements);
  } else if (protocols) {
    statements.emplace_back(Compare{Key::l4proto, false, kAll, {0, 255}});
  }
  return statements;
}

std::optional<Way> Translation::finish(const std::vector<const Branch*>& branches) {
  NumberSet types = fields_[index_of(Field::ether_type)].value_or(everything(16));
  for (const Branch* branch : branches)
    if (branch->ether_types) types = intersect(types, *branch->ether_types);
  if (types.is_empty()) return std::nullopt;
  Way way;
  way.statements = head(types);
  way.statements.insert(way.statements.end(), tests_.begin(), tests_.end());
  for (const Branch* branch : branches) way.statements.insert(way.statements.end(), branch->statements.begin(), branch->statements.end());
  way.counts = needed_.test(index_of(Field::over_syn_limit));
  if (way.counts) {
    std::ranges::stable_partition(way.statements, [](const Statement& statement) { return !std::holds_alternative<LimitEach>(statement); });
  }
  way.protocols = fields_[index_of(Field::protocol)].value_or(everything(8));
  way.ether_types = std::move(types);
  return way;
}

std::vector<Way> Translation::combine() {
  std::vector<Way> ways;
  std::vector<std::size_t> at(choices_.size(), 0);
  for (;;) {
    std::vector<const Branch*> branches;
    for (std::size_t choice = 0; choice < choices_.size(); ++choice) branches.push_back(&choices_[choice][at[choice]]);
    if (auto way = finish(branches)) ways.push_back(std::move(*way));
    std::size_t choice = 0;
    while (choice < at.size() && ++at[choice] == choices_[choice].size()) at[choice++] = 0;
    if (choice == at.size()) return ways;
  }
}

Result<std::vector<Way>> Translation::run(const rules::Rule& rule) {
  for (const rules::Condition& condition : rule.conditions)
    TRY_VOID(std::visit([this](const auto& test) { return take(test); }, condition));
  if (!never_) TRY_VOID(finish_fields());
  if (never_) return std::vector<Way>{};
  return combine();
}

}  // namespace

Result<std::vector<Way>> translate_conditions(const rules::Rule& rule, const rules::Program& program, const Place& place, SetPool& pool) {
  return Translation(program, place, pool).run(rule);
}

std::optional<Key> key_of(rules::NameField field, const Place& place) {
  const bool bridge = place.family == TableFamily::bridge;
  switch (field) {
    case rules::NameField::in_port: return place.in ? std::optional(Key::iifname) : std::nullopt;
    case rules::NameField::out_port: return place.out ? std::optional(Key::oifname) : std::nullopt;
    case rules::NameField::in_bridge: return bridge && place.in ? std::optional(Key::ibrname) : std::nullopt;
    case rules::NameField::out_bridge: return bridge && place.out ? std::optional(Key::obrname) : std::nullopt;
  }
  return std::nullopt;
}

Way restricted_to_protocol(Way way, std::uint8_t protocol) {
  way.statements.emplace_back(Compare{Key::l4proto, false, kAll, {protocol, protocol}});
  way.protocols = NumberSet::of(protocol);
  return way;
}

Way restricted_to_ipv4(Way way, TableFamily family) {
  const Key key = family == TableFamily::inet ? Key::nfproto : Key::protocol;
  const Number value = family == TableFamily::inet ? 2 : rules::kEtherIpv4;
  way.statements.emplace_back(Compare{key, false, kAll, {value, value}});
  way.ether_types = NumberSet::of(rules::kEtherIpv4);
  return way;
}

}  // namespace drawbridge::nftables
