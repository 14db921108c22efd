#include "http/exchange.h"

#include <sys/socket.h>

#include <array>
#include <boost/asio/post.hpp>
#include <cerrno>

namespace drawbridge::http {
namespace {

using boost::asio::posix::descriptor_base;

/// Answers of a told length up to this are handed back in one piece.
constexpr std::size_t kSmallBody = 256 * 1024;
/// Handed back, but not yet taken by the client: from here on nothing more is read.
constexpr std::size_t kMostAhead = 128 * 1024;
constexpr int kMostTurns = 8;

bool is_event_stream(const Response& head) { return head.headers.find("Content-Type").value_or("").starts_with("text/event-stream"); }

}  // namespace

Exchange::Exchange(boost::asio::io_context& loop, const Patience& patience, std::string bytes, Reply reply, Owner owner)
    : patience_(patience), bytes_(std::move(bytes)), reply_(std::move(reply)), owner_(std::move(owner)), socket_(loop), timer_(loop) {}

void Exchange::begin(int descriptor, std::unique_ptr<Transport> transport, bool connects) {
  socket_.assign(descriptor);
  transport_ = std::move(transport);
  sent_ = 0;
  waits_ = false;
  stage_ = connects ? Breakdown::Stage::connecting : Breakdown::Stage::shaking_hands;
  if (!connects) return shake_hands();
  set_deadline(patience_.connect);
  wait(descriptor_base::wait_write, &Exchange::connected);
}

void Exchange::set_deadline(std::chrono::milliseconds patience) {
  timer_.expires_after(patience);
  timer_.async_wait([self = shared_from_this()](const boost::system::error_code& error) {
    if (!error) self->lost(Breakdown::Kind::timed_out);
  });
}

void Exchange::wait(descriptor_base::wait_type what, void (Exchange::*then)()) {
  socket_.async_wait(what, [self = shared_from_this(), then](const boost::system::error_code& error) {
    if (!error) (*self.*then)();
  });
}

void Exchange::wait_as(Progress progress, void (Exchange::*then)()) {
  wait(progress == Progress::wants_write ? descriptor_base::wait_write : descriptor_base::wait_read, then);
}

void Exchange::connected() {
  int error = 0;
  socklen_t size = sizeof error;
  if (::getsockopt(socket_.native_handle(), SOL_SOCKET, SO_ERROR, &error, &size) != 0) error = errno;
  if (error != 0) return lost(Breakdown::Kind::ended, error);
  stage_ = Breakdown::Stage::shaking_hands;
  shake_hands();
}

void Exchange::shake_hands() {
  const auto attempt = transport_->handshake();
  if (attempt.progress == Progress::wants_read || attempt.progress == Progress::wants_write)
    return wait_as(attempt.progress, &Exchange::shake_hands);
  if (attempt.progress != Progress::done) return lost(Breakdown::Kind::ended);
  stage_ = Breakdown::Stage::answering;
  set_deadline(patience_.answer);
  write();
}

void Exchange::write() {
  while (sent_ < bytes_.size()) {
    const auto attempt = transport_->write(std::string_view(bytes_).substr(sent_));
    if (attempt.progress == Progress::wants_read || attempt.progress == Progress::wants_write)
      return wait_as(attempt.progress, &Exchange::write);
    if (attempt.progress != Progress::done) return lost(Breakdown::Kind::ended);
    sent_ += attempt.bytes;
  }
  go_on();
}

void Exchange::read() {
  waits_ = false;
  std::array<char, 16 * 1024> piece;  // NOLINT(cppcoreguidelines-pro-type-member-init): written before it is read
  for (int turn = 0; turn < kMostTurns; ++turn) {
    if (stream_ && stream_->pending() > kMostAhead) {
      timer_.cancel();  // the delay is the client's, and has a deadline of its own
      return;           // on_drained goes on
    }
    const auto attempt = transport_->read(piece);
    if (attempt.progress == Progress::wants_read) break;
    if (attempt.progress == Progress::wants_write) return wait(descriptor_base::wait_write, &Exchange::read);
    if (attempt.progress == Progress::failed) return lost(Breakdown::Kind::ended);
    const bool ended = attempt.progress == Progress::ended;
    heard_ = heard_ || !ended;
    const auto state = ended ? reader_.end() : reader_.feed({piece.data(), attempt.bytes});
    if (state == ResponseReader::State::broken) return lost(heard_ ? Breakdown::Kind::garbled : Breakdown::Kind::ended);
    if (!take(state)) return;
  }
  go_on();
}

void Exchange::go_on() {
  if (std::exchange(waits_, true)) return;
  if (!transport_->holds_bytes()) return wait(descriptor_base::wait_read, &Exchange::read);
  // Bytes that OpenSSL holds don't make the socket readable.
  boost::asio::post(socket_.get_executor(), [self = shared_from_this()] {
    if (self->socket_.is_open()) self->read();
  });
}

/// False: nothing more is to be read.
bool Exchange::take(ResponseReader::State state) {
  if (state == ResponseReader::State::head) return true;
  const bool complete = state == ResponseReader::State::complete;
  const auto length = reader_.length();
  if (reply_ && (complete || (length && *length <= kSmallBody))) {
    if (!complete) return true;
    Response response = reader_.head();
    response.body = reader_.take_body();
    finish();
    answer(std::move(response));
    return false;
  }
  if (reply_) begin_stream();
  if (!stream_) return false;  // the client has gone
  if (const auto body = reader_.take_body(); !body.empty()) stream_->write(body);
  if (!is_endless_) set_deadline(patience_.pause);
  if (!complete) return true;
  std::exchange(stream_, nullptr)->close();
  finish();
  return false;
}

void Exchange::begin_stream() {
  Response response = reader_.head();
  is_endless_ = is_event_stream(response);
  if (is_endless_) timer_.cancel();
  stream_ = std::make_shared<Stream>();
  stream_->on_closed([self = shared_from_this()] { self->cut(); });
  stream_->on_drained([self = shared_from_this()] {
    if (!self->stream_) return;
    if (!self->is_endless_) self->set_deadline(self->patience_.pause);
    self->go_on();
  });
  response.stream = stream_;
  answer(std::move(response));
}

void Exchange::lost(Breakdown::Kind kind, int error) {
  const Breakdown why{.stage = stage_, .kind = kind, .error = error, .heard = heard_};
  const bool began = reply_ == nullptr;
  cut();
  if (!began) owner_.failed(shared_from_this(), why);
}

/// The exchange is over; the connection may serve another one.
void Exchange::finish() {
  timer_.cancel();
  if (owner_.finished && reader_.keeps_alive()) return owner_.finished(socket_.release());
  transport_->finish();
  boost::system::error_code ignored;
  socket_.close(ignored);
}

void Exchange::cut() {
  timer_.cancel();
  boost::system::error_code ignored;
  socket_.close(ignored);
  if (const auto stream = std::exchange(stream_, nullptr)) stream->abort();
}

}  // namespace drawbridge::http
