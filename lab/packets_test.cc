#include "lab/packets.h"

#include <gtest/gtest.h>

namespace drawbridge::lab {
namespace {

TEST(Echo, RequestHasAValidChecksum) {
  const std::string packet = echo_request(Family::ipv4, 0xABCD, 7);
  unsigned sum = 0;
  for (std::size_t i = 0; i < packet.size(); i += 2)
    sum += (static_cast<std::uint8_t>(packet[i]) << 8U) | static_cast<std::uint8_t>(packet[i + 1]);
  while (sum > 0xFFFFU) sum = (sum & 0xFFFFU) + (sum >> 16U);
  EXPECT_EQ(sum, 0xFFFFU);
}

TEST(Echo, KnowsItsReplyFromOthers) {
  std::string reply = echo_request(Family::ipv4, 0x1234, 1);
  reply[0] = 0;
  const std::string header = "\x45" + std::string(19, '\0');
  EXPECT_TRUE(is_echo_reply(Family::ipv4, header + reply, 0x1234));
  EXPECT_FALSE(is_echo_reply(Family::ipv4, header + reply, 0x1235));
  EXPECT_FALSE(is_echo_reply(Family::ipv4, header + echo_request(Family::ipv4, 0x1234, 1), 0x1234)) << "its own request";
  EXPECT_FALSE(is_echo_reply(Family::ipv4, "", 0x1234));
  EXPECT_FALSE(is_echo_reply(Family::ipv4, "\x4F", 0x1234));
}

TEST(Echo, Ipv6HasNoIpHeader) {
  std::string reply = echo_request(Family::ipv6, 9, 1);
  reply[0] = static_cast<char>(129);
  EXPECT_TRUE(is_echo_reply(Family::ipv6, reply, 9));
}

TEST(Arp, KnowsTheReplyAboutItsTarget) {
  const IpAddress asker = parse_ip("192.0.2.1").value(), target = parse_ip("192.0.2.2").value();
  std::string frame = arp_request({{2, 0, 0, 0, 0, 1}}, asker, target);
  EXPECT_EQ(frame.size(), 42U);
  EXPECT_FALSE(is_arp_reply(frame, target));
  std::string reply = arp_request({{2, 0, 0, 0, 0, 2}}, target, asker);
  reply[21] = 2;
  EXPECT_TRUE(is_arp_reply(reply, target));
  EXPECT_FALSE(is_arp_reply(reply, asker));
}

TEST(EchoRequest, HasTheSizeThatIsAskedFor) {
  EXPECT_EQ(echo_request(Family::ipv4, 1, 1, 9000).size(), 8980U);
  EXPECT_EQ(echo_request(Family::ipv6, 1, 1, 9000).size(), 8960U);
  EXPECT_EQ(echo_request(Family::ipv4, 1, 1, 20), echo_request(Family::ipv4, 1, 1)) << "it has some content anyhow";
}

}  // namespace
}  // namespace drawbridge::lab
