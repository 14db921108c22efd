// Requests out of bytes, piece by piece, with every limit in place: no byte is kept that a limit forbids. No sockets.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "http/limits.h"
#include "http/message.h"

namespace drawbridge::http {

/// Why a request is not taken; the connection can't go on after it.
struct Refusal {
  int status = 400;
  std::string reason;
  bool operator==(const Refusal&) const = default;
};

class RequestReader {
 public:
  enum class State {
    head,      ///< more bytes of the header are needed
    body,      ///< the header is there and taken; bytes of the body are needed
    complete,  ///< take() gives the request
    refused,   ///< refusal() says why
  };
  /// `body_limit` may be empty: Limits::body.
  RequestReader(const Limits& limits, std::function<std::size_t(const Request&)> body_limit);
  ~RequestReader();
  RequestReader(RequestReader&&) noexcept;

  /// Takes all the bytes. Those after the end of the request are kept for the next one; who feeds must stop at `complete`.
  State feed(std::string_view bytes);
  State state() const;
  const Refusal& refusal() const;
  /// The request's ends and peer are not filled in. Call it once, at `complete`; the reader then looks at what it has kept of the next
  /// one at the next feed(), which may be of no bytes.
  Request take();

  /// No byte of a request is there.
  bool is_empty() const;
  /// From `body` on, until take().
  bool keeps_alive() const;
  bool is_http_1_0() const;
  /// At `body`: the client waits for "100 Continue".
  bool expects_continue() const;
  std::size_t body_bytes() const;

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace drawbridge::http
