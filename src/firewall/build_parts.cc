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
    : program_(std::move(program)), policy_(policy), facts_(facts), had_files_(!program_.files.empty()) {}

/// What stays the same stays shared: whoever follows the program sees at a glance that nothing has changed.
void Builder::put(const std::string& name, std::vector<rules::Rule> rules) {
  rules.shrink_to_fit();  // kept for as long as the service runs
  auto& list = program_.lists[name];
  if (!list || list->rules != rules) list = std::make_shared<const rules::List>(rules::List{std::move(rules)});
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
  for (const auto& card : facts_.cards)
    if (!card.port.empty()) add_card(card);
  add_zone_stage();
  add_gate_stages();
  add_guest_stages();
}

void Builder::replace_guests(std::set<guest::Vmid> guests, bool cards_changed) {
  add_sharers(guests);
  remove_guests(guests);
  add_shared_lists();  // those that nobody used were left out
  for (const auto& card : facts_.cards)
    if (!card.port.empty() && guests.contains(card.vmid)) add_card(card);
  add_guest_stages();
  if (!cards_changed) return;
  add_zone_stage();
  add_gate_stages();
}

namespace {

/// Of a map by name: those that begin so.
template <class Map>
void erase_with_prefix(Map& map, const std::string& prefix) {
  const auto first = map.lower_bound(prefix);
  auto last = first;
  while (last != map.end() && last->first.starts_with(prefix)) ++last;
  map.erase(first, last);
}

}  // namespace

/// Of several cards with one MAC address on a bridge the last has the frames: who shares one with these guests, before or now, is made anew
/// with them.
void Builder::add_sharers(std::set<guest::Vmid>& guests) {
  std::set<rules::Number> addresses;
  const auto known = program_.port_tables.find("mac");
  const auto take = [&](guest::Vmid vmid) {
    for (const auto& card : facts_.cards)
      if (card.vmid == vmid && card.nic.mac) addresses.insert(rules::number_of(*card.nic.mac));
  };
  if (known != program_.port_tables.end())
    for (const auto& [port, owner] : program_.port_tables["vmid"])
      if (guests.contains(static_cast<guest::Vmid>(owner.intervals()[0].first)))
        if (const auto mac = known->second.find(port); mac != known->second.end()) addresses.insert(mac->second.intervals()[0].first);
  for (const guest::Vmid vmid : std::set<guest::Vmid>(guests)) take(vmid);
  for (std::size_t before = 0; before != guests.size();) {
    before = guests.size();
    for (const auto& card : facts_.cards)
      if (card.nic.mac && addresses.contains(rules::number_of(*card.nic.mac)) && guests.insert(card.vmid).second) take(card.vmid);
  }
}

void Builder::remove_guests(const std::set<guest::Vmid>& guests) {
  std::vector<std::string> ports;
  for (const auto& [port, owner] : program_.port_tables["vmid"])
    if (guests.contains(static_cast<guest::Vmid>(owner.intervals()[0].first))) ports.push_back(port);
  for (const std::string& port : ports) {
    for (auto& [name, table] : program_.port_tables)
      if (name != "zone-bridge" && name != "bridge-address") table.erase(port);
    for (auto& [name, table] : program_.dispatch_tables) table.erase(port);
  }
  for (const guest::Vmid vmid : guests) {
    const std::string prefix = "guest/" + std::to_string(vmid) + "/";
    for (auto& [name, table] : program_.mac_tables)
      std::erase_if(table, [&](const auto& entry) { return entry.second.starts_with(prefix); });
    erase_with_prefix(program_.lists, prefix);
    erase_with_prefix(program_.sets, prefix);
  }
}

rules::Program prune(rules::Program program) {
  std::set<std::string, std::less<>> used;
  std::set<std::string, std::less<>> sets;
  std::vector<std::string> next;
  const auto reach = [&](const std::string& name) {
    if (used.insert(name).second) next.push_back(name);
  };
  for (const auto& [stage, list] : program.stages) reach(list);
  for (const auto& [name, table] : program.dispatch_tables)
    for (const auto& [port, list] : table) reach(list);
  for (const auto& [name, table] : program.mac_tables)
    for (const auto& [key, list] : table) reach(list);
  while (!next.empty()) {
    const std::string name = std::move(next.back());
    next.pop_back();
    const auto list = program.lists.find(name);
    if (list == program.lists.end()) continue;
    for (const auto& rule : list->second->rules) {
      if (const auto* jump = std::get_if<rules::Jump>(&rule.action)) reach(jump->list);
      for (const auto& condition : rule.conditions)
        if (const auto* test = std::get_if<rules::Test>(&condition))
          if (const auto* set = std::get_if<rules::SetName>(&test->values)) sets.insert(set->name);
    }
  }
  std::erase_if(program.lists, [&](const auto& entry) { return !used.contains(entry.first); });
  std::erase_if(program.sets, [&](const auto& entry) { return !sets.contains(entry.first); });
  return program;
}

}  // namespace drawbridge::firewall
