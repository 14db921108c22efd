#include "lab/traffic.h"

#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <map>
#include <set>
#include <tuple>

#include "lab/packets.h"
#include "lab/probe_sockets.h"

namespace drawbridge::lab {
namespace {

using Clock = std::chrono::steady_clock;

int family_of(const IpAddress& address) { return address.is_v4() ? AF_INET : AF_INET6; }

std::string error_text(int os_errno) {
  switch (os_errno) {
    case ECONNREFUSED: return "refused";
    case EHOSTUNREACH: return "host unreachable";
    case ENETUNREACH: return "no route";
    case EMSGSIZE: return "larger than the sender's MTU";
    default: return fail_errno(os_errno, "error").error().what;
  }
}

/// Answers in the namespace of `to`: accepts TCP, sends UDP back.
struct Server {
  OwnedFd fd;
  bool datagrams = false;
};

/// One check under way.
class Probe {
 public:
  Probe(const Check& check, std::uint16_t number) : seen_{check, false, true, ""}, number_(number) {}

  Result<void> open() {
    const Check& check = seen_.check;
    const int family = family_of(check.target);
    switch (check.protocol) {
      case Protocol::icmp: fd_ = TRY(socket_in(check.from, AF_INET, SOCK_RAW, IPPROTO_ICMP)); return send_whole();
      case Protocol::icmp6: fd_ = TRY(socket_in(check.from, AF_INET6, SOCK_RAW, IPPROTO_ICMPV6)); return send_whole();
      case Protocol::tcp: fd_ = TRY(socket_in(check.from, family, SOCK_STREAM, 0)); break;
      case Protocol::udp: fd_ = TRY(socket_in(check.from, family, SOCK_DGRAM, 0)); break;
      case Protocol::arp: return open_arp();
    }
    return {};
  }

  /// Sends once more.
  void send_again() {
    if (seen_.passed) return;
    const Check& check = seen_.check;
    const SocketAddress target = socket_address(check.target, check.port);
    switch (check.protocol) {
      case Protocol::icmp:
      case Protocol::icmp6: send_bytes(echo_request(check.target.family, number_, ++sequence_, check.size), target); break;
      case Protocol::udp: send_bytes(nonce(), target); break;
      case Protocol::arp: note(send(fd_.get(), arp_.data(), arp_.size(), 0)); break;
      case Protocol::tcp: connect_again(target); break;
    }
  }

  pollfd wanted() const {
    const bool connecting = seen_.check.protocol == Protocol::tcp;
    return {seen_.passed || (connecting && !connecting_) ? -1 : fd_.get(), static_cast<short>(connecting ? POLLOUT : POLLIN), 0};
  }

  void take() {
    if (seen_.check.protocol == Protocol::tcp) return finish_connecting();
    std::array<char, 16384> buffer;  // NOLINT: filled by recv
    while (true) {
      const ssize_t got = recv(fd_.get(), buffer.data(), buffer.size(), 0);
      if (got < 0) {
        if (errno != EAGAIN && errno != EINTR) note(got);
        return;
      }
      // An answer that was cut short on its way back is none.
      const bool whole = seen_.check.size == 0 || static_cast<std::size_t>(got) + ip_header_cut() >= seen_.check.size;
      if (whole && is_answer({buffer.data(), static_cast<std::size_t>(got)})) pass();
    }
  }

  void refuse(const std::string& why) { seen_.detail = why; }
  bool passed() const { return seen_.passed; }
  bool is_open() const { return fd_.is_open(); }
  Seen& seen() { return seen_; }

 private:
  Result<void> open_arp() {
    PacketSocket made = TRY(arp_socket_in(seen_.check.from, seen_.check.via));
    fd_ = std::move(made.fd);
    arp_ = arp_request(made.mac, made.address, seen_.check.target);
    return {};
  }

  /// A packet of a certain size must travel whole, and no router's word about a smaller MTU is believed: what matters is what arrives.
  Result<void> send_whole() const {
    if (seen_.check.size == 0) return {};
    const bool v4 = seen_.check.target.is_v4();
    const int whole = v4 ? IP_PMTUDISC_PROBE : IPV6_PMTUDISC_PROBE;
    if (setsockopt(fd_.get(), v4 ? IPPROTO_IP : IPPROTO_IPV6, v4 ? IP_MTU_DISCOVER : IPV6_MTU_DISCOVER, &whole, sizeof whole) != 0)
      return fail_errno(errno, "forbid fragments");
    return {};
  }
  /// Raw sockets give IPv4 packets with their header, IPv6 packets without.
  std::size_t ip_header_cut() const { return seen_.check.target.is_v4() ? 0 : 40; }

  std::string nonce() const { return "drawbridge lab " + std::to_string(number_); }

  bool is_answer(std::string_view bytes) const {
    switch (seen_.check.protocol) {
      case Protocol::icmp:
      case Protocol::icmp6: return is_echo_reply(seen_.check.target.family, bytes, number_);
      case Protocol::udp: return bytes == nonce();
      case Protocol::arp: return is_arp_reply(bytes, seen_.check.target);
      case Protocol::tcp: break;
    }
    return false;
  }

  void send_bytes(const std::string& bytes, const SocketAddress& target) {
    // Not connected: connect(2) would choose the source address once, while IPv6 addresses may still be tentative.
    note(sendto(fd_.get(), bytes.data(), bytes.size(), 0, target.get(), target.length));
  }

  void connect_again(const SocketAddress& target) {
    if (connecting_) return;
    if (!fd_.is_open()) {
      auto fresh = socket_in(seen_.check.from, family_of(seen_.check.target), SOCK_STREAM, 0);
      if (!fresh) return;
      fd_ = std::move(*fresh);
    }
    connecting_ = true;
    if (connect(fd_.get(), target.get(), target.length) == 0) return pass();
    if (errno == EINPROGRESS) return;
    note(-1);
    fd_.reset();
    connecting_ = false;
  }

  void finish_connecting() {
    int problem = 0;
    socklen_t length = sizeof problem;
    if (getsockopt(fd_.get(), SOL_SOCKET, SO_ERROR, &problem, &length) == 0 && problem == 0) return pass();
    seen_.detail = error_text(problem);
    fd_.reset();
    connecting_ = false;
  }

  void pass() {
    seen_.passed = true;
    seen_.detail.clear();
  }
  void note(ssize_t result) {
    if (result < 0 && errno != EAGAIN) seen_.detail = error_text(errno);
  }

  Seen seen_;
  std::uint16_t number_;
  std::uint16_t sequence_ = 0;
  OwnedFd fd_;
  std::string arp_;
  bool connecting_ = false;
};

Result<void> serve(const Check& check, std::vector<Server>& servers) {
  const bool datagrams = check.protocol == Protocol::udp;
  OwnedFd fd = TRY(socket_in(check.to, family_of(check.target), datagrams ? SOCK_DGRAM : SOCK_STREAM, 0));
  const int on = 1;
  setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (check.target.is_v6()) setsockopt(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  IpAddress any;
  any.family = check.target.family;
  const SocketAddress where = socket_address(any, check.port);
  if (bind(fd.get(), where.get(), where.length) != 0) {
    // Somebody serves this port already: the check is about them, then.
    if (errno == EADDRINUSE) return {};
    return fail_errno(errno, "serve " + format_protocol(check));
  }
  if (!datagrams && listen(fd.get(), 64) != 0) return fail_errno(errno, "listen");
  servers.push_back(Server{std::move(fd), datagrams});
  return {};
}

void answer(const Server& server) {
  if (!server.datagrams) {
    const OwnedFd accepted(accept4(server.fd.get(), nullptr, nullptr, SOCK_CLOEXEC));
    return;
  }
  std::array<char, 2048> buffer;  // NOLINT: filled by recvfrom
  SocketAddress from;
  from.length = sizeof from.storage;
  const ssize_t got = recvfrom(server.fd.get(), buffer.data(), buffer.size(), 0, reinterpret_cast<sockaddr*>(&from.storage), &from.length);
  if (got > 0) sendto(server.fd.get(), buffer.data(), static_cast<std::size_t>(got), 0, from.get(), from.length);
}

class Run {
 public:
  explicit Run(const TrafficTimes& times) : times_(times) {}

  Result<void> open(const std::vector<Check>& checks) {
    std::set<std::tuple<std::string, Protocol, std::uint16_t, Family>> served;
    for (const Check& check : checks) {
      probes_.emplace_back(check, static_cast<std::uint16_t>(0xD000U + probes_.size()));
      auto opened = probes_.back().open();
      if (!opened && opened.error().code != Errc::not_found) return opened;
      if (!opened) probes_.back().refuse(opened.error().what);
      const bool has_server = check.protocol == Protocol::tcp || check.protocol == Protocol::udp;
      if (has_server && served.emplace(check.to, check.protocol, check.port, check.target.family).second) TRY_VOID(serve(check, servers_));
    }
    return {};
  }

  void run() {
    const auto began = Clock::now();
    auto last_pass = began;
    auto next_send = began;
    while (true) {
      const auto now = Clock::now();
      if (now >= next_send) {
        for (Probe& probe : probes_) {
          if (probe.is_open() || probe.seen().check.protocol == Protocol::tcp) probe.send_again();
        }
        next_send = now + times_.between;
      }
      const std::size_t before = passed();
      step();
      if (passed() != before) last_pass = Clock::now();
      const bool given_up = now - began >= times_.patience;
      if ((everything_passed() || given_up) && now - last_pass >= (blocks_expected() ? times_.silence : std::chrono::milliseconds(0)))
        return;
    }
  }

  std::vector<Seen> results() {
    std::set<std::string> alive;
    for (Probe& probe : probes_) {
      if (probe.passed()) alive.insert(probe.seen().check.from);
    }
    std::vector<Seen> all;
    all.reserve(probes_.size());
    for (Probe& probe : probes_) {
      probe.seen().proven = probe.passed() || probe.seen().check.cut_off || alive.contains(probe.seen().check.from);
      all.push_back(probe.seen());
    }
    return all;
  }

 private:
  void step() {
    std::vector<pollfd> polled;
    polled.reserve(probes_.size() + servers_.size());
    for (const Probe& probe : probes_) polled.push_back(probe.wanted());
    for (const Server& server : servers_) polled.push_back({server.fd.get(), POLLIN, 0});
    poll(polled.data(), polled.size(), 20);
    for (std::size_t i = 0; i < polled.size(); ++i) {
      if (polled[i].revents == 0) continue;
      if (i < probes_.size())
        probes_[i].take();
      else
        answer(servers_[i - probes_.size()]);
    }
  }

  std::size_t passed() const {
    return static_cast<std::size_t>(std::count_if(probes_.begin(), probes_.end(), [](const Probe& probe) { return probe.passed(); }));
  }
  bool everything_passed() {
    return std::all_of(probes_.begin(), probes_.end(), [](Probe& probe) { return probe.passed() || !probe.seen().check.passes; });
  }
  bool blocks_expected() {
    return std::any_of(probes_.begin(), probes_.end(), [](Probe& probe) { return !probe.seen().check.passes; });
  }

  TrafficTimes times_;
  std::vector<Probe> probes_;
  std::vector<Server> servers_;
};

}  // namespace

Result<std::vector<Seen>> run_checks(const std::vector<Check>& checks, const TrafficTimes& times) {
  Run run(times);
  TRY_VOID(run.open(checks));
  run.run();
  return run.results();
}

}  // namespace drawbridge::lab
