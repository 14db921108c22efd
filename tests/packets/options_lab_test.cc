// What options of the firewall do to real packets: those that the attacks' one policy does not show.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "firewall/build.h"
#include "frame_bytes.h"
#include "nftables/compile.h"
#include "wire.h"

namespace drawbridge::packets {
namespace {

constexpr const char* kOn = "[OPTIONS]\nenable: 1\n";

std::size_t port_called(std::string_view name) {
  return static_cast<std::size_t>(std::ranges::find(kPorts, name, &Port::name) - kPorts.begin());
}
const Port& port(std::string_view name) { return kPorts.at(port_called(name)); }

class OptionsLab : public testing::Test {
 protected:
  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "only root may make network namespaces";
    auto opened = Wire::open();
    ASSERT_TRUE(opened) << opened.error().what;
    wire = std::make_unique<Wire>(std::move(*opened));
  }

  void install(const Files& files) {
    const Meant meant = policy_of(files);
    ASSERT_EQ(meant.complaints, "");
    const auto ruleset = nftables::compile(firewall::build_program(meant.policy, facts_of_scene()));
    ASSERT_TRUE(ruleset) << ruleset.error().what;
    const auto installed = wire->install(*ruleset);
    ASSERT_TRUE(installed) << installed.error().what;
    ASSERT_TRUE(wire->forget_connections());
  }

  Bytes mark() const { return marker(next); }
  /// From the machine behind a port to that behind another, with these addresses.
  Frame frame(std::string_view from, std::string_view to, const Ip& header, const Bytes& payload) {
    const std::size_t type = header.source.is_v4() ? 0x0800 : 0x86dd;
    return {.id = next++,
            .port = port_called(from),
            .bytes = ethernet(*parse_mac(port(to).mac), *parse_mac(port(from).mac), {}, type, ip(header, payload))};
  }
  Frame udp_frame(std::string_view from, std::string_view to, const Ends& ends, std::uint16_t source, std::uint16_t destination) {
    return frame(from, to, {ends.source, ends.destination}, udp(ends, source, destination, mark()));
  }
  Frame tcp_frame(std::string_view from, std::string_view to, const Ends& ends, std::uint16_t source, std::uint16_t destination,
                  std::uint8_t flags, std::uint32_t sequence = kFirstSequence, const std::string& text = {}) {
    const Bytes payload = Bytes(text.begin(), text.end()) + (text.empty() ? mark() : Bytes{});
    return frame(from, to, {ends.source, ends.destination, 6}, tcp(ends, source, destination, flags, sequence, payload));
  }
  static Ends between(std::string_view from, std::string_view to, bool v4 = true) {
    return {*parse_ip(v4 ? port(from).ip : port(from).ip6), *parse_ip(v4 ? port(to).ip : port(to).ip6)};
  }

  /// How many of the frames arrive at that port; those without a number of their own are known by all their bytes.
  std::size_t arrive(std::string_view at, const std::vector<Frame>& frames) {
    const auto observed = wire->send(frames);
    if (!observed) return ADD_FAILURE() << observed.error().what, 0;
    return static_cast<std::size_t>(std::ranges::count_if(frames, [&](const Frame& sent) {
      return std::ranges::any_of(observed->arrivals, [&](const Arrival& arrival) {
        return arrival.port == port_called(at) && std::ranges::equal(arrival.bytes, sent.bytes);
      });
    }));
  }
  bool arrives(std::string_view at, const Frame& sent) { return arrive(at, {sent}) == 1; }

  std::unique_ptr<Wire> wire;
  std::uint32_t next = 1;
};

// Two networks of one node may have the same addresses: a connection of one is none of the other's.
TEST_F(OptionsLab, ConnectionsOfOneBridgeAreNoneOfAnother) {
  install({{"cluster.fw", kOn}, {"101.fw", kOn}, {"104.fw", kOn}});
  const Ends there{*parse_ip("10.9.9.1"), *parse_ip("10.9.9.2")}, back{there.destination, there.source};
  EXPECT_TRUE(arrives("eth0", udp_frame("tap101i0", "eth0", there, 5000, 6000)));
  EXPECT_FALSE(arrives("tap104i0", udp_frame("eth1", "tap104i0", back, 6000, 5000))) << "nobody there has asked";
  EXPECT_TRUE(arrives("tap101i0", udp_frame("eth0", "tap101i0", back, 6000, 5000)));
  EXPECT_TRUE(arrives("eth1", udp_frame("tap104i0", "eth1", there, 5000, 6000)));
  EXPECT_TRUE(arrives("tap104i0", udp_frame("eth1", "tap104i0", back, 6000, 5000)));
}

TEST_F(OptionsLab, DhcpIsHeardIfTheGuestMay) {
  const MacAddress mac = *parse_mac(port("tap101i0").mac);
  const Ends answer = between("eth0", "tap101i0"), request{*parse_ip("0.0.0.0"), *parse_ip("255.255.255.255")};
  const auto server = [&] {
    return frame("eth0", "tap101i0", {answer.source, answer.destination}, udp(answer, 67, 68, dhcp(true, mac) + mark()));
  };
  const auto client = [&] {
    return frame("tap101i0", "eth0", {request.source, request.destination}, udp(request, 68, 67, dhcp(false, mac) + mark()));
  };
  install({{"cluster.fw", kOn}, {"101.fw", "[OPTIONS]\nenable: 1\npolicy_out: DROP\n"}});
  EXPECT_TRUE(arrives("eth0", client()));
  EXPECT_TRUE(arrives("tap101i0", server()));
  install({{"cluster.fw", kOn}, {"101.fw", "[OPTIONS]\nenable: 1\npolicy_out: DROP\ndhcp: 0\n"}});
  EXPECT_FALSE(arrives("eth0", client()));
  EXPECT_FALSE(arrives("tap101i0", server()));
}

TEST_F(OptionsLab, RoutersAndNeighboursAreHeardIfTheGuestMay) {
  const auto message = [&](std::string_view from, std::string_view to, std::uint8_t type) {
    const std::string_view source = from == "eth0" ? "fe80::9" : "fe80::be24:11ff:fe00:101";
    const Ends ends{*parse_ip(source), *parse_ip(type == 134 ? "ff02::1" : port(to).ip6)};
    const Bytes rest = type == 134 ? Bytes(12, 0) : Bytes(4, 0) + bytes_of(ends.destination);
    return frame(from, to, {ends.source, ends.destination, 58, 255}, icmp(ends, type, 0, rest + Bytes{200, 2, 0, 0, 0, 0, 0, 0} + mark()));
  };
  install({{"cluster.fw", kOn}, {"101.fw", kOn}});
  EXPECT_FALSE(arrives("eth0", message("tap101i0", "eth0", 134))) << "radv: 0";
  EXPECT_TRUE(arrives("eth0", message("tap101i0", "eth0", 135)));
  EXPECT_TRUE(arrives("tap101i0", message("eth0", "tap101i0", 134)));
  EXPECT_TRUE(arrives("tap101i0", message("eth0", "tap101i0", 135)));
  install({{"cluster.fw", kOn}, {"101.fw", "[OPTIONS]\nenable: 1\nradv: 1\n"}});
  EXPECT_TRUE(arrives("eth0", message("tap101i0", "eth0", 134)));
  install({{"cluster.fw", kOn}, {"101.fw", "[OPTIONS]\nenable: 1\nndp: 0\npolicy_out: DROP\n"}});
  EXPECT_FALSE(arrives("eth0", message("tap101i0", "eth0", 135)));
  EXPECT_FALSE(arrives("tap101i0", message("eth0", "tap101i0", 134)));
  EXPECT_FALSE(arrives("tap101i0", message("eth0", "tap101i0", 135)));
}

TEST_F(OptionsLab, SynFloodsAreCutPerSource) {
  install({{"cluster.fw", kOn},
           {"host.fw", "[OPTIONS]\nprotection_synflood: 1\nprotection_synflood_rate: 1\nprotection_synflood_burst: 5\n"},
           {"101.fw", "[OPTIONS]\nenable: 1\n[RULES]\nIN ACCEPT -p tcp -dport 80\n"}});
  const Ends one{*parse_ip("198.51.100.1"), *parse_ip(port("tap101i0").ip)}, other{*parse_ip("198.51.100.2"), one.destination};
  std::vector<Frame> flood;
  for (std::uint16_t count = 0; count < 40; ++count) flood.push_back(tcp_frame("eth0", "tap101i0", one, 1000 + count, 80, 2));
  const std::size_t passed = arrive("tap101i0", flood);
  EXPECT_GE(passed, 4U);
  EXPECT_LE(passed, 12U) << "a burst of 5, and one a second";
  EXPECT_TRUE(arrives("tap101i0", tcp_frame("eth0", "tap101i0", other, 1000, 80, 2))) << "who sends no flood";
}

TEST_F(OptionsLab, AHelperOpensWhatFtpAsksForAndNothingElse) {
  if (std::system("modprobe -q nf_conntrack_ftp") != 0) GTEST_SKIP() << "this kernel has no helper for FTP";
  const Ends there = between("eth0", "tap101i0"), back{there.destination, there.source};
  const auto talk = [&] {
    // Begun, and the server names a port: 10.0.0.101, 200 * 256 + 10.
    EXPECT_TRUE(arrives("tap101i0", tcp_frame("eth0", "tap101i0", there, 4000, 21, 2, 100)));
    EXPECT_TRUE(arrives("eth0", tcp_frame("tap101i0", "eth0", back, 21, 4000, 18, 500)));
    EXPECT_TRUE(arrives("tap101i0", tcp_frame("eth0", "tap101i0", there, 4000, 21, 16, 101 + kMarkerSize)));
    EXPECT_TRUE(arrives("eth0", tcp_frame("tap101i0", "eth0", back, 21, 4000, 24, 501 + kMarkerSize, "220 ready\r\n")));
    EXPECT_TRUE(arrives(
        "eth0", tcp_frame("tap101i0", "eth0", back, 21, 4000, 24, 512 + kMarkerSize, "227 Entering Passive Mode (10,0,0,101,200,10)\r\n")));
  };
  const auto data = [&](std::uint16_t to) { return tcp_frame("eth0", "tap101i0", there, 4001, to, 2); };
  const File guest{"101.fw", "[OPTIONS]\nenable: 1\n[RULES]\nIN ACCEPT -p tcp -dport 21\n"};
  install({{"cluster.fw", kOn}, guest});
  talk();
  EXPECT_FALSE(arrives("tap101i0", data(51210))) << "without the helper nobody listens to FTP";
  install({{"cluster.fw", kOn}, {"host.fw", "[OPTIONS]\nnf_conntrack_helpers: ftp\n"}, guest});
  talk();
  EXPECT_FALSE(arrives("tap101i0", data(51211)));
  EXPECT_TRUE(arrives("tap101i0", data(51210)));
  install({{"cluster.fw", kOn}, {"host.fw", "[OPTIONS]\nnf_conntrack_helpers: ftp\n"}, {"101.fw", kOn}});
  EXPECT_FALSE(arrives("tap101i0", tcp_frame("eth0", "tap101i0", there, 4002, 21, 2))) << "a helper opens no port by itself";
}

// Nobody listens to the queue here: all passes, as it should then.
TEST_F(OptionsLab, WhatIsQueuedForInspectionPassesIfNobodyInspects) {
  install({{"cluster.fw", kOn}, {"101.fw", "[OPTIONS]\nenable: 1\nips: 1\nips_queues: 3:4\n[RULES]\nIN ACCEPT -p udp -dport 53\n"}});
  const Ends there = between("eth0", "tap101i0"), back{there.destination, there.source};
  EXPECT_TRUE(arrives("tap101i0", udp_frame("eth0", "tap101i0", there, 5000, 53)));
  EXPECT_TRUE(arrives("eth0", udp_frame("tap101i0", "eth0", back, 53, 5000)));
  EXPECT_TRUE(arrives("tap101i0", udp_frame("eth0", "tap101i0", there, 5000, 53))) << "known by now";
  EXPECT_FALSE(arrives("tap101i0", udp_frame("eth0", "tap101i0", there, 5000, 54)));
}

}  // namespace
}  // namespace drawbridge::packets
