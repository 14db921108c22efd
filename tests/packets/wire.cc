#include "wire.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <libmnl/libmnl.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>

#include "frame_bytes.h"
#include "rules/field.h"

namespace drawbridge::packets {
namespace {

constexpr std::uint16_t kGroup = 47;
constexpr std::uint32_t kBarrier = 0xffffffff;
constexpr int kBuffer = 64 * 1024 * 1024;

std::string output_of(const std::string& command) {
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen((command + " 2>&1").c_str(), "r"), pclose);
  std::string said;
  std::array<char, 4096> buffer{};
  while (const std::size_t size = fread(buffer.data(), 1, buffer.size(), pipe.get())) said.append(buffer.data(), size);
  return said;
}

Result<void> run(const std::string& command, const std::string& input) {
  const std::string path = "/tmp/drawbridge-packets." + std::to_string(getpid());
  std::ofstream(path) << input;
  const std::string said = output_of(command + " <" + path);
  unlink(path.c_str());
  if (!said.empty()) return fail(Errc::unavailable, command + ": " + said);
  return {};
}

void set(const std::string& parameter, const char* value) { std::ofstream("/proc/sys/net/" + parameter) << value; }

/// In both namespaces: nobody but us speaks.
void be_quiet() {
  for (const char* one : {"all", "default"}) set(std::string("ipv6/conf/") + one + "/disable_ipv6", "1");
}

std::string topology(const std::string& far) {
  std::string text = "link set lo up\n";
  for (const Bridge& bridge : kBridges)
    text += fmt::format("link add {} address {} type bridge mcast_snooping 0\nlink set {} up\n", bridge.name, bridge.mac, bridge.name);
  text += "link add brq type bridge mcast_snooping 0\nlink set brq up\n";
  const auto port = [&](std::string_view name, std::string_view bridge, const std::string& peer) {
    text += fmt::format("link add {} type veth peer name {} netns {}\n", name, peer, far);
    text += fmt::format("link set {} master {} up\nlink set {} type bridge_slave learning off\n", name, bridge, name);
  };
  for (std::size_t at = 0; at < kPorts.size(); ++at) port(kPorts.at(at).name, kPorts.at(at).bridge, "w" + std::to_string(at));
  port("q0", "brq", "wq0");
  port("q1", "brq", "wq1");
  return text;
}

std::string addresses() {
  std::string text;
  for (const Bridge& bridge : kBridges) {
    text += fmt::format("addr add {}/24 brd + dev {}\n", bridge.ip, bridge.name);
    text += fmt::format("addr add {}/64 dev {} nodad\n", bridge.ip6, bridge.name);
  }
  for (const Port& port : kPorts)
    for (const std::string_view ip : {port.ip, port.ip6})
      text += fmt::format("neigh replace {} lladdr {} dev {} nud permanent\n", ip, port.mac, port.bridge);
  return text + "route add default via 10.0.0.9\nroute add default via fd00::9 dev vmbr0\n";
}

std::string stations() {
  std::string text;
  for (const Port& port : kPorts) text += fmt::format("fdb add {} dev {} master static\n", port.mac, port.name);
  return text;
}

nftables::Rule log_rule(Point point, std::uint8_t state, bool drop) {
  nftables::Rule rule;
  rule.statements.emplace_back(nftables::Compare{.key = nftables::Key::ct_state, .values = {state, state}});
  rule.statements.emplace_back(nftables::LogTo{.prefix = fmt::format("{}{}", static_cast<char>(point), state), .group = kGroup});
  if (drop) rule.statements.emplace_back(nftables::Verdict{nftables::Verdict::Kind::drop, {}});
  return rule;
}

void watch_at(nftables::Ruleset& ruleset, nftables::TableFamily family, Point point, nftables::Hook hook, std::int32_t priority) {
  nftables::Chain chain{.base = nftables::Base{hook, priority}, .rules = {}};
  for (const std::uint8_t state : std::array<std::uint8_t, 5>{1, 2, 4, 8, 64})
    chain.rules.push_back(log_rule(point, state, point == Point::entered));
  ruleset.tables[family].chains[fmt::format("at-{}", static_cast<int>(point))] = std::make_shared<const nftables::Chain>(std::move(chain));
}

nftables::Ruleset watchers() {
  using nftables::Hook;
  using nftables::TableFamily;
  nftables::Ruleset ruleset;
  ruleset.name = "watchers";
  watch_at(ruleset, TableFamily::bridge, Point::tracked, Hook::prerouting, -199);
  watch_at(ruleset, TableFamily::inet, Point::entering, Hook::input, -100);
  watch_at(ruleset, TableFamily::inet, Point::entered, Hook::input, 100);
  watch_at(ruleset, TableFamily::inet, Point::routed, Hook::forward, -100);
  watch_at(ruleset, TableFamily::inet, Point::leaving, Hook::output, -100);
  watch_at(ruleset, TableFamily::inet, Point::left, Hook::output, 100);
  return ruleset;
}

Sighting sighting_of(packetlog::Record record) {
  Sighting made;
  made.point = static_cast<Point>(record.prefix.empty() ? '?' : record.prefix[0]);
  if (record.prefix.size() > 1) made.state = static_cast<std::uint8_t>(std::stoi(record.prefix.substr(1)));
  made.in = record.physical_in.empty() ? record.in : record.physical_in;
  made.out = record.physical_out.empty() ? record.out : record.physical_out;
  made.link = std::move(record.link_header);
  if (record.vlan && made.link.size() == 14) {
    const Bytes tag = number16(record.vlan->protocol) + number16(record.vlan->tci);
    made.link.insert(made.link.begin() + 12, tag.begin(), tag.end());
  }
  made.payload = std::move(record.payload);
  made.ether_type = record.ether_type;
  return made;
}

}  // namespace

Wire::Wire(Wire&& other) noexcept
    : far_(std::exchange(other.far_, -1)),
      packets_(std::exchange(other.packets_, -1)),
      raw4_(std::exchange(other.raw4_, -1)),
      raw6_(std::exchange(other.raw6_, -1)),
      port_by_index_(std::move(other.port_by_index_)),
      index_by_port_(std::move(other.index_by_port_)),
      barrier_out_(other.barrier_out_),
      barrier_in_(other.barrier_in_),
      rules_(std::move(other.rules_)),
      log_(std::move(other.log_)) {}

Wire::~Wire() {
  for (const int descriptor : {far_, packets_, raw4_, raw6_})
    if (descriptor >= 0) close(descriptor);
}

Result<Wire> Wire::open() {
  Wire wire;
  TRY_VOID(wire.build());
  TRY_VOID(wire.watch());
  return wire;
}

Result<void> Wire::build() {
  // One processor: whatever was sent first is also done first.
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(0, &one);
  sched_setaffinity(0, sizeof one, &one);
  if (unshare(CLONE_NEWNET) != 0) return fail_errno(errno, "can't make a network namespace");
  be_quiet();
  far_ = ::open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
  packets_ = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, htons(ETH_P_ALL));
  if (far_ < 0 || packets_ < 0) return fail_errno(errno, "can't open a raw socket");
  const int on = 1;
  setsockopt(packets_, SOL_SOCKET, SO_RCVBUFFORCE, &kBuffer, sizeof kBuffer);
  setsockopt(packets_, SOL_SOCKET, SO_SNDBUFFORCE, &kBuffer, sizeof kBuffer);
  if (setsockopt(packets_, SOL_PACKET, PACKET_AUXDATA, &on, sizeof on) != 0 ||
      setsockopt(packets_, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof on) != 0)
    return fail_errno(errno, "can't set up the raw socket");
  if (unshare(CLONE_NEWNET) != 0) return fail_errno(errno, "can't make a network namespace");
  const int node = ::open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
  be_quiet();
  for (const char* one_of : {"all", "default"}) {
    for (const char* off : {"rp_filter", "send_redirects", "accept_redirects"}) set(fmt::format("ipv4/conf/{}/{}", one_of, off), "0");
    set(fmt::format("ipv4/conf/{}/accept_source_route", one_of), "1");
    set(fmt::format("ipv6/conf/{}/accept_ra", one_of), "0");
  }
  TRY_VOID(run("ip -batch -", topology(fmt::format("/proc/{}/fd/{}", getpid(), far_))));
  TRY_VOID(run("bridge -batch -", stations()));
  set("ipv4/ip_forward", "1");
  set("ipv6/conf/all/forwarding", "1");
  for (const Bridge& bridge : kBridges) set(fmt::format("ipv6/conf/{}/disable_ipv6", bridge.name), "0");
  for (const char* limit : {"ipv4/icmp_ratelimit", "ipv6/icmp/ratelimit"}) set(limit, "0");
  set("ipv4/icmp_msgs_per_sec", "1000000");
  set("ipv4/icmp_msgs_burst", "1000000");
  set("netfilter/nf_conntrack_tcp_be_liberal", "1");
  TRY_VOID(run("ip -batch -", addresses()));

  if (setns(far_, CLONE_NEWNET) != 0) return fail_errno(errno, "can't enter the machines' namespace");
  std::string up;
  for (std::size_t at = 0; at < kPorts.size(); ++at) up += fmt::format("link set w{} up\n", at);
  auto done = run("ip -batch -", up + "link set wq0 up\nlink set wq1 up\n");
  for (std::size_t at = 0; at < kPorts.size(); ++at) {
    index_by_port_.push_back(static_cast<int>(if_nametoindex(fmt::format("w{}", at).c_str())));
    port_by_index_[index_by_port_.back()] = at;
  }
  barrier_out_ = static_cast<int>(if_nametoindex("wq0"));
  barrier_in_ = static_cast<int>(if_nametoindex("wq1"));
  if (setns(node, CLONE_NEWNET) != 0) return fail_errno(errno, "can't enter the node's namespace");
  close(node);
  return done;
}

Result<void> Wire::watch() {
  rules_.emplace(TRY(netfilter::RulesetSocket::open()));
  log_.emplace(TRY(netfilter::LogSocket::open(kGroup)));
  setsockopt(log_->descriptor(), SOL_SOCKET, SO_RCVBUFFORCE, &kBuffer, sizeof kBuffer);
  raw4_ = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_RAW);
  raw6_ = socket(AF_INET6, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_RAW);
  if (raw4_ < 0 || raw6_ < 0) return fail_errno(errno, "can't open the host's raw socket");
  return rules_->replace(watchers());
}

Result<void> Wire::install(const nftables::Ruleset& ruleset) { return rules_->replace(ruleset); }

Result<void> Wire::learn() {
  std::string text;
  for (const Port& port : kPorts) text += fmt::format("link set dev {} learning on\n", port.name);
  return run("bridge -batch -", text);
}

bool Wire::knows(std::string_view mac) const { return output_of("bridge fdb show").find(mac) != std::string::npos; }

Result<void> Wire::forget_connections() {
  std::array<char, 256> buffer{};
  nlmsghdr* header = mnl_nlmsg_put_header(buffer.data());
  header->nlmsg_type = NFNL_SUBSYS_CTNETLINK << 8U | IPCTNL_MSG_CT_DELETE;
  header->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
  auto* general = static_cast<nfgenmsg*>(mnl_nlmsg_put_extra_header(header, sizeof(nfgenmsg)));
  general->nfgen_family = AF_UNSPEC;
  general->version = NFNETLINK_V0;
  const std::unique_ptr<mnl_socket, int (*)(mnl_socket*)> socket(mnl_socket_open(NETLINK_NETFILTER), mnl_socket_close);
  if (!socket || mnl_socket_sendto(socket.get(), header, header->nlmsg_len) < 0) return fail_errno(errno, "can't flush conntrack");
  std::array<char, 1024> answer{};
  const auto size = mnl_socket_recvfrom(socket.get(), answer.data(), answer.size());
  if (size < static_cast<ssize_t>(sizeof(nlmsghdr) + sizeof(nlmsgerr))) return fail_errno(errno, "can't flush conntrack");
  nlmsgerr error{};
  std::memcpy(&error, answer.data() + sizeof(nlmsghdr), sizeof error);
  if (error.error != 0) return fail_errno(-error.error, "can't flush conntrack");
  return {};
}

Result<Observed> Wire::send(const std::vector<Frame>& frames) {
  for (const Frame& frame : frames) {
    sockaddr_ll to{};
    to.sll_family = AF_PACKET;
    to.sll_ifindex = index_by_port_.at(frame.port);
    to.sll_halen = 6;
    if (sendto(packets_, frame.bytes.data(), frame.bytes.size(), 0, reinterpret_cast<const sockaddr*>(&to), sizeof to) < 0)
      return fail_errno(errno, "can't send " + describe(frame));
  }
  Observed observed;
  TRY_VOID(collect(observed));
  return observed;
}

Result<Observed> Wire::send_from_host(const std::vector<Bytes>& packets) {
  for (const Bytes& packet : packets) {
    const bool v4 = packet[0] >> 4U == 4;
    sockaddr_in to{};
    to.sin_family = AF_INET;
    sockaddr_in6 to6{};
    to6.sin6_family = AF_INET6;
    std::memcpy(&to.sin_addr, &packet[16], 4);
    if (!v4) std::memcpy(&to6.sin6_addr, &packet[24], 16);
    const auto* address = v4 ? reinterpret_cast<const sockaddr*>(&to) : reinterpret_cast<const sockaddr*>(&to6);
    // A rule that drops it is told as EPERM; a route that isn't there as ENETUNREACH. Both are seen by what was observed.
    (void)sendto(v4 ? raw4_ : raw6_, packet.data(), packet.size(), 0, address, v4 ? sizeof to : sizeof to6);
  }
  Observed observed;
  TRY_VOID(collect(observed));
  return observed;
}

bool Wire::take_arrivals(Observed& observed) {
  std::array<std::uint8_t, 4096> buffer{};
  std::array<char, CMSG_SPACE(sizeof(tpacket_auxdata))> control{};
  for (;;) {
    sockaddr_ll from{};
    iovec part{buffer.data(), buffer.size()};
    msghdr message{};
    message.msg_name = &from;
    message.msg_namelen = sizeof from;
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    const auto size = recvmsg(packets_, &message, 0);
    if (size < 0) return false;
    Bytes bytes(buffer.begin(), buffer.begin() + size);
    for (const cmsghdr* one = CMSG_FIRSTHDR(&message); one != nullptr; one = CMSG_NXTHDR(&message, const_cast<cmsghdr*>(one))) {
      if (one->cmsg_level != SOL_PACKET || one->cmsg_type != PACKET_AUXDATA) continue;
      tpacket_auxdata aux{};
      std::memcpy(&aux, CMSG_DATA(one), sizeof aux);
      if ((aux.tp_status & TP_STATUS_VLAN_VALID) == 0) continue;
      const Bytes tag = number16(aux.tp_vlan_tpid) + number16(aux.tp_vlan_tci);
      bytes.insert(bytes.begin() + 12, tag.begin(), tag.end());
    }
    if (from.sll_ifindex == barrier_in_) {
      const auto ids = ids_in(bytes);
      if (!ids.empty() && ids.front() == kBarrier) return true;
      continue;
    }
    const auto port = port_by_index_.find(from.sll_ifindex);
    if (port != port_by_index_.end()) observed.arrivals.push_back({port->second, std::move(bytes)});
  }
}

Result<void> Wire::collect(Observed& observed) {
  const Bytes barrier =
      ethernet(MacAddress{{2, 0, 0, 0, 0, 2}}, MacAddress{{2, 0, 0, 0, 0, 1}}, {}, 0x88b7, marker(kBarrier) + Bytes(40, 0));
  sockaddr_ll to{};
  to.sll_family = AF_PACKET;
  to.sll_ifindex = barrier_out_;
  to.sll_halen = 6;
  // Twice: routed packets and their answers take one queue more than a bridged one.
  for (int round = 0; round < 2; ++round) {
    if (sendto(packets_, barrier.data(), barrier.size(), 0, reinterpret_cast<const sockaddr*>(&to), sizeof to) < 0)
      return fail_errno(errno, "can't send the last frame");
    for (;;) {
      if (take_arrivals(observed)) break;
      pollfd waiting{packets_, POLLIN, 0};
      if (poll(&waiting, 1, 10'000) == 0) return fail(Errc::timed_out, "the last frame does not arrive");
    }
  }
  // The log gathers packets for some hundredths of a second.
  for (pollfd waiting{log_->descriptor(), POLLIN, 0}; poll(&waiting, 1, 120) > 0;) {
    const auto lost = log_->drain([&](packetlog::Record record) { observed.sightings.push_back(sighting_of(std::move(record))); });
    if (!lost) return fail(lost.error());
    if (*lost > 0) return fail(Errc::unavailable, "the log lost packets");
  }
  take_arrivals(observed);
  return {};
}

}  // namespace drawbridge::packets
