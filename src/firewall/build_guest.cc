// Traffic of guests, card by card.
#include <algorithm>

#include "firewall/build_parts.h"
#include "rules/connection.h"

namespace drawbridge::firewall {
namespace {

using rules::Accept;
using rules::ConnectionState;
using rules::Drop;
using rules::Field;
using rules::Jump;
using rules::NameField;
using rules::NumberSet;

/// RFC 4291, appendix A: the address that a card gives itself.
IpAddress link_local_of(const MacAddress& mac) {
  const auto& b = mac.bytes;
  IpAddress address{.family = Family::ipv6, .bytes = {}};
  address.bytes = {0xfe, 0x80, 0, 0, 0, 0, 0, 0, static_cast<std::uint8_t>(b[0] ^ 2U), b[1], b[2], 0xff, 0xfe, b[3], b[4], b[5]};
  return address;
}

std::vector<SetEntry> filter_entries(const NodeFacts::Card& card, const Guest& guest) {
  std::vector<SetEntry> entries;
  if (const auto set = guest.ipfilters.find(card.nic.slot); set != guest.ipfilters.end()) entries = set->second;
  if (card.nic.mac) entries.push_back({{link_local_of(*card.nic.mac), 128}, false});
  entries.push_back({{*parse_ip("fe80::"), 10}, true});
  if (!card.container) return entries;
  for (const auto* setting : {&card.nic.addresses.ip, &card.nic.addresses.ip6})
    if (*setting)
      if (const auto* fixed = std::get_if<InterfaceAddress>(&**setting))
        entries.push_back({{fixed->address, fixed->address.width()}, false});
  return entries;
}

constexpr std::string_view kAnswer = "guest-in/answer";
const auto kKnown = {ConnectionState::established, ConnectionState::related};

void add_unsound(std::vector<rules::Rule>& to, bool allow_invalid) {
  to.push_back(built_in({is(Field::is_fragment, 1)}, Drop{}, "a fragment that was not put together"));
  if (!allow_invalid) to.push_back(built_in({in_state({ConnectionState::invalid})}, Drop{}, "invalid for conntrack"));
}

/// How the bridge tells a guest of a rejection: frames of the host's own making (type 0, which those of others never have here), of which
/// conntrack knows nothing (nf_reject_skb_v4_tcp_reset and its like attach no connection). Without these no guest with a firewall would
/// ever hear of a REJECT.
std::vector<rules::Rule> answer_list() {
  constexpr std::string_view kWhy = "tells of a rejection";
  return {built_in({rules::Test{Field::tcp_flags, NumberSet::of(4), false, 4}}, Accept{}, kWhy),
          built_in({is(Field::icmp_type, 3)}, Accept{}, kWhy), built_in({is(Field::icmpv6_type, 1)}, Accept{}, kWhy)};
}

/// Whose connection it is: marked with who began it, which between two guests of this node is the sender; labelled with who gets it.
std::vector<rules::Rule> owner_list(Direction direction) {
  if (direction == Direction::out) return {built_in({}, rules::MarkConnection{{"vmid", NameField::in_port}}, "whose connection it is")};
  return {built_in({is(Field::connection_mark, 0)}, rules::MarkConnection{{"vmid", NameField::out_port}}, "whose connection it is"),
          built_in({}, rules::LabelConnection{{"receiver", NameField::out_port}}, "who gets it")};
}

}  // namespace

void Builder::add_guest_stages() {
  const auto not_ip = [] {
    return built_in({is_not(Field::ether_type, numbers({rules::kEtherIpv4, rules::kEtherIpv6}))}, Accept{}, "not IP: the gate decides");
  };
  const auto known = [] { return built_in({in_state(kKnown)}, Accept{}, "established connections"); };
  // Nearly all frames are of known connections: they are asked nothing else first.
  stage(rules::Stage::guest_out, "guest-out",
        {known(), not_ip(), built_in({}, rules::Dispatch{NameField::in_port, "guest-out"}, "by port")});
  stage(rules::Stage::guest_in, "guest-in", {known(), not_ip(), built_in({}, rules::Dispatch{NameField::out_port, "guest-in"}, "by port")});
  // A hook costs each frame, so it is there only if a guest rejects.
  if (program_.mac_tables["guest-in-early"].empty())
    program_.stages.erase(rules::Stage::guest_in_early);
  else
    stage(rules::Stage::guest_in_early, "guest-in-early",
          {known(), not_ip(), built_in({}, rules::DispatchByMac{"guest-in-early"}, "by MAC address")});
}

std::string Builder::start_out(const GuestOptions& options) {
  const bool allow_invalid = policy_.node.options.allow_invalid;
  std::vector<rules::Rule> list;
  add_unsound(list, allow_invalid);
  // Once more behind the gate: there a fragment hid its type, here it is put together.
  if (!options.radv) list.push_back(built_in({is(Field::icmpv6_type, numbers({134, 137}))}, Drop{}, "radv: 0"));
  add_blacklist(list, "PVEFW-blacklist");
  if (options.dhcp) {
    list.push_back(built_in(udp(Family::ipv4, 68, 67), Accept{}, "DHCP client"));
    list.push_back(built_in(udp(Family::ipv6, 546, 547), Accept{}, "DHCP client"));
  }
  std::vector<std::uint16_t> types{133, 135, 136};
  if (options.radv) types.push_back(134);
  if (options.ndp) add_discovery(list, types, Accept{});
  return shared(
      std::string("guest-out/start") + (options.radv ? "-radv" : "") + (options.dhcp ? "-dhcp" : "") + (options.ndp ? "-ndp" : ""),
      std::move(list));
}

std::string Builder::start_in(const GuestOptions& options) {
  std::vector<rules::Rule> list;
  const rules::Action accept = accept_in(options);
  std::vector<rules::Condition> made_here{in_state({ConnectionState::invalid}), is(Field::packet_type, 0)};
  // Routed frames look the same, but for their source. Where they can be invalid, answers in the name of the bridge itself are lost.
  const auto& node = policy_.node.options;
  if (!node.enable || node.allow_invalid)
    made_here.push_back(rules::Test{Field::ether_source, rules::PortTable{"bridge-address", NameField::out_bridge}, true});
  list.push_back(built_in(std::move(made_here), Jump{shared(std::string(kAnswer), answer_list())}, "made by this host"));
  add_unsound(list, policy_.node.options.allow_invalid);
  if (options.dhcp) {
    const auto from_server = [&](Family family, std::uint16_t from, std::uint16_t to, rules::Condition destination) {
      auto conditions = udp(family, from, to);
      conditions.push_back(std::move(destination));
      list.push_back(built_in(std::move(conditions), Accept{}, "DHCP server's answer"));
    };
    from_server(Family::ipv4, 67, 68, in_table(Field::ether_destination, "mac", NameField::out_port));
    from_server(Family::ipv4, 67, 68, is(Field::ether_destination, NumberSet::of(rules::largest(48))));
    from_server(Family::ipv6, 547, 546, in_table(Field::ether_destination, "mac", NameField::out_port));
  }
  if (options.ndp) add_discovery(list, {133, 134, 135, 136}, accept);
  add_blacklist(list, "PVEFW-blacklist");
  add_smurfs(list, true);
  add_flags(list);
  return shared(std::string("guest-in/start") + (options.dhcp ? "-dhcp" : "") + (options.ndp ? "-ndp" : "") + queue_suffix(options),
                std::move(list));
}

void Builder::add_filter(const NodeFacts::Card& card, const Guest& guest) {
  const auto entries = filter_entries(card, guest);
  program_.port_tables["ipv4-allowed"][card.port] = flatten(entries, Family::ipv4);
  program_.port_tables["ipv6-allowed"][card.port] = flatten(entries, Family::ipv6);
}

void Builder::add_card(const NodeFacts::Card& card) {
  const auto found = policy_.guests.find(card.vmid);
  auto& tables = program_.port_tables;
  tables["vmid"][card.port] = NumberSet::of(card.vmid);
  tables["receiver"][card.port] = NumberSet::of(rules::label_of({card.vmid, card.nic.slot}));
  add_zone(card);
  const bool filtered = found != policy_.guests.end() && found->second.options.enable && card.nic.is_firewalled();
  if (!filtered) {
    const std::string open = shared("gate/open", {built_in({}, Accept{}, "this card has no firewall")});
    program_.dispatch_tables["gate-out"][card.port] = open;
    program_.dispatch_tables["gate-in"][card.port] = open;
    program_.dispatch_tables["guest-out"][card.port] = shared("guest-out/open", owner_list(Direction::out));
    program_.dispatch_tables["guest-in"][card.port] = shared("guest-in/open", owner_list(Direction::in));
    return;
  }
  const Guest& guest = found->second;
  const bool is_trunk = !card.nic.trunks.empty();
  const bool has_filter = guest.options.ipfilter || guest.ipfilters.contains(card.nic.slot);
  if (card.nic.mac) tables["mac"][card.port] = NumberSet::of(rules::number_of(*card.nic.mac));
  if (has_filter) add_filter(card, guest);
  if (guest.options.layer2_protocols) tables["layer2"][card.port] = *guest.options.layer2_protocols;
  program_.dispatch_tables["gate-out"][card.port] = gate_out(guest.options, is_trunk, has_filter);
  program_.dispatch_tables["gate-in"][card.port] = gate_in(guest.options, is_trunk);
  add_guest_list(card, guest, Direction::out);
  add_guest_list(card, guest, Direction::in);
}

void Builder::add_guest_list(const NodeFacts::Card& card, const Guest& guest, Direction direction) {
  const bool is_in = direction == Direction::in;
  const auto& options = guest.options;
  const Side side{.direction = direction,
                  .vmid = guest.vmid,
                  .chain = card.port + (is_in ? "-IN" : "-OUT"),
                  .accept = is_in ? accept_in(options) : rules::Action(Accept{}),
                  .slot = card.nic.slot};
  std::vector<rules::Rule> list;
  list.reserve(guest.rules.size() + 5);
  std::ranges::move(owner_list(direction), std::back_inserter(list));
  list.push_back(built_in({}, Jump{is_in ? start_in(options) : start_out(options)}, "before the guest's rules"));
  add_rules(list, guest.rules, side);
  add_policy(list, is_in ? options.policy_in : options.policy_out, side, is_in ? options.log_in : options.log_out, true,
             is_in ? "policy_in of the guest" : "policy_out of the guest");
  const std::string name = "guest/" + std::to_string(guest.vmid) + "/net" + std::to_string(card.nic.slot) + (is_in ? "/in" : "/out");
  put(name, std::move(list));
  program_.dispatch_tables[is_in ? "guest-in" : "guest-out"][card.port] = name;
  if (is_in && card.nic.mac && rejects(name)) add_early(card, name);
}

bool Builder::rejects(const std::string& list) const {
  const auto found = program_.lists.find(list);
  if (found == program_.lists.end()) return false;
  return std::ranges::any_of(found->second->rules, [&](const rules::Rule& rule) {
    const auto* jump = std::get_if<Jump>(&rule.action);
    return std::holds_alternative<rules::Reject>(rule.action) || (jump && rejects(jump->list));
  });
}

void Builder::add_early(const NodeFacts::Card& card, const std::string& list) {
  const std::string early = early_of(list);
  for (const std::string& bridge : bridges_of(card.nic)) program_.mac_tables["guest-in-early"][{bridge, *card.nic.mac}] = early;
}

/// The list as it is asked where rejecting is possible: it decides the same, and what it accepts is asked again at the port, which
/// marks, logs and queues.
std::string Builder::early_of(const std::string& name) {
  const std::string early = name == "reject" ? name : name + "/early";
  if (program_.lists.contains(early)) return early;
  const auto source = program_.lists.at(name);
  std::vector<rules::Rule> list;
  for (rules::Rule rule : source->rules) {
    if (std::holds_alternative<rules::MarkConnection>(rule.action) || std::holds_alternative<rules::LabelConnection>(rule.action)) continue;
    // It is the destination by which the list was found.
    std::erase_if(rule.conditions, [](const rules::Condition& condition) {
      const auto* test = std::get_if<rules::Test>(&condition);
      return test && test->field == Field::ether_destination && std::holds_alternative<rules::PortTable>(test->values);
    });
    if (std::holds_alternative<rules::Queue>(rule.action)) rule.action = Accept{};
    if (std::holds_alternative<Accept>(rule.action)) rule.log.reset();
    const auto* answer = std::get_if<Jump>(&rule.action);
    if (answer && answer->list == kAnswer) continue;  // what the host makes doesn't come by here
    if (auto* jump = std::get_if<Jump>(&rule.action)) jump->list = early_of(std::string(jump->list));
    list.push_back(std::move(rule));
  }
  return shared(early, std::move(list));
}

}  // namespace drawbridge::firewall
