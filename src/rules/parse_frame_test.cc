#include "rules/parse_frame.h"

#include <gtest/gtest.h>
// rapidcheck's binding must come after gtest.
#include <rapidcheck/gtest.h>

#include "base/corpus_testing.h"
#include "rules/packet_description.h"
#include "rules/parse_frame_fuzz_body.h"

namespace drawbridge::rules {
namespace {

using Bytes = std::vector<std::uint8_t>;

const IpAddress kA4 = *parse_ip("192.0.2.1");
const IpAddress kB4 = *parse_ip("192.0.2.2");
const IpAddress kA6 = *parse_ip("2001:db8::1");
const IpAddress kB6 = *parse_ip("2001:db8::2");

Bytes tcp4() { return frame_of({.source = kA4, .destination = kB4, .content = Tcp{.source_port = 1000, .destination_port = 22}}); }

/// An IPv6 frame whose headers are given from the one that `first` names on.
Bytes ipv6_with(std::uint8_t first, const Bytes& headers) {
  Bytes frame = frame_of({.source = kA6, .destination = kB6, .content = OtherProtocol{first}});
  frame.resize(14 + 40);
  frame.insert(frame.end(), headers.begin(), headers.end());
  frame[18] = static_cast<std::uint8_t>(headers.size() >> 8U);
  frame[19] = static_cast<std::uint8_t>(headers.size());
  return frame;
}

TEST(ParseFrame, Tcp) {
  const Packet packet = parse_frame(tcp4());
  EXPECT_EQ(packet[Field::ether_type], Number{0x0800});
  EXPECT_EQ(packet[Field::packet_type], Number{3});
  EXPECT_EQ(packet[Field::ip_version], Number{4});
  EXPECT_EQ(packet[Field::ipv4_source], number_of(kA4));
  EXPECT_EQ(packet[Field::ipv4_destination], number_of(kB4));
  EXPECT_EQ(packet[Field::protocol], Number{6});
  EXPECT_EQ(packet[Field::source_port], Number{1000});
  EXPECT_EQ(packet[Field::destination_port], Number{22});
  EXPECT_EQ(packet[Field::tcp_flags], Number{kSyn});
  EXPECT_EQ(packet[Field::hop_limit], Number{64});
  EXPECT_EQ(packet[Field::is_fragment], Number{0});
  EXPECT_FALSE(packet[Field::vlan_id]);
  EXPECT_FALSE(packet[Field::connection_state]);
}

TEST(ParseFrame, LooksBehindOneTagAndNoMore) {
  PacketDescription description{.tags = {44}, .source = kA4, .destination = kB4, .content = Tcp{}};
  Packet packet = parse_frame(frame_of(description));
  EXPECT_EQ(packet[Field::vlan_id], Number{44});
  EXPECT_EQ(packet[Field::ether_type], Number{0x0800});
  EXPECT_EQ(packet[Field::destination_port], Number{80});
  description.tags = {44, 45};
  packet = parse_frame(frame_of(description));
  EXPECT_EQ(packet[Field::vlan_id], Number{44});
  EXPECT_EQ(packet[Field::ether_type], Number{0x8100});
  EXPECT_FALSE(packet[Field::ip_version]);
}

TEST(ParseFrame, LengthsAreLlc) {
  EXPECT_EQ(parse_frame(frame_of({.content = OtherFrame{46}}))[Field::ether_type], Number{kEtherLlc});
  EXPECT_EQ(parse_frame(frame_of({.content = OtherFrame{0x88b5}}))[Field::ether_type], Number{0x88b5});
}

TEST(ParseFrame, ArpOfEthernetAndIpv4Only) {
  const MacAddress mac{{2, 0, 0, 0, 0, 9}};
  Bytes frame = frame_of({.content = Arp{.operation = 2, .source_mac = mac, .source_ip = kA4, .target_ip = kB4}});
  Packet packet = parse_frame(frame);
  EXPECT_EQ(packet[Field::arp_operation], Number{2});
  EXPECT_EQ(packet[Field::arp_source_mac], number_of(mac));
  EXPECT_EQ(packet[Field::arp_source_ip], number_of(kA4));
  EXPECT_EQ(packet[Field::arp_target_ip], number_of(kB4));
  frame[14 + 4] = 8;
  EXPECT_FALSE(parse_frame(frame)[Field::arp_source_ip]);
}

TEST(ParseFrame, NeighborDiscoveryAndDhcp) {
  const Packet discovery = packet_of({.source = kA6, .destination = kB6, .content = NeighborDiscovery{136, kA6}});
  EXPECT_EQ(discovery[Field::icmpv6_type], Number{136});
  EXPECT_EQ(discovery[Field::nd_target], number_of(kA6));
  EXPECT_EQ(discovery[Field::hop_limit], Number{255});
  EXPECT_EQ(discovery[Field::connection_state], Number{64});
  const MacAddress client{{2, 0, 0, 0, 0, 7}};
  const Packet dhcp = packet_of({.source = *parse_ip("0.0.0.0"), .destination = *parse_ip("255.255.255.255"), .content = Dhcp{client}});
  EXPECT_EQ(dhcp[Field::source_port], Number{68});
  EXPECT_EQ(dhcp[Field::dhcp_client_mac], number_of(client));
  EXPECT_EQ(dhcp[Field::connection_state], Number{8});
}

TEST(ParseFrame, WhatIsCutOffIsAbsent) {
  const Bytes whole = tcp4();
  const Bytes head(whole.begin(), whole.begin() + 14 + 16);
  const Packet packet = parse_frame(head);
  EXPECT_TRUE(packet[Field::ipv4_source]);
  EXPECT_FALSE(packet[Field::ipv4_destination]);
  EXPECT_FALSE(packet[Field::protocol]);
}

TEST(ParseFrame, AnUnsoundIpv4HeaderHasNoUpperLayer) {
  Bytes short_header = tcp4();
  short_header[14] = 0x44;
  EXPECT_FALSE(parse_frame(short_header)[Field::protocol]);
  Bytes long_total = tcp4();
  long_total[17] = 200;
  EXPECT_FALSE(parse_frame(long_total)[Field::destination_port]);
  Bytes wrong_version = tcp4();
  wrong_version[14] = 0x65;
  EXPECT_FALSE(parse_frame(wrong_version)[Field::protocol]);
  EXPECT_TRUE(parse_frame(wrong_version)[Field::ipv4_source]);
}

TEST(ParseFrame, PortsBeyondTheTotalLengthArePadding) {
  Bytes frame = tcp4();
  frame[17] = 20;
  EXPECT_FALSE(parse_frame(frame)[Field::destination_port]);
  EXPECT_EQ(parse_frame(frame, Padding::seen)[Field::destination_port], Number{22});
}

TEST(ParseFrame, LaterFragmentsHaveNoPorts) {
  Bytes frame = tcp4();
  frame[21] = 1;
  const Packet packet = parse_frame(frame);
  EXPECT_EQ(packet[Field::is_fragment], Number{1});
  EXPECT_EQ(packet[Field::protocol], Number{6});
  EXPECT_FALSE(packet[Field::destination_port]);
}

TEST(ParseFrame, WalksExtensionHeaders) {
  // Hop-by-hop, destination options of 16 bytes, first fragment, then UDP.
  Bytes chain(8 + 16 + 8 + 8, 0);
  chain[0] = 60;
  chain[8] = 44;
  chain[9] = 1;
  chain[24] = 17;
  chain[32 + 1] = 99;
  chain[32 + 3] = 53;
  const Packet packet = parse_frame(ipv6_with(0, chain));
  EXPECT_EQ(packet[Field::protocol], Number{17});
  EXPECT_EQ(packet[Field::source_port], Number{99});
  EXPECT_EQ(packet[Field::destination_port], Number{53});
  EXPECT_EQ(packet[Field::is_fragment], Number{0});
}

// TCP was read behind it, where the kernel's rules see AH (IP6_FH_F_AUTH in nf_tables_ipv6.h): a rule for TCP passes it by.
TEST(ParseFrame, NobodyLooksBehindAnAuthenticationHeader) {
  Bytes chain(12 + 20, 0);
  chain[0] = 6;
  chain[1] = 1;
  const Packet packet = parse_frame(ipv6_with(51, chain));
  EXPECT_EQ(packet[Field::protocol], Number{51});
  EXPECT_FALSE(packet[Field::source_port]);
}

TEST(ParseFrame, LaterFragmentsOfIpv6) {
  Bytes fragment(16, 0);
  fragment[0] = 58;
  fragment[3] = 8;
  const Packet packet = parse_frame(ipv6_with(44, fragment));
  EXPECT_EQ(packet[Field::protocol], Number{58});
  EXPECT_EQ(packet[Field::is_fragment], Number{1});
  EXPECT_FALSE(packet[Field::icmpv6_type]);
  fragment[0] = 60;  // whose rest of the chain is in the first fragment
  EXPECT_FALSE(parse_frame(ipv6_with(44, fragment))[Field::protocol]);
  EXPECT_EQ(parse_frame(ipv6_with(44, fragment))[Field::is_fragment], Number{1});
}

TEST(ParseFrame, AChainThatLeavesThePacketHasNoProtocol) {
  EXPECT_FALSE(parse_frame(ipv6_with(0, {6}))[Field::protocol]);
  EXPECT_EQ(parse_frame(ipv6_with(59, {}))[Field::protocol], Number{59});
  // A header that claims more than there is: what comes next is known, but its bytes are not there.
  const Packet packet = parse_frame(ipv6_with(0, {6, 31, 0, 0, 0, 0, 0, 0}));
  EXPECT_EQ(packet[Field::protocol], Number{6});
  EXPECT_FALSE(packet[Field::destination_port]);
}

RC_GTEST_PROP(ParseFrame, KeepsItsPromisesForAnyBytes, (Bytes bytes, bool v6)) {
  RC_ASSERT(check_frame(bytes).empty());
  Bytes frame = v6 ? ipv6_with(0, bytes) : tcp4();
  for (std::size_t at = 0; at < bytes.size(); ++at) frame[12 + bytes[at] % (frame.size() - 12)] ^= bytes[(at + 1) % bytes.size()];
  RC_ASSERT(check_frame(frame).empty());
}

TEST(ParseFrameCorpus, Seeds) {
  run_corpus(DRAWBRIDGE_SOURCE_DIR "/fuzz/parse_frame", {"\0\x06\x2c\x81\xff", 5}, 200,
             [](std::string_view text) { return check_frame({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}); });
}

}  // namespace
}  // namespace drawbridge::rules
