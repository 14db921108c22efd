#include "kernel/event_socket.h"

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/filter.h>
#include <linux/neighbour.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>

namespace drawbridge::kernel {
namespace {

constexpr std::size_t kReadBuffer = 64 * 1024;
// A notification of a bridge takes about 4 KiB here; this holds those of a few thousand links made at once.
constexpr int kReceiveBuffer = 16 * 1024 * 1024;

void for_each_notification(Bytes bytes, const std::function<void(std::uint16_t, Bytes)>& visit) {
  while (const auto header = read_as<nlmsghdr>(bytes)) {
    if (header->nlmsg_len < sizeof(nlmsghdr) || header->nlmsg_len > bytes.size()) return;
    visit(header->nlmsg_type, bytes.subspan(sizeof(nlmsghdr), header->nlmsg_len - sizeof(nlmsghdr)));
    bytes = bytes.subspan(std::min<std::size_t>(bytes.size(), NLMSG_ALIGN(header->nlmsg_len)));
  }
}

// What hosts and bridges learn of their neighbours would wake us all day. Of RTM_NEWNEIGH and RTM_DELNEIGH the kernel lets only
// through what a forwarding database was told for good: destinations of VXLANs, stations set behind ports, and links' own addresses.
bool ignore_learned_neighbours(int socket) {
  constexpr std::uint32_t kTypeAt = offsetof(nlmsghdr, nlmsg_type);
  constexpr std::uint32_t kFamilyAt = sizeof(nlmsghdr) + offsetof(ndmsg, ndm_family);
  constexpr std::uint32_t kStateAt = sizeof(nlmsghdr) + offsetof(ndmsg, ndm_state);
  // The machine of bpf(4) loads big-endian; the messages are in the host's order.
  std::array<sock_filter, 9> program{{
      BPF_STMT(BPF_LD | BPF_H | BPF_ABS, kTypeAt),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htons(RTM_NEWNEIGH), 1, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htons(RTM_DELNEIGH), 0, 4),
      BPF_STMT(BPF_LD | BPF_B | BPF_ABS, kFamilyAt),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AF_BRIDGE, 0, 3),
      BPF_STMT(BPF_LD | BPF_H | BPF_ABS, kStateAt),
      BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, htons(NUD_PERMANENT | NUD_NOARP), 0, 1),
      BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
      BPF_STMT(BPF_RET | BPF_K, 0),
  }};
  const sock_fprog filter{static_cast<unsigned short>(program.size()), program.data()};
  return ::setsockopt(socket, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter) == 0;
}

}  // namespace

void EventSocket::Close::operator()(mnl_socket* socket) const { mnl_socket_close(socket); }

EventSocket::EventSocket(mnl_socket* socket) : socket_(socket), buffer_(kReadBuffer) {}

Result<EventSocket> EventSocket::open(std::span<const unsigned> groups) {
  EventSocket events(mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (!events.socket_) return fail_errno(errno, "can't open a netlink socket");
  if (mnl_socket_bind(events.socket_.get(), 0, MNL_SOCKET_AUTOPID) < 0) return fail_errno(errno, "can't bind a netlink socket");
  const int fd = events.descriptor();
  if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &kReceiveBuffer, sizeof kReceiveBuffer) < 0)
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &kReceiveBuffer, sizeof kReceiveBuffer);
  if (!ignore_learned_neighbours(fd)) return fail_errno(errno, "can't filter the kernel's notifications");
  for (unsigned group : groups)
    if (mnl_socket_setsockopt(events.socket_.get(), NETLINK_ADD_MEMBERSHIP, &group, sizeof group) < 0)
      return fail_errno(errno, "can't listen to the kernel's notifications");
  return events;
}

Result<bool> EventSocket::drain(const std::function<void(std::uint16_t, Bytes)>& visit) {
  bool complete = true;
  for (;;) {
    const auto size = mnl_socket_recvfrom(socket_.get(), buffer_.data(), buffer_.size());
    if (size >= 0) {
      for_each_notification(Bytes{buffer_}.first(static_cast<std::size_t>(size)), visit);
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      return complete;
    } else if (errno == ENOBUFS || errno == ENOSPC) {
      complete = false;  // dropped, or longer than the buffer
    } else if (errno != EINTR) {
      return fail_errno(errno, "can't read the kernel's notifications");
    }
  }
}

int EventSocket::descriptor() const { return mnl_socket_get_fd(socket_.get()); }

}  // namespace drawbridge::kernel
