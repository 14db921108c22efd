// The body of an answer that comes in pieces: server-sent events, or another server's answer passed through.
//
//   auto stream = std::make_shared<http::Stream>();
//   http::Response response;
//   response.headers.set("Content-Type", "text/event-stream");
//   response.stream = stream;
//   stream->on_closed([...] { forget the listener; });
//   reply(std::move(response));
//   stream->write("event: link\ndata: {}\n\n");   // now or at any later time, on the loop's thread
//   stream->close();
//
// Nothing here blocks. What the reader has not taken yet is held up to a bound; a reader so slow that it is exceeded is dropped.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace drawbridge::http {

class Stream {
 public:
  /// Held for a slow reader, at most, before it is dropped.
  static constexpr std::size_t kMostPending = 256 * 1024;

  explicit Stream(std::size_t most_pending = kMostPending) : most_pending_(most_pending) {}
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  /// Appends to the body. False: the reader is gone or was dropped just now, and nothing more will reach it.
  bool write(std::string_view text);
  /// The body is complete. Further writes are refused.
  void close();
  /// The body can't be completed: the connection is cut, so that the reader does not take it for whole.
  void abort();
  bool is_open() const { return state_ == State::open; }
  /// Bytes written here that the system has not taken yet.
  std::size_t pending() const { return buffer_.size() + in_flight_; }

  /// Called once, from the loop, when the reader has gone before close(): it hung up, was too slow, or the server ends. Not called
  /// after close() or abort().
  void on_closed(std::function<void()> act) { closed_ = std::move(act); }
  /// Called each time that everything written has been taken: for writers that wait rather than have their reader dropped.
  void on_drained(std::function<void()> act) { drained_ = std::move(act); }

  // The connection's side.

  /// What a connection that carries the stream is told.
  struct Carrier {
    std::function<void()> written;  ///< there is more to take, or the body is complete
    std::function<void()> aborted;
  };
  void attach(Carrier carrier);
  /// The next piece; it counts as pending until `sent`.
  std::string take();
  /// The piece taken last has gone out.
  void sent();
  /// The body is complete and all of it was taken.
  bool is_complete() const { return state_ == State::complete && buffer_.empty(); }
  bool is_aborted() const { return state_ == State::aborted; }
  bool is_lost() const { return state_ == State::lost; }
  /// The reader is gone.
  void lose();

 private:
  enum class State { open, complete, aborted, lost };

  std::size_t most_pending_;
  State state_ = State::open;
  std::string buffer_;
  std::size_t in_flight_ = 0;
  Carrier carrier_;
  std::function<void()> closed_;
  std::function<void()> drained_;
};

}  // namespace drawbridge::http
