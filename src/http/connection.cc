#include "http/connection.h"

#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <cerrno>

#include "http/tls.h"

namespace drawbridge::http {

using std::chrono::milliseconds;

namespace {

/// Reads in a row before others have their turn.
constexpr int kMostTurns = 16;

/// Sees to it that a request is answered, whatever becomes of the Reply.
class Answering {
 public:
  Answering(std::weak_ptr<Connection> connection, std::uint64_t number) : connection_(std::move(connection)), number_(number) {}
  Answering(const Answering&) = delete;
  Answering& operator=(const Answering&) = delete;
  ~Answering() {
    if (answered_) return;
    give({.status = 500, .reason = "no answer was given"});
  }

  void give(Response response) {
    if (std::exchange(answered_, true)) return;
    if (const auto connection = connection_.lock()) {
      connection->answer(number_, std::move(response));
    } else if (response.stream) {
      response.stream->lose();
    }
  }

 private:
  std::weak_ptr<Connection> connection_;
  std::uint64_t number_;
  bool answered_ = false;
};

/// A host as it may stand in a Location.
bool is_host(std::string_view host) {
  return !host.empty() && host.size() <= 255 && std::ranges::all_of(host, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == ':' || c == '[' ||
           c == ']';
  });
}

Response way_to_https(const Request& request) {
  Response response{.status = 400, .body = "This port speaks HTTPS: use https:// in place of http://.\n"};
  response.headers.set("Content-Type", "text/plain; charset=utf-8");
  const std::string host(request.headers.find("Host").value_or(""));
  if (!is_host(host) || (request.method != "GET" && request.method != "HEAD")) return response;
  const auto colon = host.rfind(':');
  const bool has_port = colon != std::string::npos && host.find(']', colon) == std::string::npos;
  response.status = 301;
  response.headers.set("Location", "https://" + host + (has_port ? "" : ":" + std::to_string(request.ends.server.port)) + request.target);
  return response;
}

}  // namespace

Connection::Connection(std::shared_ptr<Shared> shared, int descriptor, Ends ends, bool peer_is_root, std::string client_key)
    : shared_(std::move(shared)),
      socket_(shared_->loop, descriptor),
      timer_(shared_->loop),
      transport_(plain_transport(descriptor)),
      ends_(std::move(ends)),
      peer_is_root_(peer_is_root),
      client_key_(std::move(client_key)),
      reader_(shared_->settings.limits, shared_->settings.body_limit) {}

void Connection::start() {
  const auto& limits = shared_->settings.limits;
  if (shared_->settings.tls != nullptr) {
    enter(Phase::sniff, limits.handshake);
    return wait_readable();
  }
  enter(Phase::idle, limits.head);
  wait_readable();
}

// Waiting.

void Connection::enter(Phase phase, milliseconds patience) {
  phase_ = phase;
  phase_since_ = std::chrono::steady_clock::now();
  set_deadline(patience);
}

void Connection::set_deadline(milliseconds patience) {
  deadline_ = std::chrono::steady_clock::now() + patience;
  if (deadline_ < armed_for_) arm();
}

void Connection::no_deadline() { deadline_ = Time::max(); }

/// The timer is moved only when the deadline comes nearer; when it fires too early, it is set anew.
void Connection::arm() {
  armed_for_ = deadline_;
  timer_.expires_at(armed_for_);
  timer_.async_wait([self = shared_from_this()](const boost::system::error_code& error) {
    if (error || self->phase_ == Phase::closed) return;
    self->armed_for_ = Time::max();
    if (self->deadline_ == Time::max()) return;
    if (std::chrono::steady_clock::now() >= self->deadline_) return self->time_out();
    self->arm();
  });
}

void Connection::time_out() {
  switch (phase_) {
    case Phase::idle: return close();
    case Phase::head:
    case Phase::body: ++shared_->counters.timed_out; return refuse({408, ""});
    case Phase::handling: {
      ++shared_->counters.timed_out;
      keeps_alive_ = false;
      return answer(number_, {.status = 504});
    }
    case Phase::lingering: return cut();
    default: ++shared_->counters.timed_out; return cut();
  }
}

void Connection::wait_readable() {
  if (phase_ == Phase::closed || std::exchange(waits_readable_, true)) return;
  socket_.async_wait(boost::asio::posix::descriptor_base::wait_read, [self = shared_from_this()](const boost::system::error_code& error) {
    self->waits_readable_ = false;
    if (!error) self->on_ready();
  });
}

void Connection::wait_writable() {
  if (phase_ == Phase::closed || std::exchange(waits_writable_, true)) return;
  socket_.async_wait(boost::asio::posix::descriptor_base::wait_write, [self = shared_from_this()](const boost::system::error_code& error) {
    self->waits_writable_ = false;
    if (!error) self->on_ready();
  });
}

/// TLS may want to read in order to write, and the other way round: whatever became possible, the phase knows what to try.
void Connection::on_ready() {
  switch (phase_) {
    case Phase::sniff: return sniff();
    case Phase::handshake: return shake_hands();
    case Phase::idle:
    case Phase::head:
    case Phase::body: return read();
    case Phase::writing: return flush();
    case Phase::streaming:
      if (!out_.empty()) flush();
      if (phase_ == Phase::streaming) watch();
      return;
    case Phase::lingering: return linger();
    case Phase::handling:
    case Phase::closed: return;
  }
}

void Connection::later(void (Connection::*step)()) {
  boost::asio::post(shared_->loop, [self = shared_from_this(), step] {
    if (self->phase_ != Phase::closed) (*self.*step)();
  });
}

// Requests.

/// Who speaks plain HTTP to a port of TLS is told so in plain HTTP.
void Connection::sniff() {
  char first = 0;
  const auto got = ::recv(socket_.native_handle(), &first, 1, MSG_PEEK);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return wait_readable();
  if (got <= 0) return cut();
  only_https_ = first >= 'A' && first <= 'Z';
  if (only_https_) {
    enter(Phase::idle, shared_->settings.limits.head);
    return read();
  }
  transport_ = shared_->settings.tls->accept(socket_.native_handle());
  if (!transport_) return cut();
  phase_ = Phase::handshake;
  shake_hands();
}

void Connection::shake_hands() {
  switch (transport_->handshake().progress) {
    case Progress::done: enter(Phase::idle, shared_->settings.limits.head); return read();
    case Progress::wants_read: return wait_readable();
    case Progress::wants_write: return wait_writable();
    case Progress::ended:
    case Progress::failed:
      ++shared_->counters.failed_handshakes;
      lingers_ = true;  // the alert that says why is on its way
      return linger();
  }
}

void Connection::read() {
  for (int turn = 0; turn < kMostTurns; ++turn) {
    const auto attempt = transport_->read(shared_->scratch);
    switch (attempt.progress) {
      case Progress::done: break;
      case Progress::wants_read: return wait_readable();
      case Progress::wants_write: return wait_writable();
      case Progress::ended:
      case Progress::failed: return close();
    }
    if (digest({shared_->scratch.data(), attempt.bytes})) return;
  }
  later(&Connection::read);
}

/// True: nothing more is to be read for now.
bool Connection::digest(std::string_view bytes) {
  const auto& limits = shared_->settings.limits;
  switch (reader_.feed(bytes)) {
    case RequestReader::State::head:
      if (phase_ == Phase::idle && !reader_.is_empty()) enter(Phase::head, limits.head);
      return false;
    case RequestReader::State::body:
      if (phase_ != Phase::body) begin_body();
      return phase_ != Phase::body;
    case RequestReader::State::complete: dispatch(); return true;
    case RequestReader::State::refused: refuse(reader_.refusal()); return true;
  }
  return true;
}

void Connection::begin_body() {
  enter(Phase::body, patience_for(reader_.body_bytes()));
  static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
  // So early on a connection there is room for these few bytes; a client that lets it run full without reading is none we want.
  if (reader_.expects_continue() && transport_->write(kContinue).bytes != kContinue.size()) cut();
}

void Connection::dispatch() {
  const auto& limits = shared_->settings.limits;
  ++number_;
  ++shared_->counters.requests;
  keeps_alive_ = reader_.keeps_alive() && !shared_->draining && number_ < limits.requests_per_connection;
  speaks_1_0_ = reader_.is_http_1_0();
  Request request = reader_.take();
  is_head_ = request.method == "HEAD";
  request.ends = ends_;
  request.peer_is_root = peer_is_root_;
  enter(Phase::handling, limits.answer);
  if (only_https_) {
    keeps_alive_ = false;
    return answer(number_, way_to_https(request));
  }
  const auto answering = std::make_shared<Answering>(weak_from_this(), number_);
  try {
    shared_->handler(std::move(request), [answering](Response response) { answering->give(std::move(response)); });
  } catch (...) {
    answering->give({.status = 500});  // nobody above could do more
  }
}

void Connection::refuse(const Refusal& why) {
  auto& counters = shared_->counters;
  switch (why.status) {
    case 408: break;
    case 413: ++counters.bodies_too_large; break;
    case 414:
    case 431: ++counters.headers_too_large; break;
    case 501: ++counters.not_implemented; break;
    default: ++counters.malformed; break;
  }
  Response response{.status = why.status, .reason = why.reason};
  response.headers.set("Content-Type", "text/plain; charset=utf-8");
  response.body = (why.reason.empty() ? std::string(usual_reason(why.status)) : why.reason) + "\n";
  is_head_ = speaks_1_0_ = keeps_alive_ = false;
  lingers_ = true;  // the rest of what it sends would cut the answer short otherwise
  send(std::move(response));
}

}  // namespace drawbridge::http
