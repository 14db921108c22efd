#include "netfilter/connection_table.h"

#include <libmnl/libmnl.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <linux/netlink.h>
#include <sys/socket.h>

#include <cerrno>

#include "netfilter/attribute_reader.h"
#include "netfilter/attribute_writer.h"
#include "netfilter/netlink_reply.h"

namespace drawbridge::netfilter {
namespace {

constexpr int kReceiveBytes = 4 << 20;
constexpr std::size_t kReadBuffer = 256 * 1024;
/// One send of deletions: far less than a socket takes, and its refusals fit the receive buffer.
constexpr std::size_t kRemovedAtOnce = 256;

IpAddress address_of(const Attribute& attribute, Family family) {
  IpAddress address{.family = family, .bytes = {}};
  std::copy_n(attribute.payload.begin(), std::min(attribute.payload.size(), address.bytes.size()), address.bytes.begin());
  return address;
}

void read_addresses(Bytes nest, rules::Flow& flow) {
  AttributeReader reader(nest);
  while (const auto attribute = reader.next()) {
    switch (attribute->type) {
      case CTA_IP_V4_SRC: flow.source = address_of(*attribute, Family::ipv4); break;
      case CTA_IP_V4_DST: flow.destination = address_of(*attribute, Family::ipv4); break;
      case CTA_IP_V6_SRC: flow.source = address_of(*attribute, Family::ipv6); break;
      case CTA_IP_V6_DST: flow.destination = address_of(*attribute, Family::ipv6); break;
      default: break;
    }
  }
}

/// `icmp`: where the first packet's type goes; nullptr: it is the answers' tuple.
void read_protocol(Bytes nest, rules::Flow& flow, rules::Connection* icmp, std::uint8_t& protocol) {
  AttributeReader reader(nest);
  while (const auto attribute = reader.next()) {
    switch (attribute->type) {
      case CTA_PROTO_NUM: protocol = attribute->u8(); break;
      case CTA_PROTO_SRC_PORT: flow.source_port = attribute->u16(); break;
      case CTA_PROTO_DST_PORT: flow.destination_port = attribute->u16(); break;
      case CTA_PROTO_ICMP_ID:
      case CTA_PROTO_ICMPV6_ID:
        if (icmp != nullptr) icmp->icmp_id = attribute->u16();
        break;
      case CTA_PROTO_ICMP_TYPE:
      case CTA_PROTO_ICMPV6_TYPE:
        if (icmp != nullptr) icmp->icmp_type = attribute->u8();
        break;
      case CTA_PROTO_ICMP_CODE:
      case CTA_PROTO_ICMPV6_CODE:
        if (icmp != nullptr) icmp->icmp_code = attribute->u8();
        break;
      default: break;
    }
  }
}

void read_tuple(Bytes nest, rules::Flow& flow, rules::Connection* icmp, std::uint8_t& protocol, std::uint16_t& zone) {
  AttributeReader reader(nest);
  while (const auto attribute = reader.next()) {
    if (attribute->type == CTA_TUPLE_IP) read_addresses(attribute->payload, flow);
    if (attribute->type == CTA_TUPLE_PROTO) read_protocol(attribute->payload, flow, icmp, protocol);
    if (attribute->type == CTA_TUPLE_ZONE) zone = attribute->u16();
  }
}

rules::Number label_of(const Attribute& attribute) {
  rules::Number label = 0;  // as this machine has numbers: little-endian, as all that Debian runs on here
  std::memcpy(&label, attribute.payload.data(), std::min(attribute.payload.size(), sizeof label));
  return label;
}

void write_tuple(AttributeWriter& writer, const rules::Connection& connection) {
  const rules::Flow& flow = connection.first;
  const bool v4 = flow.source.is_v4();
  const std::size_t length = v4 ? 4 : 16;
  const std::size_t tuple = writer.begin_nest(CTA_TUPLE_ORIG);
  const std::size_t ip = writer.begin_nest(CTA_TUPLE_IP);
  writer.put(v4 ? CTA_IP_V4_SRC : CTA_IP_V6_SRC, std::span(flow.source.bytes).first(length));
  writer.put(v4 ? CTA_IP_V4_DST : CTA_IP_V6_DST, std::span(flow.destination.bytes).first(length));
  writer.end_nest(ip);
  const std::size_t protocol = writer.begin_nest(CTA_TUPLE_PROTO);
  writer.put_u8(CTA_PROTO_NUM, connection.protocol);
  if (connection.protocol == 1 || connection.protocol == 58) {
    const bool is_v4 = connection.protocol == 1;
    writer.put_u16(is_v4 ? CTA_PROTO_ICMP_ID : CTA_PROTO_ICMPV6_ID, connection.icmp_id);
    writer.put_u8(is_v4 ? CTA_PROTO_ICMP_TYPE : CTA_PROTO_ICMPV6_TYPE, connection.icmp_type);
    writer.put_u8(is_v4 ? CTA_PROTO_ICMP_CODE : CTA_PROTO_ICMPV6_CODE, connection.icmp_code);
  } else {
    writer.put_u16(CTA_PROTO_SRC_PORT, flow.source_port);
    writer.put_u16(CTA_PROTO_DST_PORT, flow.destination_port);
  }
  writer.end_nest(protocol);
  writer.end_nest(tuple);
  if (connection.zone != 0) writer.put_u16(CTA_ZONE, connection.zone);
  writer.put_u32(CTA_ID, connection.id);
}

void start(std::vector<std::uint8_t>& bytes, std::uint16_t message, std::uint16_t flags, std::uint8_t family, std::uint32_t sequence) {
  const nlmsghdr header{0, static_cast<std::uint16_t>(NFNL_SUBSYS_CTNETLINK << 8U | message), flags, sequence, 0};
  const nfgenmsg generic{family, NFNETLINK_V0, 0};
  const std::size_t at = bytes.size();
  bytes.resize(at + sizeof header + sizeof generic);
  std::memcpy(bytes.data() + at, &header, sizeof header);
  std::memcpy(bytes.data() + at + sizeof header, &generic, sizeof generic);
}

void finish(std::vector<std::uint8_t>& bytes, std::size_t at) {
  const auto length = static_cast<std::uint32_t>(bytes.size() - at);
  std::memcpy(bytes.data() + at, &length, sizeof length);
}

}  // namespace

std::optional<rules::Connection> read_connection(std::span<const std::uint8_t> attributes) {
  rules::Connection connection;
  connection.protocol = 0;
  std::uint8_t ignored_protocol = 0;
  std::uint16_t ignored_zone = 0;
  bool has_first = false;
  AttributeReader reader(attributes);
  while (const auto attribute = reader.next()) {
    switch (attribute->type) {
      case CTA_TUPLE_ORIG:
        has_first = true;
        read_tuple(attribute->payload, connection.first, &connection, connection.protocol, connection.zone);
        break;
      case CTA_TUPLE_REPLY: read_tuple(attribute->payload, connection.answer, nullptr, ignored_protocol, ignored_zone); break;
      case CTA_ZONE: connection.zone = attribute->u16(); break;
      case CTA_MARK: connection.mark = attribute->u32(); break;
      case CTA_LABELS: connection.label = label_of(*attribute); break;
      case CTA_TIMEOUT: connection.timeout = attribute->u32(); break;
      case CTA_ID: connection.id = attribute->u32(); break;
      case CTA_STATUS: connection.is_expected = (attribute->u32() & IPS_EXPECTED) != 0; break;
      default: break;
    }
  }
  if (!reader.is_whole() || !has_first) return std::nullopt;
  return connection;
}

void ConnectionTable::Close::operator()(mnl_socket* socket) const { mnl_socket_close(socket); }
ConnectionTable::ConnectionTable(mnl_socket* socket) : socket_(socket), buffer_(kReadBuffer) {}

Result<ConnectionTable> ConnectionTable::open() {
  mnl_socket* raw = mnl_socket_open2(NETLINK_NETFILTER, SOCK_CLOEXEC);
  if (raw == nullptr) return fail_errno(errno, "cannot open a netfilter socket for connections");
  ConnectionTable table(raw);
  if (mnl_socket_bind(raw, 0, MNL_SOCKET_AUTOPID) < 0) return fail_errno(errno, "cannot bind a netfilter socket for connections");
  // Best effort, as with other sockets of this room.
  static_cast<void>(setsockopt(mnl_socket_get_fd(raw), SOL_SOCKET, SO_RCVBUFFORCE, &kReceiveBytes, sizeof kReceiveBytes));
  static_cast<void>(setsockopt(mnl_socket_get_fd(raw), SOL_SOCKET, SO_SNDBUFFORCE, &kReceiveBytes, sizeof kReceiveBytes));
  const int capped = 1;
  static_cast<void>(setsockopt(mnl_socket_get_fd(raw), SOL_NETLINK, NETLINK_CAP_ACK, &capped, sizeof capped));
  return table;
}

Result<std::vector<rules::Connection>> ConnectionTable::read() {
  std::vector<std::uint8_t> request;
  start(request, IPCTNL_MSG_CT_GET, NLM_F_REQUEST | NLM_F_DUMP, AF_UNSPEC, ++asked_);
  finish(request, 0);
  if (mnl_socket_sendto(socket_.get(), request.data(), request.size()) < 0)
    return fail_errno(errno, "cannot ask the kernel for its connections");
  std::vector<rules::Connection> connections;
  for (;;) {
    const auto size = mnl_socket_recvfrom(socket_.get(), buffer_.data(), buffer_.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return fail_errno(errno, "cannot read the kernel's connections");
    auto left = static_cast<int>(size);
    for (const auto* answer = reinterpret_cast<const nlmsghdr*>(buffer_.data()); mnl_nlmsg_ok(answer, left);
         answer = mnl_nlmsg_next(answer, &left)) {
      if (answer->nlmsg_seq != asked_) continue;
      if (answer->nlmsg_type == NLMSG_DONE) return connections;
      if (const auto refusal = refusal_of(answer)) return fail_errno(refusal->os_errno, "the kernel does not tell its connections");
      const auto* payload = static_cast<const std::uint8_t*>(mnl_nlmsg_get_payload(answer));
      const std::size_t length = mnl_nlmsg_get_payload_len(answer);
      if (length < sizeof(nfgenmsg)) continue;
      if (auto connection = read_connection({payload + sizeof(nfgenmsg), length - sizeof(nfgenmsg)}))
        connections.push_back(*std::move(connection));
    }
  }
}

/// Of the deletions that were sent last: how many found nothing. The kernel has answered by the time that sending returns.
Result<std::size_t> ConnectionTable::count_refusals() {
  std::size_t refused = 0;
  for (;;) {
    const auto size = recv(mnl_socket_get_fd(socket_.get()), buffer_.data(), buffer_.size(), MSG_DONTWAIT);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0 && errno == EAGAIN) return refused;
    if (size < 0) return fail_errno(errno, "cannot read what became of connections");
    auto left = static_cast<int>(size);
    for (const auto* answer = reinterpret_cast<const nlmsghdr*>(buffer_.data()); mnl_nlmsg_ok(answer, left);
         answer = mnl_nlmsg_next(answer, &left)) {
      const auto refusal = refusal_of(answer);
      if (!refusal || refusal->os_errno == 0) continue;
      if (refusal->os_errno != ENOENT) return fail_errno(refusal->os_errno, "the kernel does not forget a connection");
      ++refused;
    }
  }
}

Result<std::size_t> ConnectionTable::remove(std::span<const rules::Connection> connections) {
  std::size_t removed = 0;
  while (!connections.empty()) {
    const auto some = connections.first(std::min(connections.size(), kRemovedAtOnce));
    connections = connections.subspan(some.size());
    std::vector<std::uint8_t> bytes;
    for (const auto& connection : some) {
      const std::size_t at = bytes.size();
      start(bytes, IPCTNL_MSG_CT_DELETE, NLM_F_REQUEST, connection.first.source.is_v4() ? AF_INET : AF_INET6, ++asked_);
      AttributeWriter writer(bytes);
      write_tuple(writer, connection);
      finish(bytes, at);
    }
    if (mnl_socket_sendto(socket_.get(), bytes.data(), bytes.size()) < 0)
      return fail_errno(errno, "cannot tell the kernel to forget connections");
    removed += some.size() - TRY(count_refusals());
  }
  return removed;
}

}  // namespace drawbridge::netfilter
