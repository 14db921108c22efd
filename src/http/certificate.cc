#include "http/certificate.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <openssl/pem.h>
#include <openssl/rand.h>

#include <array>
#include <ctime>

#include "base/text.h"
#include "http/openssl_handles.h"

namespace drawbridge::http {
namespace {

constexpr std::int64_t kClockSkew = 3600;

std::string text_of(BIO* bio) {
  const char* data = nullptr;
  const long size = ::BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

bool is_address(const std::string& text) {
  std::array<unsigned char, 16> bytes{};
  return ::inet_pton(AF_INET, text.c_str(), bytes.data()) == 1 || ::inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1;
}

/// What may stand in an extension's text without being taken for something else.
bool is_dns_name(const std::string& name) {
  return !name.empty() && name.size() <= 253 && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
  });
}

Result<void> add_extension(X509* certificate, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  const X509Extension extension(::X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()));
  if (extension && ::X509_add_ext(certificate, extension.get(), -1) == 1) return {};
  return fail(Errc::unavailable, "can't put \"" + printable(value) + "\" into a certificate: " + openssl_reason());
}

Result<std::string> alternative_names(const CertificateNames& names) {
  std::vector<std::string> all;
  for (const auto& name : names.names)
    if (is_dns_name(name)) all.push_back("DNS:" + name);
  for (const auto& address : names.addresses) {
    if (!is_address(address)) return fail(Errc::invalid_input, printable(address) + " is no IP address");
    all.push_back("IP:" + address);
  }
  return join(all, ",");
}

/// 63 random bits.
bool set_serial(X509* certificate) {
  std::uint64_t serial = 0;
  if (::RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) != 1) return false;
  return ::ASN1_INTEGER_set_uint64(::X509_get_serialNumber(certificate), (serial >> 1U) | 1U) == 1;
}

Result<void> fill(X509* certificate, EVP_PKEY* key, const CertificateNames& names, std::int64_t now) {
  const std::string common = names.common_name.substr(0, 64);  // the standard's limit (RFC 5280, ub-common-name)
  X509_NAME* subject = ::X509_get_subject_name(certificate);
  const auto bytes = reinterpret_cast<const unsigned char*>(common.c_str());
  const bool filled =
      ::X509_set_version(certificate, X509_VERSION_3) == 1 && set_serial(certificate) &&
      ::ASN1_TIME_set(::X509_getm_notBefore(certificate), static_cast<std::time_t>(now - kClockSkew)) != nullptr &&
      ::ASN1_TIME_set(::X509_getm_notAfter(certificate), static_cast<std::time_t>(now - kClockSkew + kCertificateSeconds)) != nullptr &&
      ::X509_set_pubkey(certificate, key) == 1 && ::X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, bytes, -1, -1, 0) == 1 &&
      ::X509_set_issuer_name(certificate, subject) == 1;
  if (!filled) return fail(Errc::unavailable, "can't make a certificate: " + openssl_reason());
  const std::string alternatives = TRY(alternative_names(names));
  TRY_VOID(add_extension(certificate, NID_basic_constraints, "critical,CA:FALSE"));
  TRY_VOID(add_extension(certificate, NID_key_usage, "critical,digitalSignature"));
  TRY_VOID(add_extension(certificate, NID_ext_key_usage, "serverAuth"));
  TRY_VOID(add_extension(certificate, NID_subject_key_identifier, "hash"));
  if (!alternatives.empty()) TRY_VOID(add_extension(certificate, NID_subject_alt_name, alternatives));
  return {};
}

Result<X509Certificate> first_certificate(const std::string& pem) {
  const auto text = reading(pem);
  X509Certificate certificate(::PEM_read_bio_X509(text.get(), nullptr, no_passphrase, nullptr));
  if (!certificate) return fail(Errc::invalid_input, "no certificate in PEM form: " + openssl_reason());
  return certificate;
}

}  // namespace

Result<KeyPair> make_certificate(const CertificateNames& names, std::int64_t now) {
  const PrivateKey key(::EVP_EC_gen("P-256"));
  const X509Certificate certificate(::X509_new());
  if (!key || !certificate) return fail(Errc::unavailable, "can't make a key: " + openssl_reason());
  TRY_VOID(fill(certificate.get(), key.get(), names, now));
  if (::X509_sign(certificate.get(), key.get(), ::EVP_sha256()) == 0) return fail(Errc::unavailable, "can't sign: " + openssl_reason());
  const Bio certificate_text(::BIO_new(::BIO_s_mem()));
  const Bio key_text(::BIO_new(::BIO_s_mem()));
  if (::PEM_write_bio_X509(certificate_text.get(), certificate.get()) != 1 ||
      ::PEM_write_bio_PrivateKey(key_text.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1)
    return fail(Errc::unavailable, "can't write a certificate: " + openssl_reason());
  return KeyPair{text_of(certificate_text.get()), text_of(key_text.get())};
}

Result<std::int64_t> certificate_end(const std::string& pem) {
  const auto certificate = TRY(first_certificate(pem));
  std::tm time{};
  if (::ASN1_TIME_to_tm(::X509_get0_notAfter(certificate.get()), &time) != 1)
    return fail(Errc::invalid_input, "a certificate without an end");
  return static_cast<std::int64_t>(::timegm(&time));
}

std::string fingerprint_of(const X509& certificate) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned int size = 0;
  std::string out;
  if (::X509_digest(&certificate, ::EVP_sha256(), bytes.data(), &size) != 1) return out;
  for (unsigned int i = 0; i < size; ++i) out += fmt::format("{}{:02X}", i == 0 ? "" : ":", bytes.at(i));
  return out;
}

Result<std::string> certificate_fingerprint(const std::string& pem) {
  const auto certificate = TRY(first_certificate(pem));
  std::string out = fingerprint_of(*certificate);
  if (out.empty()) return fail(Errc::unavailable, openssl_reason());
  return out;
}

Result<std::string> certificate_names(const std::string& pem) {
  const auto certificate = TRY(first_certificate(pem));
  const int at = ::X509_get_ext_by_NID(certificate.get(), NID_subject_alt_name, -1);
  if (at < 0) return std::string();
  const Bio out(::BIO_new(::BIO_s_mem()));
  ::X509V3_EXT_print(out.get(), ::X509_get_ext(certificate.get(), at), 0, 0);
  return text_of(out.get());
}

}  // namespace drawbridge::http
