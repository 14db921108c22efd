// Bytes of an Ethernet frame to what the kernel's rule expressions see of it at a bridge's hooks. Never reads outside the bytes.
#pragma once

#include <cstdint>
#include <span>

#include "rules/packet.h"

namespace drawbridge::rules {

/// Bytes behind the end of the IP packet: the kernel cuts them off when conntrack looks at it, so that rules before that see them.
enum class Padding : std::uint8_t { cut, seen };

/// Without state and devices. Fields whose bytes are missing are absent, as are those behind an IP header that is not sound
/// (nf_tables_ipv4.h, nf_tables_ipv6.h and ipv6_find_hdr of Linux 6.1) and the ports of later fragments. A frame shorter than an
/// Ethernet header has no fields.
Packet parse_frame(std::span<const std::uint8_t> frame, Padding padding = Padding::cut);

}  // namespace drawbridge::rules
