// What one client may cost. The defaults are those of a server that faces the network.
#pragma once

#include <chrono>
#include <cstddef>

namespace drawbridge::http {

struct Limits {
  // Sizes, in bytes.
  std::size_t header = 16 * 1024;   ///< request line and header fields: 431
  std::size_t target = 8 * 1024;    ///< 414
  std::size_t header_fields = 100;  ///< 431
  std::size_t body = 512 * 1024;    ///< 413
  // Times.
  std::chrono::milliseconds handshake{10'000};  ///< TLS, all of it
  std::chrono::milliseconds head{10'000};       ///< from a request's first byte (the first: from the connection) to the end of its header
  std::chrono::milliseconds idle{75'000};       ///< between requests
  std::chrono::milliseconds grace{10'000};      ///< any transfer of a body may take so long …
  std::size_t least_rate = 4 * 1024;            ///< … and one second more for each so many bytes of it
  std::chrono::milliseconds answer{300'000};    ///< from the whole request to its answer: 504
  // Counts.
  std::size_t connections = 512;             ///< in all; when they are used up, the one waited for longest makes room
  std::size_t kept_for_root = 0;             ///< of those, that only processes of root get; of unix sockets
  std::size_t connections_per_client = 128;  ///< of one IPv4 address or IPv6 /64; without meaning for unix sockets
  std::size_t requests_per_connection = 10'000;
};

}  // namespace drawbridge::http
