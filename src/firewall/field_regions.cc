#include "firewall/field_regions.h"

#include <algorithm>
#include <set>

namespace drawbridge::firewall {
namespace {

using rules::Field;
using rules::Number;

Number lowest_alike(const std::vector<Number>& bounds, Number number) {
  const auto next = std::ranges::upper_bound(bounds, number);
  return next == bounds.begin() ? 0 : *(next - 1);
}

}  // namespace

void FieldRegions::add(const rules::NumberSet& set, Bounds& to) {
  for (const auto& interval : set.intervals()) {
    to.push_back(interval.first);
    if (interval.last != ~Number{0}) to.push_back(interval.last + 1);
  }
}

void FieldRegions::add(const rules::Test& test, const rules::Program& program) {
  const auto [kind, side] = [&]() -> std::pair<int, Side> {
    switch (test.field) {
      case Field::ipv4_source: return {ipv4, Side::source};
      case Field::ipv4_destination: return {ipv4, Side::destination};
      case Field::ipv6_source: return {ipv6, Side::source};
      case Field::ipv6_destination: return {ipv6, Side::destination};
      case Field::source_port: return {port, Side::source};
      case Field::destination_port: return {port, Side::destination};
      default: return {-1, Side::source};
    }
  }();
  if (kind < 0) return;
  Bounds& to = bounds(static_cast<Kind>(kind), side);
  is_exact_ = is_exact_ || test.mask != ~Number{0};  // such a rule sees numbers alike that are far apart
  if (const auto* numbers = std::get_if<rules::NumberSet>(&test.values)) add(*numbers, to);
  if (const auto* name = std::get_if<rules::SetName>(&test.values))
    if (const auto set = program.sets.find(name->name); set != program.sets.end())
      add(kind == ipv6 ? set->second->ipv6 : set->second->ipv4, to);
  if (const auto* table = std::get_if<rules::PortTable>(&test.values))
    if (const auto entries = program.port_tables.find(table->name); entries != program.port_tables.end())
      for (const auto& [port_name, numbers] : entries->second) add(numbers, to);
}

void FieldRegions::add(const rules::Program& program) {
  // A set or table that a thousand rules name is added once.
  std::set<std::pair<Field, std::string>> done;
  for (const auto& [name, list] : program.lists)
    for (const auto& rule : list->rules)
      for (const auto& condition : rule.conditions) {
        const auto* test = std::get_if<rules::Test>(&condition);
        if (test == nullptr) continue;
        const auto* set = std::get_if<rules::SetName>(&test->values);
        const auto* table = std::get_if<rules::PortTable>(&test->values);
        if ((set && !done.emplace(test->field, "set " + set->name).second) ||
            (table && !done.emplace(test->field, "table " + table->name).second))
          continue;
        add(*test, program);
      }
  for (Bounds& each : bounds_) {
    std::ranges::sort(each);
    const auto same = std::ranges::unique(each);
    each.erase(same.begin(), same.end());
  }
}

IpAddress FieldRegions::representative(const IpAddress& address, Side side) const {
  if (is_exact_) return address;
  return rules::ip_of(lowest_alike(bounds(address.is_v4() ? ipv4 : ipv6, side), rules::number_of(address)), address.family);
}

std::uint16_t FieldRegions::representative(std::uint16_t number, Side side) const {
  return is_exact_ ? number : static_cast<std::uint16_t>(lowest_alike(bounds(port, side), number));
}

}  // namespace drawbridge::firewall
