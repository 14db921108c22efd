// Names of ICMP and ICMPv6 messages (RFC 792, 4443, 4861; names as iptables and nftables have them).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/address.h"

namespace drawbridge::firewall {

/// What a word says; both nullopt: any.
struct IcmpType {
  std::optional<std::uint8_t> type;
  std::optional<std::uint8_t> code;
  bool operator==(const IcmpType&) const = default;
};

struct IcmpName {
  std::string_view name;
  Family family;
  IcmpType type;
};
/// All of both families, the words for one thing one after the other.
std::span<const IcmpName> icmp_names();

/// A name of the family's, "type" or "type/code" in decimal.
std::optional<IcmpType> read_icmp_type(std::string_view word, Family family);

}  // namespace drawbridge::firewall
