// An HTTP/1.1 server on one thread's loop: over TLS, TCP or a unix socket. Every wait has a deadline, every buffer a bound.
//
//   boost::asio::io_context loop(1);
//   auto listener = TRY(http::listen_unix(run + "/api.sock", {.mode = 0660, .group = "drawbridge-web"}));
//   http::Server server(loop, std::move(listener), {}, [](http::Request request, http::Reply reply) {
//     http::Response response;
//     response.body = "{\"data\":null}";
//     reply(std::move(response));  // now, or later from the loop's thread; dropped if the client has gone
//   });
//   loop.run();
#pragma once

#include <functional>
#include <memory>

#include "http/limits.h"
#include "http/listener.h"
#include "http/message.h"

namespace boost::asio {
class io_context;
}

namespace drawbridge::http {

class Tls;

/// Answers one request; to be called once. One that is destroyed uncalled answers 500, so that no client waits for nothing.
using Reply = std::function<void(Response)>;
using Handler = std::function<void(Request, Reply)>;

/// What was served and what was refused since the start.
struct Counters {
  std::uint64_t connections = 0;
  std::uint64_t requests = 0;
  std::uint64_t malformed = 0;             ///< not HTTP as we take it: 400, 505
  std::uint64_t not_implemented = 0;       ///< method, chunked body, body where none may be: 501
  std::uint64_t headers_too_large = 0;     ///< 414, 431
  std::uint64_t bodies_too_large = 0;      ///< 413
  std::uint64_t too_many_connections = 0;  ///< in all or of one address: closed at once
  std::uint64_t timed_out = 0;             ///< a deadline passed: handshake, header, body, answer, reading of the answer
  std::uint64_t slow_readers = 0;          ///< streams whose reader was dropped
  std::uint64_t failed_handshakes = 0;     ///< TLS
};

struct Settings {
  Limits limits = {};
  /// Null: no TLS. Must outlive the server.
  Tls* tls = nullptr;
  /// Put into every answer that does not have a field of that name.
  Headers standard_headers = {};
  /// The longest body that this request may have, told by its head; empty: Limits::body.
  std::function<std::size_t(const Request&)> body_limit = {};
};

class Server {
 public:
  /// Accepts from now on; everything happens in `loop`, whose thread is the only one to touch the server.
  Server(boost::asio::io_context& loop, Listener listener, Settings settings, Handler handler);
  /// Cuts all connections; replies that come later are dropped.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Takes no new connections; those that are idle are closed, the others once their request is answered. Streams are cut.
  void drain();
  std::size_t connections() const;
  const Counters& counters() const;

 private:
  struct Inside;
  std::shared_ptr<Inside> inside_;
};

}  // namespace drawbridge::http
