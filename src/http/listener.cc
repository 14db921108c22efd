#include "http/listener.h"

#include <arpa/inet.h>
#include <grp.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "base/text.h"

namespace drawbridge::http {
namespace {

constexpr int kBacklog = 256;

bool somebody_listens(const sockaddr_un& address) {
  const int probe = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (probe < 0) return false;
  const bool answered = ::connect(probe, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 || errno == EAGAIN;
  ::close(probe);
  return answered;
}

Result<gid_t> group_of(const std::string& name) {
  if (name.empty()) return static_cast<gid_t>(-1);
  errno = 0;
  const group* found = ::getgrnam(name.c_str());
  if (found != nullptr) return found->gr_gid;
  return fail(Errc::not_found, "no group " + printable(name), {}, "create it: groupadd --system " + printable(name));
}

/// Bound with no rights for others at any moment: the mode is widened when owner and group are right.
Result<void> bind_unix(int fd, const sockaddr_un& address, const std::string& path, const UnixSocket& socket) {
  const gid_t group = TRY(group_of(socket.group));
  const auto mask = ::umask(0177);
  const int bound = ::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address);
  const int error = errno;
  ::umask(mask);
  if (bound != 0) return fail_errno(error, path);
  if (::chown(path.c_str(), static_cast<uid_t>(-1), group) != 0) return fail_errno(errno, path);
  if (::chmod(path.c_str(), socket.mode) != 0) return fail_errno(errno, path);
  if (::listen(fd, kBacklog) != 0) return fail_errno(errno, path);
  return {};
}

void set(int fd, int level, int option, int value) { ::setsockopt(fd, level, option, &value, sizeof value); }

Result<Listener> listen_at(const sockaddr* address, socklen_t size, const std::string& shown) {
  Listener listener(::socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), false);
  const int fd = listener.descriptor();
  if (fd < 0) return fail_errno(errno, "can't make a socket for " + shown);
  set(fd, SOL_SOCKET, SO_REUSEADDR, 1);
  if (address->sa_family == AF_INET6) set(fd, IPPROTO_IPV6, IPV6_V6ONLY, 0);
  // A peer that vanished without a word is noticed.
  set(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
  set(fd, IPPROTO_TCP, TCP_KEEPIDLE, 60);
  set(fd, IPPROTO_TCP, TCP_KEEPINTVL, 15);
  set(fd, IPPROTO_TCP, TCP_KEEPCNT, 4);
  set(fd, IPPROTO_TCP, TCP_NODELAY, 1);
  if (::bind(fd, address, size) == 0 && ::listen(fd, kBacklog) == 0) return listener;
  const int error = errno;
  if (error == EADDRINUSE) return fail(Errc::conflict, shown + " is in use by another program", {}, "see who: ss -ltnp");
  if (error == EADDRNOTAVAIL) return fail(Errc::not_found, shown + " is not an address of this host", {}, "");
  return fail_errno(error, "can't listen at " + shown);
}

}  // namespace

Listener::~Listener() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Listener::Listener(Listener&& other) noexcept : descriptor_(other.release()), is_unix_(other.is_unix_) {}

Listener& Listener::operator=(Listener&& other) noexcept {
  if (this == &other) return *this;
  if (descriptor_ >= 0) ::close(descriptor_);
  is_unix_ = other.is_unix_;
  descriptor_ = other.release();
  return *this;
}

int Listener::release() { return std::exchange(descriptor_, -1); }

std::uint16_t Listener::port() const {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (::getsockname(descriptor_, reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
  if (address.ss_family == AF_INET) return ntohs(reinterpret_cast<const sockaddr_in*>(&address)->sin_port);
  return address.ss_family == AF_INET6 ? ntohs(reinterpret_cast<const sockaddr_in6*>(&address)->sin6_port) : std::uint16_t{0};
}

Result<Listener> listen_unix(const std::string& path, const UnixSocket& socket) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return fail(Errc::invalid_input, path + " is too long for a socket");
  path.copy(address.sun_path, path.size());
  if (somebody_listens(address)) return fail(Errc::conflict, "a service listens at " + path + " already");
  ::unlink(path.c_str());  // left by a process that was killed
  Listener listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), true);
  if (listener.descriptor() < 0) return fail_errno(errno, "can't make a socket");
  TRY_VOID(bind_unix(listener.descriptor(), address, path, socket));
  return listener;
}

Result<TcpAddress> parse_tcp_address(const std::string& text) {
  const auto wrong = [&] {
    return fail(Errc::invalid_input, printable(text) + " is no address with a port", {}, "such as [::]:8006, 192.0.2.1:8006 or 8006");
  };
  const auto colon = text.rfind(':');
  const bool port_only = colon == std::string::npos;
  TcpAddress out{port_only ? "" : text.substr(0, colon), 0};
  const auto port = parse_number<std::uint16_t>(port_only ? text : text.substr(colon + 1));
  if (!port) return wrong();
  out.port = *port;
  if (out.address.empty()) out.address = "[::]";
  if (out.address.front() != '[') {
    in_addr four{};
    return ::inet_pton(AF_INET, out.address.c_str(), &four) == 1 ? Result<TcpAddress>(out) : wrong();
  }
  if (out.address.back() != ']') return wrong();
  out.address = out.address.substr(1, out.address.size() - 2);
  in6_addr six{};
  return ::inet_pton(AF_INET6, out.address.c_str(), &six) == 1 ? Result<TcpAddress>(out) : wrong();
}

Result<Listener> listen_tcp(const TcpAddress& address) {
  const std::string port = std::to_string(address.port);
  sockaddr_in6 six{};
  six.sin6_family = AF_INET6;
  six.sin6_port = htons(address.port);
  if (::inet_pton(AF_INET6, address.address.c_str(), &six.sin6_addr) == 1) {
    auto listener = listen_at(reinterpret_cast<const sockaddr*>(&six), sizeof six, "[" + address.address + "]:" + port);
    const bool lacks_ipv6 = !listener && (listener.error().os_errno == EAFNOSUPPORT || listener.error().code == Errc::not_found);
    if (listener || address.address != "::" || !lacks_ipv6) return listener;
    return listen_tcp({"0.0.0.0", address.port});
  }
  sockaddr_in four{};
  four.sin_family = AF_INET;
  four.sin_port = htons(address.port);
  if (::inet_pton(AF_INET, address.address.c_str(), &four.sin_addr) != 1)
    return fail(Errc::invalid_input, printable(address.address) + " is no IP address");
  return listen_at(reinterpret_cast<const sockaddr*>(&four), sizeof four, address.address + ":" + port);
}

}  // namespace drawbridge::http
