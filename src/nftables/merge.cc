#include "nftables/merge.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <unordered_map>

namespace drawbridge::nftables {
namespace {

using rules::Field;
using rules::NumberSet;

struct FieldValues {
  Field field = Field::ether_type;
  NumberSet values;
  std::size_t hash = 0;
};

/// A rule of a run: what it allows each field to be, the conditions that are no plain numbers, and where it comes from.
struct Shape {
  std::vector<FieldValues> fields;           // by field, each once
  std::vector<rules::Condition> conditions;  // sorted
  std::vector<std::size_t> members;
  std::size_t rest = 0;  // hash of the conditions
  std::size_t sum = 0;   // hash of all
  bool gone = false;
};

std::size_t mix(std::size_t value) {
  value ^= value >> 31U;
  value *= 0x9e3779b97f4a7c15U;
  return value ^ value >> 29U;
}

std::size_t hash_of(Field field, const NumberSet& values) {
  std::size_t hash = static_cast<std::size_t>(field) + 1;
  for (const rules::Interval& interval : values.intervals()) {
    hash = mix(hash + static_cast<std::size_t>(interval.first) + (static_cast<std::size_t>(interval.first >> 64U) << 1U));
    hash = mix(hash + static_cast<std::size_t>(interval.last) + (static_cast<std::size_t>(interval.last >> 64U) << 1U));
  }
  return hash;
}

std::size_t hash_of(const rules::Condition& condition) {
  std::size_t hash = 7;
  if (const auto* name = std::get_if<rules::NameTest>(&condition)) {
    for (const std::string& each : name->names) hash = mix(hash + std::hash<std::string>{}(each));
  } else if (const auto& test = std::get<rules::Test>(condition); const auto* set = std::get_if<rules::SetName>(&test.values)) {
    hash = mix(hash + std::hash<std::string>{}(set->name) + static_cast<std::size_t>(test.field));
  }
  return hash;
}

bool is_final(const rules::Rule& rule) {
  const bool ends = std::holds_alternative<rules::Accept>(rule.action) || std::holds_alternative<rules::Drop>(rule.action) ||
                    std::holds_alternative<rules::Reject>(rule.action);
  return ends && !rule.log;
}

/// Plain numbers, unmasked. Attempts are counted by looking at them, so they stay as they are.
const NumberSet* plain_values(const rules::Condition& condition) {
  const auto* test = std::get_if<rules::Test>(&condition);
  if (test == nullptr || test->field == Field::over_syn_limit) return nullptr;
  const rules::Number all = rules::largest(rules::width_of(test->field));
  return (test->mask & all) == all ? std::get_if<NumberSet>(&test->values) : nullptr;
}

void restrict(Shape& shape, const rules::Test& test, const NumberSet& values) {
  const unsigned width = rules::width_of(test.field);
  NumberSet allowed = test.negated ? complement(values, width) : values;
  const auto at = std::ranges::lower_bound(shape.fields, test.field, {}, &FieldValues::field);
  if (at != shape.fields.end() && at->field == test.field) {
    at->values = intersect(at->values, allowed);
  } else {
    shape.fields.insert(at, {test.field, std::move(allowed), 0});
  }
}

Shape shape_of(const rules::Rule& rule, std::size_t index) {
  Shape shape;
  shape.members.push_back(index);
  for (const rules::Condition& condition : rule.conditions) {
    if (const NumberSet* values = plain_values(condition)) {
      restrict(shape, std::get<rules::Test>(condition), *values);
    } else {
      shape.conditions.push_back(condition);
    }
  }
  if (shape.conditions.size() > 1) std::ranges::sort(shape.conditions);
  for (const rules::Condition& condition : shape.conditions) shape.rest = mix(shape.rest + hash_of(condition));
  shape.sum = shape.rest;
  for (FieldValues& each : shape.fields) shape.sum += each.hash = hash_of(each.field, each.values);
  return shape;
}

bool equal_but_for(const Shape& a, const Shape& b, Field field) {
  if (a.fields.size() != b.fields.size() || a.conditions != b.conditions) return false;
  for (std::size_t at = 0; at < a.fields.size(); ++at) {
    if (a.fields[at].field != b.fields[at].field) return false;
    if (a.fields[at].field != field && a.fields[at].values != b.fields[at].values) return false;
  }
  return true;
}

FieldValues* values_of(Shape& shape, Field field) {
  const auto at = std::ranges::lower_bound(shape.fields, field, {}, &FieldValues::field);
  return at != shape.fields.end() && at->field == field ? &*at : nullptr;
}

/// Joins the shapes that differ in this field only, into the first of each kind.
void join_by(std::vector<Shape>& shapes, Field field) {
  std::unordered_map<std::size_t, std::vector<std::size_t>> alike;
  for (std::size_t at = 0; at < shapes.size(); ++at) {
    FieldValues* const values = shapes[at].gone ? nullptr : values_of(shapes[at], field);
    if (values == nullptr) continue;
    auto& candidates = alike[shapes[at].sum - values->hash];
    const auto same = std::ranges::find_if(candidates, [&](std::size_t other) { return equal_but_for(shapes[other], shapes[at], field); });
    if (same == candidates.end()) {
      candidates.push_back(at);
      continue;
    }
    FieldValues& joined = *values_of(shapes[*same], field);
    joined.values = unite(joined.values, values->values);
    shapes[*same].members.insert(shapes[*same].members.end(), shapes[at].members.begin(), shapes[at].members.end());
    shapes[at].gone = true;
  }
  for (Shape& shape : shapes) {
    FieldValues* const values = shape.gone ? nullptr : values_of(shape, field);
    if (values == nullptr) continue;
    shape.sum -= values->hash;
    shape.sum += values->hash = hash_of(field, values->values);
  }
}

MergedRule rule_of(Shape shape, const rules::Rule& first) {
  MergedRule merged;
  for (FieldValues& each : shape.fields)
    merged.rule.conditions.emplace_back(rules::Test{.field = each.field, .values = std::move(each.values)});
  merged.rule.conditions.insert(merged.rule.conditions.end(), shape.conditions.begin(), shape.conditions.end());
  merged.rule.action = first.action;
  merged.rule.origin = first.origin;
  merged.members = std::move(shape.members);
  std::ranges::sort(merged.members);
  return merged;
}

void add_run(std::span<const rules::Rule> run, std::size_t begin, std::vector<MergedRule>& to) {
  if (run.size() < 2) {
    for (std::size_t at = 0; at < run.size(); ++at) to.push_back({run[at], {begin + at}});
    return;
  }
  std::vector<Shape> shapes;
  shapes.reserve(run.size());
  for (std::size_t at = 0; at < run.size(); ++at) shapes.push_back(shape_of(run[at], begin + at));
  // Ports first: most rules differ in them.
  for (const Field field : {Field::destination_port, Field::source_port, Field::icmp_type, Field::icmpv6_type, Field::ipv4_source,
                            Field::ipv4_destination, Field::ipv6_source, Field::ipv6_destination, Field::protocol, Field::ether_type})
    join_by(shapes, field);
  for (Shape& shape : shapes)
    if (!shape.gone) {
      const rules::Rule& first = run[std::ranges::min(shape.members) - begin];
      to.push_back(rule_of(std::move(shape), first));
    }
}

}  // namespace

std::vector<MergedRule> merge_rules(const rules::List& list) {
  std::vector<MergedRule> merged;
  const auto& rules = list.rules;
  for (std::size_t at = 0; at < rules.size();) {
    std::size_t end = at + 1;
    if (is_final(rules[at]))
      while (end < rules.size() && is_final(rules[end]) && rules[end].action == rules[at].action) ++end;
    add_run(std::span(rules).subspan(at, end - at), at, merged);
    at = end;
  }
  return merged;
}

}  // namespace drawbridge::nftables
