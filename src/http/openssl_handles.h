// OpenSSL's objects with owners. Included by this room's .cc files only.
#pragma once

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <climits>
#include <memory>
#include <string>

namespace drawbridge::http {

template <auto Free>
struct Freed {
  void operator()(auto* object) const { Free(object); }
};
using SslContext = std::unique_ptr<SSL_CTX, Freed<SSL_CTX_free>>;
using SslSession = std::unique_ptr<SSL, Freed<SSL_free>>;
using Bio = std::unique_ptr<BIO, Freed<BIO_free>>;
using X509Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using X509Extension = std::unique_ptr<X509_EXTENSION, Freed<X509_EXTENSION_free>>;
using PrivateKey = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;

/// Why the last call failed, in OpenSSL's words.
inline std::string openssl_reason() {
  const auto code = ::ERR_peek_last_error();
  ::ERR_clear_error();
  const char* words = ::ERR_reason_error_string(code);
  return words == nullptr ? "unknown error" : words;
}

/// `text` must outlive it.
inline Bio reading(const std::string& text) {
  return Bio(::BIO_new_mem_buf(text.data(), static_cast<int>(std::min<std::size_t>(text.size(), INT_MAX))));
}

/// SHA-256, as browsers show it: "AB:CD:…"; empty if memory is short.
std::string fingerprint_of(const X509& certificate);

/// Key files with a passphrase can't be asked about here.
inline int no_passphrase(char*, int, int, void*) { return 0; }

}  // namespace drawbridge::http
