// One client: requests in, answers out, one after the other; every wait ends at a deadline.
//
//   sniff ─▶ handshake ─▶ idle ─▶ head ─▶ body ─▶ handling ─▶ writing ─▶ idle …
//     │ (TLS only)          │                         └──────▶ streaming ─┘
//     └─ plain HTTP on a TLS port: one request, answered with the way to https
//   anything refused ─▶ writing ─▶ lingering ─▶ closed
#pragma once

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <deque>
#include <functional>

#include "http/request_reader.h"
#include "http/shared.h"
#include "http/transport.h"
#include "http/wire.h"

namespace drawbridge::http {

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// Takes the descriptor. `client_key`: what the limit per client counts.
  Connection(std::shared_ptr<Shared> shared, int descriptor, Ends ends, bool peer_is_root, std::string client_key);

  void start();
  /// Ends it now, whatever it does.
  void cut();
  /// Takes no further request: at once if there is none, else after its answer. A stream is cut.
  void end_soon();

  /// How soon it makes room for a newcomer. 2: nothing is being done for it, we wait for its handshake or for a whole header. 1: it takes
  /// its time for a body, or for taking our answer. 0: never, since we are at work for it, or it listens to a stream.
  int spares_room() const {
    switch (phase_) {
      case Phase::sniff:
      case Phase::handshake:
      case Phase::idle:
      case Phase::head:
      case Phase::lingering: return 2;
      case Phase::body:
      case Phase::writing: return 1;
      case Phase::handling:
      case Phase::streaming:
      case Phase::closed: return 0;
    }
    return 0;
  }
  Time since() const { return phase_since_; }
  const std::string& client_key() const { return client_key_; }

  /// The answer to request `number`; a second one, or one that comes late, is dropped.
  void answer(std::uint64_t number, Response response);

 private:
  enum class Phase { sniff, handshake, idle, head, body, handling, writing, streaming, lingering, closed };
  struct Piece {
    std::string own;
    std::shared_ptr<const std::string> shared;
    std::string_view view() const { return shared ? std::string_view(*shared) : std::string_view(own); }
  };

  void enter(Phase phase, std::chrono::milliseconds patience);
  void set_deadline(std::chrono::milliseconds patience);
  void no_deadline();
  void arm();
  void time_out();

  void wait_readable();
  void wait_writable();
  void on_ready();
  void later(void (Connection::*step)());

  void sniff();
  void shake_hands();
  void read();
  bool digest(std::string_view bytes);
  void begin_body();
  void dispatch();
  void refuse(const Refusal& why);

  void send(Response response);
  void send_stream(Response response);
  void flush();
  void flushed();
  void pump();
  void pump_soon();
  void watch();
  void cut_stream();
  void resume();
  void finish_answer();
  void linger();
  void close();
  void drop_stream();
  std::chrono::milliseconds patience_for(std::size_t bytes) const;

  std::shared_ptr<Shared> shared_;
  boost::asio::posix::stream_descriptor socket_;
  boost::asio::steady_timer timer_;
  std::unique_ptr<Transport> transport_;
  Ends ends_;
  bool peer_is_root_;
  std::string client_key_;
  RequestReader reader_;

  Phase phase_ = Phase::idle;
  Time phase_since_ = {};
  Time deadline_ = Time::max();
  Time armed_for_ = Time::max();
  bool waits_readable_ = false;
  bool waits_writable_ = false;

  std::uint64_t number_ = 0;  ///< of the request that is being handled
  bool is_head_ = false;
  bool speaks_1_0_ = false;
  bool keeps_alive_ = true;
  bool lingers_ = false;     ///< the client may still be sending: read on for a moment after the answer
  bool only_https_ = false;  ///< plain HTTP on a port that speaks TLS
  std::deque<Piece> out_;
  std::size_t out_offset_ = 0;
  std::size_t lingered_ = 0;

  std::shared_ptr<Stream> stream_;
  Framing stream_framing_ = Framing::chunked;
  std::size_t stream_left_ = 0;  ///< of its told length
  bool pumps_soon_ = false;
};

}  // namespace drawbridge::http
