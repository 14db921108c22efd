// Answers out of bytes, piece by piece: what a proxy reads from the server behind it. No sockets.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "http/message.h"

namespace drawbridge::http {

class ResponseReader {
 public:
  enum class State {
    head,      ///< more bytes of the header are needed
    body,      ///< the header is there; take_body() gives what has come of the body
    complete,  ///< the same, and nothing more comes
    broken,    ///< no HTTP, or cut short
  };
  ResponseReader();
  ~ResponseReader();

  /// Takes all the bytes. Those after the end of the answer make the connection useless for a further one: keeps_alive() is false.
  State feed(std::string_view bytes);
  /// The server has closed the connection: complete if the body has no other end.
  State end();

  /// From `body` on: status, reason and fields, with the fields that are about one connection only removed (RFC 9110, 7.6.1).
  Response head() const;
  /// Of the body, if it is told.
  std::optional<std::size_t> length() const;
  std::string take_body();
  bool keeps_alive() const;

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

/// Removes the fields that are about one connection only: Connection and what it names, Keep-Alive, Transfer-Encoding, Upgrade, …
void remove_hop_fields(Headers& headers);

}  // namespace drawbridge::http
