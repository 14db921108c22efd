// The part of a log line that tells of a packet's transport: "PROTO=TCP SPT=… ".
#pragma once

#include <cstdint>
#include <string>

#include "packetlog/bytes.h"

namespace drawbridge::packetlog {

/// Appends the fields of the protocol's header, each with a blank behind it (UDP's last without one, as readers of the format
/// expect). A header that is cut gives "LEN=<bytes there are> INVALID=LEN ".
void append_transport(std::string& line, std::uint8_t protocol, Bytes bytes);
/// The same for ICMPv6, whose number means nothing over IPv4.
void append_icmpv6(std::string& line, Bytes bytes);
/// What a cut header is told as.
void append_cut(std::string& line, const Bytes& bytes);

}  // namespace drawbridge::packetlog
