// The packets that rules log, as the kernel hands them out: one group of NFLOG, which one program may listen to.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "packetlog/record.h"

struct mnl_socket;

namespace drawbridge::netfilter {

class LogSocket {
 public:
  /// Binds `group` in the network namespace of the calling thread; whole packets are asked for. A conflict if somebody else
  /// listens to it already.
  static Result<LogSocket> open(std::uint16_t group);

  /// Hands every packet that waits to `visit`, those without a time of their own with the present; returns at once. Gives how
  /// often the kernel said that it dropped some because nobody read them in time.
  Result<unsigned> drain(const std::function<void(packetlog::Record)>& visit);

  /// Readable when a packet waits.
  int descriptor() const;

 private:
  struct Close {
    void operator()(mnl_socket* socket) const;
  };
  explicit LogSocket(mnl_socket* socket);
  Result<void> configure(std::uint16_t group);
  Result<void> acknowledged();
  void hand_out(std::size_t size, const std::function<void(packetlog::Record)>& visit);

  std::unique_ptr<mnl_socket, Close> socket_;
  std::vector<std::uint8_t> buffer_;
};

}  // namespace drawbridge::netfilter
