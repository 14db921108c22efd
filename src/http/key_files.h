// Where certificate and key lie: the administrator's own files, or a pair of our making that is renewed in time.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "http/certificate.h"

namespace drawbridge::http {

struct KeyFiles {
  std::string certificate;  ///< path
  std::string key;
  bool ours = false;  ///< made by us: missing or ending soon, it is made anew
};

/// Before the end of validity of a certificate of ours, it is made anew.
inline constexpr std::int64_t kRenewBefore = std::int64_t{30} * 24 * 3600;

/// Reads a pair; one of ours is made if need be. `now`: seconds since 1970.
/// Errors: not_found, denied, invalid_input (no PEM, or the two don't belong together), unavailable.
Result<KeyPair> read_keys(const KeyFiles& files, const CertificateNames& names, std::int64_t now);

/// This host's names and addresses that others may know it by: host name, full name, localhost, all addresses of its interfaces.
CertificateNames own_names();

}  // namespace drawbridge::http
