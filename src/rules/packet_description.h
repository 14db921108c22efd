// A packet in words, for tests and for `firewall simulate`: what rules see of it, and the frame that a machine would send.
#pragma once

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "base/address.h"
#include "rules/field.h"
#include "rules/packet.h"

namespace drawbridge::rules {

inline constexpr std::uint8_t kSyn = 2;

struct Tcp {
  std::uint16_t source_port = 40'000;
  std::uint16_t destination_port = 80;
  std::uint8_t flags = kSyn;
};
/// UDP, or another protocol whose header begins with the ports: UDP-Lite, SCTP, DCCP.
struct Udp {
  std::uint16_t source_port = 40'000;
  std::uint16_t destination_port = 53;
  std::uint8_t protocol = 17;
};
/// ICMP or ICMPv6, by the addresses' family.
struct Icmp {
  std::uint8_t type = 8;
  std::uint8_t code = 0;
};
/// Neighbour solicitation (type 135) or advertisement (136); its hop limit is 255 unless the description says another.
struct NeighborDiscovery {
  std::uint8_t type = 135;
  IpAddress target{.family = Family::ipv6, .bytes = {}};
};
/// DHCP for IPv4: from a client (68 to 67), or a server's reply.
struct Dhcp {
  MacAddress client{};
  bool is_reply = false;
};
/// IP with any protocol that has no ports.
struct OtherProtocol {
  std::uint8_t protocol = 2;
};
struct Arp {
  std::uint16_t operation = 1;
  MacAddress source_mac{};
  IpAddress source_ip{};
  IpAddress target_ip{};
};
/// A frame that is neither IP nor ARP. Below 0x0600: a length, so that LLC follows.
struct OtherFrame {
  std::uint16_t ether_type = 0x88b5;
};

struct PacketDescription {
  MacAddress ether_source{{0x02, 0, 0, 0, 0, 1}};
  MacAddress ether_destination{{0x02, 0, 0, 0, 0, 2}};
  std::vector<std::uint16_t> tags{};  ///< VLAN ids, the outer first
  /// Of one family; not of ARP and other frames.
  IpAddress source{};
  IpAddress destination{};
  std::optional<std::uint8_t> hop_limit{};  ///< nullopt: 64, or what the protocol demands
  std::variant<Tcp, Udp, Icmp, NeighborDiscovery, Dhcp, OtherProtocol, Arp, OtherFrame> content{};
  /// Of the connection, where conntrack follows it.
  ConnectionState state = ConnectionState::fresh;
};

/// What rules see of it, but for the devices, which the way through the host brings.
Packet packet_of(const PacketDescription& description);

/// The frame with correct lengths and checksums, without FCS and without padding.
std::vector<std::uint8_t> frame_of(const PacketDescription& description);

/// What conntrack says of a packet that describes itself with `claimed`: frames that aren't IP, neighbour discovery and MLD are
/// untracked whatever was claimed (nf_conntrack_proto_icmpv6.c of the kernel).
ConnectionState state_of(const Packet& packet, ConnectionState claimed);

}  // namespace drawbridge::rules
