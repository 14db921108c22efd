// The part of a log line that tells of a packet: addresses, what stands in its headers, its transport.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace drawbridge::packetlog {

/// `packet` begins with the header that `ether_type` names; of what is neither IP nor ARP nothing is said. Each field has a blank
/// behind it. A cut header gives "LEN=… INVALID=LEN ", a wrong header length "INVALID=IHL ".
void append_packet(std::string& line, std::uint16_t ether_type, std::span<const std::uint8_t> packet);

}  // namespace drawbridge::packetlog
