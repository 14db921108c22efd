#include "lab/packets.h"

namespace drawbridge::lab {
namespace {

constexpr std::string_view kArpHead = std::string_view("\x08\x06\x00\x01\x08\x00\x06\x04\x00", 9);
constexpr char kArpRequest = 1, kArpReply = 2;

void put(std::string& bytes, std::uint16_t number) {
  bytes.push_back(static_cast<char>(number >> 8U));
  bytes.push_back(static_cast<char>(number & 0xFFU));
}

unsigned byte_at(std::string_view bytes, std::size_t at) { return static_cast<std::uint8_t>(bytes[at]); }

std::uint16_t internet_checksum(std::string_view bytes) {
  unsigned sum = 0;
  for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) sum += (byte_at(bytes, i) << 8U) | byte_at(bytes, i + 1);
  if (bytes.size() % 2 != 0) sum += byte_at(bytes, bytes.size() - 1) << 8U;
  while (sum > 0xFFFFU) sum = (sum & 0xFFFFU) + (sum >> 16U);
  return static_cast<std::uint16_t>(~sum);
}

std::string_view bytes_of(const std::uint8_t* data, std::size_t size) { return {reinterpret_cast<const char*>(data), size}; }

}  // namespace

std::string echo_request(Family family, std::uint16_t identifier, std::uint16_t sequence, std::size_t size) {
  std::string packet;
  packet.push_back(static_cast<char>(family == Family::ipv4 ? 8 : 128));
  packet.append(3, '\0');
  put(packet, identifier);
  put(packet, sequence);
  packet += "drawbridge lab..";
  const std::size_t ip_header = family == Family::ipv4 ? 20 : 40;
  if (size > ip_header + packet.size()) packet.resize(size - ip_header, '.');
  const std::uint16_t sum = internet_checksum(packet);
  packet[2] = static_cast<char>(sum >> 8U);
  packet[3] = static_cast<char>(sum & 0xFFU);
  return packet;
}

bool is_echo_reply(Family family, std::string_view packet, std::uint16_t identifier) {
  if (family == Family::ipv4) {
    if (packet.empty()) return false;
    const std::size_t header = (byte_at(packet, 0) & 0xFU) * 4UL;
    if (packet.size() < header) return false;
    packet.remove_prefix(header);
  }
  const unsigned reply = family == Family::ipv4 ? 0 : 129;
  return packet.size() >= 8 && byte_at(packet, 0) == reply && ((byte_at(packet, 4) << 8U) | byte_at(packet, 5)) == identifier;
}

std::string arp_request(const MacAddress& sender_mac, const IpAddress& sender, const IpAddress& target) {
  std::string frame(6, '\xFF');
  frame += bytes_of(sender_mac.bytes.data(), 6);
  frame += kArpHead;
  frame.push_back(kArpRequest);
  frame += bytes_of(sender_mac.bytes.data(), 6);
  frame += bytes_of(sender.bytes.data(), 4);
  frame.append(6, '\0');
  frame += bytes_of(target.bytes.data(), 4);
  return frame;
}

bool is_arp_reply(std::string_view frame, const IpAddress& target) {
  return frame.size() >= 42 && frame.substr(12, 9) == kArpHead && frame[21] == kArpReply &&
         frame.substr(28, 4) == bytes_of(target.bytes.data(), 4);
}

}  // namespace drawbridge::lab
