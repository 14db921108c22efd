// A scenario: one network around one node, as a folder says it. Pure: text in, values and diagnostics out.
//
// The folder holds `interfaces` (the node's /etc/network/interfaces) and `scenario.json` (the world around it). JSON, because every
// editor and script can write it, its values nest as a world does, and its parser is there already; what JSON lacks, places in
// messages, comes from base/json_text.h. docs/scenarios.md describes the format.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/address.h"
#include "base/diagnostic.h"
#include "guest/nic.h"

namespace drawbridge::lab {

/// How a switch treats a port. Without any of these the port carries what comes, tagged or not. Guests' ports on a VLAN-aware bridge
/// of the node have the same three VLAN settings.
struct SwitchPort {
  std::string switch_name;
  std::string bond;                     ///< the switch's bond that the port belongs to; empty: none
  std::optional<std::uint16_t> access;  ///< untagged in this VLAN
  std::vector<std::uint16_t> trunk;     ///< tagged in these
  std::optional<std::uint16_t> native;  ///< a trunk's untagged VLAN
  bool operator==(const SwitchPort&) const = default;
};

/// A VLAN interface of a host or guest, on a port that carries the VLAN tagged: "eth0.10".
struct VlanInterface {
  std::uint16_t id = 0;
  std::vector<InterfaceAddress> addresses;
  bool operator==(const VlanInterface&) const = default;
};

/// A network interface of a host or of the node, and where its cable goes.
struct Port {
  std::string name;
  SwitchPort plugged;
  std::vector<InterfaceAddress> addresses;
  std::vector<VlanInterface> vlans = {};
  std::uint32_t mtu = 0;  ///< of the cable: of the switch's end, and of a host's; 0: the usual 1500
  bool operator==(const Port&) const = default;
};

struct Route {
  std::optional<Prefix> to;  ///< nothing: default
  IpAddress via;
  bool operator==(const Route&) const = default;
};

/// A bond of a host; always LACP, as at the switches.
struct HostBond {
  std::string name;
  std::vector<std::string> ports;  ///< of the same host
  std::vector<InterfaceAddress> addresses;
  bool operator==(const HostBond&) const = default;
};

/// The far end of a tunnel of the node's: the host's addresses that it carries, between these two.
struct HostTunnel {
  std::string name;
  std::string kind;  ///< "gre" or "vxlan"
  IpAddress local;
  IpAddress remote;
  std::uint32_t id = 0;  ///< of a VXLAN
  std::vector<InterfaceAddress> addresses;
  bool operator==(const HostTunnel&) const = default;
};

struct Host {
  std::string name;
  std::vector<Port> ports;
  std::vector<Route> routes;
  bool forwards = false;
  std::vector<HostBond> bonds = {};
  std::vector<HostTunnel> tunnels = {};
  bool operator==(const Host&) const = default;
};

/// A guest's interface. One with a `bridge` is plugged in by the lab itself, as tap<vmid>i<index>. One without has a card in its guest's
/// configuration file, and Drawbridge's service plugs it in.
struct GuestPort {
  unsigned index = 0;
  std::string bridge;
  std::vector<InterfaceAddress> addresses;
  SwitchPort vlans = {};  ///< how the node's VLAN-aware bridge treats it; switch_name and bond are empty
  std::vector<VlanInterface> tagged = {};
  std::optional<guest::Nic> card = {};  ///< from the guest's file, once that has been read (guest_cards.h)
  bool operator==(const GuestPort&) const = default;
};

struct Guest {
  std::string name;
  unsigned vmid = 0;
  std::vector<GuestPort> ports;
  std::vector<Route> routes;
  bool operator==(const Guest&) const = default;
};

/// A bond at the switch's side; always LACP, as far as the world goes.
struct SwitchBond {
  std::string name;
  SwitchPort plugged;  ///< VLANs; switch_name is its switch
  bool operator==(const SwitchBond&) const = default;
};

struct Switch {
  std::string name;
  std::vector<SwitchBond> bonds;
  bool operator==(const Switch&) const = default;
};

/// A cable between two switches that carries every VLAN. With `mlag` they act as one switch for LACP: bonds of the same name are one
/// bond for whoever is plugged into both, and the cable is their peer link.
struct SwitchLink {
  std::string first;
  std::string second;
  bool mlag = false;
  bool operator==(const SwitchLink&) const = default;
};

enum class Protocol : std::uint8_t { icmp, icmp6, tcp, udp, arp };

/// One statement about traffic: what `from` sends to `to` passes, or does not.
struct Check {
  std::string from;
  std::string to;
  Protocol protocol = Protocol::icmp;
  std::uint16_t port = 0;  ///< tcp and udp
  std::uint16_t size = 0;  ///< icmp and icmp6: bytes of the IP packet, which must pass whole; 0: some small one
  IpAddress target;        ///< an address of `to`
  std::string via;         ///< arp: the interface of `from` that asks; empty: its only one
  bool passes = true;
  SourceLocation where = {};
  bool cut_off = false;  ///< every cable on its way is cut for sure: that it is blocked needs no other proof
  bool operator==(const Check&) const = default;
};

/// What is cut or mended: the cable of a port ("node/enp1s0"), the cable between two switches ("left/right"), or a whole switch,
/// which loses all its cables ("left").
struct Cable {
  std::string owner;  ///< "node", a host or a switch
  std::string port;   ///< a port of the owner, or the other switch; empty: the whole switch
  auto operator<=>(const Cable&) const = default;
};

/// Traffic that flows while cables are cut or mended.
struct Flow {
  std::string from;
  std::string to;
  IpAddress target;
  /// What is lost must all be sent within this time: from the first lost probe to the next one that was answered.
  std::chrono::milliseconds outage{0};
  SourceLocation where;
  bool operator==(const Flow&) const = default;
};

/// How fast `from` gets to `to` when it sends more than it may: a rate limit, on the wire, as `to` receives it.
struct RateCheck {
  std::string from;
  std::string to;
  Protocol protocol = Protocol::tcp;  ///< tcp or udp
  IpAddress target;
  std::uint64_t bytes_per_second = 0;  ///< 5 % less or more are as expected
  SourceLocation where;
  bool operator==(const RateCheck&) const = default;
};

/// A command that somebody gives, and how it must end.
struct Command {
  std::vector<std::string> words;
  std::string in;  ///< the node, a host or a guest
  int exit = 0;
  std::string says;  ///< must be part of what it writes; empty: whatever
  SourceLocation where;
  bool operator==(const Command&) const = default;
};

/// What changes at the cables, or by somebody's commands, after the state before, and what holds then.
struct State {
  std::string name;
  std::vector<Cable> cut, mended;
  std::vector<Command> commands;  ///< once the cables are as they shall be
  std::vector<Flow> flows;
  std::chrono::milliseconds watched{3000};  ///< how long the flows are watched after the change
  std::vector<Check> checks;                ///< all of them: those of the state before, where this one says nothing else
  std::vector<RateCheck> rates;
  std::vector<std::string> findings;  ///< codes of what `drawbridge network status` finds at the links, sorted
  bool operator==(const State&) const = default;
};

struct Scenario {
  std::string folder;
  std::string title;
  std::string shows;
  std::vector<std::string> needs;  ///< names of kernel features, see features.h
  std::vector<Port> node_ports;
  std::vector<IpAddress> node_addresses;  ///< what the node is reached at once its interfaces are applied
  std::vector<Switch> switches;
  std::vector<SwitchLink> links;
  std::vector<Host> hosts;
  std::vector<Guest> guests;
  std::vector<Check> checks;          ///< with every cable plugged
  std::vector<RateCheck> rates;       ///< then
  std::vector<std::string> findings;  ///< then, as in State
  std::vector<State> states;          ///< one after the other
  bool operator==(const Scenario&) const = default;
};

/// The name under which the node takes part in traffic.
inline constexpr std::string_view kNode = "node";

struct ParsedScenario {
  Scenario scenario;
  Diagnostics diagnostics;
};

/// Reads `scenario.json`; `file` is its name for messages. The scenario is usable only if no diagnostic is an error.
ParsedScenario parse_scenario(std::string_view text, const std::string& file);

/// "node/enp1s0", "left".
std::string format_cable(const Cable& cable);
/// "icmp", "icmp of 9000 bytes", "tcp 8006", …
std::string format_protocol(const Check& check);
std::string_view protocol_name(Protocol protocol);
/// The name of a guest's interface in the node: "tap110i0", of a container's card "veth111i0".
std::string node_end(const Guest& guest, const GuestPort& port);

}  // namespace drawbridge::lab
