// What the firewall files of a node and its guests mean, all names resolved: the value between reading files (document.h,
// resolve.h) and making the rule program (build.h). Whatever could not be understood is not in here, only in the diagnostics.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/address.h"
#include "base/diagnostic.h"
#include "firewall/address_set.h"
#include "firewall/words.h"
#include "guest/nic.h"
#include "rules/number_set.h"
#include "rules/program.h"

namespace drawbridge::firewall {

/// Addresses of one family, or a set's half of the match's family (if that is empty, nothing matches). monostate: any.
using Addresses = std::variant<std::monostate, rules::NumberSet, AddressSetPointer>;

/// One thing that a rule matches. A macro makes several; a rule that names neither addresses nor an ICMP protocol makes one for
/// both families.
struct Match {
  std::optional<Family> family;  ///< nullopt: IPv4 and IPv6
  Addresses source;
  Addresses destination;
  std::optional<std::uint8_t> protocol;
  std::optional<rules::NumberSet> source_ports;
  std::optional<rules::NumberSet> destination_ports;
  std::optional<std::uint8_t> icmp_type;  ///< of ICMP or ICMPv6, by `protocol`
  std::optional<std::uint8_t> icmp_code;
};

/// One rule that is in force: switched on and understood.
struct Rule {
  Direction direction = Direction::in;
  Verdict verdict = Verdict::accept;
  /// A guest's rule: "net3". A host's: the device, its altname already turned into its name. Empty: any.
  std::string interface;
  std::vector<Match> matches;
  std::optional<LogLevel> log;
  Place place;
};
/// A line "GROUP name": the group's rules of the direction, in place.
struct GroupUse {
  std::string group;  ///< in lower case; exists in Cluster::groups
  std::string interface;
  Place place;
};
using RuleLine = std::variant<Rule, GroupUse>;

struct DatacenterOptions {
  bool enable = false;
  /// "enable: TIME", a trial: Unix time from which on the firewall is off all the same; nullopt: on for good.
  std::optional<std::uint64_t> enable_until;
  bool ebtables = true;
  Verdict policy_in = Verdict::drop;
  Verdict policy_out = Verdict::accept;
  Verdict policy_forward = Verdict::accept;  ///< never reject
  rules::LogLimit log_limit;
};
/// The switch at this moment (Unix time): a trial may be over.
inline bool is_on(const DatacenterOptions& options, std::uint64_t now) {
  return options.enable && (!options.enable_until || now < *options.enable_until);
}

struct NodeOptions {
  bool enable = true;
  std::optional<LogLevel> log_in, log_out, log_forward, log_smurfs, log_tcp_flags;
  bool nosmurfs = true;
  bool tcpflags = false;
  bool ndp = true;
  std::optional<std::uint64_t> conntrack_max;
  std::optional<std::uint32_t> tcp_timeout_established;
  std::optional<std::uint32_t> tcp_timeout_syn_recv;
  bool allow_invalid = false;
  std::vector<std::string> helpers;
  bool synflood = false;
  std::uint32_t synflood_rate = 200;
  std::uint32_t synflood_burst = 1000;
  bool log_conntrack = false;
};

struct GuestOptions {
  bool enable = false;
  bool dhcp = true;
  bool ndp = true;
  bool radv = false;
  bool macfilter = true;
  bool ipfilter = false;
  Verdict policy_in = Verdict::drop;
  Verdict policy_out = Verdict::accept;
  std::optional<LogLevel> log_in, log_out;
  /// EtherTypes that pass besides IPv4, IPv6 and ARP; nullopt: all.
  std::optional<rules::NumberSet> layer2_protocols;
  bool ips = false;
  std::uint16_t first_queue = 0, last_queue = 0;
};

struct VnetOptions {
  bool enable = false;
  Verdict policy_forward = Verdict::accept;
  std::optional<LogLevel> log_forward;
};

/// cluster.fw
struct Datacenter {
  DatacenterOptions options;
  std::vector<RuleLine> rules;
  std::map<std::string, std::vector<RuleLine>, std::less<>> groups;  ///< by name in lower case; no GroupUse within
  /// "dc/management", never null: what the file's set of that name holds, if there is one, and the local networks.
  AddressSetPointer management;
  AddressSetPointer blacklist;         ///< nullptr: the file has none
  std::vector<Prefix> local_networks;  ///< the value of the alias "local_network", or else those detected
};

/// host.fw
struct Node {
  NodeOptions options;
  std::vector<RuleLine> rules;
};

/// <vmid>.fw. Guests without a file are not in the policy.
struct Guest {
  guest::Vmid vmid = 0;
  GuestOptions options;
  std::vector<RuleLine> rules;
  /// Sets "ipfilter-netN" by slot, as the file has them: addresses of the card join before flatten(), as the most specific decides.
  std::map<std::uint8_t, std::vector<SetEntry>> ipfilters;
};

/// sdn/firewall/<vnet>.fw
struct Vnet {
  std::string name;
  VnetOptions options;
  std::vector<RuleLine> rules;
};

struct Policy {
  Datacenter datacenter;
  Node node;
  std::map<guest::Vmid, Guest> guests;
  std::map<std::string, Vnet, std::less<>> vnets;
};

/// What the program needs to know of the node besides its firewall files.
struct NodeFacts {
  std::string name;
  std::vector<IpAddress> own_addresses;
  /// The guests that run here, each card with its port's name; with and without firewall.
  struct Card {
    guest::Vmid vmid = 0;
    guest::Nic nic;
    std::string port;  ///< "tap100i0"
    bool container = false;
    bool operator==(const Card&) const = default;
  };
  std::vector<Card> cards;
  std::vector<std::string> guest_bridges;  ///< bridges of the interfaces file and of cards
  /// The host's own MAC addresses on each bridge: the bridge's, and those of devices that stand on it. Frames to these are the host's,
  /// whose answers know no zone.
  std::map<std::string, std::vector<MacAddress>> bridge_addresses;
  /// Corosync: for each link that this node has, its own address, its UDP port, and those of the other nodes.
  struct Link {
    std::uint8_t number = 0;
    IpAddress own;
    std::uint16_t port = 5405;
    struct Peer {
      std::string node;
      IpAddress address;
      bool operator==(const Peer&) const = default;
    };
    std::vector<Peer> peers;
    bool operator==(const Link&) const = default;
  };
  std::vector<Link> cluster_links;
  bool cluster_multicast = false;  ///< transport udp
  bool operator==(const NodeFacts&) const = default;
};

}  // namespace drawbridge::firewall
