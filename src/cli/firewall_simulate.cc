// firewall simulate: one packet through every stage of the rules.
#include <algorithm>
#include <boost/json.hpp>

#include "base/text.h"
#include "cli/firewall_desk.h"
#include "cli/firewall_world.h"
#include "cli/verbs.h"
#include "firewall/build.h"
#include "firewall/icmp_types.h"
#include "firewall/journey.h"
#include "rules/packet_description.h"

namespace drawbridge::cli {
namespace {

namespace json = boost::json;
using firewall::Zone;

constexpr std::uint64_t kLastVlan = 4094;
constexpr MacAddress kSomebody{{0x02, 0, 0, 0, 0, 0xfe}};

/// "vm100", "ct100i1"; nullopt: not of this form.
std::optional<std::pair<guest::Vmid, std::uint8_t>> card_words(std::string_view word) {
  if (!word.starts_with("vm") && !word.starts_with("ct")) return std::nullopt;
  const auto parts = split(word.substr(2), 'i');
  const auto vmid = parse_number<guest::Vmid>(parts[0]);
  const auto slot = parts.size() == 2 ? parse_number<std::uint8_t>(parts[1]) : std::optional<std::uint8_t>(0);
  if (!vmid || !slot || parts.size() > 2) return std::nullopt;
  return std::pair(*vmid, *slot);
}

Result<Zone> zone_of(const FirewallWorld& world, const std::string& word) {
  if (word == "host") return Zone{};
  if (word == "outside") return Zone{"eth0", "vmbr0", kSomebody};
  // A guest without firewall: a port that no rule knows and whose name is no guest's.
  if (word == "nfvm") return Zone{"nfvm", "vmbr0", kSomebody};
  if (const auto card = card_words(word)) {
    for (const auto& each : world.facts.cards)
      if (each.vmid == card->first && each.nic.slot == card->second) return Zone{each.port, each.nic.bridge, each.nic.mac};
    return fail(Errc::not_found, "this node has no guest " + printable(word) + " with that card", {}, "see \"drawbridge guest list\"");
  }
  if (const auto parts = split(word, '/'); parts.size() == 2 && !parts[0].empty() && !parts[1].empty())
    return Zone{std::string(parts[1]), std::string(parts[0]), kSomebody};
  return fail(Errc::invalid_input, "\"" + printable(word) + "\" is no zone", {},
              "it is host, outside, nfvm, vmID, ctID, vmIDiN or BRIDGE/PORT, also of a named network");
}

Result<std::uint16_t> port_of(const FirewallWorld& world, const std::string& text, std::uint8_t protocol) {
  if (const auto number = parse_number<std::uint16_t>(text)) return *number;
  if (const auto port = firewall::find_service(world.tables, text, protocol)) return *port;
  return fail(Errc::invalid_input, "\"" + printable(text) + "\" is no port", {}, "a number up to 65535, or a name of /etc/services");
}

Result<IpAddress> address_of(Context& context, const char* option, bool is_host, const FirewallWorld& world, bool v6,
                             const char* otherwise) {
  if (const auto text = context.arguments().value(option)) return parse_ip(*text);
  if (is_host)
    for (const auto& own : world.facts.own_addresses)
      if (own.is_v6() == v6) return own;
  return parse_ip(otherwise);
}

/// A name as in rules, TYPE or TYPE/CODE.
Result<firewall::IcmpType> icmp_type_of(const std::string& text, Family family) {
  if (text.empty()) return firewall::IcmpType();
  if (const auto type = firewall::read_icmp_type(text, family)) return *type;
  return fail(Errc::invalid_input, "\"" + printable(text, 40) + "\" is no ICMP type of this family", {},
              "a name as in rules (echo-request), TYPE or TYPE/CODE: 8, or 3/4");
}

Result<rules::PacketDescription> describe(Context& context, const FirewallWorld& world, const Zone& from, const Zone& to) {
  const auto& arguments = context.arguments();
  rules::PacketDescription packet;
  const auto text = [&](const char* option) { return arguments.value(option).value_or(""); };
  const std::string protocol = to_lower(arguments.value("protocol").value_or("tcp"));
  const bool v6 = text("source").find(':') != std::string::npos || text("dest").find(':') != std::string::npos || protocol == "icmpv6" ||
                  protocol == "nd";
  packet.source = TRY(address_of(context, "source", from.is_host(), world, v6, v6 ? "2001:db8:100::1:2" : "100.100.1.2"));
  packet.destination = TRY(address_of(context, "dest", to.is_host(), world, v6, v6 ? "2001:db8:200::3:4" : "100.200.3.4"));
  if (packet.source.family != packet.destination.family)
    return fail(Errc::invalid_input, "source and destination are of two families", {}, "give both as IPv4 or both as IPv6");
  packet.ether_source = from.mac.value_or(kSomebody);
  packet.ether_destination = to.mac.value_or(MacAddress{{0x02, 0, 0, 0, 0, 1}});
  if (const auto mac = arguments.value("mac")) packet.ether_source = TRY(parse_mac(*mac));
  if (const auto vlan = arguments.number("vlan")) {
    if (*vlan > kLastVlan) return fail(Errc::invalid_input, "--vlan takes a VLAN id", {}, "0 to 4094; 0 is a priority tag");
    packet.tags = {static_cast<std::uint16_t>(*vlan)};
  }
  const auto icmp = TRY(icmp_type_of(text("icmp-type"), v6 ? Family::ipv6 : Family::ipv4));
  const std::uint8_t number = protocol == "udp" ? 17 : 6;
  if (protocol == "tcp" || protocol == "udp") {
    const auto source = TRY(port_of(world, arguments.value("sport").value_or("40000"), number));
    const auto destination = TRY(port_of(world, arguments.value("dport").value_or("80"), number));
    if (number == 6) {
      packet.content = rules::Tcp{.source_port = source, .destination_port = destination};
    } else {
      packet.content = rules::Udp{.source_port = source, .destination_port = destination};
    }
  } else if (protocol == "icmp" || protocol == "icmpv6") {
    packet.content = rules::Icmp{icmp.type.value_or(v6 ? 128 : 8), icmp.code.value_or(0)};
  } else if (protocol == "arp") {
    packet.content = rules::Arp{.source_mac = packet.ether_source, .source_ip = packet.source, .target_ip = packet.destination};
  } else if (protocol == "nd") {
    packet.content = rules::NeighborDiscovery{icmp.type.value_or(135), packet.destination};
  } else if (const auto other = parse_number<std::uint8_t>(protocol)) {
    packet.content = rules::OtherProtocol{*other};
  } else {
    return fail(Errc::invalid_input, "unknown protocol \"" + printable(protocol) + "\"", {},
                "tcp, udp, icmp, icmpv6, arp, nd, or a number");
  }
  const std::string state = arguments.value("state").value_or("new");
  if (state == "established") packet.state = rules::ConnectionState::established;
  if (state == "related") packet.state = rules::ConnectionState::related;
  if (state == "invalid") packet.state = rules::ConnectionState::invalid;
  return packet;
}

json::object step_json(const rules::Program& program, const rules::Step& step) {
  const auto& rule = program.lists.at(step.list)->rules.at(step.rule);
  json::object object{{"stage", word_of(step.stage)}, {"list", step.list}, {"rule", format_rule(rule, program)}};
  if (rule.origin.line != 0) object["file"] = program.files.at(rule.origin.file);
  if (rule.origin.line != 0) object["line"] = rule.origin.line;
  return object;
}

json::value rule_json(Context& context, const rules::Program& program, const rules::Rule* rule) {
  if (!rule || rule->origin.line == 0) return nullptr;
  const auto& file = program.files.at(rule->origin.file);
  return json::object{{"file", file}, {"line", rule->origin.line}, {"text", line_of_file(context, file, rule->origin.line)}};
}

std::string trace_text(const rules::Program& program, const firewall::Journey& journey) {
  std::string text;
  for (const auto& leg : journey.legs) {
    text += std::string(word_of(leg.stage)) + ": " + std::string(word_of(leg.decision.verdict)) + "\n";
    for (const auto& step : leg.decision.trace)
      text += "  " + format_rule(program.lists.at(step.list)->rules.at(step.rule), program) + "\n";
  }
  return text;
}

Exit print_journey(Context& context, const rules::Program& program, const firewall::Journey& journey) {
  const auto action = std::string(word_of(journey.verdict));
  if (context.console.json()) {
    json::array trace;
    for (const auto& leg : journey.legs)
      for (const auto& step : leg.decision.trace) trace.push_back(step_json(program, step));
    context.console.print_document(json::serialize(
        json::object{{"action", action}, {"rule", rule_json(context, program, decider(journey, program))}, {"trace", std::move(trace)}}));
  } else {
    context.console.print(trace_text(program, journey) + "ACTION: " + action + "\n");
  }
  return context.arguments().value("expect").value_or(action) == action ? Exit::done : Exit::no;
}

}  // namespace

Exit firewall_simulate(Context& context) {
  const auto world = read_firewall_world(context);
  if (!world) return context.console.fail(world.error());
  context.console.diagnose(world->diagnostics);  // those lines are in no rule: who asks must know
  if (!world->policy.datacenter.options.enable) context.console.note("the firewall is off, so everything passes: " + why_off(*world));
  const auto from = zone_of(*world, context.arguments().value("from").value_or("outside"));
  if (!from) return context.console.fail(from.error());
  const auto to = zone_of(*world, context.arguments().value("to").value_or("host"));
  if (!to) return context.console.fail(to.error());
  if (*from == *to) return context.console.fail_usage("--from and --to are the same", "a packet goes from one zone to another");
  const auto packet = describe(context, *world, *from, *to);
  if (!packet) return context.console.fail(packet.error());
  const auto program = firewall::build_program(world->policy, world->facts);
  return print_journey(context, program, travel(program, *from, *to, packet_of(*packet), world->facts));
}

}  // namespace drawbridge::cli
