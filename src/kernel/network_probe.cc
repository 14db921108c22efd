#include "kernel/network_probe.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <thread>

#include "base/text.h"
#include "kernel/descriptor.h"
#include "kernel/probe_packets.h"
#include "kernel/tcp_sessions.h"

namespace drawbridge::kernel {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

// A lost packet is asked for again after this long.
constexpr milliseconds kRetry{200};
constexpr milliseconds kSessionPoll{20};
constexpr std::uint16_t kEtherTypeArp = 0x0806;

// What the packets need to know of the link.
struct ProbeLink {
  std::string name;
  int index = 0;
  bool ethernet = false;
  MacAddress mac;
};

Result<Descriptor> open_socket(int family, int type, int protocol) {
  Descriptor socket(::socket(family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol));
  if (!socket.is_open()) return fail_errno(errno, "can't open a socket to probe the network");
  return socket;
}

Result<ProbeLink> find_probe_link(const std::string& name) {
  ifreq request{};
  if (name.empty() || name.size() >= sizeof request.ifr_name) return fail_errno(ENODEV, printable(name));
  name.copy(request.ifr_name, name.size());
  const auto socket = TRY(open_socket(AF_INET, SOCK_DGRAM, 0));
  if (ioctl(socket.get(), SIOCGIFINDEX, &request) != 0) return fail_errno(errno, printable(name));
  ProbeLink link{name, request.ifr_ifindex, false, {}};
  if (ioctl(socket.get(), SIOCGIFHWADDR, &request) == 0 && request.ifr_hwaddr.sa_family == ARPHRD_ETHER) {
    link.ethernet = true;
    std::memcpy(link.mac.bytes.data(), request.ifr_hwaddr.sa_data, link.mac.bytes.size());
  }
  return link;
}

// The address that the kernel would ask from: its source towards `target` over the link.
IpAddress source_towards(const IpAddress& target, const ProbeLink& link) {
  IpAddress source;
  const auto socket = open_socket(AF_INET, SOCK_DGRAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(9);
  std::memcpy(&address.sin_addr, target.bytes.data(), 4);
  socklen_t size = sizeof address;
  if (!socket || setsockopt(socket->get(), SOL_SOCKET, SO_BINDTODEVICE, link.name.data(), static_cast<socklen_t>(link.name.size())) != 0 ||
      connect(socket->get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      getsockname(socket->get(), reinterpret_cast<sockaddr*>(&address), &size) != 0)
    return source;
  std::memcpy(source.bytes.data(), &address.sin_addr, 4);
  return source;
}

// One way of asking: a socket, how to ask over it, and what counts as an answer. Sending may fail while a link is still coming
// up or has no address yet; that is no answer, not an error.
class Question {
 public:
  explicit Question(Descriptor socket) : socket_(std::move(socket)) {}
  virtual ~Question() = default;
  Question(const Question&) = delete;
  Question& operator=(const Question&) = delete;
  int descriptor() const { return socket_.get(); }
  virtual void ask() = 0;
  /// Reads all that has arrived.
  bool answered() {
    std::array<std::uint8_t, 2048> buffer{};
    for (;;) {
      const auto size = recv(socket_.get(), buffer.data(), buffer.size(), 0);
      if (size < 0) return false;
      if (is_answer(std::span<const std::uint8_t>(buffer).first(static_cast<std::size_t>(size)))) return true;
    }
  }

 protected:
  virtual bool is_answer(std::span<const std::uint8_t> packet) const = 0;
  void send_to(const std::vector<std::uint8_t>& packet, const void* address, std::size_t size) {
    sendto(socket_.get(), packet.data(), packet.size(), MSG_NOSIGNAL, static_cast<const sockaddr*>(address), static_cast<socklen_t>(size));
  }

 private:
  Descriptor socket_;
};

class ArpQuestion final : public Question {
 public:
  static Result<std::unique_ptr<Question>> open(const IpAddress& target, const ProbeLink& link) {
    auto socket = TRY(open_socket(AF_PACKET, SOCK_DGRAM, htons(kEtherTypeArp)));
    const auto here = everyone_on(link);
    if (bind(socket.get(), reinterpret_cast<const sockaddr*>(&here), sizeof here) != 0) return fail_errno(errno, link.name);
    return std::unique_ptr<Question>(new ArpQuestion(std::move(socket), target, link));
  }
  void ask() override {
    const auto everyone = everyone_on(link_);
    send_to(make_arp_request(link_.mac, source_towards(target_, link_), target_), &everyone, sizeof everyone);
  }

 private:
  ArpQuestion(Descriptor socket, const IpAddress& target, const ProbeLink& link)
      : Question(std::move(socket)), target_(target), link_(link) {}
  static sockaddr_ll everyone_on(const ProbeLink& link) {
    sockaddr_ll address{};
    address.sll_family = AF_PACKET;
    address.sll_protocol = htons(kEtherTypeArp);
    address.sll_ifindex = link.index;
    address.sll_halen = 6;
    std::fill_n(std::begin(address.sll_addr), 6, std::uint8_t{0xFF});
    return address;
  }
  bool is_answer(std::span<const std::uint8_t> packet) const override { return is_arp_reply(packet, target_); }

  IpAddress target_;
  ProbeLink link_;
};

EchoMark new_mark() {
  EchoMark mark;
  if (getrandom(&mark, sizeof mark, 0) < 0) mark.nonce = static_cast<std::uint64_t>(Clock::now().time_since_epoch().count());
  return mark;
}

Result<Descriptor> open_raw(Family family, const ProbeLink& link) {
  auto socket =
      TRY(family == Family::ipv4 ? open_socket(AF_INET, SOCK_RAW, IPPROTO_ICMP) : open_socket(AF_INET6, SOCK_RAW, IPPROTO_ICMPV6));
  if (setsockopt(socket.get(), SOL_SOCKET, SO_BINDTODEVICE, link.name.data(), static_cast<socklen_t>(link.name.size())) != 0)
    return fail_errno(errno, link.name);
  return socket;
}

class Icmp4Question final : public Question {
 public:
  static Result<std::unique_ptr<Question>> open(const IpAddress& target, const ProbeLink& link) {
    return std::unique_ptr<Question>(new Icmp4Question(TRY(open_raw(Family::ipv4, link)), target));
  }
  void ask() override {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    std::memcpy(&address.sin_addr, target_.bytes.data(), 4);
    send_to(make_echo_request(Family::ipv4, mark_, ++sequence_), &address, sizeof address);
  }

 private:
  Icmp4Question(Descriptor socket, const IpAddress& target) : Question(std::move(socket)), target_(target), mark_(new_mark()) {}
  bool is_answer(std::span<const std::uint8_t> packet) const override { return is_echo_reply(packet, Family::ipv4, mark_); }

  IpAddress target_;
  EchoMark mark_;
  std::uint16_t sequence_ = 0;
};

// Solicitation and echo go over the same raw socket.
class Icmp6Question final : public Question {
 public:
  static Result<std::unique_ptr<Question>> open(const IpAddress& target, const ProbeLink& link) {
    auto socket = TRY(open_raw(Family::ipv6, link));
    const int hops = 255;  // RFC 4861 7.1.1: a solicitation that could have crossed a router is not answered.
    setsockopt(socket.get(), IPPROTO_IPV6, IPV6_MULTICAST_HOPS, &hops, sizeof hops);
    return std::unique_ptr<Question>(new Icmp6Question(std::move(socket), target, link));
  }
  void ask() override {
    const auto group = address_of(solicited_node(target_));
    const auto unicast = address_of(target_);
    if (link_.ethernet) send_to(make_neighbour_solicitation(link_.mac, target_), &group, sizeof group);
    send_to(make_echo_request(Family::ipv6, mark_, ++sequence_), &unicast, sizeof unicast);
  }

 private:
  Icmp6Question(Descriptor socket, const IpAddress& target, const ProbeLink& link)
      : Question(std::move(socket)), target_(target), link_(link), mark_(new_mark()) {}
  sockaddr_in6 address_of(const IpAddress& target) const {
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_scope_id = target.is_link_local() || target.is_multicast() ? static_cast<std::uint32_t>(link_.index) : 0;
    std::memcpy(&address.sin6_addr, target.bytes.data(), 16);
    return address;
  }
  bool is_answer(std::span<const std::uint8_t> packet) const override {
    return is_echo_reply(packet, Family::ipv6, mark_) || is_neighbour_advertisement(packet, target_);
  }

  IpAddress target_;
  ProbeLink link_;
  EchoMark mark_;
  std::uint16_t sequence_ = 0;
};

using Questions = std::vector<std::unique_ptr<Question>>;

Result<Questions> make_questions(const IpAddress& target, const ProbeLink& link) {
  Questions questions;
  if (target.is_v6()) {
    questions.push_back(TRY(Icmp6Question::open(target, link)));
    return questions;
  }
  if (link.ethernet) questions.push_back(TRY(ArpQuestion::open(target, link)));
  questions.push_back(TRY(Icmp4Question::open(target, link)));
  return questions;
}

// Waits for packets until `until`; true if one of them is an answer.
bool await_answer(const Questions& questions, Clock::time_point until) {
  std::vector<pollfd> descriptors;
  for (const auto& question : questions) descriptors.push_back({question->descriptor(), POLLIN, 0});
  for (;;) {
    const auto left = std::chrono::ceil<milliseconds>(until - Clock::now());
    if (left.count() <= 0) return false;
    if (poll(descriptors.data(), descriptors.size(), static_cast<int>(left.count())) < 0 && errno != EINTR) return false;
    if (std::ranges::any_of(questions, [](const auto& question) { return question->answered(); })) return true;
  }
}

}  // namespace

Result<bool> NetworkProbe::answers(const IpAddress& address, const std::string& link, milliseconds patience) {
  const auto probe_link = TRY(find_probe_link(link));
  const auto questions = TRY(make_questions(address, probe_link));
  const auto deadline = Clock::now() + patience;
  do {
    for (const auto& question : questions) question->ask();
    if (await_answer(questions, std::min(deadline, Clock::now() + kRetry))) return true;
  } while (Clock::now() < deadline);
  return false;
}

Result<bool> NetworkProbe::session_alive(const doors::Session& session, milliseconds patience, const std::function<void()>& provoke) {
  auto sessions = TRY(TcpSessions::open());
  const auto before = TRY(sessions.find(session));
  if (!before || !before->established) return false;
  provoke();
  const auto deadline = Clock::now() + patience;
  for (;;) {
    const auto now = TRY(sessions.find(session));
    if (!now || !now->established) return false;
    if (now->bytes_acknowledged > before->bytes_acknowledged) return true;
    const auto left = std::chrono::duration_cast<milliseconds>(deadline - Clock::now());
    if (left.count() <= 0) return false;
    std::this_thread::sleep_for(std::min(left, kSessionPoll));
  }
}

std::optional<doors::Session> session_from_environment(std::string_view ssh_connection) {
  const auto words = split_words(ssh_connection);
  if (words.size() != 4) return std::nullopt;
  const auto without_zone = [](std::string_view text) { return text.substr(0, text.find('%')); };
  const auto peer = parse_ip(without_zone(words[0]));
  const auto local = parse_ip(without_zone(words[2]));
  const auto peer_port = parse_number<std::uint16_t>(words[1]);
  const auto local_port = parse_number<std::uint16_t>(words[3]);
  if (!peer || !local || !peer_port || !local_port || peer->family != local->family) return std::nullopt;
  return doors::Session{*peer, *peer_port, *local, *local_port};
}

}  // namespace drawbridge::kernel
