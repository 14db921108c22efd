#include "http/server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <set>

#include "http/connection.h"

namespace drawbridge::http {
namespace {

/// Connections taken in a row before those that exist have their turn.
constexpr int kMostAccepts = 16;
/// After the system refused a descriptor or memory.
constexpr std::chrono::milliseconds kRest{100};
/// Written ahead into the system for a slow reader.
constexpr int kMostUnsent = 128 * 1024;

struct Peer {
  End end;
  std::string key;  ///< what the limit per client counts: an IPv4 address, or the /64 that one client has of IPv6
};

Peer peer_of(const sockaddr_storage& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (address.ss_family == AF_INET) {
    const auto* four = reinterpret_cast<const sockaddr_in*>(&address);
    ::inet_ntop(AF_INET, &four->sin_addr, text.data(), text.size());
    return {{text.data(), ntohs(four->sin_port)}, text.data()};
  }
  if (address.ss_family != AF_INET6) return {};
  const auto* six = reinterpret_cast<const sockaddr_in6*>(&address);
  const std::uint16_t port = ntohs(six->sin6_port);
  if (IN6_IS_ADDR_V4MAPPED(&six->sin6_addr)) {
    ::inet_ntop(AF_INET, &six->sin6_addr.s6_addr[12], text.data(), text.size());
    return {{text.data(), port}, text.data()};
  }
  ::inet_ntop(AF_INET6, &six->sin6_addr, text.data(), text.size());
  return {{text.data(), port}, std::string(reinterpret_cast<const char*>(six->sin6_addr.s6_addr), 8)};
}

bool is_root(int descriptor) {
  ucred peer{};
  socklen_t size = sizeof peer;
  return ::getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && peer.uid == 0;
}

}  // namespace

const std::string& Shared::date() {
  const auto now = std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
  if (std::exchange(date_second_, now) != now) date_text_ = http_date(now);
  return date_text_;
}

struct Server::Inside : std::enable_shared_from_this<Server::Inside> {
  Inside(boost::asio::io_context& loop, Listener from, Settings settings, Handler handler)
      : is_unix(from.is_unix()),
        shared(std::make_shared<Shared>(loop, std::move(settings), std::move(handler))),
        listener(loop, from.release()),
        rest(loop) {}

  void start() {
    shared->forget = [weak = weak_from_this()](const std::shared_ptr<Connection>& connection) {
      if (const auto self = weak.lock()) self->forget(connection);
    };
    wait();
  }

  void wait() {
    listener.async_wait(boost::asio::posix::descriptor_base::wait_read,
                        [self = shared_from_this()](const boost::system::error_code& error) {
                          if (!error) self->accept();
                        });
  }

  void accept() {
    for (int i = 0; i < kMostAccepts; ++i) {
      sockaddr_storage address{};
      socklen_t size = sizeof address;
      const int fd = ::accept4(listener.native_handle(), reinterpret_cast<sockaddr*>(&address), &size, SOCK_CLOEXEC | SOCK_NONBLOCK);
      if (fd >= 0) {
        admit(fd, address);
      } else if (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS) {
        return wait_for_room();
      } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
        break;
      }
    }
    wait();
  }

  /// The listening socket stays readable: asking again at once would be a loop without end.
  void wait_for_room() {
    ++shared->counters.too_many_connections;
    evict();
    rest.expires_after(kRest);
    rest.async_wait([self = shared_from_this()](const boost::system::error_code& error) {
      if (!error && self->listener.is_open()) self->accept();
    });
  }

  void admit(int fd, const sockaddr_storage& address) {
    ++shared->counters.connections;
    const auto& limits = shared->settings.limits;
    Peer client = is_unix ? Peer{} : peer_of(address);
    const bool root = is_unix && is_root(fd);
    const bool too_many = !is_unix && of_client[client.key] >= limits.connections_per_client;
    const std::size_t most = limits.connections - (root ? 0 : std::min(limits.kept_for_root, limits.connections));
    if (too_many || (connections.size() >= most && !evict())) {
      ++shared->counters.too_many_connections;
      if (!is_unix && of_client[client.key] == 0) of_client.erase(client.key);
      ::close(fd);
      return;
    }
    Ends ends{client.end, {}};
    if (!is_unix) {
      ::setsockopt(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &kMostUnsent, sizeof kMostUnsent);
      sockaddr_storage own{};
      socklen_t size = sizeof own;
      if (::getsockname(fd, reinterpret_cast<sockaddr*>(&own), &size) == 0) ends.server = peer_of(own).end;
      ++of_client[client.key];
    }
    const auto connection = std::make_shared<Connection>(shared, fd, std::move(ends), root, std::move(client.key));
    connections.insert(connection);
    connection->start();
  }

  /// Makes room by ending the connection that we have waited for longest; false: something is being done for all of them.
  bool evict() {
    std::shared_ptr<Connection> oldest;
    for (const auto& connection : connections) {
      const int spares = connection->spares_room();
      const int most = oldest ? oldest->spares_room() : 1;
      if (spares > most || (spares == most && (!oldest || connection->since() < oldest->since()))) oldest = connection;
    }
    if (oldest) oldest->cut();
    return oldest != nullptr;
  }

  void forget(const std::shared_ptr<Connection>& connection) {
    if (connections.erase(connection) == 0 || is_unix) return;
    if (const auto counted = of_client.find(connection->client_key()); counted != of_client.end() && --counted->second == 0)
      of_client.erase(counted);
  }

  void stop_listening() {
    boost::system::error_code ignored;
    listener.close(ignored);
    rest.cancel();
  }

  std::vector<std::shared_ptr<Connection>> all() const { return {connections.begin(), connections.end()}; }

  bool is_unix;
  std::shared_ptr<Shared> shared;
  boost::asio::posix::stream_descriptor listener;
  boost::asio::steady_timer rest;
  std::set<std::shared_ptr<Connection>> connections;
  std::map<std::string, std::size_t> of_client;
};

Server::Server(boost::asio::io_context& loop, Listener listener, Settings settings, Handler handler)
    : inside_(std::make_shared<Inside>(loop, std::move(listener), std::move(settings), std::move(handler))) {
  inside_->start();
}

Server::~Server() {
  inside_->stop_listening();
  for (const auto& connection : inside_->all()) connection->cut();
}

void Server::drain() {
  inside_->shared->draining = true;
  inside_->stop_listening();
  for (const auto& connection : inside_->all()) connection->end_soon();
}

std::size_t Server::connections() const { return inside_->connections.size(); }
const Counters& Server::counters() const { return inside_->shared->counters; }

}  // namespace drawbridge::http
