#include "netfilter/ruleset_socket.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "netfilter/saved_ruleset.h"

namespace drawbridge::netfilter {
namespace {

constexpr int kReceiveBytes = 1 << 20;

void ask(int descriptor, int level, int option, int value) {
  // Best effort: an old kernel without the option only tells less, and a small buffer shows as ENOBUFS where it matters.
  static_cast<void>(setsockopt(descriptor, level, option, &value, sizeof value));
}

}  // namespace

void RulesetSocket::Close::operator()(mnl_socket* socket) const { mnl_socket_close(socket); }
RulesetSocket::RulesetSocket(mnl_socket* socket) : socket_(socket), buffer_(64 * 1024) {}

std::uint32_t RulesetSocket::port() const { return mnl_socket_get_portid(socket_.get()); }

Result<RulesetSocket> RulesetSocket::open() {
  mnl_socket* raw = mnl_socket_open2(NETLINK_NETFILTER, SOCK_CLOEXEC);
  if (raw == nullptr) return fail_errno(errno, "cannot open a netfilter socket");
  RulesetSocket socket(raw);
  if (mnl_socket_bind(raw, 0, MNL_SOCKET_AUTOPID) < 0) return fail_errno(errno, "cannot bind a netfilter socket");
  const int descriptor = mnl_socket_get_fd(raw);
  ask(descriptor, SOL_NETLINK, NETLINK_EXT_ACK, 1);
  ask(descriptor, SOL_NETLINK, NETLINK_CAP_ACK, 1);
  ask(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, kReceiveBytes);
  return socket;
}

Result<void> RulesetSocket::commit(RulesetBatch& batch) {
  return send(batch.finish(), [&](std::uint32_t sequence) { return Subject{batch.subject(sequence), batch.where(sequence)}; });
}

Result<void> RulesetSocket::restore(std::string_view saved) {
  return send(TRY(transaction_of_saved(saved)), [](std::uint32_t) { return Subject{.text = "the saved rules"}; });
}

Result<void> RulesetSocket::send(std::span<const std::uint8_t> bytes, const std::function<Subject(std::uint32_t)>& subject) {
  const int descriptor = mnl_socket_get_fd(socket_.get());
  refused_.clear();
  ask(descriptor, SOL_SOCKET, SO_SNDBUFFORCE, static_cast<int>(std::max<std::size_t>(bytes.size() * 2, 256 * 1024)));
  if (mnl_socket_sendto(socket_.get(), bytes.data(), bytes.size()) < 0) return fail_errno(errno, "cannot send the ruleset to the kernel");
  // The kernel has answered by the time that sending returns: an answer to the first message, and one to each that it refused.
  bool answered = false;
  std::vector<Refusal> refusals;
  for (;;) {
    const auto size = recv(descriptor, buffer_.data(), buffer_.size(), MSG_DONTWAIT);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0 && errno == EAGAIN) break;
    if (size < 0 && errno == ENOBUFS) continue;  // of thousands of refusals the last are lost
    if (size < 0) return fail_errno(errno, "cannot read the kernel's answer to the ruleset");
    auto left = static_cast<int>(size);
    for (const auto* message = reinterpret_cast<const nlmsghdr*>(buffer_.data()); mnl_nlmsg_ok(message, left);
         message = mnl_nlmsg_next(message, &left)) {
      auto refusal = refusal_of(message);
      if (!refusal) continue;
      answered = true;
      if (refusal->os_errno != 0) refusals.push_back(*std::move(refusal));
    }
  }
  if (!answered) return fail(Errc::unavailable, "the kernel did not answer to the ruleset");
  return first_of(refusals, subject);
}

Result<void> RulesetSocket::first_of(std::span<const Refusal> refusals, const std::function<Subject(std::uint32_t)>& subject) {
  if (refusals.empty()) return {};
  if (refusals.front().os_errno == ERESTART) return fail(Errc::conflict, "somebody else changed the kernel's ruleset meanwhile");
  for (const auto& refusal : refusals) {
    const std::string text = refusal.text.empty() ? "" : fmt::format(" ({})", refusal.text);
    Subject about = subject(refusal.sequence);
    Error error = fail_errno(refusal.os_errno, fmt::format("the kernel refuses {}{}", about.text, text)).error();
    error.where = std::move(about.where);
    if (error.where.line == 0 && refused_.empty()) return fail(std::move(error));
    if (error.where.line == 0) break;
    refused_.push_back(std::move(error));
  }
  return fail(refused_.front());
}

Result<void> RulesetSocket::replace(const nftables::Ruleset& ruleset, std::optional<std::uint32_t> generation) {
  RulesetBatch batch(generation);
  batch.replace(ruleset);
  return commit(batch);
}

Result<void> RulesetSocket::update(const nftables::Ruleset& from, const nftables::Ruleset& to, std::optional<std::uint32_t> generation) {
  nftables::Delta delta = nftables::make_delta(from, to);
  if (delta.tables.empty()) return {};
  TRY_VOID(carry_counts(from, delta));
  RulesetBatch batch(generation);
  batch.apply(delta);
  return commit(batch);
}

Result<void> RulesetSocket::remove(const nftables::Ruleset& ruleset) {
  RulesetBatch batch;
  batch.remove(ruleset);
  return commit(batch);
}

Result<std::uint32_t> RulesetSocket::generation() {
  std::array<std::uint8_t, 64> request{};
  nlmsghdr* const header = mnl_nlmsg_put_header(request.data());
  header->nlmsg_type = NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_GETGEN;
  header->nlmsg_flags = NLM_F_REQUEST;
  auto* const generic = static_cast<nfgenmsg*>(mnl_nlmsg_put_extra_header(header, sizeof(nfgenmsg)));
  generic->version = NFNETLINK_V0;
  if (mnl_socket_sendto(socket_.get(), header, header->nlmsg_len) < 0) return fail_errno(errno, "cannot ask for the ruleset's generation");
  const auto size = mnl_socket_recvfrom(socket_.get(), buffer_.data(), buffer_.size());
  if (size < 0) return fail_errno(errno, "cannot read the ruleset's generation");
  const auto* answer = reinterpret_cast<const nlmsghdr*>(buffer_.data());
  if (!mnl_nlmsg_ok(answer, static_cast<int>(size)))
    return fail(Errc::unavailable, "the kernel's answer about the generation is cut short");
  if (const auto refusal = refusal_of(answer)) return fail_errno(refusal->os_errno, "the kernel does not tell the ruleset's generation");
  if (const nlattr* number = find(answer, sizeof(nfgenmsg), NFTA_GEN_ID)) return ntohl(mnl_attr_get_u32(number));
  return fail(Errc::unavailable, "the kernel does not tell the ruleset's generation");
}

}  // namespace drawbridge::netfilter
