#include "access/keyed_hash.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>

namespace drawbridge::access {
namespace {

const EVP_MD* digest_of(HashKind kind) {
  switch (kind) {
    case HashKind::sha1: return EVP_sha1();
    case HashKind::sha256: return EVP_sha256();
    case HashKind::sha512: return EVP_sha512();
  }
  return EVP_sha256();
}

}  // namespace

std::string keyed_hash(HashKind kind, std::string_view key, std::string_view data) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned length = 0;
  // An empty key is one; OpenSSL takes a null pointer for none.
  const char* start = key.empty() ? "" : key.data();
  HMAC(digest_of(kind), start, static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(data.data()), data.size(), bytes.data(),
       &length);
  return {reinterpret_cast<const char*>(bytes.data()), length};
}

bool is_same_secret(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace drawbridge::access
