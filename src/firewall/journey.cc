#include "firewall/journey.h"

#include <algorithm>

namespace drawbridge::firewall {
namespace {

using rules::Field;
using rules::NameField;
using rules::Stage;

constexpr rules::Number kUnicast = 1;  // RTN_* of linux/rtnetlink.h
constexpr rules::Number kLocal = 2;
constexpr rules::Number kBroadcast = 3;
constexpr rules::Number kMulticast = 5;

std::optional<rules::Number> type_of(const rules::Packet& packet, Field v4, Field v6, const NodeFacts& facts) {
  const bool is_v4 = packet[v4].has_value();
  const auto number = is_v4 ? packet[v4] : packet[v6];
  if (!number) return std::nullopt;
  const IpAddress address = rules::ip_of(*number, is_v4 ? Family::ipv4 : Family::ipv6);
  if (address.is_multicast()) return kMulticast;
  if (is_v4 && *number == rules::largest(32)) return kBroadcast;
  if (std::ranges::find(facts.own_addresses, address) != facts.own_addresses.end()) return kLocal;
  return kUnicast;
}

class Traveller {
 public:
  Traveller(const rules::Program& program, const rules::Packet& packet, const NodeFacts& facts, const Translation& translation)
      : program_(program), facts_(facts), translation_(translation), packet_(packet) {}

  /// Arrives at a bridge's port.
  void arrive(const Zone& from, const Zone& to) {
    packet_[NameField::in_port] = from.port;
    packet_[NameField::in_bridge] = from.bridge;
    const bool for_host = to.is_host() || to.bridge != from.bridge;
    if (for_host && packet_[Field::packet_type] == rules::Number{3}) packet_[Field::packet_type] = 0;
    pass({Stage::frame_gate, Stage::zones, Stage::raw, Stage::helpers, Stage::guest_out, Stage::guest_in_early});
  }
  /// Goes on to another port of the bridge.
  void cross(const Zone& to) {
    packet_[NameField::out_port] = to.port;
    packet_[NameField::out_bridge] = to.bridge;
    pass({Stage::vnet, Stage::frame_gate_in, Stage::guest_in});
  }
  /// Comes up from the bridge to the host: rules see the bridge as the device.
  void come_up(const Zone& from) {
    if (!is_ip()) return;
    see_addresses();
    packet_[NameField::in_port] = from.bridge;
    packet_[NameField::in_bridge].reset();
    pass({Stage::raw, Stage::helpers});
    translate_destination();
  }
  void enter_host() {
    if (is_ip()) pass({Stage::bridge_in, Stage::host_in});
  }
  void leave_host(const Zone& to) {
    if (is_ip()) {
      see_addresses();
      packet_[NameField::out_port] = to.bridge;
      pass({Stage::helpers});
      translate_destination();
      pass({Stage::host_out, Stage::bridge_out});
    }
    go_down(to);
  }
  void be_routed(const Zone& to) {
    if (!is_ip()) {
      journey_.verdict = rules::Verdict::drop;  // nobody routes it
      return;
    }
    packet_[NameField::out_port] = to.bridge;
    pass({Stage::forward});
    go_down(to);
  }
  Journey end() && { return std::move(journey_); }

 private:
  bool is_ip() const { return packet_[Field::ip_version].has_value(); }
  void see_addresses() {
    packet_[Field::source_type] = type_of(packet_, Field::ipv4_source, Field::ipv6_source, facts_);
    packet_[Field::destination_type] = type_of(packet_, Field::ipv4_destination, Field::ipv6_destination, facts_);
  }
  void replace(Field v4, Field v6, const std::optional<rules::Number>& address, Field port_field, std::optional<std::uint16_t> port) {
    if (address) packet_[packet_[v4] ? v4 : v6] = address;
    if (port && packet_[port_field]) packet_[port_field] = *port;
  }
  void translate_destination() {
    replace(Field::ipv4_destination, Field::ipv6_destination, translation_.destination, Field::destination_port,
            translation_.destination_port);
    if (translation_.destination) see_addresses();
  }
  /// From the host down to a port.
  void go_down(const Zone& to) {
    replace(Field::ipv4_source, Field::ipv6_source, translation_.source, Field::source_port, translation_.source_port);
    packet_[NameField::in_port].reset();
    packet_[NameField::in_bridge].reset();
    packet_[Field::source_type].reset();
    packet_[Field::destination_type].reset();
    packet_[Field::packet_type] = 0;
    if (to.mac) packet_[Field::ether_destination] = rules::number_of(*to.mac);
    packet_[NameField::out_port] = to.port;
    packet_[NameField::out_bridge] = to.bridge;
    pass({Stage::frame_gate_in, Stage::guest_in});
  }
  void pass(std::initializer_list<Stage> stages) {
    for (const Stage stage : stages) {
      if (journey_.verdict != rules::Verdict::accept) return;
      if (!program_.stages.contains(stage)) continue;
      auto decision = rules::evaluate(program_, stage, packet_);
      journey_.verdict = decision.verdict;
      journey_.with = decision.with;
      journey_.legs.push_back({stage, packet_, decision});
      packet_[Field::connection_mark] = decision.mark;
      // Where the kernel can't tell the sender it only drops.
      if (stage == Stage::guest_in && journey_.verdict == rules::Verdict::reject) {
        journey_.verdict = rules::Verdict::drop;
        journey_.with.reset();
      }
    }
  }

  const rules::Program& program_;
  const NodeFacts& facts_;
  const Translation& translation_;
  rules::Packet packet_;
  Journey journey_;
};

}  // namespace

Journey travel(const rules::Program& program, const Zone& from, const Zone& to, const rules::Packet& packet, const NodeFacts& facts,
               const Translation& translation) {
  Traveller traveller(program, packet, facts, translation);
  if (from.is_host()) {
    traveller.leave_host(to);
    return std::move(traveller).end();
  }
  traveller.arrive(from, to);
  if (!to.is_host() && to.bridge == from.bridge) {
    traveller.cross(to);
    return std::move(traveller).end();
  }
  traveller.come_up(from);
  if (to.is_host()) {
    traveller.enter_host();
  } else {
    traveller.be_routed(to);
  }
  return std::move(traveller).end();
}

const rules::Rule* decider(const Journey& journey, const rules::Program& program) {
  const auto rule_at = [&](const rules::Step& step) { return &program.lists.at(step.list)->rules.at(step.rule); };
  const auto cause = [&](const Leg& leg) -> const rules::Rule* {
    if (!leg.decision.by) return nullptr;
    const rules::Rule* by = rule_at(*leg.decision.by);
    if (leg.decision.by->list != "reject") return by;
    const auto& trace = leg.decision.trace;
    const auto before = std::ranges::find_if(trace.rbegin(), trace.rend(), [](const rules::Step& step) { return step.list != "reject"; });
    return before == trace.rend() ? by : rule_at(*before);
  };
  if (journey.legs.empty()) return nullptr;
  if (journey.verdict != rules::Verdict::accept) {
    const bool by_rule = journey.legs.back().decision.verdict != rules::Verdict::accept;
    return by_rule ? cause(journey.legs.back()) : nullptr;
  }
  // What let it through: the last that a person wrote, else the last at all.
  const rules::Rule* last = nullptr;
  for (const Leg& leg : journey.legs) {
    const rules::Rule* rule = cause(leg);
    if (rule && (rule->origin.line != 0 || !last || last->origin.line == 0)) last = rule;
  }
  return last;
}

}  // namespace drawbridge::firewall
