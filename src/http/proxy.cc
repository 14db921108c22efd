#include "http/proxy.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <deque>

#include "http/exchange.h"

namespace drawbridge::http {
namespace {

constexpr std::string_view kInternalPrefix = "X-Drawbridge-";

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

std::string words_of(const Breakdown& why) {
  if (why.stage == Breakdown::Stage::connecting)
    return why.error == EACCES ? "the API service does not let this user in: see the group of its socket" : "the API service does not run";
  if (why.kind == Breakdown::Kind::timed_out) return "the API service gives no answer";
  return why.heard ? "the API service gave a broken answer" : "the API service ended before it answered";
}

int status_of(const Breakdown& why) {
  if (why.stage == Breakdown::Stage::connecting) return 503;
  return why.kind == Breakdown::Kind::timed_out ? 504 : 502;
}

}  // namespace

std::string format_forwarded(Request request, bool may_forward) {
  remove_hop_fields(request.headers);
  for (const auto* name : {"Content-Length", "Expect"}) request.headers.remove(name);
  request.headers.remove_prefix(kInternalPrefix);
  std::string out = request.method + " " + request.target + " HTTP/1.1\r\n";
  for (const auto& field : request.headers.all()) out += field.name + ": " + field.value + "\r\n";
  if (!request.headers.find("Host")) out += "Host: localhost\r\n";
  const auto& [client, server] = request.ends;
  out +=
      fmt::format("X-Drawbridge-Client: {} {}\r\nX-Drawbridge-Server: {} {}\r\n", client.address, client.port, server.address, server.port);
  if (may_forward) out += std::string(kMayForwardField) + ": yes\r\n";
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

  void keep(Descriptor fd) {
    if (idle.size() < settings.most_idle) idle.push_back(std::move(fd));
  }

  static void begin(const std::shared_ptr<Exchange>& exchange, Descriptor fd) {
    if (fd.get() < 0) {
      const Breakdown why{.error = errno};
      return exchange->answer(failure(status_of(why), words_of(why)));
    }
    auto transport = plain_transport(fd.get());
    exchange->begin(fd.release(), std::move(transport), false);
  }
};

Proxy::Proxy(boost::asio::io_context& loop, ProxySettings settings) : shared_(std::make_shared<Shared>(loop, std::move(settings))) {}
Proxy::~Proxy() = default;

void Proxy::forward(Request request, Reply reply) {
  const auto forwarder = shared_->settings.forwarder;
  const auto kept = forwarder ? std::make_shared<Request>(request) : nullptr;
  ask(std::move(request), [forwarder, kept, reply = std::move(reply)](Response response) {
    const std::string words(response.headers.find(kForwardField).value_or(""));
    response.headers.remove_prefix(kInternalPrefix);
    if (!forwarder || words.empty()) return reply(std::move(response));
    const auto order = parse_forward_order(words);
    if (!order) return reply(failure(500, order.error().what));
    forwarder->forward(std::move(*kept), *order, reply);
  });
}

void Proxy::ask(Request request, Reply reply) {
  Descriptor kept = shared_->take_idle();
  const auto is_kept = std::make_shared<bool>(kept.get() >= 0);
  Exchange::Owner owner;
  owner.failed = [shared = shared_, is_kept, may_repeat = request.method == "GET"](const auto& exchange, const Breakdown& why) {
    // A connection that was kept may have been closed just now; asking again is harmless where nothing is changed by it.
    const bool again = std::exchange(*is_kept, false) && may_repeat && why.kind == Breakdown::Kind::ended && !why.heard;
    if (again) return shared->begin(exchange, connect_to(shared->settings.socket));
    exchange->answer(failure(status_of(why), words_of(why)));
  };
  owner.finished = [shared = shared_](int descriptor) { shared->keep(Descriptor(descriptor)); };
  const auto& settings = shared_->settings;
  const auto exchange =
      std::make_shared<Exchange>(shared_->loop, Patience{.answer = settings.answer, .pause = settings.pause},
                                 format_forwarded(std::move(request), settings.forwarder != nullptr), std::move(reply), std::move(owner));
  shared_->begin(exchange, *is_kept ? std::move(kept) : connect_to(settings.socket));
}

}  // namespace drawbridge::http
