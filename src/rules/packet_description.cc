#include "rules/packet_description.h"

#include "rules/parse_frame.h"

namespace drawbridge::rules {

ConnectionState state_of(const Packet& packet, ConnectionState claimed) {
  if (!packet[Field::ip_version]) return ConnectionState::untracked;
  const auto type = packet[Field::icmpv6_type];
  const bool discovery = type && ((*type >= 130 && *type <= 136) || *type == 143);
  return discovery ? ConnectionState::untracked : claimed;
}

Packet packet_of(const PacketDescription& description) {
  Packet packet = parse_frame(frame_of(description));
  packet[Field::connection_state] = static_cast<Number>(state_of(packet, description.state));
  packet[Field::connection_mark] = 0;
  return packet;
}

}  // namespace drawbridge::rules
