// The rule program: what all levels of a firewall policy say about a packet, as ordered lists of rules with their sources. It is
// the one form between the files and everything that reads them: the simulator evaluates it as it stands (evaluate.h), the
// compiler renders it for the kernel, the verifier lifts the kernel's ruleset back into it, and the reach engine takes sets of
// packets through it. It knows neither files nor nftables.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "rules/field.h"
#include "rules/number_set.h"

namespace drawbridge::rules {

/// Names of devices. A name that ends in '*' stands for all that begin so.
using Names = std::vector<std::string>;

/// A named set of the program's `sets`, by name: shared by many rules, changed without touching them.
struct SetName {
  std::string name;
  auto operator<=>(const SetName&) const = default;
};

/// What belongs to the port: a table of the program's `port_tables`, by name, looked up by the frame's port (`side`). So that one
/// list serves all ports: "the source address is not one of this port's". A port that is not in the table has the empty set.
struct PortTable {
  std::string name;
  NameField side = NameField::in_port;
  auto operator<=>(const PortTable&) const = default;
};

/// One condition: the field's value, after `mask`, is among the values, or is not (`negated`). False if the packet has no such
/// field.
struct Test {
  Field field = Field::ether_type;
  std::variant<NumberSet, SetName, PortTable> values;
  bool negated = false;
  Number mask = ~Number{0};
  auto operator<=>(const Test&) const = default;
};

/// The same for a device's name.
struct NameTest {
  NameField field = NameField::in_port;
  Names names;
  bool negated = false;
  auto operator<=>(const NameTest&) const = default;
};

using Condition = std::variant<Test, NameTest>;

/// Where a rule comes from. What a person wrote has a file and a line; what nobody wrote has a reason.
struct Origin {
  std::uint32_t file = 0;     ///< index in Program::files
  std::uint32_t line = 0;     ///< from 1; 0: nobody's line
  std::string_view reason{};  ///< of a built-in rule, a literal: "established connections", "policy_in"
  auto operator<=>(const Origin&) const = default;
};

/// What becomes of a packet that a rule matches.
struct Accept {
  auto operator<=>(const Accept&) const = default;
};
struct Drop {
  auto operator<=>(const Drop&) const = default;
};
/// Drop, and tell the sender. Where the kernel can't (the bridge's postrouting) it is a drop.
struct Reject {
  enum class With : std::uint8_t { tcp_reset, port_unreachable, host_prohibited, admin_prohibited };
  With with = With::port_unreachable;
  auto operator<=>(const Reject&) const = default;
};
/// Goes through the list; if that decides nothing, on behind this rule.
struct Jump {
  std::string list;
  auto operator<=>(const Jump&) const = default;
};
/// Leaves this list undecided.
struct Return {
  auto operator<=>(const Return&) const = default;
};
/// Jumps to the list that a device's name stands for; on behind this rule if there is none. Cost does not depend on how many.
struct Dispatch {
  NameField field = NameField::in_port;
  std::string table;  ///< of Program::dispatch_tables
  auto operator<=>(const Dispatch&) const = default;
};
/// Jumps by (bridge, destination address): the port that a frame is for, where it isn't known yet.
struct DispatchByMac {
  std::string table;  ///< of Program::mac_tables
  auto operator<=>(const DispatchByMac&) const = default;
};
/// Marks the connection with the guest's number: the port's value in the table, and goes on.
struct MarkConnection {
  PortTable guest;
  auto operator<=>(const MarkConnection&) const = default;
};
/// Notes with the connection which card gets it: the port's number in the table, with what is noted already (connection.h). Goes on.
struct LabelConnection {
  PortTable receiver;
  auto operator<=>(const LabelConnection&) const = default;
};
/// Keeps the connections of a bridge and VLAN apart from others', and goes on. The first zone that a packet is given holds, as in the
/// kernel. From a table: the port's only number; a port that is not in the table leaves the packet without.
struct SetZone {
  std::variant<std::uint16_t, PortTable> zone;
  auto operator<=>(const SetZone&) const = default;
};
/// Lets the kernel's helper of that name follow the connection ("ftp"), and goes on. In stage helpers only.
struct SetHelper {
  std::string helper;
  std::uint8_t protocol = 6;
  auto operator<=>(const SetHelper&) const = default;
};
/// Hands the packet to a program that listens at one of the queues; accepts it if none does.
struct Queue {
  std::uint16_t first = 0;
  std::uint16_t last = 0;
  auto operator<=>(const Queue&) const = default;
};
/// Logs only, or counts only: goes on.
struct Continue {
  auto operator<=>(const Continue&) const = default;
};

using Action = std::variant<Continue, Accept, Drop, Reject, Jump, Return, Dispatch, DispatchByMac, MarkConnection, SetZone, SetHelper,
                            Queue, LabelConnection>;

/// One line in the log for each packet that matches, within Program::log_limit.
struct Log {
  std::uint8_t level = 6;  ///< syslog's, 0 emerg to 7 debug
  std::uint32_t vmid = 0;  ///< 0: of the host
  std::string chain;       ///< the name people know the list by: "PVEFW-HOST-IN", "tap100i0-OUT"
  std::string text;        ///< "DROP: ", "policy DROP: "
  auto operator<=>(const Log&) const = default;
};

struct Rule {
  std::vector<Condition> conditions;  ///< all must hold; none: always
  Action action;
  std::optional<Log> log;
  Origin origin;
  auto operator<=>(const Rule&) const = default;
};

/// Rules in their order; the first that decides ends the walk.
struct List {
  std::vector<Rule> rules;
  auto operator<=>(const List&) const = default;
};
using ListPointer = std::shared_ptr<const List>;

/// A stage of a packet's way through the host, each one hook of the kernel. A packet passes those of its way in this order; drop
/// and reject end it, accept goes on to the next.
enum class Stage : std::uint8_t {
  frame_gate,      ///< bridge, before connections are looked at: frames from guests' ports
  zones,           ///< bridge, before conntrack: SetZone only
  raw,             ///< bridge and inet, prerouting, before conntrack: every packet that comes in, bridged or not: attempt limits
  helpers,         ///< bridge and inet, prerouting, and inet, output; behind conntrack: SetHelper only
  guest_out,       ///< bridge, prerouting: from a guest
  guest_in_early,  ///< bridge, prerouting, by destination address: what will be rejected further down, while the kernel can
  vnet,            ///< bridge, forward: between two ports of one named network
  frame_gate_in,   ///< bridge, postrouting: frames to guests' ports, before guest_in
  guest_in,        ///< bridge, postrouting: to a guest
  bridge_in,       ///< inet, input from a named network's bridge
  host_in,         ///< inet, input
  host_out,        ///< inet, output
  bridge_out,      ///< inet, output to a named network's bridge
  forward,         ///< inet, forward: routed
};
inline constexpr std::size_t kStages = static_cast<std::size_t>(Stage::forward) + 1;
std::string_view word_of(Stage stage);

/// A named set of addresses, both families.
struct AddressSet {
  NumberSet ipv4;
  NumberSet ipv6;
  Origin origin;
  auto operator<=>(const AddressSet&) const = default;
};

template <class T>
using ByName = std::map<std::string, T, std::less<>>;

/// (bridge, MAC address)
struct BridgeMac {
  std::string bridge;
  MacAddress mac;
  auto operator<=>(const BridgeMac&) const = default;
};

struct LogLimit {
  bool enabled = true;
  std::uint64_t rate = 1;
  enum class Per : std::uint8_t { second, minute, hour, day } per = Per::second;
  std::uint32_t burst = 5;
  auto operator<=>(const LogLimit&) const = default;
};

/// Connection attempts from one source, IPv6 by /64.
struct SynLimit {
  std::uint32_t per_second = 200;
  std::uint32_t burst = 1000;
  std::uint32_t forget_after = 60;  ///< seconds
  auto operator<=>(const SynLimit&) const = default;
};

/// A program is a value; its lists are shared, so that a new program that differs in one guest copies pointers. A list that is
/// named but not there is a mistake of whoever made the program: check_program finds it.
struct Program {
  std::vector<std::string> files;  ///< of origins
  ByName<ListPointer> lists;
  std::map<Stage, std::string> stages;  ///< the list a stage starts with; no list, or none decides: accept
  ByName<std::shared_ptr<const AddressSet>> sets;
  ByName<std::map<std::string, NumberSet>> port_tables;        ///< by port
  ByName<std::map<std::string, std::string>> dispatch_tables;  ///< port to list
  ByName<std::map<BridgeMac, std::string>> mac_tables;         ///< to list
  LogLimit log_limit;
  std::optional<SynLimit> syn_limit;
};

/// Lists, sets and tables that are named but not there, jumps in a circle, conditions whose values are wider than their field:
/// a sentence each; empty if the program is sound.
std::vector<std::string> check_program(const Program& program);

/// The program as text, one rule a line, for golden files and people: equal programs give equal text.
std::string format_program(const Program& program);
std::string format_rule(const Rule& rule, const Program& program);

}  // namespace drawbridge::rules
