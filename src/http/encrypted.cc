#include "http/encrypted.h"

namespace drawbridge::http {

Attempt Encrypted::handshake() { return outcome(::SSL_do_handshake(session_.get()), 0); }

Attempt Encrypted::read(std::span<char> into) {
  std::size_t got = 0;
  const int status = ::SSL_read_ex(session_.get(), into.data(), into.size(), &got);
  return outcome(status, got);
}

Attempt Encrypted::write(std::string_view bytes) {
  std::size_t sent = 0;
  const int status = ::SSL_write_ex(session_.get(), bytes.data(), bytes.size(), &sent);
  return outcome(status, sent);
}

bool Encrypted::holds_bytes() const { return ::SSL_pending(session_.get()) > 0; }

void Encrypted::finish() {
  if (!broken_ && ::SSL_is_init_finished(session_.get()) == 1) ::SSL_shutdown(session_.get());
  ::ERR_clear_error();
}

Attempt Encrypted::outcome(int status, std::size_t bytes) {
  if (status == 1) return {Progress::done, bytes};
  const int error = ::SSL_get_error(session_.get(), status);
  ::ERR_clear_error();
  switch (error) {
    case SSL_ERROR_WANT_READ: return {Progress::wants_read, 0};
    case SSL_ERROR_WANT_WRITE: return {Progress::wants_write, 0};
    case SSL_ERROR_ZERO_RETURN: return {Progress::ended, 0};
    default: broken_ = true; return {Progress::failed, 0};
  }
}

}  // namespace drawbridge::http
