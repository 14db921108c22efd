// Certificates of our own making, for nodes that have none yet.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "http/tls.h"

namespace drawbridge::http {

struct CertificateNames {
  std::string common_name;
  std::vector<std::string> names;      ///< DNS names
  std::vector<std::string> addresses;  ///< IPv4 and IPv6 addresses
};

/// How long ours are valid; browsers refuse certificates of more than 398 days.
inline constexpr std::int64_t kCertificateSeconds = std::int64_t{397} * 24 * 3600;

/// A new key (EC P-256) and a certificate signed by itself, valid from an hour before `now` (seconds since 1970: clocks differ) for
/// kCertificateSeconds. Errors: invalid_input (an address that is none), unavailable (no random bytes).
Result<KeyPair> make_certificate(const CertificateNames& names, std::int64_t now);

/// The end of validity of the first certificate in a PEM text, seconds since 1970. Error invalid_input.
Result<std::int64_t> certificate_end(const std::string& pem);
/// SHA-256 of the first certificate, as browsers show it: "AB:CD:…". Error invalid_input.
Result<std::string> certificate_fingerprint(const std::string& pem);
/// "DNS:node, DNS:localhost, IP Address:192.0.2.1". Error invalid_input.
Result<std::string> certificate_names(const std::string& pem);

}  // namespace drawbridge::http
