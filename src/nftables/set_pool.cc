#include "nftables/set_pool.h"

#include <fmt/format.h>

#include "nftables/name.h"

namespace drawbridge::nftables {

bool SetPool::use(const std::string& name) {
  Object* const known = objects_.find(name);
  if (known != nullptr) objects_.use(user_, *known);
  return known != nullptr;
}

std::string SetPool::add(std::string name, MadeOf source, Set set) {
  Object& made = objects_.add(name, std::move(source));
  objects_.put(made, std::make_shared<const Set>(std::move(set)));
  objects_.use(user_, made);
  return name;
}

std::string SetPool::of_values(Key key, std::span<const rules::Interval> values) {
  Set set = set_of_values(key, values);
  std::string name = content_name(set);
  const auto& sets = objects_.table().sets;
  // Two contents with one digest: not in this universe's lifetime, and yet right.
  for (auto at = sets.find(name); at != sets.end() && *at->second != set; at = sets.find(name)) name += '+';
  if (use(name)) return name;
  return add(std::move(name), OfContents{}, std::move(set));
}

Result<std::vector<std::string>> SetPool::named(const std::string& name, Key key) {
  std::vector<std::string> names;
  for (std::string known : {hosts_name(name, key), networks_name(name, key)})
    if (use(known)) names.push_back(std::move(known));
  if (!names.empty()) return names;
  auto sets = TRY(named_sets(program_, name, key));
  for (auto& [set_name, set] : sets) names.push_back(add(std::move(set_name), OfNamedSet{name, key}, std::move(set)));
  return names;
}

Result<std::string> SetPool::port_table(const std::string& name, Key key) {
  std::string set_name = port_table_name(name, key);
  if (use(set_name)) return set_name;
  Set set = TRY(port_table_set(program_, name, key));
  return add(std::move(set_name), OfPortTable{name, key}, std::move(set));
}

Result<std::string> SetPool::number_map(const std::string& name, Set::Kind kind) {
  std::string map_name = number_map_name(name, kind);
  if (use(map_name)) return map_name;
  Set map = TRY(nftables::number_map(program_, name, kind));
  return add(std::move(map_name), OfNumbers{name, kind}, std::move(map));
}

Result<std::string> SetPool::attempts(Key source) {
  std::string name = fmt::format("attempts/{}", type_word(source));
  // Each packet is counted once: a second rule that asks would count it again.
  if (objects_.find(name) != nullptr) return fail(Errc::unsupported, "more than one rule about attempts in one table");
  Set set;
  set.kind = Set::Kind::dynamic;
  set.keys = keys_of(set_key(source));
  set.timeout_seconds = program_.syn_limit.value_or(rules::SynLimit{}).forget_after;
  return add(std::move(name), OfAttempts{}, std::move(set));
}

}  // namespace drawbridge::nftables
