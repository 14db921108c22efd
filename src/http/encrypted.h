// A connection that OpenSSL encrypts, either side of it. Included by this room's .cc files only.
#pragma once

#include "http/openssl_handles.h"
#include "http/transport.h"

namespace drawbridge::http {

class Encrypted : public Transport {
 public:
  /// A session that has its descriptor and knows which side it is (SSL_set_accept_state, SSL_set_connect_state).
  explicit Encrypted(SslSession session) : session_(std::move(session)) {}

  Attempt handshake() override;
  Attempt read(std::span<char> into) override;
  Attempt write(std::string_view bytes) override;
  bool holds_bytes() const override;
  void finish() override;

 private:
  Attempt outcome(int status, std::size_t bytes);

  SslSession session_;
  bool broken_ = false;
};

}  // namespace drawbridge::http
