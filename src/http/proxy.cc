#include "http/proxy.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cerrno>
#include <deque>

#include "http/response_reader.h"

namespace drawbridge::http {
namespace {

/// Answers of a told length up to this are handed back in one piece.
constexpr std::size_t kSmallBody = 256 * 1024;
/// Handed back, but not yet taken by the client: from here on nothing more is read.
constexpr std::size_t kMostAhead = 128 * 1024;
constexpr int kMostTurns = 8;

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    const int error = errno;
    if (fd_ >= 0) ::close(fd_);
    errno = error;
  }
  Descriptor(Descriptor&& other) noexcept : fd_(other.release()) {}
  Descriptor& operator=(Descriptor&&) = delete;
  int get() const { return fd_; }
  int release() { return std::exchange(fd_, -1); }

 private:
  int fd_;
};

Descriptor connect_to(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return Descriptor(-1);
  path.copy(address.sun_path, path.size());
  Descriptor fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (fd.get() < 0 || ::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return fd;
  return Descriptor(-1);  // errno says why
}

/// A kept connection on which nothing has happened. Its server closing it, or saying something unasked, ends its use.
bool is_fresh(int fd) {
  char byte = 0;
  return ::recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

Response failure(int status, const std::string& message) {
  Response response{.status = status, .reason = message};
  response.headers.set("Content-Type", "application/json;charset=UTF-8");
  response.headers.set("Cache-Control", "no-store");
  response.body = fmt::format("{{\"data\":null,\"message\":\"{}\\n\"}}", message);
  return response;
}

bool is_event_stream(const Response& head) { return head.headers.find("Content-Type").value_or("").starts_with("text/event-stream"); }

}  // namespace

std::string format_forwarded(Request request) {
  remove_hop_fields(request.headers);
  for (const auto* name : {"Content-Length", "Expect"}) request.headers.remove(name);
  request.headers.remove_prefix("X-Drawbridge-");
  std::string out = request.method + " " + request.target + " HTTP/1.1\r\n";
  for (const auto& field : request.headers.all()) out += field.name + ": " + field.value + "\r\n";
  if (!request.headers.find("Host")) out += "Host: localhost\r\n";
  const auto& [client, server] = request.ends;
  out +=
      fmt::format("X-Drawbridge-Client: {} {}\r\nX-Drawbridge-Server: {} {}\r\n", client.address, client.port, server.address, server.port);
  if (!request.body.empty() || request.method == "POST" || request.method == "PUT")
    out += fmt::format("Content-Length: {}\r\n", request.body.size());
  return out + "\r\n" + request.body;
}

struct Proxy::Shared {
  boost::asio::io_context& loop;
  ProxySettings settings;
  std::deque<Descriptor> idle;

  Shared(boost::asio::io_context& context, ProxySettings own) : loop(context), settings(std::move(own)) {}

  Descriptor take_idle() {
    while (!idle.empty()) {
      Descriptor fd = std::move(idle.back());
      idle.pop_back();
      if (is_fresh(fd.get())) return fd;
    }
    return Descriptor(-1);
  }
};

/// One request and its answer.
class Proxy::Exchange : public std::enable_shared_from_this<Proxy::Exchange> {
 public:
  Exchange(std::shared_ptr<Shared> shared, Request request, Reply reply)
      : shared_(std::move(shared)),
        reply_(std::move(reply)),
        may_repeat_(request.method == "GET"),
        bytes_(format_forwarded(std::move(request))),
        socket_(shared_->loop),
        timer_(shared_->loop) {}

  void start() {
    Descriptor kept = shared_->take_idle();
    is_kept_ = kept.get() >= 0;
    begin(is_kept_ ? std::move(kept) : connect_to(shared_->settings.socket));
  }

 private:
  void begin(Descriptor fd) {
    if (fd.get() < 0)
      return fail(
          503, errno == EACCES ? "the API service does not let this user in: see the group of its socket" : "the API service does not run");
    socket_.assign(fd.release());
    sent_ = 0;
    set_deadline(shared_->settings.answer);
    write();
  }

  void set_deadline(std::chrono::milliseconds patience) {
    timer_.expires_after(patience);
    timer_.async_wait([self = shared_from_this()](const boost::system::error_code& error) {
      if (error) return;
      if (self->reply_) {
        self->fail(504, "the API service gives no answer");
      } else {
        self->cut();
      }
    });
  }

  void write() {
    while (sent_ < bytes_.size()) {
      const auto sent = ::send(socket_.native_handle(), bytes_.data() + sent_, bytes_.size() - sent_, MSG_NOSIGNAL);
      if (sent < 0 && (errno == EAGAIN || errno == EINTR)) return wait(boost::asio::posix::descriptor_base::wait_write, &Exchange::write);
      if (sent < 0) return lost();
      sent_ += static_cast<std::size_t>(sent);
    }
    wait(boost::asio::posix::descriptor_base::wait_read, &Exchange::read);
  }

  void wait(boost::asio::posix::descriptor_base::wait_type what, void (Exchange::*then)()) {
    socket_.async_wait(what, [self = shared_from_this(), then](const boost::system::error_code& error) {
      if (!error) (*self.*then)();
    });
  }

  void read() {
    waits_ = false;
    std::array<char, 16 * 1024> piece;  // NOLINT(cppcoreguidelines-pro-type-member-init): written before it is read
    for (int turn = 0; turn < kMostTurns; ++turn) {
      if (stream_ && stream_->pending() > kMostAhead) {
        timer_.cancel();  // the delay is the client's, and has a deadline of its own
        return;           // on_drained goes on
      }
      const auto got = ::recv(socket_.native_handle(), piece.data(), piece.size(), 0);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0 && errno == EAGAIN) break;
      if (got < 0) return lost();
      heard_ = heard_ || got > 0;
      const auto state = got == 0 ? reader_.end() : reader_.feed({piece.data(), static_cast<std::size_t>(got)});
      if (state == ResponseReader::State::broken) return lost();
      if (!take(state)) return;
    }
    go_on();
  }

  void go_on() {
    if (!std::exchange(waits_, true)) wait(boost::asio::posix::descriptor_base::wait_read, &Exchange::read);
  }

  /// False: nothing more is to be read.
  bool take(ResponseReader::State state) {
    if (state == ResponseReader::State::head) return true;
    const bool complete = state == ResponseReader::State::complete;
    const auto length = reader_.length();
    if (reply_ && (complete || (length && *length <= kSmallBody))) {
      if (!complete) return true;
      Response response = reader_.head();
      response.body = reader_.take_body();
      finish();
      std::exchange(reply_, nullptr)(std::move(response));
      return false;
    }
    if (reply_) begin_stream();
    if (!stream_) return false;  // the client has gone
    if (const auto body = reader_.take_body(); !body.empty()) stream_->write(body);
    if (!is_endless_) set_deadline(shared_->settings.pause);
    if (!complete) return true;
    std::exchange(stream_, nullptr)->close();
    finish();
    return false;
  }

  void begin_stream() {
    Response response = reader_.head();
    is_endless_ = is_event_stream(response);
    if (is_endless_) timer_.cancel();
    stream_ = std::make_shared<Stream>();
    stream_->on_closed([self = shared_from_this()] { self->cut(); });
    stream_->on_drained([self = shared_from_this()] {
      if (!self->stream_) return;
      if (!self->is_endless_) self->set_deadline(self->shared_->settings.pause);
      self->go_on();
    });
    response.stream = stream_;
    std::exchange(reply_, nullptr)(std::move(response));
  }

  /// The connection broke. One that was kept may have been closed just now; asking again is harmless where nothing is changed by it.
  void lost() {
    if (reply_ && is_kept_ && may_repeat_ && !heard_) {
      is_kept_ = false;
      boost::system::error_code ignored;
      socket_.close(ignored);
      return begin(connect_to(shared_->settings.socket));
    }
    if (reply_) return fail(502, heard_ ? "the API service gave a broken answer" : "the API service ended before it answered");
    cut();
  }

  void fail(int status, const std::string& message) {
    const auto reply = std::exchange(reply_, nullptr);
    cut();
    reply(failure(status, message));
  }

  /// The exchange is over; the connection may serve another one.
  void finish() {
    timer_.cancel();
    Descriptor fd(socket_.release());
    if (reader_.keeps_alive() && shared_->idle.size() < shared_->settings.most_idle) shared_->idle.push_back(std::move(fd));
  }

  void cut() {
    timer_.cancel();
    boost::system::error_code ignored;
    socket_.close(ignored);
    if (const auto stream = std::exchange(stream_, nullptr)) stream->abort();
  }

  std::shared_ptr<Shared> shared_;
  Reply reply_;  ///< null from the answer's head on
  bool may_repeat_;
  std::string bytes_;
  std::size_t sent_ = 0;
  boost::asio::posix::stream_descriptor socket_;
  boost::asio::steady_timer timer_;
  ResponseReader reader_;
  std::shared_ptr<Stream> stream_;
  bool is_kept_ = false;
  bool heard_ = false;
  bool is_endless_ = false;
  bool waits_ = false;
};

Proxy::Proxy(boost::asio::io_context& loop, ProxySettings settings) : shared_(std::make_shared<Shared>(loop, std::move(settings))) {}
Proxy::~Proxy() = default;

void Proxy::forward(Request request, Reply reply) { std::make_shared<Exchange>(shared_, std::move(request), std::move(reply))->start(); }

}  // namespace drawbridge::http
