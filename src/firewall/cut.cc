#include "firewall/cut.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "firewall/field_regions.h"
#include "firewall/journey.h"
#include "rules/packet_description.h"

namespace drawbridge::firewall {
namespace {

using rules::Connection;
using rules::NumberSet;

/// A device that no rule names.
constexpr const char* kSomeDevice = "?";
/// With more pairs of named devices than this nobody can know by which it came.
constexpr std::size_t kMostReadings = 1024;

/// One possible way of a connection's first packet.
struct Reading {
  Zone from, to;
};

bool is_own(const IpAddress& address, const NodeFacts& facts) {
  return std::ranges::find(facts.own_addresses, address) != facts.own_addresses.end();
}

/// Each packet to a group is asked anew, as nobody answers from the group's address.
bool is_for_many(const IpAddress& address) {
  return address.is_multicast() || (address.is_v4() && rules::number_of(address) == rules::largest(32));
}

/// Devices that rules of the host, of routed traffic and of networks name; a device that they don't name; nothing else can matter.
std::set<std::string> named_devices(const rules::Program& program, rules::NameField field) {
  std::set<std::string> names{kSomeDevice};
  for (const auto& [list_name, list] : program.lists) {
    if (list_name.starts_with("guest/")) continue;
    for (const auto& rule : list->rules)
      for (const auto& condition : rule.conditions)
        if (const auto* test = std::get_if<rules::NameTest>(&condition); test && test->field == field)
          for (const auto& name : test->names)
            if (name != "lo" && !name.ends_with('*')) names.insert(name);
  }
  if (const auto vnets = program.dispatch_tables.find("vnet-host"); vnets != program.dispatch_tables.end())
    for (const auto& [name, list] : vnets->second) names.insert(name);
  return names;
}

Zone zone_of(const NodeFacts::Card& card) { return {card.port, card.nic.bridge, card.nic.mac}; }
Zone elsewhere(const std::string& device) { return {kSomeDevice, device, std::nullopt}; }

class Judge {
 public:
  Judge(const rules::Program* before, const rules::Program& after, const NodeFacts& facts)
      : before_(before),
        after_(after),
        facts_(facts),
        devices_in_(named_devices(after, rules::NameField::in_port)),
        devices_out_(named_devices(after, rules::NameField::out_port)),
        regions_(after) {
    if (before == nullptr) return;
    devices_in_.merge(named_devices(*before, rules::NameField::in_port));
    devices_out_.merge(named_devices(*before, rules::NameField::out_port));
    regions_.add(*before);
  }

  std::optional<std::string> forbidden_by(const Connection& connection) {
    if (connection.is_expected || is_for_many(connection.first.destination)) return std::nullopt;
    if (is_translated(connection)) return judge(connection);
    const auto [known, is_new] = memory_.try_emplace(kind_of(connection));
    if (is_new) known->second = judge(connection);
    return known->second;
  }

 private:
  /// Connections of one kind have one fate.
  struct Kind {
    Connection alike;  // with regions' first numbers in the place of addresses and ports
    std::array<bool, 2> own{};
    auto operator<=>(const Kind&) const = default;
  };

  static bool is_translated(const Connection& connection) {
    const auto& [first, answer] = std::tie(connection.first, connection.answer);
    return first.source != answer.destination || first.destination != answer.source || first.source_port != answer.destination_port ||
           first.destination_port != answer.source_port;
  }

  Kind kind_of(const Connection& connection) const {
    Kind kind{connection, {is_own(connection.first.source, facts_), is_own(connection.first.destination, facts_)}};
    auto& first = kind.alike.first;
    first.source = regions_.representative(first.source, FieldRegions::Side::source);
    first.destination = regions_.representative(first.destination, FieldRegions::Side::destination);
    first.source_port = regions_.representative(first.source_port, FieldRegions::Side::source);
    first.destination_port = regions_.representative(first.destination_port, FieldRegions::Side::destination);
    kind.alike.answer = {};
    kind.alike.timeout = kind.alike.id = 0;
    kind.alike.icmp_id = 0;
    return kind;
  }

  std::optional<std::string> judge(const Connection& connection) const {
    const auto packet = packet_of(connection);
    const auto translation = translation_of(connection);
    std::vector<Reading> readings = readings_of(connection);
    if (before_ != nullptr) {
      // It is there, so it came by a way that was open.
      std::vector<Reading> open;
      for (const Reading& reading : readings)
        if (travel(*before_, reading.from, reading.to, packet_for(packet, reading), facts_, translation).verdict == rules::Verdict::accept)
          open.push_back(reading);
      if (!open.empty()) readings = std::move(open);
    }
    std::optional<std::string> by;
    for (const Reading& reading : readings) {
      const auto journey = travel(after_, reading.from, reading.to, packet_for(packet, reading), facts_, translation);
      if (journey.verdict == rules::Verdict::accept) return std::nullopt;
      if (!by) by = name_of(decider(journey, after_));
    }
    return by;
  }

  std::string name_of(const rules::Rule* rule) const {
    if (rule == nullptr) return "nobody's rule";
    if (rule->origin.line == 0) return std::string(rule->origin.reason);
    return after_.files.at(rule->origin.file) + ":" + std::to_string(rule->origin.line);
  }

  /// MAC addresses are those of the ends, as far as they are known.
  static rules::Packet packet_for(rules::Packet packet, const Reading& reading) {
    if (reading.from.mac) packet[rules::Field::ether_source] = rules::number_of(*reading.from.mac);
    if (reading.to.mac) packet[rules::Field::ether_destination] = rules::number_of(*reading.to.mac);
    return packet;
  }

  static rules::Packet packet_of(const Connection& connection) {
    rules::PacketDescription packet;
    packet.source = connection.first.source;
    packet.destination = connection.first.destination;
    const auto [source, destination] = std::pair(connection.first.source_port, connection.first.destination_port);
    switch (connection.protocol) {
      case 6: packet.content = rules::Tcp{.source_port = source, .destination_port = destination}; break;
      case 17:
      case 33:
      case 132:
      case 136: packet.content = rules::Udp{.source_port = source, .destination_port = destination, .protocol = connection.protocol}; break;
      case 1:
      case 58: packet.content = rules::Icmp{connection.icmp_type, connection.icmp_code}; break;
      default: packet.content = rules::OtherProtocol{connection.protocol};
    }
    return rules::packet_of(packet);
  }

  static Translation translation_of(const Connection& connection) {
    Translation translation;
    const auto& [first, answer] = std::tie(connection.first, connection.answer);
    if (answer.destination != first.source) translation.source = rules::number_of(answer.destination);
    if (answer.source != first.destination) translation.destination = rules::number_of(answer.source);
    if (answer.destination_port != first.source_port) translation.source_port = answer.destination_port;
    if (answer.source_port != first.destination_port) translation.destination_port = answer.source_port;
    return translation;
  }

  /// 0: the table has none.
  rules::Number zone_in(const std::string& table, const std::string& name) const {
    const auto zones = after_.port_tables.find(table);
    if (zones == after_.port_tables.end()) return 0;
    const auto own = zones->second.find(name);
    return own != zones->second.end() && own->second.is_single() ? own->second.intervals()[0].first : 0;
  }

  bool is_in_zone(const NodeFacts::Card& card, std::uint16_t zone) const {
    if (zone == 0) return true;
    if (card.nic.tag) return zone_in("zone-port", card.port) == zone;
    return zone_in("zone-bridge", card.nic.bridge) == zone;
  }

  /// Empty: nobody can know.
  std::vector<Reading> readings_of(const Connection& connection) const {
    const auto receiver = rules::card_of_label(connection.label);
    if (!receiver && connection.label != 0) return {};
    std::vector<const NodeFacts::Card*> senders;
    const NodeFacts::Card* to = nullptr;
    for (const auto& card : facts_.cards) {
      if (!is_in_zone(card, connection.zone)) continue;
      if (receiver && card.vmid == receiver->vmid && card.nic.slot == receiver->slot) {
        to = &card;
      } else if (connection.mark == card.vmid) {
        senders.push_back(&card);
      }
    }
    if (receiver && to == nullptr) return {};  // the card is gone
    // Marked with the receiver's number: nobody of this node began it, or another card of the same guest.
    if (receiver && connection.mark == receiver->vmid) senders.push_back(nullptr);
    if (senders.empty()) senders.push_back(nullptr);
    std::vector<Reading> readings;
    for (const auto* from : senders) add_readings(connection, from, to, readings);
    return readings;
  }

  void add_readings(const Connection& connection, const NodeFacts::Card* from, const NodeFacts::Card* to,
                    std::vector<Reading>& readings) const {
    if (connection.zone != 0) {
      const std::string bridge = to != nullptr ? to->nic.bridge : from != nullptr ? from->nic.bridge : bridge_of(connection.zone);
      if (!bridge.empty()) readings.push_back({from ? zone_of(*from) : elsewhere(bridge), to ? zone_of(*to) : elsewhere(bridge)});
      return;
    }
    const bool from_host = from == nullptr && is_own(connection.first.source, facts_);
    const bool to_host = to == nullptr && is_own(connection.answer.source, facts_);
    if (from_host && to_host) return;  // loopback
    // By which device it came and went is known of guests alone.
    const std::set<std::string> some{kSomeDevice};
    const auto& ins = from || from_host ? some : devices_in_;
    const auto& outs = to || to_host ? some : devices_out_;
    if (ins.size() * outs.size() > kMostReadings) return;
    for (const auto& in : ins)
      for (const auto& out : outs) {
        const Zone begin = from ? zone_of(*from) : from_host ? Zone{} : elsewhere(in);
        const Zone end = to ? zone_of(*to) : to_host ? Zone{} : elsewhere(out);
        if (begin != end) readings.push_back({begin, routed(begin, end)});
      }
    // Within a trunk's VLAN frames may have been bridged, too.
    const auto* trunk = from && !from->nic.trunks.empty() ? from : to && !to->nic.trunks.empty() ? to : nullptr;
    if (trunk != nullptr && !from_host && !to_host)
      readings.push_back({from ? zone_of(*from) : elsewhere(trunk->nic.bridge), to ? zone_of(*to) : elsewhere(trunk->nic.bridge)});
  }

  /// The host routes between bridges, and here between two of its networks on one.
  static Zone routed(const Zone& from, Zone to) {
    if (!from.is_host() && !to.is_host() && from.bridge == to.bridge) to.bridge += "?";
    return to;
  }

  std::string bridge_of(std::uint16_t zone) const {
    const auto zones = after_.port_tables.find("zone-bridge");
    if (zones == after_.port_tables.end()) return {};
    for (const auto& [bridge, numbers] : zones->second)
      if (numbers.contains(zone)) return bridge;
    return {};
  }

  const rules::Program* before_;
  const rules::Program& after_;
  const NodeFacts& facts_;
  std::set<std::string> devices_in_, devices_out_;
  FieldRegions regions_;
  std::map<Kind, std::optional<std::string>> memory_;
};

}  // namespace

std::vector<Cut> forbidden_connections(const rules::Program* before, const rules::Program& after, const NodeFacts& facts,
                                       std::span<const rules::Connection> connections) {
  std::vector<Cut> cuts;
  if (after.stages.empty() || connections.empty()) return cuts;
  Judge judge(before, after, facts);
  for (std::size_t at = 0; at < connections.size(); ++at)
    if (auto by = judge.forbidden_by(connections[at])) cuts.push_back({at, std::move(*by)});
  return cuts;
}

}  // namespace drawbridge::firewall
