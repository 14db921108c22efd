#include "kernel/tcp_sessions.h"

#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <linux/tcp.h>
#include <netinet/in.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>

namespace drawbridge::kernel {
namespace {

constexpr std::uint8_t kEstablished = 1;  // TCP_ESTABLISHED
constexpr std::uint32_t kAllStates = 0xFFFFFFFF;

std::uint8_t family_of(const doors::Session& session) { return session.local.is_v4() ? AF_INET : AF_INET6; }

inet_diag_req_v2 request_for(const doors::Session& session) {
  inet_diag_req_v2 request{};
  request.sdiag_family = family_of(session);
  request.sdiag_protocol = IPPROTO_TCP;
  request.idiag_ext = 1U << (INET_DIAG_INFO - 1);
  request.idiag_states = kAllStates;
  request.id.idiag_sport = htons(session.local_port);
  request.id.idiag_dport = htons(session.peer_port);
  std::memcpy(request.id.idiag_src, session.local.bytes.data(), session.local.width() / 8U);
  std::memcpy(request.id.idiag_dst, session.peer.bytes.data(), session.peer.width() / 8U);
  request.id.idiag_cookie[0] = INET_DIAG_NOCOOKIE;
  request.id.idiag_cookie[1] = INET_DIAG_NOCOOKIE;
  return request;
}

// An IPv6 socket may hold an IPv4 connection (::ffff:a.b.c.d): the daemon that listens on :: has such ones.
constexpr std::array<std::uint8_t, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

bool is_address(const __be32 (&words)[4], std::uint8_t family, const IpAddress& wanted) {
  std::array<std::uint8_t, 16> bytes{};
  std::memcpy(bytes.data(), words, sizeof words);
  if (wanted.is_v6() || family == AF_INET) return std::equal(bytes.begin(), bytes.begin() + wanted.width() / 8, wanted.bytes.begin());
  return std::ranges::equal(std::span(bytes).first(12), kMapped) && std::equal(bytes.begin() + 12, bytes.end(), wanted.bytes.begin());
}

IpAddress address_from(const __be32 (&words)[4], std::uint8_t family) {
  std::array<std::uint8_t, 16> bytes{};
  std::memcpy(bytes.data(), words, sizeof words);
  IpAddress address;
  const bool is_mapped = family == AF_INET6 && std::ranges::equal(std::span(bytes).first(12), kMapped);
  address.family = family == AF_INET || is_mapped ? Family::ipv4 : Family::ipv6;
  std::copy_n(bytes.begin() + (is_mapped ? 12 : 0), address.width() / 8, address.bytes.begin());
  return address;
}

}  // namespace

std::optional<TcpSession> decode_tcp_session(Bytes message, const doors::Session& session) {
  const auto header = read_as<inet_diag_msg>(message);
  if (!header || header->id.idiag_sport != htons(session.local_port) || header->id.idiag_dport != htons(session.peer_port) ||
      !is_address(header->id.idiag_src, header->idiag_family, session.local) ||
      !is_address(header->id.idiag_dst, header->idiag_family, session.peer))
    return std::nullopt;
  TcpSession found{header->idiag_state == kEstablished, 0};
  const AttributeIndex attributes(message.subspan(std::min(message.size(), std::size_t{NLMSG_ALIGN(sizeof(inet_diag_msg))})),
                                  INET_DIAG_MAX);
  const auto info = attributes.nest(INET_DIAG_INFO);
  constexpr std::size_t kOffset = offsetof(tcp_info, tcpi_bytes_acked);
  if (info.size() > kOffset) found.bytes_acknowledged = read_as<std::uint64_t>(info.subspan(kOffset)).value_or(0);
  return found;
}

std::optional<doors::Session> decode_tcp_ends(Bytes message) {
  const auto header = read_as<inet_diag_msg>(message);
  if (!header) return std::nullopt;
  return doors::Session{address_from(header->id.idiag_dst, header->idiag_family), ntohs(header->id.idiag_dport),
                        address_from(header->id.idiag_src, header->idiag_family), ntohs(header->id.idiag_sport)};
}

Result<TcpSessions> TcpSessions::open() { return TcpSessions(TRY(Socket::open(NETLINK_SOCK_DIAG))); }

Result<std::optional<TcpSession>> TcpSessions::find(const doors::Session& session) {
  // By hash; but a connection of link-local addresses is bound to its link, which the caller doesn't know: look through all.
  const bool look_through = session.local.is_v6() && session.local.is_link_local();
  const std::uint16_t flags = look_through ? NLM_F_REQUEST | NLM_F_DUMP : NLM_F_REQUEST | NLM_F_ACK;
  std::optional<TcpSession> found;
  const auto answered = socket_.query(Message(SOCK_DIAG_BY_FAMILY, flags, request_for(session)), [&](std::uint16_t type, Bytes bytes) {
    if (type != SOCK_DIAG_BY_FAMILY) return;
    if (auto decoded = decode_tcp_session(bytes, session)) found = decoded;
  });
  if (!answered && answered.error().os_errno != ENOENT) return std::unexpected(answered.error());
  return found;
}

Result<std::vector<doors::Session>> TcpSessions::established() {
  std::vector<doors::Session> sessions;
  for (const int family : {AF_INET, AF_INET6}) {
    inet_diag_req_v2 request{};
    request.sdiag_family = static_cast<std::uint8_t>(family);
    request.sdiag_protocol = IPPROTO_TCP;
    request.idiag_states = 1U << kEstablished;
    TRY(socket_.query(Message(SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST | NLM_F_DUMP, request), [&](std::uint16_t type, Bytes bytes) {
      if (type != SOCK_DIAG_BY_FAMILY) return;
      const auto ends = decode_tcp_ends(bytes);
      if (ends && !ends->peer.is_loopback() && ends->peer != ends->local) sessions.push_back(*ends);
    }));
  }
  return sessions;
}

}  // namespace drawbridge::kernel
