// Packets that a rule of the real kernel logs, over loopback in a network namespace.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <ctime>

#include "netfilter/log_socket.h"
#include "packetlog/line.h"

namespace drawbridge::netfilter {
namespace {

/// Everything in this process happens in a namespace of its own.
class LogSocketLab : public testing::Test {
 protected:
  void SetUp() override {
    if (geteuid() != 0 || unshare(CLONE_NEWNET) != 0) GTEST_SKIP() << "no network namespace to be had";
    const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    ifreq request{};
    request.ifr_name[0] = 'l';
    request.ifr_name[1] = 'o';
    request.ifr_flags = IFF_UP;
    ASSERT_EQ(ioctl(fd, SIOCSIFFLAGS, &request), 0);
    close(fd);
    ASSERT_EQ(
        std::system("nft 'table inet t { chain c { type filter hook output priority 0; udp dport 9 log prefix \":100:6:tap100i0-OUT: DROP: "
                    "#100.fw:7\" group 0 drop; }; }'"),
        0);
  }

  static void send_datagram(const char* text) {
    const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(9);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    // The rule drops it, which the sender is told as EPERM.
    EXPECT_LT(sendto(fd, text, 5, 0, reinterpret_cast<const sockaddr*>(&to), sizeof to), 0);
    close(fd);
  }

  static std::vector<packetlog::Record> read(LogSocket& log, std::size_t count) {
    std::vector<packetlog::Record> records;
    for (int i = 0; i < 20 && records.size() < count; ++i) {
      pollfd waiting{log.descriptor(), POLLIN, 0};
      poll(&waiting, 1, 100);
      EXPECT_TRUE(log.drain([&](packetlog::Record record) { records.push_back(std::move(record)); }));
    }
    return records;
  }
};

TEST_F(LogSocketLab, HandsOutWhatARuleLogs) {
  auto log = LogSocket::open(0);
  ASSERT_TRUE(log) << log.error().what;
  const std::int64_t before = std::time(nullptr);
  send_datagram("hello");
  const auto records = read(*log, 1);
  ASSERT_EQ(records.size(), 1U);
  const packetlog::Record& record = records.front();
  EXPECT_EQ(record.out, "lo");
  EXPECT_EQ(record.ether_type, 0x0800);
  EXPECT_GE(record.seconds, before);
  const packetlog::Prefix prefix = packetlog::parse_prefix(record.prefix);
  EXPECT_EQ(prefix, (packetlog::Prefix{100, 6, "tap100i0-OUT", "DROP: ", "100.fw:7"}));
  const std::string line = packetlog::format_line(record, std::tm{});
  EXPECT_NE(line.find("DROP: OUT=lo "), std::string::npos) << line;
  EXPECT_NE(line.find("SRC=127.0.0.1 DST=127.0.0.1 LEN=33 "), std::string::npos) << line;
  EXPECT_NE(line.find("PROTO=UDP SPT="), std::string::npos) << line;
  EXPECT_TRUE(line.ends_with("DPT=9 LEN=13")) << line;
}

TEST_F(LogSocketLab, HandsOutManyInTheirOrder) {
  auto log = LogSocket::open(0);
  ASSERT_TRUE(log) << log.error().what;
  for (char c = 'a'; c <= 'z'; ++c) send_datagram(std::string(5, c).c_str());
  const auto records = read(*log, 26);
  ASSERT_EQ(records.size(), 26U);
  for (std::size_t i = 0; i < records.size(); ++i) EXPECT_EQ(records[i].payload.back(), 'a' + i);
}

TEST_F(LogSocketLab, TellsThatSomebodyElseListens) {
  const auto first = LogSocket::open(0);
  ASSERT_TRUE(first) << first.error().what;
  const auto second = LogSocket::open(0);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Errc::conflict);
  EXPECT_NE(second.error().hint.find("pvefw-logger"), std::string::npos);
}

TEST_F(LogSocketLab, HasNothingToSayWhereNothingIsLogged) {
  auto log = LogSocket::open(0);
  ASSERT_TRUE(log) << log.error().what;
  EXPECT_EQ(read(*log, 0).size(), 0U);
}

}  // namespace
}  // namespace drawbridge::netfilter
