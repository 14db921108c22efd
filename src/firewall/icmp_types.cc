#include "firewall/icmp_types.h"

#include <array>

#include "base/text.h"

namespace drawbridge::firewall {
namespace {

constexpr IcmpName any(Family family) { return {"any", family, {}}; }
constexpr IcmpName v4(std::string_view name, std::uint8_t type) { return {name, Family::ipv4, {type, std::nullopt}}; }
constexpr IcmpName v4(std::string_view name, std::uint8_t type, std::uint8_t code) { return {name, Family::ipv4, {type, code}}; }
constexpr IcmpName v6(std::string_view name, std::uint8_t type) { return {name, Family::ipv6, {type, std::nullopt}}; }
constexpr IcmpName v6(std::string_view name, std::uint8_t type, std::uint8_t code) { return {name, Family::ipv6, {type, code}}; }

constexpr std::array kNames{
    any(Family::ipv4),
    v4("echo-reply", 0),
    v4("destination-unreachable", 3),
    v4("network-unreachable", 3, 0),
    v4("host-unreachable", 3, 1),
    v4("protocol-unreachable", 3, 2),
    v4("port-unreachable", 3, 3),
    v4("fragmentation-needed", 3, 4),
    v4("source-route-failed", 3, 5),
    v4("network-unknown", 3, 6),
    v4("host-unknown", 3, 7),
    v4("network-prohibited", 3, 9),
    v4("host-prohibited", 3, 10),
    v4("TOS-network-unreachable", 3, 11),
    v4("TOS-host-unreachable", 3, 12),
    v4("communication-prohibited", 3, 13),
    v4("host-precedence-violation", 3, 14),
    v4("precedence-cutoff", 3, 15),
    v4("source-quench", 4),
    v4("redirect", 5),
    v4("network-redirect", 5, 0),
    v4("host-redirect", 5, 1),
    v4("TOS-network-redirect", 5, 2),
    v4("TOS-host-redirect", 5, 3),
    v4("echo-request", 8),
    v4("router-advertisement", 9),
    v4("router-solicitation", 10),
    v4("time-exceeded", 11),
    v4("ttl-zero-during-transit", 11, 0),
    v4("ttl-zero-during-reassembly", 11, 1),
    v4("parameter-problem", 12),
    v4("ip-header-bad", 12, 0),
    v4("required-option-missing", 12, 1),
    v4("timestamp-request", 13),
    v4("timestamp-reply", 14),
    v4("info-request", 15),
    v4("info-reply", 16),
    v4("address-mask-request", 17),
    v4("address-mask-reply", 18),
    any(Family::ipv6),
    v6("destination-unreachable", 1),
    v6("no-route", 1, 0),
    v6("communication-prohibited", 1, 1),
    v6("beyond-scope", 1, 2),
    v6("address-unreachable", 1, 3),
    v6("port-unreachable", 1, 4),
    v6("failed-policy", 1, 5),
    v6("reject-route", 1, 6),
    v6("packet-too-big", 2),
    v6("time-exceeded", 3),
    v6("ttl-zero-during-transit", 3, 0),
    v6("ttl-zero-during-reassembly", 3, 1),
    v6("parameter-problem", 4),
    v6("bad-header", 4, 0),
    v6("unknown-header-type", 4, 1),
    v6("unknown-option", 4, 2),
    v6("echo-request", 128),
    v6("echo-reply", 129),
    v6("mld-listener-query", 130),
    v6("mld-listener-report", 131),
    v6("mld-listener-done", 132),
    v6("mld-listener-reduction", 132),
    v6("nd-router-solicit", 133),
    v6("router-solicitation", 133),
    v6("nd-router-advert", 134),
    v6("router-advertisement", 134),
    v6("nd-neighbor-solicit", 135),
    v6("neighbor-solicitation", 135),
    v6("neighbour-solicitation", 135),
    v6("nd-neighbor-advert", 136),
    v6("neighbor-advertisement", 136),
    v6("neighbour-advertisement", 136),
    v6("nd-redirect", 137),
    v6("redirect", 137),
    v6("router-renumbering", 138),
    v6("ind-neighbor-solicit", 141),
    v6("ind-neighbor-advert", 142),
    v6("mld2-listener-report", 143),
};

}  // namespace

std::span<const IcmpName> icmp_names() { return kNames; }

std::optional<IcmpType> read_icmp_type(std::string_view word, Family family) {
  for (const IcmpName& one : kNames)
    if (one.family == family && one.name == word) return one.type;
  const auto slash = word.find('/');
  const auto type = parse_number<std::uint8_t>(word.substr(0, slash));
  if (!type) return std::nullopt;
  if (slash == std::string_view::npos) return IcmpType{type, std::nullopt};
  const auto code = parse_number<std::uint8_t>(word.substr(slash + 1));
  return code ? std::optional(IcmpType{type, code}) : std::nullopt;
}

}  // namespace drawbridge::firewall
