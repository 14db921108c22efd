#include "netfilter/ruleset_watch.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <libmnl/libmnl.h>
#include <linux/filter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstddef>

#include "netfilter/attribute_reader.h"
#include "netfilter/family_number.h"

namespace drawbridge::netfilter {
namespace {

constexpr int kReceiveBytes = 1 << 20;
constexpr int kEndOfTransaction = 100;  // milliseconds; it follows in microseconds
constexpr std::uint16_t kTable = 1;     // the attribute with the table's name, whatever the message is about

/// The kernel drops what we caused ourselves, instead of waking us. All messages of one datagram come from one transaction.
bool ignore_port(int descriptor, std::uint32_t port) {
  std::array<sock_filter, 4> code{{BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(nlmsghdr, nlmsg_pid)),
                                   BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htonl(port), 0, 1),  // loaded as if in network order
                                   BPF_STMT(BPF_RET | BPF_K, 0), BPF_STMT(BPF_RET | BPF_K, 0xffffffffU)}};
  const sock_fprog program{code.size(), code.data()};
  return setsockopt(descriptor, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) == 0;
}

bool is_readable_soon(int descriptor) {
  pollfd readable{descriptor, POLLIN, 0};
  return ::poll(&readable, 1, kEndOfTransaction) > 0;
}

}  // namespace

void RulesetWatch::Close::operator()(mnl_socket* socket) const { mnl_socket_close(socket); }
RulesetWatch::RulesetWatch(mnl_socket* socket, std::string name, std::uint32_t own_port)
    : socket_(socket), name_(std::move(name)), own_port_(own_port), buffer_(64 * 1024) {}

int RulesetWatch::descriptor() const { return mnl_socket_get_fd(socket_.get()); }

Result<RulesetWatch> RulesetWatch::open(std::string name, std::uint32_t own_port) {
  mnl_socket* raw = mnl_socket_open2(NETLINK_NETFILTER, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (raw == nullptr) return fail_errno(errno, "cannot open a netfilter socket");
  RulesetWatch watch(raw, std::move(name), own_port);
  const int descriptor = mnl_socket_get_fd(raw);
  // Best effort: a small buffer shows as lost notifications.
  static_cast<void>(setsockopt(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, &kReceiveBytes, sizeof kReceiveBytes));
  if (!ignore_port(descriptor, own_port)) return fail_errno(errno, "cannot filter the ruleset's notifications");
  if (mnl_socket_bind(raw, 0, MNL_SOCKET_AUTOPID) < 0) return fail_errno(errno, "cannot bind a netfilter socket");
  const int group = NFNLGRP_NFTABLES;
  if (setsockopt(descriptor, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof group) < 0)
    return fail_errno(errno, "cannot listen for changes of the ruleset");
  return watch;
}

/// Each transaction's changes come first, its generation, with the process that made it, at last.
void RulesetWatch::take(std::span<const std::uint8_t> message, News& news) {
  nlmsghdr header{};
  std::memcpy(&header, message.data(), sizeof header);
  if (header.nlmsg_pid == own_port_ || header.nlmsg_type >> 8U != NFNL_SUBSYS_NFTABLES) return;
  if (message.size() < sizeof header + sizeof(nfgenmsg)) return;
  const std::uint8_t family = message[sizeof header];
  AttributeReader attributes(message.subspan(sizeof header + sizeof(nfgenmsg)));
  const bool is_generation = (header.nlmsg_type & 0xffU) == NFT_MSG_NEWGEN;
  std::uint32_t process = 0;
  std::string_view program;
  while (const auto attribute = attributes.next()) {
    if (!is_generation) {
      if (attribute->type == kTable && family_of(family) && attribute->text() == name_) touched_ = news.changed = true;
    } else if (attribute->type == NFTA_GEN_PROC_PID) {
      process = attribute->u32();
    } else if (attribute->type == NFTA_GEN_PROC_NAME) {
      program = attribute->text();
    }
  }
  if (!is_generation) return;
  if (touched_) news.by = fmt::format("{} (pid {})", program, process);
  touched_ = false;
}

Result<RulesetWatch::News> RulesetWatch::drain() {
  News news;
  for (;;) {
    const auto size = recv(descriptor(), buffer_.data(), buffer_.size(), MSG_DONTWAIT);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0 && errno == EAGAIN) {
      // The kernel is still telling a transaction: whose it was comes at its end.
      if (touched_ && is_readable_soon(descriptor())) continue;
      return news;
    }
    if (size < 0 && errno == ENOBUFS) {
      news.lost = true;
      touched_ = false;
      continue;
    }
    if (size < 0) return fail_errno(errno, "cannot read the ruleset's notifications");
    auto left = static_cast<int>(size);
    for (const auto* message = reinterpret_cast<const nlmsghdr*>(buffer_.data()); mnl_nlmsg_ok(message, left);
         message = mnl_nlmsg_next(message, &left))
      take({reinterpret_cast<const std::uint8_t*>(message), message->nlmsg_len}, news);
  }
}

}  // namespace drawbridge::netfilter
