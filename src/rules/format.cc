#include <fmt/format.h>

#include <iterator>

#include "rules/program.h"

namespace drawbridge::rules {
namespace {

enum class Notation : std::uint8_t { decimal, hexadecimal, mac, ipv4, ipv6, states };

Notation notation_of(Field field) {
  switch (field) {
    case Field::ether_source:
    case Field::ether_destination:
    case Field::arp_source_mac:
    case Field::dhcp_client_mac: return Notation::mac;
    case Field::arp_source_ip:
    case Field::arp_target_ip:
    case Field::ipv4_source:
    case Field::ipv4_destination: return Notation::ipv4;
    case Field::ipv6_source:
    case Field::ipv6_destination:
    case Field::nd_target: return Notation::ipv6;
    case Field::ether_type:
    case Field::tcp_flags: return Notation::hexadecimal;
    case Field::connection_state: return Notation::states;
    default: return Notation::decimal;
  }
}

std::string hexadecimal(Number number) {
  std::string digits;
  do {
    digits.insert(digits.begin(), "0123456789abcdef"[static_cast<unsigned>(number & 0xfU)]);
    number >>= 4U;
  } while (number != 0);
  return "0x" + digits;
}

std::string state_word(Number state) {
  switch (static_cast<unsigned>(state)) {
    case static_cast<unsigned>(ConnectionState::invalid): return "invalid";
    case static_cast<unsigned>(ConnectionState::established): return "established";
    case static_cast<unsigned>(ConnectionState::related): return "related";
    case static_cast<unsigned>(ConnectionState::fresh): return "new";
    case static_cast<unsigned>(ConnectionState::untracked): return "untracked";
    default: return format_number(state);
  }
}

std::string one(Number number, Notation notation) {
  switch (notation) {
    case Notation::mac: return format_mac(mac_of(number));
    case Notation::ipv4: return format_ip(ip_of(number, Family::ipv4));
    case Notation::ipv6: return format_ip(ip_of(number, Family::ipv6));
    case Notation::hexadecimal: return hexadecimal(number);
    case Notation::states: return state_word(number);
    case Notation::decimal: break;
  }
  return format_number(number);
}

/// "10.0.0.0/8" where the interval is a network.
std::string interval(const Interval& interval, Notation notation) {
  const std::string first = one(interval.first, notation);
  if (interval.first == interval.last) return first;
  const Number span = interval.last - interval.first;
  const bool is_network = (span & (span + 1)) == 0 && (interval.first & span) == 0;
  if ((notation == Notation::ipv4 || notation == Notation::ipv6) && is_network) {
    unsigned length = notation == Notation::ipv4 ? 32 : 128;
    for (Number rest = span; rest != 0; rest >>= 1U) --length;
    return fmt::format("{}/{}", first, length);
  }
  return fmt::format("{}-{}", first, one(interval.last, notation));
}

std::string numbers(const NumberSet& set, Notation notation) {
  if (set.is_empty()) return "nothing";
  // States are single bits: 2-2 and 4-4 don't touch, but the interval 1-2 would hide that it holds two.
  std::string text;
  for (const Interval& each : set.intervals()) {
    if (notation == Notation::states && each.last - each.first == 1) {
      text += fmt::format("{}{}, {}", text.empty() ? "" : ", ", state_word(each.first), state_word(each.last));
      continue;
    }
    text += fmt::format("{}{}", text.empty() ? "" : ", ", interval(each, notation));
  }
  return text;
}

std::string names(const Names& names) {
  std::string text;
  for (const std::string& name : names) text += fmt::format("{}{}", text.empty() ? "" : ", ", name);
  return text.empty() ? "nothing" : text;
}

std::string table_text(const PortTable& table) { return fmt::format("{}[{}]", table.name, word_of(table.side)); }

std::string condition_text(const Condition& condition) {
  if (const auto* test = std::get_if<NameTest>(&condition))
    return fmt::format("{} {} {}", word_of(test->field), test->negated ? "!=" : "=", names(test->names));
  const Test& test = std::get<Test>(condition);
  const std::string mask = test.mask == ~Number{0} ? "" : fmt::format(" & {}", hexadecimal(test.mask));
  std::string values;
  if (const auto* set = std::get_if<NumberSet>(&test.values)) values = numbers(*set, notation_of(test.field));
  if (const auto* set = std::get_if<SetName>(&test.values)) values = "@" + set->name;
  if (const auto* table = std::get_if<PortTable>(&test.values)) values = table_text(*table);
  return fmt::format("{}{} {} {}", word_of(test.field), mask, test.negated ? "!=" : "=", values);
}

std::string_view word_of(Reject::With with) {
  switch (with) {
    case Reject::With::tcp_reset: return "tcp-reset";
    case Reject::With::port_unreachable: return "port-unreachable";
    case Reject::With::host_prohibited: return "host-prohibited";
    case Reject::With::admin_prohibited: return "admin-prohibited";
  }
  return "?";
}

struct ActionText {
  std::string operator()(const Continue&) const { return "go on"; }
  std::string operator()(const Accept&) const { return "accept"; }
  std::string operator()(const Drop&) const { return "drop"; }
  std::string operator()(const Reject& reject) const { return fmt::format("reject with {}", word_of(reject.with)); }
  std::string operator()(const Jump& jump) const { return "jump " + jump.list; }
  std::string operator()(const Return&) const { return "return"; }
  std::string operator()(const Dispatch& dispatch) const {
    return fmt::format("dispatch {} by {}", dispatch.table, rules::word_of(dispatch.field));
  }
  std::string operator()(const DispatchByMac& dispatch) const {
    return fmt::format("dispatch {} by in-bridge and ether-destination", dispatch.table);
  }
  std::string operator()(const MarkConnection& mark) const { return "mark " + table_text(mark.guest); }
  std::string operator()(const LabelConnection& label) const { return "label " + table_text(label.receiver); }
  std::string operator()(const SetZone& set) const {
    if (const auto* zone = std::get_if<std::uint16_t>(&set.zone)) return fmt::format("zone {}", *zone);
    return "zone " + table_text(std::get<PortTable>(set.zone));
  }
  std::string operator()(const SetHelper& set) const { return fmt::format("helper {} of protocol {}", set.helper, set.protocol); }
  std::string operator()(const Queue& queue) const {
    return queue.first == queue.last ? fmt::format("queue {}", queue.first) : fmt::format("queue {}-{}", queue.first, queue.last);
  }
};

std::string origin_text(const Origin& origin, const Program& program) {
  if (origin.line == 0) return std::string(origin.reason);
  const bool known = origin.file < program.files.size();
  return fmt::format("{}:{}", known ? program.files[origin.file] : "?", origin.line);
}

std::string address_set_text(const AddressSet& set) {
  return fmt::format("{}; {}", numbers(set.ipv4, Notation::ipv4), numbers(set.ipv6, Notation::ipv6));
}

/// Entries of port tables are of various fields; their width tells them apart well enough for people.
Notation notation_of_table(std::string_view table) {
  if (table.starts_with("mac")) return Notation::mac;
  if (table.starts_with("ipv4")) return Notation::ipv4;
  return table.starts_with("ipv6") ? Notation::ipv6 : Notation::decimal;
}

void append_tables(std::string& text, const Program& program) {
  auto out = std::back_inserter(text);
  for (const auto& [name, set] : program.sets) fmt::format_to(out, "set {}: {}\n", name, address_set_text(*set));
  for (const auto& [name, table] : program.port_tables) {
    fmt::format_to(out, "port table {}:\n", name);
    for (const auto& [port, set] : table) fmt::format_to(out, "  {}: {}\n", port, numbers(set, notation_of_table(name)));
  }
  for (const auto& [name, table] : program.dispatch_tables) {
    fmt::format_to(out, "dispatch table {}:\n", name);
    for (const auto& [port, list] : table) fmt::format_to(out, "  {}: {}\n", port, list);
  }
  for (const auto& [name, table] : program.mac_tables) {
    fmt::format_to(out, "MAC table {}:\n", name);
    for (const auto& [key, list] : table) fmt::format_to(out, "  {} {}: {}\n", key.bridge, format_mac(key.mac), list);
  }
}

void append_limits(std::string& text, const Program& program) {
  auto out = std::back_inserter(text);
  const auto& log = program.log_limit;
  static constexpr std::string_view kPer[] = {"second", "minute", "hour", "day"};
  if (log.enabled) fmt::format_to(out, "log limit: {} a {}, burst {}\n", log.rate, kPer[static_cast<std::size_t>(log.per)], log.burst);
  if (const auto& syn = program.syn_limit)
    fmt::format_to(out, "syn limit: {} a second, burst {}, forgotten after {} s\n", syn->per_second, syn->burst, syn->forget_after);
}

}  // namespace

std::string_view word_of(Stage stage) {
  switch (stage) {
    case Stage::frame_gate: return "frame-gate";
    case Stage::zones: return "zones";
    case Stage::raw: return "raw";
    case Stage::helpers: return "helpers";
    case Stage::guest_out: return "guest-out";
    case Stage::guest_in_early: return "guest-in-early";
    case Stage::vnet: return "vnet";
    case Stage::frame_gate_in: return "frame-gate-in";
    case Stage::guest_in: return "guest-in";
    case Stage::bridge_in: return "bridge-in";
    case Stage::host_in: return "host-in";
    case Stage::host_out: return "host-out";
    case Stage::bridge_out: return "bridge-out";
    case Stage::forward: return "forward";
  }
  return "?";
}

std::string format_rule(const Rule& rule, const Program& program) {
  std::string text;
  for (const Condition& condition : rule.conditions) text += fmt::format("{}{}", text.empty() ? "" : "; ", condition_text(condition));
  text += fmt::format("{}-> {}", text.empty() ? "" : " ", std::visit(ActionText{}, rule.action));
  if (const auto& log = rule.log) text += fmt::format(", log :{}:{}:{}: {}", log->vmid, log->level, log->chain, log->text);
  const std::string origin = origin_text(rule.origin, program);
  if (!origin.empty()) text += fmt::format("  # {}", origin);
  return text;
}

std::string format_program(const Program& program) {
  std::string text;
  auto out = std::back_inserter(text);
  append_limits(text, program);
  for (const auto& [stage, list] : program.stages) fmt::format_to(out, "stage {}: {}\n", word_of(stage), list);
  append_tables(text, program);
  for (const auto& [name, list] : program.lists) {
    fmt::format_to(out, "list {}:\n", name);
    for (const Rule& rule : list->rules) fmt::format_to(out, "  {}\n", format_rule(rule, program));
  }
  return text;
}

}  // namespace drawbridge::rules
