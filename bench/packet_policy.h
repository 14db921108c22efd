// The policy that packets are measured with: one description, written as firewall files, and as rules that are no better than a script would
// make them.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "firewall/policy.h"

namespace drawbridge::bench {

/// Of each guest: per 20 rules 13 in (among them single ports, lists, ranges, networks, IP sets, blocks) and 6 out, and one use of a group of
/// ten. No two guests' rules are equal. The last rule of both directions accepts kOpenPort.
struct PolicyShape {
  std::uint32_t guests = 1;
  std::uint32_t rules = 20;
};
inline constexpr std::uint16_t kOpenPort = 9999;  ///< UDP
inline constexpr std::uint32_t kFirstGuest = 100;

std::string mac_of(std::uint32_t vmid);
std::string address_of(std::uint32_t vmid);
std::string port_of(std::uint32_t vmid);

std::string cluster_file();
std::string guest_file(const PolicyShape& shape, std::uint32_t vmid);

/// As it is read from these files; a finding in them is an error.
Result<firewall::Policy> read_policy(const PolicyShape& shape);
firewall::NodeFacts node_of(const PolicyShape& shape);

/// How a script finds a guest's rules.
enum class Finding : std::uint8_t {
  map,   ///< one verdict map
  chain  ///< one rule per guest, as with iptables
};
/// A bridge table for `nft -f`, one rule of the files for one of the kernel. Less is asked than ours asks: no tags, no ARP, no noise.
std::string literal_rules(const PolicyShape& shape, Finding finding);

}  // namespace drawbridge::bench
