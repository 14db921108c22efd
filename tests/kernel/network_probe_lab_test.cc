// The probe with real packets: this process stands in one network namespace, its neighbour in another, a cable between them.
#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <functional>
#include <thread>

#include "kernel/descriptor.h"
#include "kernel/network_probe.h"
#include "kernel/rtnetlink.h"
#include "kernel/socket.h"

namespace drawbridge::kernel {
namespace {

using namespace std::chrono_literals;
using network::Operation;

network::Address address_of(const std::string& link, std::string_view text) {
  network::Address address;
  address.link = link;
  address.address = parse_interface_address(text).value();
  return address;
}

void run(const std::vector<Operation>& operations) {
  auto rtnetlink = Rtnetlink::open();
  ASSERT_TRUE(rtnetlink) << rtnetlink.error().what;
  const auto execution = rtnetlink->execute(operations);
  ASSERT_FALSE(execution.error) << execution.error->what;
}

// Until every address may be used: before that, a connection would be made from ::1 and never be answered.
void await_addresses() {
  for (int i = 0; i < 100; ++i) {
    auto rtnetlink = Rtnetlink::open();
    ASSERT_TRUE(rtnetlink);
    const auto snapshot = rtnetlink->snapshot();
    ASSERT_TRUE(snapshot);
    if (std::ranges::none_of(snapshot->addresses, &network::Address::tentative)) return;
    std::this_thread::sleep_for(50ms);
  }
  FAIL() << "addresses stay tentative";
}

class NetworkProbeLab : public testing::Test {
 protected:
  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "only root may make network namespaces";
    std::thread([this] {
      if (unshare(CLONE_NEWNET) == 0) there_ = Descriptor(open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC));
    }).join();
    if (!there_.is_open() || unshare(CLONE_NEWNET) != 0) GTEST_SKIP() << "no network namespace to be had";
    const auto mac = parse_mac("02:00:00:00:01:00").value();
    // Duplicate address detection would keep the IPv6 addresses from answering for a second or two.
    const auto quick = [](const std::string& link) { return network::SetSysctl{link, "ipv6.dad_transmits", 0}; };
    run({network::CreateLink{"e0", "veth", {}, mac, {}, "e0p"}, quick("e0"), quick("e0p")});
    send_there("e0p");
    run({network::SetUp{"lo", true}, network::AddAddress{address_of("e0", "10.0.0.1/24")}, network::SetUp{"e0", true},
         network::AddAddress{address_of("e0", "2001:db8::1/64")}});
    there([&] {
      run({network::SetUp{"lo", true}, quick("e0p"), network::AddAddress{address_of("e0p", "10.0.0.2/24")}, network::SetUp{"e0p", true},
           network::AddAddress{address_of("e0p", "2001:db8::2/64")}});
    });
  }

  void there(const std::function<void()>& action) {
    std::thread([&] {
      ASSERT_EQ(setns(there_.get(), CLONE_NEWNET), 0);
      action();
    }).join();
  }

  void send_there(const std::string& link) {
    auto socket = Socket::open(NETLINK_ROUTE);
    ASSERT_TRUE(socket);
    Message message(RTM_NEWLINK, NLM_F_REQUEST | NLM_F_ACK, ifinfomsg{});
    message.put_text(IFLA_IFNAME, link);
    message.put_u32(IFLA_NET_NS_FD, static_cast<std::uint32_t>(there_.get()));
    const auto sequence = socket->next_sequence();
    ASSERT_TRUE(socket->send(message.finish(sequence)));
    ASSERT_EQ(socket->acknowledgements(sequence, 1).value().front().os_errno, 0);
  }

  bool answers(std::string_view address, std::chrono::milliseconds patience, const std::string& link = "e0") {
    const auto answer = probe_.answers(parse_ip(address).value(), link, patience);
    EXPECT_TRUE(answer) << answer.error().what;
    return answer.value_or(false);
  }

  NetworkProbe probe_;
  Descriptor there_;
};

TEST_F(NetworkProbeLab, TheNeighbourAnswers) {
  EXPECT_TRUE(answers("10.0.0.2", 2s));
  EXPECT_TRUE(answers("2001:db8::2", 5s));
}

TEST_F(NetworkProbeLab, NobodyDoesNot) {
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_FALSE(answers("10.0.0.9", 300ms));
  EXPECT_FALSE(answers("2001:db8::9", 300ms));
  EXPECT_FALSE(answers("192.0.2.1", 300ms));
  const auto took = std::chrono::steady_clock::now() - begin;
  EXPECT_GE(took, 900ms);
  EXPECT_LT(took, 3s);
}

TEST_F(NetworkProbeLab, ArpIsEnough) {
  there([] { std::ofstream("/proc/sys/net/ipv4/icmp_echo_ignore_all") << 1; });
  EXPECT_TRUE(answers("10.0.0.2", 2s));
}

TEST_F(NetworkProbeLab, AnAddressThatWeHaveNoSubnetForAnswersByArpToo) {
  run({network::RemoveAddress{address_of("e0", "10.0.0.1/24")}});
  EXPECT_TRUE(answers("10.0.0.2", 2s)) << "the gateway of a node whose address is wrong is still there";
}

TEST_F(NetworkProbeLab, ALinkThatIsDownHearsNothing) {
  run({network::SetUp{"e0", false}});
  EXPECT_FALSE(answers("10.0.0.2", 300ms));
  EXPECT_FALSE(answers("2001:db8::2", 300ms));
}

TEST_F(NetworkProbeLab, AnAnswerByAnotherLinkDoesNotCount) {
  run({network::CreateLink{"e1", "veth", {}, {}, {}, "e1p"}, network::SetUp{"e1", true}, network::SetUp{"e1p", true}});
  EXPECT_FALSE(answers("10.0.0.2", 300ms, "e1"));
}

TEST_F(NetworkProbeLab, AMissingLinkIsAnError) {
  const auto answer = probe_.answers(parse_ip("10.0.0.2").value(), "e9", 100ms);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::not_found);
}

// ---- Sessions

class SessionLab : public NetworkProbeLab {
 protected:
  // A connection from the neighbour to a server here, as sshd has it: on a socket that listens on ::, or on the IPv4 address.
  void connect_from_there(const char* peer, const char* local, int listener_family) {
    const Descriptor listener(socket(listener_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in6 any6{};
    any6.sin6_family = AF_INET6;
    any6.sin6_port = htons(22);
    sockaddr_in any4{};
    any4.sin_family = AF_INET;
    any4.sin_port = htons(22);
    const auto bound = listener_family == AF_INET6 ? bind(listener.get(), reinterpret_cast<sockaddr*>(&any6), sizeof any6)
                                                   : bind(listener.get(), reinterpret_cast<sockaddr*>(&any4), sizeof any4);
    ASSERT_EQ(bound, 0);
    ASSERT_EQ(listen(listener.get(), 1), 0);
    const timeval patience{5, 0};  // of accept, should the connection fail
    ASSERT_EQ(setsockopt(listener.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience), 0);
    session_.local = parse_ip(local).value();
    session_.local_port = 22;
    session_.peer = parse_ip(peer).value();
    await_addresses();
    there([&] {
      await_addresses();
      dial();
    });
    server_ = Descriptor(accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
    ASSERT_TRUE(server_.is_open());
  }
  void dial() {
    const bool v4 = session_.local.is_v4();
    client_ = Descriptor(socket(v4 ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const timeval patience{5, 0};
    ASSERT_EQ(setsockopt(client_.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience), 0);
    sockaddr_in to4{};
    to4.sin_family = AF_INET;
    to4.sin_port = htons(22);
    std::memcpy(&to4.sin_addr, session_.local.bytes.data(), 4);
    sockaddr_in6 to6{};
    to6.sin6_family = AF_INET6;
    to6.sin6_port = htons(22);
    std::memcpy(&to6.sin6_addr, session_.local.bytes.data(), 16);
    ASSERT_EQ(v4 ? connect(client_.get(), reinterpret_cast<sockaddr*>(&to4), sizeof to4)
                 : connect(client_.get(), reinterpret_cast<sockaddr*>(&to6), sizeof to6),
              0)
        << std::strerror(errno);
    sockaddr_in6 own{};
    socklen_t size = sizeof own;
    ASSERT_EQ(getsockname(client_.get(), reinterpret_cast<sockaddr*>(&own), &size), 0);
    session_.peer_port = ntohs(own.sin6_port);  // at the same place in sockaddr_in
  }
  // What a program does that writes to its terminal.
  bool alive_while_writing(std::chrono::milliseconds patience) {
    return alive(patience, [this] { EXPECT_EQ(send(server_.get(), "still there?\n", 13, MSG_NOSIGNAL), 13); });
  }
  bool alive(std::chrono::milliseconds patience, const std::function<void()>& provoke = [] {}) {
    const auto answer = probe_.session_alive(session_, patience, provoke);
    EXPECT_TRUE(answer) << answer.error().what;
    return answer.value_or(false);
  }

  doors::Session session_;
  Descriptor server_;
  Descriptor client_;
};

TEST_F(SessionLab, APeerThatAcknowledgesIsAlive) {
  connect_from_there("10.0.0.2", "10.0.0.1", AF_INET);
  EXPECT_TRUE(alive_while_writing(5s));
}

TEST_F(SessionLab, AnIpv4SessionOnAnIpv6SocketIsFound) {
  connect_from_there("10.0.0.2", "10.0.0.1", AF_INET6);
  EXPECT_TRUE(alive_while_writing(5s));
}

TEST_F(SessionLab, Ipv6) {
  connect_from_there("2001:db8::2", "2001:db8::1", AF_INET6);
  EXPECT_TRUE(alive_while_writing(5s));
}

TEST_F(SessionLab, SilenceProvesNothing) {
  connect_from_there("10.0.0.2", "10.0.0.1", AF_INET);
  EXPECT_FALSE(alive(300ms));
}

TEST_F(SessionLab, APeerThatIsCutOffIsNotAlive) {
  connect_from_there("10.0.0.2", "10.0.0.1", AF_INET);
  there([] { run({network::SetUp{"e0p", false}}); });
  EXPECT_FALSE(alive_while_writing(600ms));
}

TEST_F(SessionLab, AClosedOrUnknownSessionIsNotAliveAtOnce) {
  connect_from_there("10.0.0.2", "10.0.0.1", AF_INET);
  const auto begin = std::chrono::steady_clock::now();
  auto unknown = session_;
  unknown.peer_port = static_cast<std::uint16_t>(unknown.peer_port + 1);
  EXPECT_FALSE(probe_.session_alive(unknown, 10s, [] { ADD_FAILURE() << "nobody to write to"; }).value());
  client_ = Descriptor();
  std::this_thread::sleep_for(100ms);
  EXPECT_FALSE(alive(10s));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 5s);
}

}  // namespace
}  // namespace drawbridge::kernel
