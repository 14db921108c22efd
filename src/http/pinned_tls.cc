#include "http/pinned_tls.h"

#include <csignal>

#include "http/encrypted.h"

namespace drawbridge::http {
namespace {

/// In place of OpenSSL's check of chains.
int is_pinned(X509_STORE_CTX* context, void*) {
  const auto* session = static_cast<SSL*>(::X509_STORE_CTX_get_ex_data(context, ::SSL_get_ex_data_X509_STORE_CTX_idx()));
  auto* pin = session == nullptr ? nullptr : static_cast<Pin*>(SSL_get_app_data(session));
  const X509* shown = ::X509_STORE_CTX_get0_cert(context);
  if (pin == nullptr || shown == nullptr) return 0;
  pin->seen = fingerprint_of(*shown);
  if (!pin->seen.empty() && pin->seen == pin->wanted) return 1;
  ::X509_STORE_CTX_set_error(context, X509_V_ERR_CERT_REJECTED);
  return 0;
}

class Pinned final : public Encrypted {
 public:
  Pinned(SslSession session, std::shared_ptr<Pin> pin) : Encrypted(std::move(session)), pin_(std::move(pin)) {}

 private:
  std::shared_ptr<Pin> pin_;  ///< OpenSSL has a bare pointer to it
};

}  // namespace

struct PinnedTls::Inside {
  SslContext context;
};

PinnedTls::PinnedTls(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}
PinnedTls::~PinnedTls() = default;

Result<std::unique_ptr<PinnedTls>> PinnedTls::open() {
  // OpenSSL writes with write(2), which would end the process when the other side hangs up.
  std::signal(SIGPIPE, SIG_IGN);
  SslContext context(::SSL_CTX_new(::TLS_client_method()));
  if (!context || ::SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION) != 1 ||
      ::SSL_CTX_set_cipher_list(context.get(), "ECDHE+AESGCM:ECDHE+CHACHA20:!aNULL") != 1)
    return fail(Errc::unavailable, "OpenSSL gives no context: " + openssl_reason());
  ::SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  ::SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
  // A session that is taken up again shows no certificate.
  ::SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  ::SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  ::SSL_CTX_set_cert_verify_callback(context.get(), is_pinned, nullptr);
  return std::unique_ptr<PinnedTls>(new PinnedTls(std::make_unique<Inside>(Inside{std::move(context)})));
}

std::unique_ptr<Transport> PinnedTls::connect(int descriptor, std::shared_ptr<Pin> pin) {
  SslSession session(::SSL_new(inside_->context.get()));
  if (!session || ::SSL_set_fd(session.get(), descriptor) != 1 || SSL_set_app_data(session.get(), pin.get()) != 1) return nullptr;
  ::ERR_clear_error();
  ::SSL_set_connect_state(session.get());
  return std::make_unique<Pinned>(std::move(session), std::move(pin));
}

}  // namespace drawbridge::http
