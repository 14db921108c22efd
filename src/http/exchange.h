// One request over a connection, and its answer handed back as it comes: what a proxy does once it knows whom to ask. Included by this
// room's .cc files only.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "http/response_reader.h"
#include "http/server.h"
#include "http/transport.h"

namespace drawbridge::http {

struct Patience {
  std::chrono::milliseconds connect{0};  ///< until a connection stands, its handshake included
  std::chrono::milliseconds answer{0};   ///< until the head of the answer
  std::chrono::milliseconds pause{0};    ///< between pieces of a body; events may take as long as they like
};

/// Why there is no answer.
struct Breakdown {
  enum class Stage { connecting, shaking_hands, answering };
  enum class Kind { timed_out, ended, garbled };
  Stage stage = Stage::connecting;
  Kind kind = Kind::ended;
  int error = 0;       ///< errno, while connecting
  bool heard = false;  ///< a part of the answer had come
};

class Exchange : public std::enable_shared_from_this<Exchange> {
 public:
  struct Owner {
    /// Before anything was handed back: the connection is closed, and the reply is the owner's again. begin() may follow.
    std::function<void(const std::shared_ptr<Exchange>&, const Breakdown&)> failed;
    /// The answer is complete, and the connection good for another request: whoever is called closes it. None: it is closed.
    std::function<void(int descriptor)> finished;
  };
  /// `bytes`: the whole request.
  Exchange(boost::asio::io_context& loop, const Patience& patience, std::string bytes, Reply reply, Owner owner);

  /// Takes the descriptor, of a socket that never blocks. `connects`: connect() has only begun.
  void begin(int descriptor, std::unique_ptr<Transport> transport, bool connects);
  /// To be called once, after failed().
  void answer(Response response) { std::exchange(reply_, nullptr)(std::move(response)); }

 private:
  void set_deadline(std::chrono::milliseconds patience);
  void wait(boost::asio::posix::descriptor_base::wait_type what, void (Exchange::*then)());
  void wait_as(Progress progress, void (Exchange::*then)());
  void connected();
  void shake_hands();
  void write();
  void read();
  void go_on();
  bool take(ResponseReader::State state);
  void begin_stream();
  void lost(Breakdown::Kind kind, int error = 0);
  void finish();
  void cut();

  Patience patience_;
  std::string bytes_;
  Reply reply_;  ///< null from the answer's head on
  Owner owner_;
  boost::asio::posix::stream_descriptor socket_;
  boost::asio::steady_timer timer_;
  std::unique_ptr<Transport> transport_;
  ResponseReader reader_;
  std::shared_ptr<Stream> stream_;
  Breakdown::Stage stage_ = Breakdown::Stage::connecting;
  std::size_t sent_ = 0;
  bool heard_ = false;
  bool is_endless_ = false;
  bool waits_ = false;
};

}  // namespace drawbridge::http
