#include "http/site.h"

#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cerrno>
#include <csignal>

#include "http/proxy.h"
#include "http/security_fields.h"
#include "http/server.h"
#include "http/static_files.h"

namespace drawbridge::http {
namespace {

/// What runs when the end is asked for has so long.
constexpr std::chrono::seconds kEnding{3};

bool is_for_api(std::string_view path) { return path == "/api2" || path.starts_with("/api2/"); }

class Site {
 public:
  Site(Listener listener, const SiteSettings& settings, std::unique_ptr<Tls> tls)
      : tls_(std::move(tls)),
        files_(settings.assets),
        proxy_(loop_, {.socket = settings.api_socket, .forwarder = forwarder(loop_)}),
        signals_(loop_, SIGTERM, SIGINT),
        ending_(loop_),
        keys_(loop_),
        server_(std::in_place, loop_, std::move(listener),
                Settings{.tls = tls_.get(), .standard_headers = security_fields(settings.strict_transport && tls_ != nullptr)},
                [this](Request request, const Reply& reply) { answer(std::move(request), reply); }) {
    signals_.async_wait([this](const boost::system::error_code& error, int) {
      if (!error) end();
    });
    if (settings.keys_from < 0) return;
    keys_.assign(settings.keys_from);
    wait_for_keys();
  }

  void run() { loop_.run(); }

 private:
  /// Without it, other nodes are out of reach, and that is told whoever asks for them.
  static std::shared_ptr<Forwarder> forwarder(boost::asio::io_context& loop) { return Forwarder::open(loop).value_or(nullptr); }

  void answer(Request request, const Reply& reply) {
    if (!is_for_api(request.path)) return reply(files_.answer(request));
    if (request.method != "HEAD") return proxy_.forward(std::move(request), reply);
    reply({.status = 501, .reason = "HEAD is not implemented here"});
  }

  void wait_for_keys() {
    keys_.async_wait(boost::asio::posix::descriptor_base::wait_read, [this](const boost::system::error_code& error) {
      if (error) return;
      std::string message(kMostKeyBytes, '\0');
      const auto got = ::recv(keys_.native_handle(), message.data(), message.size(), MSG_DONTWAIT);
      if (got == 0) return end();  // nobody looks after us any more
      if (got > 0) take_keys(message.substr(0, static_cast<std::size_t>(got)));
      wait_for_keys();
    });
  }

  /// Who sent them has tried them; a pair that does not work nevertheless leaves the old one in place.
  void take_keys(const std::string& message) {
    const auto middle = message.find('\0');
    if (tls_ && middle != std::string::npos) std::ignore = tls_->replace({message.substr(0, middle), message.substr(middle + 1)});
  }

  void end() {
    server_->drain();
    boost::system::error_code ignored;
    keys_.close(ignored);
    signals_.cancel();
    ending_.expires_after(std::chrono::milliseconds(10));
    until_ = std::chrono::steady_clock::now() + kEnding;
    wait_for_end();
  }

  void wait_for_end() {
    ending_.async_wait([this](const boost::system::error_code& error) {
      if (error) return;
      if (server_->connections() == 0 || std::chrono::steady_clock::now() > until_) return loop_.stop();
      ending_.expires_after(std::chrono::milliseconds(50));
      wait_for_end();
    });
  }

  boost::asio::io_context loop_{1};
  std::unique_ptr<Tls> tls_;
  StaticFiles files_;
  Proxy proxy_;
  boost::asio::signal_set signals_;
  boost::asio::steady_timer ending_;
  boost::asio::posix::stream_descriptor keys_;
  std::chrono::steady_clock::time_point until_ = {};
  std::optional<Server> server_;
};

}  // namespace

Result<void> serve_site(Listener listener, const SiteSettings& settings, const std::function<void()>& ready) {
  std::signal(SIGPIPE, SIG_IGN);
  std::unique_ptr<Tls> tls;
  if (settings.keys) tls = TRY(Tls::open(*settings.keys));
  try {
    Site site(std::move(listener), settings, std::move(tls));
    ready();
    site.run();
  } catch (const std::exception& problem) {
    return fail(Errc::unavailable, std::string("the web service ends: ") + problem.what());
  }
  return {};
}

Result<void> send_keys(int socket, const KeyPair& pair) {
  const std::string message = pair.certificate + '\0' + pair.key;
  if (message.size() > kMostKeyBytes) return fail(Errc::invalid_input, "certificate and key are too long");
  if (::send(socket, message.data(), message.size(), MSG_NOSIGNAL) < 0) return fail_errno(errno, "the web service does not listen");
  return {};
}

}  // namespace drawbridge::http
