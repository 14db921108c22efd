// Bytes in and out of a connected socket that never blocks, plain or encrypted. Who calls waits for the socket itself.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

namespace drawbridge::http {

enum class Progress {
  done,         ///< `bytes` were moved
  wants_read,   ///< nothing now: again when the socket is readable
  wants_write,  ///< nothing now: again when it is writable
  ended,        ///< the peer has said that nothing more comes
  failed,
};

struct Attempt {
  Progress progress = Progress::failed;
  std::size_t bytes = 0;
};

class Transport {
 public:
  virtual ~Transport() = default;
  /// Before anything else; `done` at once if there is nothing to agree on.
  virtual Attempt handshake() = 0;
  virtual Attempt read(std::span<char> into) = 0;
  virtual Attempt write(std::string_view bytes) = 0;
  /// Bytes that the next read() gives without the socket.
  virtual bool holds_bytes() const { return false; }
  /// Tells the peer that nothing more comes; as far as that can be told at once.
  virtual void finish() = 0;
};

/// The descriptor stays the caller's.
std::unique_ptr<Transport> plain_transport(int descriptor);

}  // namespace drawbridge::http
