#include "http/transport.h"

#include <sys/socket.h>

#include <cerrno>

namespace drawbridge::http {
namespace {

class Plain final : public Transport {
 public:
  explicit Plain(int descriptor) : descriptor_(descriptor) {}

  Attempt handshake() override { return {Progress::done, 0}; }

  Attempt read(std::span<char> into) override {
    const auto got = ::recv(descriptor_, into.data(), into.size(), 0);
    if (got == 0) return {Progress::ended, 0};
    return outcome(got, Progress::wants_read);
  }

  Attempt write(std::string_view bytes) override {
    return outcome(::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL), Progress::wants_write);
  }

  void finish() override { ::shutdown(descriptor_, SHUT_WR); }

 private:
  static Attempt outcome(ssize_t moved, Progress otherwise) {
    if (moved >= 0) return {Progress::done, static_cast<std::size_t>(moved)};
    const bool later = errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
    return {later ? otherwise : Progress::failed, 0};
  }

  int descriptor_;
};

}  // namespace

std::unique_ptr<Transport> plain_transport(int descriptor) { return std::make_unique<Plain>(descriptor); }

}  // namespace drawbridge::http
