#include "http/tls.h"

#include <openssl/pem.h>

#include <array>
#include <csignal>

#include "http/encrypted.h"
#include "http/openssl_handles.h"

namespace drawbridge::http {
namespace {

Result<void> use_certificate(SSL_CTX* context, const std::string& pem) {
  const auto text = reading(pem);
  const X509Certificate own(::PEM_read_bio_X509(text.get(), nullptr, no_passphrase, nullptr));
  if (!own) return fail(Errc::invalid_input, "no certificate in PEM form: " + openssl_reason());
  if (::SSL_CTX_use_certificate(context, own.get()) != 1)
    return fail(Errc::invalid_input, "the certificate can't be used: " + openssl_reason());
  while (X509* more = ::PEM_read_bio_X509(text.get(), nullptr, no_passphrase, nullptr)) {
    if (::SSL_CTX_add0_chain_cert(context, more) == 1) continue;
    ::X509_free(more);
    return fail(Errc::invalid_input, "the certificate's chain can't be used: " + openssl_reason());
  }
  ::ERR_clear_error();  // the end of the text
  return {};
}

Result<void> use_key(SSL_CTX* context, const std::string& pem) {
  const auto text = reading(pem);
  const PrivateKey key(::PEM_read_bio_PrivateKey(text.get(), nullptr, no_passphrase, nullptr));
  if (!key)
    return fail(Errc::invalid_input, "no private key in PEM form: " + openssl_reason(), {},
                "a key with a passphrase can't be used: openssl pkey removes it");
  if (::SSL_CTX_use_PrivateKey(context, key.get()) == 1 && ::SSL_CTX_check_private_key(context) == 1) return {};
  return fail(Errc::invalid_input, "the private key does not belong to the certificate: " + openssl_reason());
}

/// Ours is HTTP/1.1; a client that offers only others is not turned away, it may well speak it.
int choose_protocol(SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* in, unsigned int in_size, void*) {
  static constexpr std::array<unsigned char, 9> kOurs{8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
  unsigned char* chosen = nullptr;
  if (::SSL_select_next_proto(&chosen, out_size, kOurs.data(), kOurs.size(), in, in_size) != OPENSSL_NPN_NEGOTIATED)
    return SSL_TLSEXT_ERR_NOACK;
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

void harden(SSL_CTX* context) {
  static constexpr std::array<unsigned char, 10> kSessions{'d', 'r', 'a', 'w', 'b', 'r', 'i', 'd', 'g', 'e'};
  ::SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  // Forward secrecy and authenticated encryption only.
  ::SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20:!aNULL");
  ::SSL_CTX_set1_groups_list(context, "X25519:P-256:P-384");
  ::SSL_CTX_set_options(context,
                        SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  ::SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
  ::SSL_CTX_set_session_id_context(context, kSessions.data(), kSessions.size());
  // Sessions live with the client (tickets); the few clients without tickets get a small cache.
  ::SSL_CTX_sess_set_cache_size(context, 256);
  ::SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
}

Result<SslContext> make_context(const KeyPair& pair) {
  SslContext context(::SSL_CTX_new(::TLS_server_method()));
  if (!context) return fail(Errc::unavailable, "OpenSSL gives no context: " + openssl_reason());
  harden(context.get());
  TRY_VOID(use_certificate(context.get(), pair.certificate));
  TRY_VOID(use_key(context.get(), pair.key));
  return context;
}

}  // namespace

struct Tls::Inside {
  SslContext context;
};

Tls::Tls(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}
Tls::~Tls() = default;

Result<std::unique_ptr<Tls>> Tls::open(const KeyPair& pair) {
  // OpenSSL writes with write(2), which would end the process when a client hangs up.
  std::signal(SIGPIPE, SIG_IGN);
  auto context = TRY(make_context(pair));
  return std::unique_ptr<Tls>(new Tls(std::make_unique<Inside>(Inside{std::move(context)})));
}

Result<void> Tls::replace(const KeyPair& pair) {
  inside_->context = TRY(make_context(pair));
  return {};
}

std::unique_ptr<Transport> Tls::accept(int descriptor) {
  SslSession session(::SSL_new(inside_->context.get()));
  if (!session || ::SSL_set_fd(session.get(), descriptor) != 1) return nullptr;
  ::ERR_clear_error();
  ::SSL_set_accept_state(session.get());
  return std::make_unique<Encrypted>(std::move(session));
}

}  // namespace drawbridge::http
