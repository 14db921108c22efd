// Requests handed on to a server behind a unix socket, and its answers handed back as they come. Connections to it are kept and used
// again; while it is down, clients are told so, and the next request finds it when it is back.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "http/forward.h"
#include "http/message.h"
#include "http/server.h"

namespace drawbridge::http {

struct ProxySettings {
  std::string socket;                         ///< path of the server behind
  std::chrono::milliseconds answer{290'000};  ///< until the head of its answer
  std::chrono::milliseconds pause{60'000};    ///< between pieces of a body; events may take as long as they like
  std::size_t most_idle = 64;                 ///< connections kept for later
  /// What follows the server's order to ask another node (http/forward.h). Null: it is told that we can't.
  std::shared_ptr<Forwarder> forwarder = {};
};

class Proxy {
 public:
  Proxy(boost::asio::io_context& loop, ProxySettings settings);
  ~Proxy();
  Proxy(const Proxy&) = delete;
  Proxy& operator=(const Proxy&) = delete;

  /// Fields X-Drawbridge-… of the client are removed, and these set: X-Drawbridge-Client and X-Drawbridge-Server, "ADDRESS PORT" of both
  /// ends of its connection. Such fields of the answer never reach the client.
  void forward(Request request, Reply reply);

 private:
  struct Shared;
  void ask(Request request, Reply reply);
  std::shared_ptr<Shared> shared_;
};

/// The request as it is sent to the server behind. `may_forward`: with the field that says so.
std::string format_forwarded(Request request, bool may_forward = false);

}  // namespace drawbridge::http
