#include "firewall/build_parts.h"

#include <algorithm>
#include <set>

#include "guest/device_name.h"

namespace drawbridge::firewall {

using rules::Field;
using rules::NumberSet;

rules::Condition is(Field field, std::uint64_t number) { return rules::Test{field, NumberSet::of(number)}; }
rules::Condition is(Field field, NumberSet set) { return rules::Test{field, std::move(set)}; }
rules::Condition is_not(Field field, NumberSet set) { return rules::Test{field, std::move(set), true}; }
rules::Condition in_table(Field field, std::string_view table, rules::NameField side) {
  return rules::Test{field, rules::PortTable{std::string(table), side}};
}
rules::Condition on(rules::NameField field, rules::Names names) { return rules::NameTest{field, std::move(names)}; }
NumberSet numbers(std::initializer_list<std::uint16_t> numbers) { return NumberSet::of_each(std::span(numbers.begin(), numbers.size())); }

rules::Condition in_state(std::initializer_list<rules::ConnectionState> states) {
  std::vector<std::uint16_t> bits;
  for (const auto state : states) bits.push_back(static_cast<std::uint16_t>(state));
  return rules::Test{Field::connection_state, NumberSet::of_each(bits)};
}

NumberSet network(std::string_view prefix) {
  const auto parsed = parse_prefix(prefix);
  return parsed ? NumberSet({rules::interval_of(*parsed)}) : NumberSet();
}

std::vector<rules::Condition> udp(Family family, std::uint16_t from, std::uint16_t to) {
  return {is(Field::ip_version, static_cast<std::uint64_t>(family)), is(Field::protocol, 17), is(Field::source_port, from),
          is(Field::destination_port, to)};
}

rules::Rule built_in(std::vector<rules::Condition> conditions, rules::Action action, std::string_view reason,
                     std::optional<rules::Log> log) {
  return {.conditions = std::move(conditions), .action = std::move(action), .log = std::move(log), .origin = {.reason = reason}};
}

std::vector<std::string> bridges_of(const guest::Nic& nic) {
  std::vector<std::string> bridges{nic.bridge};
  if (nic.tag) bridges.push_back(guest::fitting_device_name(nic.bridge + "v" + std::to_string(*nic.tag)));
  return bridges;
}

std::uint8_t syslog_level(LogLevel level) { return static_cast<std::uint8_t>(level); }

std::string_view word_of_verdict(Verdict verdict) {
  switch (verdict) {
    case Verdict::accept: return "ACCEPT";
    case Verdict::drop: return "DROP";
    case Verdict::reject: return "REJECT";
  }
  return "DROP";
}

rules::Action accept_in(const GuestOptions& options) {
  if (options.ips) return rules::Queue{options.first_queue, options.last_queue};
  return rules::Accept{};
}

std::string queue_suffix(const GuestOptions& options) {
  return options.ips ? "-queue-" + std::to_string(options.first_queue) + "-" + std::to_string(options.last_queue) : "";
}

Builder::Builder(rules::Program program, const Policy& policy, const NodeFacts& facts)
    : program_(std::move(program)), policy_(policy), facts_(facts) {}

void Builder::put(const std::string& name, std::vector<rules::Rule> rules) {
  program_.lists[name] = std::make_shared<const rules::List>(rules::List{std::move(rules)});
}

std::string Builder::shared(const std::string& name, std::vector<rules::Rule> rules) {
  if (!program_.lists.contains(name)) put(name, std::move(rules));
  return name;
}

void Builder::stage(rules::Stage stage, const std::string& name, std::vector<rules::Rule> rules) {
  put(name, std::move(rules));
  program_.stages[stage] = name;
}

void Builder::add_everything() {
  program_.log_limit = policy_.datacenter.options.log_limit;
  for (const char* table :
       {"mac", "vmid", "receiver", "ipv4-allowed", "ipv6-allowed", "layer2", "zone-port", "zone-bridge", "bridge-address"})
    program_.port_tables[table];
  for (const char* table : {"gate-out", "gate-in", "guest-out", "guest-in", "vnet", "vnet-host"}) program_.dispatch_tables[table];
  program_.mac_tables["guest-in-early"];
  add_shared_lists();
  add_raw();
  add_vnets();
  if (policy_.node.options.enable) {
    add_host();
    add_forward();
  }
  add_guest_cards(std::nullopt);
}

void Builder::add_guest_cards(std::optional<guest::Vmid> only) {
  add_shared_lists();  // those that nobody used were left out
  for (const auto& card : facts_.cards)
    if (!card.port.empty() && (!only || card.vmid == *only)) add_card(card);
  add_zone_stage();
  add_gate_stages();
  add_guest_stages();
}

void Builder::remove_guest(guest::Vmid vmid) {
  const std::string prefix = "guest/" + std::to_string(vmid) + "/";
  std::set<std::string> ports;
  for (const auto& [port, owner] : program_.port_tables["vmid"])
    if (owner.contains(vmid)) ports.insert(port);
  for (auto& [name, table] : program_.port_tables)
    if (name != "zone-bridge" && name != "bridge-address")
      std::erase_if(table, [&](const auto& entry) { return ports.contains(entry.first); });
  for (auto& [name, table] : program_.dispatch_tables) std::erase_if(table, [&](const auto& entry) { return ports.contains(entry.first); });
  for (auto& [name, table] : program_.mac_tables) std::erase_if(table, [&](const auto& entry) { return entry.second.starts_with(prefix); });
  std::erase_if(program_.lists, [&](const auto& entry) { return entry.first.starts_with(prefix); });
  std::erase_if(program_.sets, [&](const auto& entry) { return entry.first.starts_with(prefix); });
}

void Builder::prune() {
  std::set<std::string, std::less<>> used;
  std::set<std::string, std::less<>> sets;
  std::vector<std::string> next;
  const auto reach = [&](const std::string& name) {
    if (used.insert(name).second) next.push_back(name);
  };
  for (const auto& [stage, list] : program_.stages) reach(list);
  for (const auto& [name, table] : program_.dispatch_tables)
    for (const auto& [port, list] : table) reach(list);
  for (const auto& [name, table] : program_.mac_tables)
    for (const auto& [key, list] : table) reach(list);
  while (!next.empty()) {
    const std::string name = std::move(next.back());
    next.pop_back();
    const auto list = program_.lists.find(name);
    if (list == program_.lists.end()) continue;
    for (const auto& rule : list->second->rules) {
      if (const auto* jump = std::get_if<rules::Jump>(&rule.action)) reach(jump->list);
      for (const auto& condition : rule.conditions)
        if (const auto* test = std::get_if<rules::Test>(&condition))
          if (const auto* set = std::get_if<rules::SetName>(&test->values)) sets.insert(set->name);
    }
  }
  std::erase_if(program_.lists, [&](const auto& entry) { return !used.contains(entry.first); });
  std::erase_if(program_.sets, [&](const auto& entry) { return !sets.contains(entry.first); });
}

}  // namespace drawbridge::firewall
