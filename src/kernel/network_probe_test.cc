#include "kernel/network_probe.h"

#include <gtest/gtest.h>

#include "kernel/probe_packets.h"

namespace drawbridge::kernel {
namespace {

TEST(SessionFromEnvironment, FourWords) {
  const auto session = session_from_environment("192.0.2.7 51234 100.64.0.102 22");
  ASSERT_TRUE(session);
  EXPECT_EQ(format_ip(session->peer), "192.0.2.7");
  EXPECT_EQ(session->peer_port, 51234);
  EXPECT_EQ(format_ip(session->local), "100.64.0.102");
  EXPECT_EQ(session->local_port, 22);
}

TEST(SessionFromEnvironment, ZonesAreDropped) {
  const auto session = session_from_environment("fe80::1%vmbr0 51234 fe80::2%vmbr0 22");
  ASSERT_TRUE(session);
  EXPECT_EQ(format_ip(session->peer), "fe80::1");
}

TEST(SessionFromEnvironment, AnythingElseIsNoSession) {
  for (const auto* text : {"", "192.0.2.7", "192.0.2.7 1 100.64.0.102", "192.0.2.7 1 100.64.0.102 22 5", "192.0.2.7 65536 100.64.0.102 22",
                           "192.0.2.7 -1 100.64.0.102 22", "a 1 b 2", "192.0.2.7 1 fe80::1 22"})
    EXPECT_FALSE(session_from_environment(text)) << text;
}

std::vector<std::uint8_t> bytes(std::string_view hex) {
  std::vector<std::uint8_t> out;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    out.push_back(static_cast<std::uint8_t>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16)));
  return out;
}

const MacAddress kMac = parse_mac("02:00:00:00:00:05").value();
const IpAddress kHost = parse_ip("100.64.0.102").value();
const IpAddress kGateway = parse_ip("100.64.0.1").value();
const IpAddress kGateway6 = parse_ip("fe80::12:3456").value();

TEST(ProbePackets, ArpRequestIsRfc826) {
  EXPECT_EQ(make_arp_request(kMac, kHost, kGateway), bytes("0001080006040001"
                                                           "020000000005"
                                                           "64400066"
                                                           "000000000000"
                                                           "64400001"));
}

TEST(ProbePackets, OnlyTheTargetsArpReplyCounts) {
  const auto reply = bytes(
      "0001080006040002"
      "0200000000aa"
      "64400001"
      "020000000005"
      "64400066");
  EXPECT_TRUE(is_arp_reply(reply, kGateway));
  EXPECT_FALSE(is_arp_reply(reply, kHost));
  EXPECT_FALSE(is_arp_reply(make_arp_request(kMac, kGateway, kHost), kGateway)) << "a request is no reply";
  for (std::size_t size = 0; size < reply.size(); ++size)
    EXPECT_FALSE(is_arp_reply(std::span(reply).first(size), kGateway)) << "cut at " << size;
}

TEST(ProbePackets, EchoChecksumAddsUp) {
  const auto packet = make_echo_request(Family::ipv4, {0x1234, 0x0102030405060708}, 7);
  EXPECT_EQ(packet.size(), 16U);
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < packet.size(); i += 2) sum += static_cast<std::uint32_t>(packet[i] << 8U | packet[i + 1]);
  EXPECT_EQ((sum & 0xFFFFU) + (sum >> 16U), 0xFFFFU);
}

TEST(ProbePackets, OnlyTheReplyToOurEchoCounts) {
  const EchoMark mark{0x1234, 0x0102030405060708};
  auto reply = make_echo_request(Family::ipv4, mark, 7);
  reply[0] = 0;
  std::vector<std::uint8_t> packet(20);
  packet[0] = 0x45;
  packet.insert(packet.end(), reply.begin(), reply.end());
  EXPECT_TRUE(is_echo_reply(packet, Family::ipv4, mark));
  EXPECT_FALSE(is_echo_reply(packet, Family::ipv4, {0x1235, mark.nonce}));
  EXPECT_FALSE(is_echo_reply(packet, Family::ipv4, {0x1234, mark.nonce + 1}));
  for (std::size_t size = 0; size < packet.size(); ++size)
    EXPECT_FALSE(is_echo_reply(std::span(packet).first(size), Family::ipv4, mark)) << "cut at " << size;
  packet[0] = 0x4F;  // a header longer than the packet
  EXPECT_FALSE(is_echo_reply(std::span(packet).first(40), Family::ipv4, mark));
}

TEST(ProbePackets, Icmp6RepliesHaveNoIpHeader) {
  const EchoMark mark{1, 2};
  auto reply = make_echo_request(Family::ipv6, mark, 1);
  EXPECT_FALSE(is_echo_reply(reply, Family::ipv6, mark)) << "the request itself";
  reply[0] = 129;
  EXPECT_TRUE(is_echo_reply(reply, Family::ipv6, mark));
}

TEST(ProbePackets, SolicitationIsRfc4861) {
  EXPECT_EQ(make_neighbour_solicitation(kMac, kGateway6), bytes("8700000000000000"
                                                                "fe800000000000000000000000123456"
                                                                "0101"
                                                                "020000000005"));
  EXPECT_EQ(format_ip(solicited_node(kGateway6)), "ff02::1:ff12:3456");
}

TEST(ProbePackets, OnlyTheTargetsAdvertisementCounts) {
  const auto packet = bytes(
      "8800000060000000"
      "fe800000000000000000000000123456"
      "0201"
      "0200000000aa");
  EXPECT_TRUE(is_neighbour_advertisement(packet, kGateway6));
  EXPECT_FALSE(is_neighbour_advertisement(packet, parse_ip("fe80::1").value()));
  EXPECT_FALSE(is_neighbour_advertisement(std::span(packet).first(23), kGateway6));
}

}  // namespace
}  // namespace drawbridge::kernel
