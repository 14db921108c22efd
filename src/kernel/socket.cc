#include "kernel/socket.h"

#include <libmnl/libmnl.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <cerrno>

namespace drawbridge::kernel {
namespace {

// The kernel fills replies up to 32 KiB when the reader's buffer is that large, and a dump of links needs the fewest calls then.
constexpr std::size_t kReadBuffer = 64 * 1024;
// An ack occupies about 1 KiB of the socket's buffer, whatever its length; a batch's acks must all fit.
constexpr int kReceiveBuffer = 4 * 1024 * 1024;

void set_option(mnl_socket* socket, int option) {
  int on = 1;
  mnl_socket_setsockopt(socket, option, &on, sizeof on);  // Older kernels lack some; everything works without, only plainer.
}

// Calls visit(header, payload) for each message of one datagram, until it gives false.
template <class Visit>
void for_each_message(Bytes bytes, Visit visit) {
  while (bytes.size() >= sizeof(nlmsghdr)) {
    const auto header = *read_as<nlmsghdr>(bytes);
    if (header.nlmsg_len < sizeof(nlmsghdr) || header.nlmsg_len > bytes.size()) return;
    if (!visit(header, bytes.subspan(sizeof(nlmsghdr), header.nlmsg_len - sizeof(nlmsghdr)))) return;
    bytes = bytes.subspan(std::min<std::size_t>(bytes.size(), NLMSG_ALIGN(header.nlmsg_len)));
  }
}

Acknowledgement parse_acknowledgement(const nlmsghdr& header, Bytes payload) {
  Acknowledgement ack{header.nlmsg_seq, EPROTO, {}};
  const auto error = read_as<nlmsgerr>(payload);
  if (!error) return ack;
  ack.os_errno = -error->error;
  if ((header.nlmsg_flags & NLM_F_ACK_TLVS) == 0) return ack;
  std::size_t offset = sizeof(nlmsgerr);
  if ((header.nlmsg_flags & NLM_F_CAPPED) == 0 && error->msg.nlmsg_len >= sizeof(nlmsghdr))
    offset += NLMSG_ALIGN(error->msg.nlmsg_len) - sizeof(nlmsghdr);
  if (offset < payload.size()) ack.text = AttributeIndex(payload.subspan(offset), NLMSGERR_ATTR_MAX).text(NLMSGERR_ATTR_MSG);
  return ack;
}

}  // namespace

void Socket::Close::operator()(mnl_socket* socket) const { mnl_socket_close(socket); }

Socket::Socket(mnl_socket* socket) : socket_(socket), buffer_(kReadBuffer) {}

Result<Socket> Socket::open(int protocol) {
  Socket socket(mnl_socket_open2(protocol, SOCK_CLOEXEC));
  if (!socket.socket_) return fail_errno(errno, "can't open a netlink socket");
  if (mnl_socket_bind(socket.socket_.get(), 0, MNL_SOCKET_AUTOPID) < 0) return fail_errno(errno, "can't bind a netlink socket");
  set_option(socket.socket_.get(), NETLINK_EXT_ACK);
  set_option(socket.socket_.get(), NETLINK_CAP_ACK);
  set_option(socket.socket_.get(), NETLINK_GET_STRICT_CHK);
  const int fd = mnl_socket_get_fd(socket.socket_.get());
  if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &kReceiveBuffer, sizeof kReceiveBuffer) < 0)
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &kReceiveBuffer, sizeof kReceiveBuffer);
  return socket;
}

Result<Bytes> Socket::receive() {
  for (;;) {
    const auto size = mnl_socket_recvfrom(socket_.get(), buffer_.data(), buffer_.size());
    if (size >= 0) return Bytes{buffer_}.first(static_cast<std::size_t>(size));
    if (errno != EINTR) return fail_errno(errno, "can't read from the kernel's netlink socket");
  }
}

Result<void> Socket::send(Bytes bytes) {
  for (;;) {
    if (mnl_socket_sendto(socket_.get(), bytes.data(), bytes.size()) >= 0) return {};
    if (errno != EINTR) return fail_errno(errno, "can't write to the kernel's netlink socket");
  }
}

Result<bool> Socket::query(Message request, const std::function<void(std::uint16_t, Bytes)>& visit) {
  const auto sequence = next_sequence();
  TRY_VOID(send(request.finish(sequence)));
  bool consistent = true;
  bool done = false;
  Acknowledgement refusal;
  while (!done) {
    const auto bytes = TRY(receive());
    for_each_message(bytes, [&](const nlmsghdr& header, Bytes payload) {
      if (header.nlmsg_seq != sequence) return true;
      if ((header.nlmsg_flags & NLM_F_DUMP_INTR) != 0) consistent = false;
      if (header.nlmsg_type == NLMSG_ERROR) {
        refusal = parse_acknowledgement(header, payload);
        done = true;
      } else if (header.nlmsg_type == NLMSG_DONE) {
        // A dump that breaks off half way says so here, not by NLMSG_ERROR.
        if (const auto status = read_as<std::int32_t>(payload); status && *status < 0) refusal.os_errno = -*status;
        done = true;
      } else {
        visit(header.nlmsg_type, payload);
      }
      return !done;
    });
  }
  if (refusal.os_errno != 0)
    return fail_errno(refusal.os_errno, "the kernel refused to answer" + (refusal.text.empty() ? "" : " (" + refusal.text + ")"));
  return consistent;
}

Result<std::vector<Acknowledgement>> Socket::acknowledgements(std::uint32_t first, std::size_t count) {
  std::vector<Acknowledgement> acks(count);
  std::size_t left = count;
  while (left > 0) {
    const auto bytes = TRY(receive());
    for_each_message(bytes, [&](const nlmsghdr& header, Bytes payload) {
      const std::size_t position = header.nlmsg_seq - first;
      if (header.nlmsg_type == NLMSG_ERROR && position < count && left > 0) {
        acks[position] = parse_acknowledgement(header, payload);
        --left;
      }
      return true;
    });
  }
  return acks;
}

int Socket::descriptor() const { return mnl_socket_get_fd(socket_.get()); }

std::uint32_t Socket::index_of(const std::string& name) const {
  ifreq request{};
  if (name.empty()) return 0;
  if (name.size() < sizeof request.ifr_name) {
    name.copy(request.ifr_name, name.size());
    // Any socket answers this for its own namespace; it costs a tenth of an RTM_GETLINK.
    if (ioctl(descriptor(), SIOCGIFINDEX, &request) == 0) return static_cast<std::uint32_t>(request.ifr_ifindex);
  }
  return 0;
}

}  // namespace drawbridge::kernel
