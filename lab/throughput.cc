#include "lab/throughput.h"

#include <ifaddrs.h>
#include <linux/if_link.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <memory>
#include <string>
#include <thread>

#include "lab/probe_sockets.h"

namespace drawbridge::lab {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr std::uint16_t kPort = 5202;
/// A burst of 1 MiB is used up by then: at twice the limit once 2 MiB have got there, sooner if faster.
constexpr std::uint64_t kWarm = 3U << 20U;
/// How much faster than the limit datagrams are sent.
constexpr double kExcess = 3;
constexpr std::size_t kDatagram = 1400;
constexpr double kTolerance = 0.05;

using Interfaces = std::unique_ptr<ifaddrs, decltype(&freeifaddrs)>;

bool has_address(const ifaddrs& one, const IpAddress& address) {
  return one.ifa_addr != nullptr && one.ifa_addr->sa_family == AF_INET &&
         std::memcmp(&reinterpret_cast<const sockaddr_in*>(one.ifa_addr)->sin_addr, address.bytes.data(), 4) == 0;
}

/// Bytes that the interface with the target's address has received: frames with all their headers, as a limit counts them.
Result<std::uint64_t> received(const RateCheck& check) {
  const Visit visit(check.to);
  if (!visit.arrived()) return fail(Errc::not_found, "there is no namespace " + check.to);
  ifaddrs* list = nullptr;
  if (getifaddrs(&list) != 0) return fail_errno(errno, "interfaces of " + check.to);
  const Interfaces owned(list, freeifaddrs);
  std::string name;
  for (const ifaddrs* one = list; one != nullptr; one = one->ifa_next) {
    if (has_address(*one, check.target)) name = one->ifa_name;
  }
  for (const ifaddrs* one = list; one != nullptr; one = one->ifa_next) {
    if (name != one->ifa_name || one->ifa_addr == nullptr || one->ifa_addr->sa_family != AF_PACKET || one->ifa_data == nullptr) continue;
    rtnl_link_stats stats{};
    std::memcpy(&stats, one->ifa_data, sizeof stats);
    return stats.rx_bytes;
  }
  return fail(Errc::not_found, "nobody in " + check.to + " has " + format_ip(check.target));
}

class Stream {
 public:
  explicit Stream(const RateCheck& check) : check_(check), tcp_(check.protocol == Protocol::tcp) {}

  Result<void> open() {
    const int type = tcp_ ? SOCK_STREAM : SOCK_DGRAM;
    server_ = TRY(socket_in(check_.to, AF_INET, type, 0));
    const int on = 1;
    setsockopt(server_.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    const SocketAddress where = socket_address(check_.target, kPort);
    if (bind(server_.get(), where.get(), where.length) != 0 || (tcp_ && listen(server_.get(), 1) != 0))
      return fail_errno(errno, "receive in " + check_.to);
    client_ = TRY(socket_in(check_.from, AF_INET, type, 0));
    if (connect(client_.get(), where.get(), where.length) != 0 && errno != EINPROGRESS)
      return fail_errno(errno, "send from " + check_.from);
    return {};
  }

  Result<double> measure(const RateTimes& times) {
    const auto begin = received(check_);
    if (!begin) return fail(begin.error());
    const auto warm = [&]() -> bool {
      const auto now = received(check_);
      return now && *now - *begin > kWarm;
    };
    flow_for(times.warm_up, warm);
    if (!warm()) return fail(Errc::unavailable, "from " + check_.from + " to " + check_.to + " too little gets to measure its rate");
    const auto from = Clock::now();
    const auto before = TRY(received(check_));
    flow_for(tcp_ ? times.tcp : times.udp, [] { return false; });
    const auto after = TRY(received(check_));
    return static_cast<double>(after - before) / std::chrono::duration<double>(Clock::now() - from).count();
  }

 private:
  template <class Enough>
  void flow_for(milliseconds time, const Enough& enough) {
    const auto end = Clock::now() + time;
    auto next_look = Clock::now() + milliseconds(100);
    while (Clock::now() < end) {
      step();
      if (Clock::now() < next_look) continue;
      if (enough()) return;
      next_look = Clock::now() + milliseconds(100);
    }
  }

  void step() {
    if (tcp_ && !accepted_.is_open()) accepted_ = OwnedFd(accept4(server_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    const OwnedFd& sink = tcp_ ? accepted_ : server_;
    std::array<pollfd, 2> polled{pollfd{sink.get(), POLLIN, 0}, pollfd{tcp_ ? client_.get() : -1, POLLOUT, 0}};
    poll(polled.data(), polled.size(), 1);
    std::array<char, 65536> bytes;  // NOLINT: what it holds does not matter
    while (sink.is_open() && recv(sink.get(), bytes.data(), bytes.size(), 0) > 0) {
    }
    if (!tcp_) return send_datagrams();
    if ((polled[1].revents & POLLOUT) != 0) static_cast<void>(send(client_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL));
  }

  /// Faster than the limit, whatever time it took to come back here; but never more at once than a queue holds.
  void send_datagrams() {
    constexpr std::array<char, kDatagram> kBytes{};
    const auto now = Clock::now();
    if (last_ == Clock::time_point{}) last_ = now;
    due_ = std::min(due_ + std::chrono::duration<double>(now - last_).count() * kExcess * static_cast<double>(check_.bytes_per_second),
                    double{200 * kDatagram});
    last_ = now;
    for (; due_ >= kDatagram; due_ -= kDatagram) static_cast<void>(send(client_.get(), kBytes.data(), kBytes.size(), MSG_NOSIGNAL));
  }

  const RateCheck& check_;
  bool tcp_;
  OwnedFd server_, client_, accepted_;
  Clock::time_point last_{};
  double due_ = 0;
};

}  // namespace

bool as_expected(const RateSeen& seen) {
  const auto limit = static_cast<double>(seen.check.bytes_per_second);
  return std::abs(seen.bytes_per_second - limit) <= limit * kTolerance;
}

Result<std::vector<RateSeen>> measure_rates(const std::vector<RateCheck>& checks, const RateTimes& times) {
  std::vector<RateSeen> all;
  for (const RateCheck& check : checks) {
    Stream stream(check);
    TRY_VOID(stream.open());
    all.push_back({check, TRY(stream.measure(times))});
  }
  return all;
}

}  // namespace drawbridge::lab
