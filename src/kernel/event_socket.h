// The kernel's notifications about its network configuration (rtnetlink multicast groups), without waiting for any.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "base/result.h"
#include "kernel/message.h"

struct mnl_socket;

namespace drawbridge::kernel {

class EventSocket {
 public:
  /// Joins the groups (RTNLGRP_* of linux/rtnetlink.h) in the network namespace of the calling thread. From then on nothing is
  /// missed without being told. Of RTNLGRP_NEIGH only entries get through that were put into a forwarding database for good, not
  /// what hosts and bridges learn.
  static Result<EventSocket> open(std::span<const unsigned> groups);

  /// Hands every notification that waits (type, bytes behind the netlink header) to `visit`; returns at once.
  /// Gives false if the kernel had to drop some because nobody read them in time: then only a dump tells the state.
  Result<bool> drain(const std::function<void(std::uint16_t, Bytes)>& visit);

  /// Readable when a notification waits.
  int descriptor() const;

 private:
  struct Close {
    void operator()(mnl_socket* socket) const;
  };
  explicit EventSocket(mnl_socket* socket);

  std::unique_ptr<mnl_socket, Close> socket_;
  std::vector<std::uint8_t> buffer_;
};

}  // namespace drawbridge::kernel
