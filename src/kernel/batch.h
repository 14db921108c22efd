// Requests collected for one trip to the kernel, and what came back.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "doors/kernel.h"
#include "kernel/message.h"
#include "kernel/socket.h"

namespace drawbridge::kernel {

/// Runs one list of operations. Use once.
class Batch {
 public:
  Batch(Socket& socket, std::span<const network::Operation> operations) : socket_(socket), operations_(operations) {}
  doors::Execution run();

 private:
  void add(std::size_t position);
  /// `no_errors`: errno values that count as done. An operation of several requests is attempted once its last one is sent.
  void add_request(std::size_t position, Message message, std::span<const int> no_errors = {}, bool last = true);
  void add_rate_limit(std::size_t position, const network::SetRateLimit& operation);
  /// What is no netlink request: it waits for those before it.
  void run_alone(std::size_t position, const std::function<Result<void>()>& action);
  /// Sends what has been collected and reads the acks. False: an operation was refused, now or before.
  bool flush();
  void refuse(std::size_t position, Error error);
  std::uint32_t index_of(const std::string& name);
  bool stopped() const { return execution_.error.has_value(); }

  Socket& socket_;
  std::span<const network::Operation> operations_;
  doors::Execution execution_;
  std::vector<std::uint8_t> bytes_;
  struct Request {
    std::size_t position;
    std::span<const int> no_errors;
    bool last;
  };
  std::vector<Request> requests_;     // in bytes_
  std::uint32_t first_sequence_ = 0;  // of the requests in bytes_
  bool names_change_ = false;         // a request in bytes_ makes or deletes links
  std::unordered_map<std::string, std::uint32_t> indexes_;
};

}  // namespace drawbridge::kernel
