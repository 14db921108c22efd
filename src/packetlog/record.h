// A packet that a rule logged, as the kernel hands it out (NFLOG, linux/netfilter/nfnetlink_log.h), and what the rule wrote in its
// prefix.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drawbridge::packetlog {

/// What a rule says of itself in its log prefix, ":VMID:LEVEL:CHAIN: TEXT#RULE". The first parts are what other loggers of the
/// familiar files read; RULE ("100.fw:12") is ours, and may be missing.
struct Prefix {
  std::uint32_t vmid = 0;  ///< 0: the host's
  std::uint8_t level = 6;  ///< syslog's
  std::string chain = "-";
  std::string text{};  ///< "DROP: ", "policy DROP: "
  std::string rule{};  ///< "FILE:LINE", or a built-in rule's reason; may be empty
  bool operator==(const Prefix&) const = default;
};

/// Longest prefix that the kernel keeps, its closing zero not counted (NF_LOG_PREFIXLEN).
inline constexpr std::size_t kLongestPrefix = 127;

/// Never fails: a prefix of another form is the text of a line of the host.
Prefix parse_prefix(std::string_view text);
/// At most kLongestPrefix bytes: the rule is left out if it does not fit, then the text is cut.
std::string format_prefix(const Prefix& prefix);

struct Vlan {
  std::uint16_t protocol = 0;  ///< 0x8100, 0x88a8
  std::uint16_t tci = 0;       ///< priority and id
  bool operator==(const Vlan&) const = default;
  std::uint16_t id() const { return tci & 0x0fffU; }
};

struct Record {
  std::string prefix{};
  std::uint8_t family = 0;       ///< of the hook: NFPROTO_INET's halves (2, 10) or NFPROTO_BRIDGE (7)
  std::uint16_t ether_type = 0;  ///< what `payload` is
  std::int64_t seconds = 0;      ///< since 1970: the packet's own time, or when it was read
  std::uint32_t microseconds = 0;
  std::string in{}, out{};                    ///< device names, the number if the name isn't known; empty: not said
  std::string physical_in{}, physical_out{};  ///< ports of a bridge
  std::vector<std::uint8_t> link_header{};
  std::optional<Vlan> vlan{};
  std::uint32_t mark = 0;
  std::vector<std::uint8_t> payload{};  ///< from the network header on; may be cut
  bool operator==(const Record&) const = default;
};

}  // namespace drawbridge::packetlog
