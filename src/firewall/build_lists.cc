// Lists that many share: what is rejected how, what isn't worth a line in the log, what is never sent in good faith.
#include "firewall/build_parts.h"

namespace drawbridge::firewall {
namespace {

using rules::Accept;
using rules::ConnectionState;
using rules::Drop;
using rules::Field;
using rules::Jump;
using rules::NumberSet;
using rules::Reject;

constexpr rules::Number kGroupBit = rules::Number{1} << 40U;
constexpr std::uint16_t kBroadcastType = 3;  // RTN_BROADCAST, RTN_ANYCAST and RTN_MULTICAST follow

/// REJECT, told to the sender as it expects it.
std::vector<rules::Rule> reject_list() {
  return {built_in({is(Field::packet_type, 1)}, Drop{}, "broadcasts are not rejected"),
          built_in({is(Field::ipv4_source, network("224.0.0.0/4"))}, Drop{}, "groups are not told"),
          built_in({is(Field::ipv4_destination, network("255.255.255.255/32"))}, Drop{}, "broadcasts are not rejected"),
          built_in({is(Field::protocol, numbers({1, 58}))}, Drop{}, "ICMP is not rejected"),
          built_in({is(Field::protocol, 6)}, Reject{Reject::With::tcp_reset}, "REJECT"),
          built_in({is(Field::protocol, 17)}, Reject{Reject::With::port_unreachable}, "REJECT"),
          built_in({is(Field::ip_version, 4)}, Reject{Reject::With::host_prohibited}, "REJECT"),
          built_in({is(Field::ip_version, 6)}, Reject{Reject::With::admin_prohibited}, "REJECT"),
          built_in({}, Drop{}, "what isn't IP can't be rejected")};
}

std::vector<rules::Rule> noise_list(bool at_bridge, bool told) {
  const rules::Action smb = told ? rules::Action(Jump{"reject"}) : rules::Action(Drop{});
  constexpr std::string_view kWhy = "noise";
  std::vector<rules::Rule> list;
  if (at_bridge) {
    list.push_back(built_in({rules::Test{Field::ether_destination, NumberSet::of(kGroupBit), false, kGroupBit}}, Drop{}, kWhy));
  } else {
    list.push_back(built_in({is(Field::destination_type, NumberSet::range(kBroadcastType, 5))}, Drop{}, kWhy));
  }
  list.push_back(built_in({is(Field::ipv4_destination, network("224.0.0.0/4"))}, Drop{}, kWhy));
  list.push_back(built_in({is(Field::ipv6_destination, network("ff00::/8"))}, Drop{}, kWhy));
  list.push_back(built_in({in_state({ConnectionState::invalid})}, Drop{}, kWhy));
  list.push_back(built_in({is(Field::protocol, 17), is(Field::destination_port, numbers({135, 137, 138, 139, 445}))}, smb, kWhy));
  list.push_back(built_in(
      {is(Field::protocol, 17), is(Field::source_port, 137), is(Field::destination_port, NumberSet::range(1024, 65535))}, smb, kWhy));
  list.push_back(built_in({is(Field::protocol, 6), is(Field::destination_port, numbers({135, 139, 445}))}, smb, kWhy));
  list.push_back(built_in({is(Field::protocol, 17), is(Field::destination_port, 1900)}, Drop{}, kWhy));
  list.push_back(built_in({rules::Test{Field::tcp_flags, NumberSet::of(2), true, 0x17}}, Drop{}, kWhy));
  list.push_back(built_in({is(Field::protocol, 17), is(Field::source_port, 53)}, Drop{}, kWhy));
  return list;
}

std::optional<rules::Log> log_of(std::optional<LogLevel> level, const char* chain) {
  if (!level) return std::nullopt;
  return rules::Log{.level = syslog_level(*level), .vmid = 0, .chain = chain, .text = "DROP: "};
}

}  // namespace

void Builder::add_shared_lists() {
  shared("reject", reject_list());
  for (const bool at_bridge : {true, false})
    for (const bool told : {true, false})
      shared(std::string("noise/") + (at_bridge ? "bridge" : "host") + (told ? "/reject" : "/drop"), noise_list(at_bridge, told));
}

void Builder::add_blacklist(std::vector<rules::Rule>& to, const std::string& chain) {
  const auto& blacklist = policy_.datacenter.blacklist;
  if (!blacklist) return;
  const auto name = set_of(blacklist);
  const auto log = log_of(policy_.node.options.log_out, chain.c_str());
  for (const Field field : {Field::ipv4_source, Field::ipv6_source})
    to.push_back(built_in({rules::Test{field, name}}, Drop{}, "the set blacklist has the source", log));
}

void Builder::add_smurfs(std::vector<rules::Rule>& to, bool at_bridge) const {
  if (!policy_.node.options.nosmurfs) return;
  const auto log = log_of(policy_.node.options.log_smurfs, "PVEFW-smurflog");
  const auto fresh = in_state({ConnectionState::invalid, ConnectionState::fresh});
  constexpr std::string_view kWhy = "nosmurfs: the source is no single machine";
  NumberSet groups = rules::unite(network("224.0.0.0/4"), network("255.255.255.255/32"));
  if (at_bridge) {
    // There the routing table can't be asked, so that only the broadcast addresses of the local networks are known.
    for (const Prefix& local : policy_.datacenter.local_networks)
      if (local.address.is_v4() && local.length < 31) groups = rules::unite(groups, NumberSet::of(rules::interval_of(local).last));
  } else {
    to.push_back(
        built_in({fresh, is_not(Field::ipv4_source, NumberSet::of(0)), is(Field::source_type, kBroadcastType)}, Drop{}, kWhy, log));
  }
  to.push_back(built_in({fresh, is(Field::ipv4_source, std::move(groups))}, Drop{}, kWhy, log));
}

void Builder::add_flags(std::vector<rules::Rule>& to) const {
  if (!policy_.node.options.tcpflags) return;
  const auto log = log_of(policy_.node.options.log_tcp_flags, "PVEFW-logflags");
  const auto flags = [&](rules::Number mask, rules::Number value) {
    return rules::Test{Field::tcp_flags, NumberSet::of(value), false, mask};
  };
  constexpr std::string_view kWhy = "tcpflags: no honest stack sends these";
  to.push_back(built_in({flags(0x3f, 0x29)}, Drop{}, kWhy, log));
  to.push_back(built_in({flags(0x3f, 0)}, Drop{}, kWhy, log));
  to.push_back(built_in({flags(0x06, 0x06)}, Drop{}, kWhy, log));
  to.push_back(built_in({flags(0x03, 0x03)}, Drop{}, kWhy, log));
  to.push_back(built_in({flags(0x17, 0x02), is(Field::source_port, 0)}, Drop{}, kWhy, log));
}

void Builder::add_discovery(std::vector<rules::Rule>& to, std::vector<std::uint16_t> types, const rules::Action& accept) const {
  to.push_back(built_in({is(Field::icmpv6_type, NumberSet::of_each(types)), is(Field::hop_limit, 255)}, accept, "neighbour discovery"));
  to.push_back(built_in({is(Field::icmpv6_type, numbers({130, 131, 132, 143})), is(Field::hop_limit, 1)}, accept, "multicast listeners"));
}

void Builder::add_policy(std::vector<rules::Rule>& to, Verdict policy, const Side& side, std::optional<LogLevel> level, bool at_bridge,
                         std::string_view reason) const {
  if (policy == Verdict::accept) {
    to.push_back(built_in({}, side.accept, reason));
    return;
  }
  const bool told = policy == Verdict::reject;
  to.push_back(built_in({}, Jump{std::string("noise/") + (at_bridge ? "bridge" : "host") + (told ? "/reject" : "/drop")}, reason));
  std::optional<rules::Log> log;
  if (level)
    log = rules::Log{.level = syslog_level(*level),
                     .vmid = side.vmid,
                     .chain = side.chain,
                     .text = "policy " + std::string(word_of_verdict(policy)) + ": "};
  to.push_back(built_in({}, told ? rules::Action(Jump{"reject"}) : rules::Action(Drop{}), reason, std::move(log)));
}

}  // namespace drawbridge::firewall
