// The connections that the kernel follows (conntrack), by ctnetlink on a socket of its own: read, and forgotten one by one.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/result.h"
#include "rules/connection.h"

struct mnl_socket;

namespace drawbridge::netfilter {

/// Of one message of a dump, its attributes; nullopt: not one that rules would ask about.
std::optional<rules::Connection> read_connection(std::span<const std::uint8_t> attributes);

class ConnectionTable {
 public:
  /// In the network namespace of the calling thread. Errors: denied, unavailable.
  static Result<ConnectionTable> open();

  /// All of them. Errors: unavailable, if the kernel does not tell.
  Result<std::vector<rules::Connection>> read();
  /// Forgets these; how many there still were. The next packet of each is a new connection's first. One that has taken another's addresses
  /// meanwhile stays, as far as the kernel's ids tell: they are made of addresses and of a place in memory.
  Result<std::size_t> remove(std::span<const rules::Connection> connections);

 private:
  struct Close {
    void operator()(mnl_socket* socket) const;
  };
  explicit ConnectionTable(mnl_socket* socket);
  Result<std::size_t> count_refusals();

  std::unique_ptr<mnl_socket, Close> socket_;
  std::vector<std::uint8_t> buffer_;
  std::uint32_t asked_ = 0;
};

}  // namespace drawbridge::netfilter
