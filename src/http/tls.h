// TLS 1.2 and 1.3 with OpenSSL: one certificate, replaceable while connections stand.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "http/transport.h"

namespace drawbridge::http {

/// A certificate with its chain, and its private key, both PEM.
struct KeyPair {
  std::string certificate;
  std::string key;
  bool operator==(const KeyPair&) const = default;
};

class Tls {
 public:
  /// Errors: invalid_input (no certificate, no key, the two don't belong together, too weak for OpenSSL's level 2).
  static Result<std::unique_ptr<Tls>> open(const KeyPair& pair);
  ~Tls();
  Tls(const Tls&) = delete;
  Tls& operator=(const Tls&) = delete;

  /// For connections from now on. On an error the old pair stays.
  Result<void> replace(const KeyPair& pair);
  /// The server's side of one connection; nullptr if memory is short. The descriptor stays the caller's.
  std::unique_ptr<Transport> accept(int descriptor);

 private:
  struct Inside;
  explicit Tls(std::unique_ptr<Inside> inside);
  std::unique_ptr<Inside> inside_;
};

}  // namespace drawbridge::http
