#include "packetlog/network_text.h"

#include <gtest/gtest.h>

#include "packetlog/packetlog_testing.h"

namespace drawbridge::packetlog {
namespace {

std::string text(std::uint16_t ether_type, std::string_view digits) {
  std::string line;
  append_packet(line, ether_type, bytes_of(digits));
  return line;
}

constexpr std::string_view kFrom10To20 = "0a000001 0a000002";
constexpr std::string_view kFrom1To2 = "fd000000000000000000000000000001 fd000000000000000000000000000002";

std::string ipv4(std::string_view protocol, std::string_view rest, std::string_view fragment = "4000") {
  return text(0x0800, "4500003c1c46" + std::string(fragment) + "40" + std::string(protocol) + "b1e6" + std::string(kFrom10To20) +
                          std::string(rest));
}
std::string ipv6(std::string_view next, std::string_view rest) {
  return text(0x86dd,
              "60012345"
              "0020" +
                  std::string(next) + "ff" + std::string(kFrom1To2) + std::string(rest));
}
constexpr std::string_view kIpv4 = "SRC=10.0.0.1 DST=10.0.0.2 LEN=60 TOS=0x00 PREC=0x00 TTL=64 ID=7238 ";
constexpr std::string_view kIpv6 = "SRC=fd00::1 DST=fd00::2 LEN=32 TC=0 FLOWLBL=74565 HOPLIMIT=255 ";

TEST(PacketText, Tcp) {
  EXPECT_EQ(ipv4("06", "d4310050 00000001 00000002 5012 faf0 0000 0000"),
            std::string(kIpv4) + "DF PROTO=TCP SPT=54321 DPT=80 SEQ=1 ACK=2 WINDOW=64240 ACK SYN ");
  EXPECT_EQ(ipv4("06", "d4310050 00000001 00000002 503f faf0 0000 0007"),
            std::string(kIpv4) + "DF PROTO=TCP SPT=54321 DPT=80 SEQ=1 ACK=2 WINDOW=64240 URG ACK PSH RST SYN FIN URGP=7 ");
}

TEST(PacketText, UdpHasNoBlankAtItsEnd) {
  EXPECT_EQ(ipv4("11", "00350400 0028 0000"), std::string(kIpv4) + "DF PROTO=UDP SPT=53 DPT=1024 LEN=40");
}

TEST(PacketText, OtherTransports) {
  EXPECT_EQ(ipv4("84", "00350400 00000000"), std::string(kIpv4) + "DF PROTO=SCTP SPT=53 DPT=1024 ");
  EXPECT_EQ(ipv4("21", "00350400 00000000"), std::string(kIpv4) + "DF PROTO=DCCP SPT=53 DPT=1024 ");
  EXPECT_EQ(ipv4("88", "00350400 0028 0000"), std::string(kIpv4) + "DF PROTO=UDPLITE SPT=53 DPT=1024 LEN=40");
  EXPECT_EQ(ipv4("33", ""), std::string(kIpv4) + "DF PROTO=AH ");
  EXPECT_EQ(ipv4("32", ""), std::string(kIpv4) + "DF PROTO=ESP ");
  EXPECT_EQ(ipv4("02", ""), std::string(kIpv4) + "DF PROTO=IGMP ");
  EXPECT_EQ(ipv4("fa", ""), std::string(kIpv4) + "DF PROTO=250 ");
}

TEST(PacketText, Icmp) {
  EXPECT_EQ(ipv4("01", "0800 0000 0007 0009"), std::string(kIpv4) + "DF PROTO=ICMP TYPE=8 CODE=0 ID=7 SEQ=9 ");
  EXPECT_EQ(ipv4("01", "0304 0000 0000 05dc"), std::string(kIpv4) + "DF PROTO=ICMP TYPE=3 CODE=4 MTU=1500 ");
  EXPECT_EQ(ipv4("01", "0501 0000 0a0000fe"), std::string(kIpv4) + "DF PROTO=ICMP TYPE=5 CODE=1 GATEWAY=10.0.0.254 ");
  EXPECT_EQ(ipv4("01", "0c00 0000 05000000"), std::string(kIpv4) + "DF PROTO=ICMP TYPE=12 CODE=0 PARAMETER=5 ");
  EXPECT_EQ(ipv4("01", "0300 0000 00000000"), std::string(kIpv4) + "DF PROTO=ICMP TYPE=3 CODE=0 ");
}

TEST(PacketText, Fragments) {
  EXPECT_EQ(ipv4("11", "00350400 0028 0000", "2000"), std::string(kIpv4) + "MF PROTO=UDP SPT=53 DPT=1024 LEN=40");
  EXPECT_EQ(ipv4("11", "deadbeef", "00b9"), std::string(kIpv4) + "FRAG=185 PROTO=17 ");
  EXPECT_EQ(ipv6("2c", "1100 0000 00000007"), std::string(kIpv6) + "FRAG=0 ID=7 PROTO=UDP LEN=0 INVALID=LEN ");
}

TEST(PacketText, CutAndWrongHeaders) {
  EXPECT_EQ(text(0x0800, "4500"), "LEN=2 INVALID=LEN ");
  EXPECT_EQ(text(0x86dd, "60"), "LEN=1 INVALID=LEN ");
  EXPECT_EQ(text(0x0806, "0001"), "LEN=2 INVALID=LEN ");
  EXPECT_EQ(ipv4("06", "d431"), std::string(kIpv4) + "DF PROTO=TCP LEN=2 INVALID=LEN ");
  EXPECT_EQ(text(0x0800, "4400003c1c46400040060000" + std::string(kFrom10To20)), std::string(kIpv4) + "DF INVALID=IHL ");
  EXPECT_EQ(text(0x0800, "4f00003c1c46400040060000" + std::string(kFrom10To20)), std::string(kIpv4) + "DF INVALID=IHL ");
}

TEST(PacketText, Icmpv6) {
  EXPECT_EQ(ipv6("3a", "8000 0000 0001 0002"), std::string(kIpv6) + "PROTO=ICMPV6 TYPE=128 CODE=0 ID=1 SEQ=2 ");
  EXPECT_EQ(ipv6("3a", "8600 0000 40 c0 0708 00000001 00000002"),
            std::string(kIpv6) + "PROTO=ICMPV6 TYPE=134 CODE=0 HOPLIMIT=64 RA=c0 LIFETIME=1800 REACHABLE=1 RETRANSMIT=2 ");
  EXPECT_EQ(ipv6("3a", "8800 0000 60000000"), std::string(kIpv6) + "PROTO=ICMPV6 TYPE=136 CODE=0 NA=60000000 ");
  EXPECT_EQ(ipv6("3a", "8900 0000 00000000" + std::string(kFrom1To2)),
            std::string(kIpv6) + "PROTO=ICMPV6 TYPE=137 CODE=0 TARGET=fd00::2 GATEWAY=fd00::1 ");
  EXPECT_EQ(ipv6("3a", "0200 0000 00000500"), std::string(kIpv6) + "PROTO=ICMPV6 TYPE=2 CODE=0 MTU=1280 ");
  EXPECT_EQ(ipv6("3a", "0401 0000 00000006"), std::string(kIpv6) + "PROTO=ICMPV6 TYPE=4 CODE=1 PARAMETER=NEXTHEADER ");
  EXPECT_EQ(ipv6("3a", "0407 0000 00000006"), std::string(kIpv6) + "PROTO=ICMPV6 TYPE=4 CODE=7 PARAMETER=6 ");
}

TEST(PacketText, ExtensionHeaders) {
  EXPECT_EQ(ipv6("00", "3c00 0000 00000000 3a00 0000 00000000 8000 0000 0001 0002"),
            std::string(kIpv6) + "NEXTHDR=HOPOPTS NEXTHDR=DSTOPTS PROTO=ICMPV6 TYPE=128 CODE=0 ID=1 SEQ=2 ");
  EXPECT_EQ(ipv6("2b", "3b02 0201 00000000 fd000000000000000000000000000009"),
            std::string(kIpv6) + "NEXTHDR=ROUTING TYPE=2 SEGMENTS=1 HOME=fd00::9 PROTO=59 ");
  EXPECT_EQ(ipv6("2c", "1100 0009 00000007 dead"), std::string(kIpv6) + "FRAG=8 ID=7 MF PROTO=17 ");
}

TEST(PacketText, Arp) {
  const std::string head = "0001 0800 06 04 ";
  const std::string body = " 020000000001 0a000001 000000000000 0a000002";
  EXPECT_EQ(text(0x0806, head + "0001" + body), "SRC=10.0.0.1 DST=10.0.0.2 PROTO=ARP REQUEST ");
  EXPECT_EQ(text(0x0806, head + "0002" + body), "SRC=10.0.0.1 DST=10.0.0.2 PROTO=ARP REPLY MAC=02:00:00:00:00:01 ");
  EXPECT_EQ(text(0x0806, head + "000a" + body), "SRC=10.0.0.1 DST=10.0.0.2 PROTO=ARP NAK ");
  EXPECT_EQ(text(0x0806, head + "0003" + body), "SRC=10.0.0.1 DST=10.0.0.2 PROTO=ARP CODE=3 ");
}

TEST(PacketText, OfNeitherIpNorArpNothingIsSaid) { EXPECT_EQ(text(0x88b5, "0102"), ""); }

}  // namespace
}  // namespace drawbridge::packetlog
