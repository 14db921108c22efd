#include "nftables/program_sets.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "nftables/name.h"

namespace drawbridge::nftables {
namespace {

using rules::Interval;

// A hash set costs the same however many it holds, an interval set costs more with each: few numbers are better written out.
constexpr std::size_t kMaxWrittenOut = 64;
// From here on single hosts and networks are kept apart: an interval set's update costs as much as it has elements.
constexpr std::size_t kManyHosts = 256;

bool is_single(const Interval& interval) { return interval.first == interval.last; }

std::size_t count(std::span<const Interval> values, std::size_t stop) {
  std::size_t sum = 0;
  for (const Interval& value : values) {
    if (value.last - value.first >= stop) return stop;
    sum += static_cast<std::size_t>(value.last - value.first) + 1;
    if (sum >= stop) return stop;
  }
  return sum;
}

Result<Interval> port_name(const std::string& port, const std::string& table) {
  const auto name = interval_of_name(port);
  if (!name || port.ends_with('*')) return fail(Errc::unsupported, fmt::format("\"{}\" in table {} is no device's name", port, table));
  return *name;
}

/// Elements in the order of their parts.
void sort_elements(Set& set) {
  const std::size_t width = set.keys.count;
  if (width == 1 && std::ranges::is_sorted(set.parts)) return;
  std::vector<std::size_t> order(set.size());
  for (std::size_t at = 0; at < order.size(); ++at) order[at] = at;
  std::ranges::sort(order, [&](std::size_t a, std::size_t b) {
    return std::ranges::lexicographical_compare(std::span(set.parts).subspan(a * width, width),
                                                std::span(set.parts).subspan(b * width, width));
  });
  Set sorted = set;
  for (std::size_t at = 0; at < order.size(); ++at) {
    std::ranges::copy(std::span(set.parts).subspan(order[at] * width, width),
                      sorted.parts.begin() + static_cast<std::ptrdiff_t>(at * width));
    if (!set.values.empty()) sorted.values[at] = set.values[order[at]];
  }
  set = std::move(sorted);
}

}  // namespace

Key set_key(Key key) {
  if (facts_of(key).type == DataType::integer) return key;
  for (std::size_t at = 0; at < kKeys; ++at)
    if (facts_of(static_cast<Key>(at)).type == facts_of(key).type) return static_cast<Key>(at);
  return key;
}

Keys keys_of(Key first) { return {.key = {first}, .count = 1}; }
Keys keys_of(Key first, Key second) { return {.key = {first, second}, .count = 2}; }

Set set_of_values(Key key, std::span<const Interval> values) {
  Set set;
  set.keys = keys_of(set_key(key));
  // Of single values of two bytes the kernel makes a map of 65,536 pairs of bits: 32 KiB with what it adds, for each list of ports.
  const bool ports = facts_of(set.keys.key[0]).type == DataType::inet_service;
  if (!ports && count(values, kMaxWrittenOut + 1) <= kMaxWrittenOut) {
    for (const Interval& value : values)
      for (rules::Number number = value.first;; ++number) {
        set.parts.push_back({number, number});
        if (number == value.last) break;
      }
  } else {
    set.parts.assign(values.begin(), values.end());
    set.intervals = ports || !std::ranges::all_of(values, is_single);
  }
  return set;
}

std::string hosts_name(const std::string& name, Key key) { return fmt::format("hosts/{}/{}", type_word(key), object_name(name)); }
std::string networks_name(const std::string& name, Key key) { return fmt::format("nets/{}/{}", type_word(key), object_name(name)); }
std::string port_table_name(const std::string& name, Key key) { return fmt::format("ports/{}/{}", type_word(key), object_name(name)); }
std::string number_map_name(const std::string& name, Set::Kind kind) {
  const bool marks = kind == Set::Kind::mark_map, labels = kind == Set::Kind::label_map;
  return (marks ? "marks/" : labels ? "labels/" : "zones/") + object_name(name);
}

Result<NamedSets> named_sets(const rules::Program& program, const std::string& name, Key key) {
  const auto found = program.sets.find(name);
  if (found == program.sets.end()) return fail(Errc::bug, fmt::format("the program has no set {}", name));
  const bool is_v4 = bits_of(key) == 32;
  if (!is_v4 && bits_of(key) != 128)
    return fail(Errc::unsupported, fmt::format("{} can't be compared with set {}", facts_of(key).text, name));
  const rules::NumberSet& half = is_v4 ? found->second->ipv4 : found->second->ipv6;
  const auto hosts = static_cast<std::size_t>(std::ranges::count_if(half.intervals(), is_single));
  NamedSets sets;
  Set set;
  set.keys = keys_of(set_key(key));
  if (hosts == half.intervals().size() || hosts < kManyHosts) {
    set.intervals = hosts != half.intervals().size();
    set.parts.assign(half.intervals().begin(), half.intervals().end());
    std::string set_name = set.intervals ? networks_name(name, key) : hosts_name(name, key);
    sets.emplace_back(std::move(set_name), std::move(set));
    return sets;
  }
  Set networks = set;
  networks.intervals = true;
  std::ranges::partition_copy(half.intervals(), std::back_inserter(set.parts), std::back_inserter(networks.parts), is_single);
  sets.emplace_back(hosts_name(name, key), std::move(set));
  sets.emplace_back(networks_name(name, key), std::move(networks));
  return sets;
}

Result<Set> port_table_set(const rules::Program& program, const std::string& name, Key key) {
  const auto found = program.port_tables.find(name);
  if (found == program.port_tables.end()) return fail(Errc::bug, fmt::format("the program has no table {}", name));
  Set set;
  set.keys = keys_of(Key::iifname, set_key(key));
  for (const auto& [port, values] : found->second) {
    const Interval name_part = TRY(port_name(port, name));
    for (const Interval& value : values.intervals()) {
      if (value.last > rules::largest(bits_of(key))) return fail(Errc::bug, fmt::format("table {}: a value of {} is too wide", name, port));
      set.parts.push_back(name_part);
      set.parts.push_back(value);
      if (!is_single(value)) set.intervals = true;
    }
  }
  if (set.intervals && facts_of(key).host_order)
    return fail(Errc::unsupported, fmt::format("table {}: intervals of {} by port", name, facts_of(key).text));
  sort_elements(set);
  return set;
}

Result<Set> number_map(const rules::Program& program, const std::string& name, Set::Kind kind) {
  const auto found = program.port_tables.find(name);
  if (found == program.port_tables.end()) return fail(Errc::bug, fmt::format("the program has no table {}", name));
  const bool marks = kind == Set::Kind::mark_map, labels = kind == Set::Kind::label_map;
  Set map;
  map.kind = kind;
  map.keys = keys_of(Key::iifname);
  for (const auto& [port, values] : found->second) {
    if (values.is_empty()) continue;
    const rules::Number number = values.intervals()[0].first;
    if (!values.is_single() || number > rules::largest(marks ? 32 : labels ? 128 : 16))
      return fail(Errc::unsupported, fmt::format("table {}: {} needs one number that fits a {}", name, port,
                                                 marks    ? "mark"
                                                 : labels ? "label"
                                                          : "zone"));
    map.parts.push_back(TRY(port_name(port, name)));
    map.values.push_back(labels ? MapValue(number) : MapValue(static_cast<std::uint32_t>(number)));
  }
  sort_elements(map);
  return map;
}

}  // namespace drawbridge::nftables
