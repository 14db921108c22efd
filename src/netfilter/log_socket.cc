#include "netfilter/log_socket.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_log.h>
#include <net/if.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "netfilter/nflog_message.h"

namespace drawbridge::netfilter {
namespace {

constexpr std::size_t kReadBuffer = 256 * 1024;
constexpr int kReceiveBuffer = 8 * 1024 * 1024;
// The kernel gathers packets until there are so many, or for so long; a line should be there while its reader still looks.
constexpr std::uint32_t kGathered = 64;
constexpr std::uint32_t kGatheredForCentiseconds = 5;

nlmsghdr* start_config(std::span<char> buffer, std::uint16_t group) {
  nlmsghdr* header = mnl_nlmsg_put_header(buffer.data());
  header->nlmsg_type = NFNL_SUBSYS_ULOG << 8U | NFULNL_MSG_CONFIG;
  header->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
  auto* general = static_cast<nfgenmsg*>(mnl_nlmsg_put_extra_header(header, sizeof(nfgenmsg)));
  general->nfgen_family = AF_UNSPEC;
  general->version = NFNETLINK_V0;
  general->res_id = htons(group);
  return header;
}

/// Of an interface that went away before its packet was read there is no name.
std::string device_name(std::uint32_t index) {
  std::array<char, IF_NAMESIZE> name{};
  return if_indextoname(index, name.data()) == nullptr ? std::string() : std::string(name.data());
}

void stamp(packetlog::Record& record) {
  if (record.seconds != 0) return;
  timeval now{};
  gettimeofday(&now, nullptr);
  record.seconds = now.tv_sec;
  record.microseconds = static_cast<std::uint32_t>(now.tv_usec);
}

}  // namespace

void LogSocket::Close::operator()(mnl_socket* socket) const { mnl_socket_close(socket); }

LogSocket::LogSocket(mnl_socket* socket) : socket_(socket), buffer_(kReadBuffer) {}

Result<LogSocket> LogSocket::open(std::uint16_t group) {
  LogSocket log(mnl_socket_open2(NETLINK_NETFILTER, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (!log.socket_) return fail_errno(errno, "can't open a netlink socket");
  if (mnl_socket_bind(log.socket_.get(), 0, MNL_SOCKET_AUTOPID) < 0) return fail_errno(errno, "can't bind a netlink socket");
  const int fd = log.descriptor();
  if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &kReceiveBuffer, sizeof kReceiveBuffer) < 0)
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &kReceiveBuffer, sizeof kReceiveBuffer);
  TRY_VOID(log.configure(group));
  return log;
}

Result<void> LogSocket::configure(std::uint16_t group) {
  std::array<char, 256> buffer{};
  nlmsghdr* bind = start_config(buffer, group);
  const nfulnl_msg_config_cmd command{NFULNL_CFG_CMD_BIND};
  mnl_attr_put(bind, NFULA_CFG_CMD, sizeof command, &command);
  if (mnl_socket_sendto(socket_.get(), bind, bind->nlmsg_len) < 0) return fail_errno(errno, "can't ask for logged packets");
  if (auto bound = acknowledged(); !bound) {
    Error error = std::move(bound.error());
    // The kernel tells root by EPERM that another socket has the group.
    if (error.os_errno == EBUSY || (error.os_errno == EPERM && geteuid() == 0)) {
      error.code = Errc::conflict;
      error.hint = "another program reads the firewall's log: pvefw-logger, ulogd, or a second drawbridge";
    }
    return fail(std::move(error));
  }
  buffer = {};
  nlmsghdr* mode = start_config(buffer, group);
  nfulnl_msg_config_mode whole{};
  whole.copy_range = htonl(0xffff);
  whole.copy_mode = NFULNL_COPY_PACKET;
  mnl_attr_put(mode, NFULA_CFG_MODE, sizeof whole, &whole);
  mnl_attr_put_u32(mode, NFULA_CFG_TIMEOUT, htonl(kGatheredForCentiseconds));
  mnl_attr_put_u32(mode, NFULA_CFG_QTHRESH, htonl(kGathered));
  if (mnl_socket_sendto(socket_.get(), mode, mode->nlmsg_len) < 0) return fail_errno(errno, "can't ask for logged packets");
  return acknowledged();
}

Result<void> LogSocket::acknowledged() {
  const auto size = mnl_socket_recvfrom(socket_.get(), buffer_.data(), buffer_.size());
  if (size < 0) return fail_errno(errno, "can't read the kernel's answer");
  nlmsghdr header{};
  nlmsgerr answer{};
  if (static_cast<std::size_t>(size) < sizeof header + sizeof answer) return fail(Errc::unavailable, "the kernel's answer is cut");
  std::memcpy(&header, buffer_.data(), sizeof header);
  std::memcpy(&answer, buffer_.data() + sizeof header, sizeof answer);
  if (header.nlmsg_type != NLMSG_ERROR) return fail(Errc::unavailable, "the kernel did not answer the request for logged packets");
  if (answer.error != 0) return fail_errno(-answer.error, "the kernel does not hand out logged packets");
  return {};
}

void LogSocket::hand_out(std::size_t size, const std::function<void(packetlog::Record)>& visit) {
  std::span<const std::uint8_t> bytes(buffer_.data(), size);
  while (bytes.size() >= sizeof(nlmsghdr)) {
    nlmsghdr header{};
    std::memcpy(&header, bytes.data(), sizeof header);
    if (header.nlmsg_len < sizeof header || header.nlmsg_len > bytes.size()) return;
    if (header.nlmsg_type == (NFNL_SUBSYS_ULOG << 8U | NFULNL_MSG_PACKET)) {
      auto record = parse_nflog(bytes.subspan(sizeof header, header.nlmsg_len - sizeof header), device_name);
      if (record) {
        stamp(*record);
        visit(*std::move(record));
      }
    }
    bytes = bytes.subspan(std::min<std::size_t>(bytes.size(), NLMSG_ALIGN(header.nlmsg_len)));
  }
}

Result<unsigned> LogSocket::drain(const std::function<void(packetlog::Record)>& visit) {
  unsigned dropped = 0;
  for (;;) {
    const auto size = mnl_socket_recvfrom(socket_.get(), buffer_.data(), buffer_.size());
    if (size >= 0) {
      hand_out(static_cast<std::size_t>(size), visit);
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      return dropped;
    } else if (errno == ENOBUFS || errno == ENOSPC) {
      ++dropped;
    } else if (errno != EINTR) {
      return fail_errno(errno, "can't read logged packets");
    }
  }
}

int LogSocket::descriptor() const { return mnl_socket_get_fd(socket_.get()); }

}  // namespace drawbridge::netfilter
