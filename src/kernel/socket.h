// One long-lived netlink socket: dumps, and batches of requests with their acknowledgements. Extended acks are asked for, so
// that a refusal comes with the kernel's own words.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "kernel/message.h"

struct mnl_socket;

namespace drawbridge::kernel {

/// One answer to one request: 0, or the errno and the text of the extended ack (NLMSGERR_ATTR_MSG; may be empty).
struct Acknowledgement {
  std::uint32_t sequence = 0;
  int os_errno = 0;
  std::string text;
};

class Socket {
 public:
  /// `protocol` is NETLINK_ROUTE or NETLINK_SOCK_DIAG. Lives in the network namespace of the calling thread.
  static Result<Socket> open(int protocol);

  /// Sends a dump request, or a single one with NLM_F_ACK, and hands each message of the answer (type, bytes behind the netlink
  /// header) to `visit`.
  /// Gives false if the kernel said that the state changed during the dump (NLM_F_DUMP_INTR).
  Result<bool> query(Message request, const std::function<void(std::uint16_t, Bytes)>& visit);

  std::uint32_t next_sequence() { return ++sequence_; }
  /// Sends `bytes` (whole messages, back to back). The kernel has carried them out when this returns.
  Result<void> send(Bytes bytes);
  /// Reads the acknowledgements of `count` requests with consecutive sequence numbers from `first`, in their order.
  Result<std::vector<Acknowledgement>> acknowledgements(std::uint32_t first, std::size_t count);

  /// The interface index of a name or altname in this socket's namespace, 0 if there is none.
  std::uint32_t index_of(const std::string& name) const;
  /// For ioctls on links of this socket's namespace.
  int descriptor() const;

 private:
  struct Close {
    void operator()(mnl_socket* socket) const;
  };
  explicit Socket(mnl_socket* socket);
  Result<Bytes> receive();

  std::unique_ptr<mnl_socket, Close> socket_;
  std::vector<std::uint8_t> buffer_;
  std::uint32_t sequence_ = 0;
};

}  // namespace drawbridge::kernel
