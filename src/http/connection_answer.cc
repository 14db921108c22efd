// The half of a connection that answers.
#include <sys/socket.h>

#include <boost/asio/post.hpp>
#include <cerrno>

#include "http/connection.h"

namespace drawbridge::http {

using std::chrono::milliseconds;

namespace {

/// Bodies up to this go out in one piece with their header.
constexpr std::size_t kSmallBody = 16 * 1024;
/// Written in a row before others have their turn.
constexpr std::size_t kMostInARow = 256 * 1024;
constexpr milliseconds kLinger{2'000};
constexpr std::size_t kMostLingered = 64 * 1024 * 1024;

}  // namespace

milliseconds Connection::patience_for(std::size_t bytes) const {
  const auto& limits = shared_->settings.limits;
  return limits.grace + milliseconds(1000 * bytes / std::max<std::size_t>(limits.least_rate, 1));
}

void Connection::answer(std::uint64_t number, Response response) {
  if (phase_ == Phase::handling && number == number_) return send(std::move(response));
  if (response.stream) response.stream->lose();
}

void Connection::send(Response response) {
  if (response.status < 200) response.status = 500;
  const bool bodied = has_body(response.status);
  if (response.stream && bodied && !is_head_) return send_stream(std::move(response));
  if (response.stream) response.stream->lose();
  const std::size_t size = response.shared_body ? response.shared_body->size() : response.body.size();
  const Frame frame{bodied ? Framing::length : Framing::none, size, keeps_alive_, speaks_1_0_};
  std::string head = format_head(response, frame, shared_->settings.standard_headers, shared_->date());
  if (bodied && !is_head_ && size <= kSmallBody) head += response.shared_body ? *response.shared_body : response.body;
  out_.push_back({std::move(head), nullptr});
  if (bodied && !is_head_ && size > kSmallBody) out_.push_back({std::move(response.body), std::move(response.shared_body)});
  enter(Phase::writing, patience_for(size));
  flush();
}

void Connection::send_stream(Response response) {
  const auto told = content_length(response.headers);
  stream_ = std::move(response.stream);
  stream_left_ = told.value_or(0);
  stream_framing_ = told ? Framing::length : speaks_1_0_ ? Framing::until_close : Framing::chunked;
  if (stream_framing_ == Framing::until_close) keeps_alive_ = false;
  const Frame frame{stream_framing_, stream_left_, keeps_alive_, speaks_1_0_};
  out_.push_back({format_head(response, frame, shared_->settings.standard_headers, shared_->date()), nullptr});
  enter(Phase::streaming, patience_for(0));
  // Whoever writes to the stream is never called back from within: all of this waits for its turn in the loop.
  const auto weak = weak_from_this();
  stream_->attach({.written =
                       [weak] {
                         if (const auto self = weak.lock()) self->pump_soon();
                       },
                   .aborted =
                       [weak] {
                         if (const auto self = weak.lock()) self->later(&Connection::cut_stream);
                       }});
  if (stream_->is_lost() || stream_->is_aborted()) return later(&Connection::cut_stream);
  flush();
  if (phase_ == Phase::streaming && stream_framing_ != Framing::length) wait_readable();
}

void Connection::cut_stream() {
  if (stream_ && !stream_->is_aborted()) ++shared_->counters.slow_readers;
  cut();
}

void Connection::flush() {
  if (out_.empty()) return;
  std::size_t moved = 0;
  while (!out_.empty()) {
    const auto rest = out_.front().view().substr(out_offset_);
    if (rest.empty()) {
      out_.pop_front();
      out_offset_ = 0;
      continue;
    }
    if (moved >= kMostInARow) return later(&Connection::flush);
    const auto attempt = transport_->write(rest);
    switch (attempt.progress) {
      case Progress::done:
        out_offset_ += attempt.bytes;
        moved += attempt.bytes;
        break;
      case Progress::wants_read: return wait_readable();
      case Progress::wants_write: return wait_writable();
      case Progress::ended:
      case Progress::failed: return cut();
    }
  }
  flushed();
}

void Connection::flushed() {
  if (phase_ == Phase::writing) return finish_answer();
  if (phase_ != Phase::streaming) return;
  no_deadline();  // until there is something to write
  stream_->sent();
  pump_soon();
}

void Connection::pump_soon() {
  if (!std::exchange(pumps_soon_, true)) later(&Connection::pump);
}

void Connection::pump() {
  pumps_soon_ = false;
  if (phase_ != Phase::streaming || !out_.empty()) return;
  std::string piece = stream_->take();
  const std::size_t size = piece.size();
  if (size > stream_left_ && stream_framing_ == Framing::length) return cut();
  stream_left_ -= stream_framing_ == Framing::length ? size : 0;
  if (size > 0) out_.push_back({stream_framing_ == Framing::chunked ? format_chunk(piece) : std::move(piece), nullptr});
  if (stream_->is_complete()) {
    if (stream_left_ > 0) keeps_alive_ = false;  // the connection's end tells the reader that this was not all
    if (stream_framing_ == Framing::chunked) out_.push_back({std::string(kLastChunk), nullptr});
    stream_.reset();
    enter(Phase::writing, patience_for(size));
    return out_.empty() ? finish_answer() : flush();
  }
  if (size == 0) return;
  set_deadline(patience_for(size));
  flush();
}

/// While a stream goes on: has its reader hung up? What it sends is kept for after the stream.
void Connection::watch() {
  if (stream_framing_ == Framing::length) return;
  const auto attempt = transport_->read(shared_->scratch);
  switch (attempt.progress) {
    case Progress::done:
      if (reader_.feed({shared_->scratch.data(), attempt.bytes}) == RequestReader::State::head) wait_readable();
      return;
    case Progress::wants_read: return wait_readable();
    case Progress::wants_write: return wait_writable();
    case Progress::ended:
    case Progress::failed: return cut();
  }
}

void Connection::finish_answer() {
  if (!keeps_alive_ || shared_->draining) return lingers_ ? linger() : close();
  enter(Phase::idle, shared_->settings.limits.idle);
  // Not from here: a client that sends a thousand requests at once would have us a thousand calls deep.
  if (!reader_.is_empty() || transport_->holds_bytes()) return later(&Connection::resume);
  wait_readable();
}

void Connection::resume() {
  if (phase_ == Phase::idle && !digest({})) read();
}

/// Ends our side, and takes what the client still sends: closing a socket with unread bytes makes the system tell the client that all was
/// lost.
void Connection::linger() {
  if (phase_ != Phase::lingering) {
    transport_->finish();
    ::shutdown(socket_.native_handle(), SHUT_WR);
    enter(Phase::lingering, kLinger);
  }
  for (int turn = 0; turn < 16; ++turn) {
    const auto got = ::recv(socket_.native_handle(), shared_->scratch.data(), shared_->scratch.size(), 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return wait_readable();
    if (got <= 0) return cut();
    lingered_ += static_cast<std::size_t>(got);
    if (lingered_ > kMostLingered) return cut();
  }
  later(&Connection::linger);
}

void Connection::close() {
  transport_->finish();
  cut();
}

void Connection::end_soon() {
  if (phase_ == Phase::idle || phase_ == Phase::sniff || phase_ == Phase::handshake) return close();
  if (phase_ == Phase::streaming) return cut();
  keeps_alive_ = false;
}

void Connection::drop_stream() {
  if (!stream_) return;
  boost::asio::post(shared_->loop, [stream = std::move(stream_)] { stream->lose(); });
  stream_.reset();
}

void Connection::cut() {
  if (phase_ == Phase::closed) return;
  const auto self = shared_from_this();
  phase_ = Phase::closed;
  timer_.cancel();
  drop_stream();
  out_.clear();
  boost::system::error_code ignored;
  socket_.close(ignored);
  if (shared_->forget) shared_->forget(self);
}

}  // namespace drawbridge::http
