#include "access/ticket_keys.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <algorithm>

#include "access/encoding.h"
#include "access/keyed_hash.h"

namespace drawbridge::access {
namespace {

constexpr std::size_t kShortestSecret = 32;

using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;
using Digest = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

EVP_PKEY* key_of(const std::shared_ptr<void>& key) { return static_cast<EVP_PKEY*>(key.get()); }
const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

/// No passphrase is ever asked for: that would wait at a terminal.
int refuse_passphrase(char*, int, int, void*) { return -1; }

Result<std::shared_ptr<void>> read_key(std::string_view pem, bool is_private) {
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free);
  EVP_PKEY* key = is_private ? PEM_read_bio_PrivateKey(bio.get(), nullptr, refuse_passphrase, nullptr)
                             : PEM_read_bio_PUBKEY(bio.get(), nullptr, refuse_passphrase, nullptr);
  std::shared_ptr<void> owned(key, [](void* each) { EVP_PKEY_free(static_cast<EVP_PKEY*>(each)); });
  if (key == nullptr || EVP_PKEY_base_id(key) != EVP_PKEY_RSA)
    return fail(Errc::invalid_input, is_private ? "the cluster's key is no private RSA key" : "the cluster's key is no public RSA key", {},
                "\"openssl pkey -in FILE -noout\" tells what is wrong with it");
  return owned;
}

bool verify_rsa(EVP_PKEY* key, std::string_view text, std::string_view signature) {
  const Digest context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  return EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha1(), nullptr, key) == 1 &&
         EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(text), text.size()) == 1;
}

std::string sign_rsa(EVP_PKEY* key, std::string_view text) {
  const Digest context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  std::string signature(static_cast<std::size_t>(EVP_PKEY_size(key)), '\0');
  std::size_t length = signature.size();
  if (EVP_DigestSignInit(context.get(), nullptr, EVP_sha1(), nullptr, key) != 1 ||
      EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &length, bytes_of(text), text.size()) != 1)
    return "";
  signature.resize(length);
  return signature;
}

/// What the familiar product makes of its key file: a hash's text, without padding.
std::string secret_of_web_key(std::string_view bytes) {
  std::string text = to_base64(keyed_hash(HashKind::sha256, bytes, ""));
  while (text.ends_with('=')) text.pop_back();
  return text;
}

}  // namespace

Result<TicketKeys> TicketKeys::make(std::string secret, std::string_view private_key, const std::vector<std::string>& public_keys,
                                    std::string_view web_key) {
  if (secret.size() < kShortestSecret)
    return fail(Errc::invalid_input, "the secret for tickets is too short", {}, "delete its file: a new one is made");
  TicketKeys keys;
  keys.ticket_secret_ = keyed_hash(HashKind::sha256, secret, "drawbridge ticket");
  if (!web_key.empty()) keys.csrf_secrets_.push_back(secret_of_web_key(web_key));
  if (!private_key.empty()) keys.csrf_secrets_.push_back(keyed_hash(HashKind::sha256, private_key, "drawbridge csrf"));
  keys.csrf_secrets_.push_back(keyed_hash(HashKind::sha256, secret, "drawbridge csrf"));
  if (!private_key.empty()) keys.private_key_ = TRY(read_key(private_key, true));
  for (const std::string& pem : public_keys) keys.public_keys_.push_back(TRY(read_key(pem, false)));
  return keys;
}

std::string TicketKeys::sign(std::string_view text) const {
  if (private_key_)
    if (auto signature = sign_rsa(key_of(private_key_), text); !signature.empty()) return signature;
  return keyed_hash(HashKind::sha256, ticket_secret_, text);
}

bool TicketKeys::verify(std::string_view text, std::string_view signature) const {
  if (is_same_secret(signature, keyed_hash(HashKind::sha256, ticket_secret_, text))) return true;
  if (private_key_ && verify_rsa(key_of(private_key_), text, signature)) return true;
  for (const auto& key : public_keys_)
    if (verify_rsa(key_of(key), text, signature)) return true;
  return false;
}

std::string TicketKeys::csrf_hash(std::string_view text) const { return keyed_hash(HashKind::sha256, csrf_secrets_.front(), text); }

bool TicketKeys::is_csrf_hash(std::string_view text, std::string_view hash) const {
  return std::ranges::any_of(csrf_secrets_,
                             [&](const std::string& secret) { return is_same_secret(hash, keyed_hash(HashKind::sha256, secret, text)); });
}

}  // namespace drawbridge::access
